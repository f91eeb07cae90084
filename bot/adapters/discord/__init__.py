"""Discord, through discord.py: bot channels and webhooks."""
