"""Delivery against simulated platforms that enforce their limits, in simulated time."""
