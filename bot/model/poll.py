"""Everything one poll changes, as one value for one transaction."""

from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from bot.model.alert import NewAlert
from bot.model.burst import Burst
from bot.model.decision import NewDecision
from bot.model.delivery import NewChange
from bot.model.entry import FreshEntry
from bot.model.feed import Feed, PollState
from bot.model.hold import Held
from bot.model.known import KnownItems
from bot.model.story import Placement


class PollOutcome(StrEnum):
    """How a poll ended, as metrics and the status page count it.

    ``postponed`` means that nothing was asked, since the feed's host had asked for patience.
    """

    NEW = "new"
    NO_NEWS = "no_news"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"
    FAILED = "failed"
    GONE = "gone"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class ClaimedFeed:
    """A due feed and the lease under which this process may write its poll."""

    feed: Feed
    lease: str


@dataclass(frozen=True, slots=True)
class PollRecord:
    """A finished poll.

    ``fresh`` are entries to store now; ``seen`` are identities of entries met again. ``placements`` say for each of
    ``fresh`` which story it belongs to; without them each begins its own. ``title``, ``site``, ``language`` and
    ``icon`` replace the stored ones where not None (an operator's own title stays). ``url`` is the feed's new address after a confirmed
    move. ``known`` replaces the stored one where not None; every entry behind it is in ``fresh`` or stored already.
    ``burst`` bounds the alerts that go out singly. ``plans`` are new plans of holds, by their numbers.
    ``whole`` is false where the entries are only some of those that the feed lists. ``before`` is the state under which
    the feed was claimed, None where it is not known: what is the same in both need not be written again.
    """

    feed_id: int
    lease: str
    at: datetime
    outcome: PollOutcome
    state: PollState
    fresh: tuple[FreshEntry, ...] = ()
    seen: tuple[str, ...] = ()
    alerts: tuple[NewAlert, ...] = ()
    decisions: tuple[NewDecision, ...] = ()
    changes: tuple[NewChange, ...] = ()
    placements: tuple[Placement, ...] = ()
    plans: tuple[tuple[int, Held], ...] = ()
    title: str | None = None
    site: str | None = None
    language: str | None = None
    icon: str | None = None
    url: str | None = None
    known: KnownItems | None = None
    burst: Burst | None = None
    whole: bool = True
    before: PollState | None = None

    @property
    def is_calm(self) -> bool:
        """Tell whether the feed's state is all that the poll changes."""
        return _beyond(self) == _NOTHING


_BEYOND = [one for one in fields(PollRecord) if one.default is not MISSING and one.name != "before"]
_beyond = attrgetter(*(one.name for one in _BEYOND))
_NOTHING = tuple(one.default for one in _BEYOND)
