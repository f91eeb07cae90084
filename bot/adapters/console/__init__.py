"""The terminal as a platform, through rich."""
