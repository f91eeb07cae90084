"""What people ask for, whatever they type it into: one catalogue of commands, answered with Messages."""
