"""From a publication to its alert: pushed by a hub beside polled."""
