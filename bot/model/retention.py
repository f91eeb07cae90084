"""How long things are kept."""

from datetime import timedelta

RETENTION = timedelta(days=30)
"""The usual age at which entries, stories, alerts, decisions and texts are forgotten."""

IDENTITIES_KEPT = timedelta(days=90)
"""How long an identity is known after its feed last listed it; longer than its entry, so that nothing old is new again."""

STORY_LIVES = timedelta(hours=48)
"""A story is live while entries may still join it: so long after its latest one."""
