"""Feeds over HTTP: guarded fetching, parsing, discovery, OPML."""
