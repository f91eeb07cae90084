"""The query language: normalised text, parsed expressions, and an index of many queries for one entry."""
