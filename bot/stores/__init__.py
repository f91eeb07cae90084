"""What the core needs from storage, as Protocols: ``store`` is the whole, the others are parts of it."""
