"""Discord: messages through its REST API, commands through discord.py's gateway, webhooks without a bot."""
