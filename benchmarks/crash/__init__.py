"""A run of deliveries through hundreds of kills, with what arrived counted afterwards."""
