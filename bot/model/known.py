"""By what the items of a feed's last document are recognised, so that they need not be parsed again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Identities are noted as met again once a day; a document read whole as often lets none of them seem forgotten.
_READ_WHOLE_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KnownItems:
    """Digests of items whose entries are stored. ``whole_at`` is when a document was last read without leaving any out."""

    digests: frozenset[bytes]
    whole_at: datetime

    def at(self, now: datetime) -> frozenset[bytes]:
        """Return what may be left out now: nothing once a day, nor after a clock was set back."""
        return self.digests if self.whole_at <= now < self.whole_at + _READ_WHOLE_EVERY else frozenset()
