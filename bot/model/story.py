"""A story: entries of several feeds that report the same event. For now every entry begins its own."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Story:
    """A story and the entry that began it."""

    id: int
    first_entry_id: int
    begun_at: datetime
