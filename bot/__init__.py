"""Newsbell: a self-hosted news alert bot for chat platforms."""
