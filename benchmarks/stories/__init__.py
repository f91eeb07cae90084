"""How well and how fast entries become stories, against simple ways of finding repeats."""
