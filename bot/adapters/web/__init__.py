"""The web side: status page, health, metrics, webhooks."""
