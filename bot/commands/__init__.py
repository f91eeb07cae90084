"""The commands of the program, one module a noun; ``bot.cli`` gathers them."""
