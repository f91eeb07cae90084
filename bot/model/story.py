"""A story: the entries that report one event. Where an entry belongs, and how a destination was told."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.alert import Alert
from bot.model.message import Message


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a fresh entry belongs: to a stored story, to that of an earlier fresh entry of its poll, or to a new one.

    ``beside`` is the earlier entry's index. ``update`` says that it tells the story's new fact; ``why`` is a sentence.
    """

    story_id: int | None = None
    beside: int | None = None
    update: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An alert about a story, with its message as the destination has it now or will have it next.

    ``replies`` counts the follow-ups to it, ``replied_at`` is when the last was written. ``calm`` tells that it is held
    until the story is urgent.
    """

    alert: Alert
    message: Message
    replies: int = 0
    replied_at: datetime | None = None
    calm: bool = False
