"""What a destination does not want to hear of for a while: a story, or everything from a feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SNOOZE = timedelta(hours=24)
# A story is over long before that: after 48 hours nothing joins it any more.
STORY_MUTED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Mute:
    """A mute of one destination until a moment. Exactly one of ``feed_id`` and ``story_id`` is set.

    ``title`` is what people call it: the feed's title, or that of the alert about the story.
    """

    id: int
    destination_id: int
    until: datetime
    feed_id: int | None = None
    story_id: int | None = None
    title: str = ""
