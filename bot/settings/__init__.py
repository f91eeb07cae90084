"""The configuration as values: every setting with its type, default and meaning, checked when it is read."""
