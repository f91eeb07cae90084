"""What makes summaries better than a feed's own text allows: the linked page, and a language model."""
