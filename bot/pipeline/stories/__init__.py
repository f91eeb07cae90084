"""How entries become stories: what a report says, how near two reports are, what is new in one, how urgent a story is."""
