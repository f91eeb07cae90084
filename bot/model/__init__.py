"""What Newsbell talks about: frozen dataclasses from the standard library alone, one noun a file."""
