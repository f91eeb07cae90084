"""When a feed is polled again, and what it is asked. Pure; nothing here awaits.

Numbers marked (m) differ between sources on polite fetching; these are Newsbell's:
a hint of a server or a document counts as "not before", even where an operator gave the feed an interval of its own, and
never mutes a feed for more than a day (m); 429 without a figure means an
hour (m); a permanent redirect counts after three polls over a day (m); every three days (m) a feed that only ever
says "not modified" is asked without conditions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.model.feed import Feed, PollState, Validators
from bot.model.fetch import FetchFailed, FetchRequest, Gone
from bot.model.hints import PollHints
from bot.model.push import HubOffer
from bot.pipeline import net
from bot.pipeline.health import span
from bot.pipeline.pace import Bounds, Pause, clear_of_skipped, heard, pause

_TOO_MANY_REQUESTS = 429
_DOUBLINGS = 20
_FOR_EVER = timedelta(days=36_500)
# Feeds that were added together part at their first poll, by so much of the pause that a hint asks for.
_FIRST_SPREAD = 0.5
_SKIP_SPREAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """The bounds of polling, all configurable or documented.

    ``interval`` is the pause of a feed whose rhythm is unknown, and the centre around which the others are chosen; an
    interval of a feed's own holds as it is. No pause is shorter than ``min_interval``, and none that Newsbell chooses
    is longer than ``max_interval``. ``jitter`` is the part of a pause that may be added to it.
    ``outage_cap`` bounds the back-off of faults that tend to pass by themselves (no answer, 5xx).
    """

    interval: timedelta = timedelta(minutes=5)
    min_interval: timedelta = timedelta(minutes=1)
    max_interval: timedelta = timedelta(hours=24)
    jitter: float = 0.1
    hint_cap: timedelta = timedelta(hours=24)
    outage_cap: timedelta = timedelta(hours=1)
    busy_pause: timedelta = timedelta(hours=1)
    full_every: timedelta = timedelta(days=3)
    move_polls: int = 3
    move_after: timedelta = timedelta(days=1)
    deadline: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Success:
    """A poll that brought a usable answer. ``changed`` tells a new body from an old one or none.

    ``body_hash`` and ``hints`` None keep the stored ones; ``offer`` counts where hints were read. ``moved_to`` is set where only permanent redirects led to the
    answer. ``news`` holds the date of each new entry of a feed that was polled before, None where it has none.
    """

    validators: Validators
    body_hash: str | None = None
    changed: bool = False
    not_before: timedelta | None = None
    moved_to: str | None = None
    hints: PollHints | None = None
    offer: HubOffer | None = None
    news: tuple[datetime | None, ...] = ()


def request(feed: Feed, now: datetime, policy: PollPolicy, *, forced: bool = False) -> FetchRequest:
    """Return what to ask the server: conditional where validators are stored and still trusted.

    A poll that a person asked for (``forced``) is unconditional.
    """
    state = feed.poll
    if forced or state.seeded_at is None or _full_answer_due(state, now, policy):
        return FetchRequest(feed.url)
    return FetchRequest(feed.url, state.validators)


def _full_answer_due(state: PollState, now: datetime, policy: PollPolicy) -> bool:
    """Tell whether a boundary of ``full_every`` was crossed since the last success while nothing changed."""
    if state.seeded_at is None or state.succeeded_at is None:
        return True
    if now - (state.changed_at or state.seeded_at) < policy.full_every:
        return False
    return (now - state.seeded_at) // policy.full_every > (
        state.succeeded_at - state.seeded_at
    ) // policy.full_every


def decide(
    feed: Feed, outcome: Success | FetchFailed | Gone, now: datetime, policy: PollPolicy, chance: float
) -> PollState:
    """Return the state that this outcome leaves behind; ``chance`` in [0, 1) spreads feeds over time."""
    match outcome:
        case Success():
            return _succeeded(feed, outcome, now, policy, chance)
        case FetchFailed():
            return _failed(feed, outcome, now, policy, chance)
        case Gone(reason):
            return replace(
                feed.poll,
                next_poll_at=now + _FOR_EVER,
                next_poll_why="its server says that it is gone for good",
                polled_at=now,
                failures=feed.poll.failures + 1,
                failure=reason,
                gone=True,
            )


def _succeeded(feed: Feed, success: Success, now: datetime, policy: PollPolicy, chance: float) -> PollState:
    taught = _taught(feed, success, now)
    due, why = _due(taught, success.not_before, now, policy, chance)
    old, state = feed.poll, taught.poll
    moved_to, moved_polls, moved_since = _followed(old, success.moved_to, now)
    # Every part is named: this is most of what most polls do, and a copy with changes costs three times as much.
    return PollState(
        next_poll_at=due,
        validators=success.validators,
        body_hash=success.body_hash or old.body_hash,
        polled_at=now,
        succeeded_at=now,
        changed_at=now if success.changed else old.changed_at,
        seeded_at=old.seeded_at or now,
        failures=0,
        failure=None,
        gone=False,
        moved_to=moved_to,
        moved_polls=moved_polls,
        moved_since=moved_since,
        hints=state.hints,
        rhythm=state.rhythm,
        next_poll_why=why,
        hub=state.hub,
        topic=state.topic,
        missed_at=state.missed_at,
    )


def _taught(feed: Feed, success: Success, now: datetime) -> Feed:
    """Return the feed with what the answer taught about when to ask again; most teach nothing."""
    state = feed.poll
    rhythm = heard(state.rhythm, success.news, now)
    missed = net.missed(feed, bool(success.news), now)
    if success.hints is None:
        if rhythm is state.rhythm and missed == state.missed_at:
            return feed
        return replace(feed, poll=replace(state, rhythm=rhythm, missed_at=missed))
    hub, topic = (success.offer.hub, success.offer.topic) if success.offer else (None, None)
    taught = replace(state, rhythm=rhythm, missed_at=missed, hints=success.hints, hub=hub, topic=topic)
    return replace(feed, poll=taught)


def _followed(
    state: PollState, moved_to: str | None, now: datetime
) -> tuple[str | None, int, datetime | None]:
    """Return where a feed moves to, in how many polls in a row that was seen, and since when."""
    if moved_to is None:
        return None, 0, None
    if moved_to != state.moved_to:
        return moved_to, 1, now
    return moved_to, state.moved_polls + 1, state.moved_since


def pushed(feed: Feed, news: tuple[datetime | None, ...], now: datetime, policy: PollPolicy) -> PollState:
    """Return the state after a hub pushed entries with these dates.

    What the next poll asks with stays: validators and hash stand for documents that were fetched. So whatever is lost
    of a push, the next poll finds.
    """
    state = replace(feed.poll, rhythm=heard(feed.poll.rhythm, news, now))
    push = feed.push and replace(feed.push, delivered_at=now)
    return net.cast(state, rhythmic(replace(feed, poll=state, push=push), now, policy))


def confirmed_move(state: PollState, now: datetime, policy: PollPolicy) -> str | None:
    """Return the feed's new address once the same permanent redirect was seen often and long enough."""
    if state.moved_to is None or state.moved_since is None:
        return None
    lasting = state.moved_polls >= policy.move_polls and now - state.moved_since >= policy.move_after
    return state.moved_to if lasting else None


def settled(state: PollState) -> PollState:
    """Return the state of a feed whose new address was taken over."""
    return replace(state, moved_to=None, moved_polls=0, moved_since=None)


def interval(feed: Feed, policy: PollPolicy) -> timedelta:
    """Return the usual pause between polls of a healthy feed, before its rhythm, hints and jitter."""
    return max(policy.min_interval, min(feed.interval or policy.interval, policy.max_interval))


def rhythmic(feed: Feed, now: datetime, policy: PollPolicy) -> Pause:
    """Return the pause between polls of a healthy feed by its rhythm and its hub, before hints and jitter."""
    usual = interval(feed, policy)
    if feed.interval is not None:
        own = Pause(usual, "that is its own interval")
    else:
        own = pause(feed.poll.rhythm, Bounds(policy.min_interval, usual, policy.max_interval), now)
    return net.stretched(feed, own, now, policy.max_interval)


def _due(
    feed: Feed, wish: timedelta | None, now: datetime, policy: PollPolicy, chance: float
) -> tuple[datetime, str]:
    """Return when a feed is polled next after a success, and why then.

    The second poll of a feed comes somewhere inside its interval: feeds that were added together drift apart.
    """
    first = feed.poll.seeded_at is None
    own = rhythmic(feed, now, policy)
    chosen = own.length * chance if first else _late(own.length, policy.jitter * chance, policy.max_interval)
    longest = Pause(max(policy.min_interval, chosen), own.why)
    spread = (_FIRST_SPREAD if first else policy.jitter) * chance
    for each in _wishes(feed, wish):
        length = _late(each.length, spread, policy.hint_cap)
        if length > longest.length:
            longest = Pause(length, each.why)
    planned = now + longest.length
    due = clear_of_skipped(
        planned, feed.poll.hints, now + policy.hint_cap, max(own.length, _SKIP_SPREAD) * chance
    )
    return due, longest.why if due == planned else "its document names hours or days to leave out"


def _wishes(feed: Feed, wish: timedelta | None) -> Iterator[Pause]:
    if wish is not None and wish > timedelta(0):
        yield Pause(wish, f"its server asks for {span(wish)} (Cache-Control, Expires)")
    told = feed.poll.hints.pause
    if told is not None and told > timedelta(0):
        yield Pause(told, f"its document asks for {span(told)} (ttl, updatePeriod)")


def _late(length: timedelta, part: float, cap: timedelta) -> timedelta:
    """Return a pause made longer by a part of it; one as long as the cap, or longer, ends that part before the cap."""
    if length >= cap:
        return cap * (1 - part)
    return min(length * (1 + part), cap)


def _failed(feed: Feed, failed: FetchFailed, now: datetime, policy: PollPolicy, chance: float) -> PollState:
    failures = feed.poll.failures + 1
    wait = _back_off(feed, failed, failures, policy)
    return replace(
        feed.poll,
        next_poll_at=now + wait.length * (1 + policy.jitter * chance),
        next_poll_why=wait.why,
        polled_at=now,
        failures=failures,
        failure=failed.reason,
    )


def postponed(feed: Feed, until: datetime, policy: PollPolicy, chance: float) -> PollState:
    """Return the state of a feed whose host wants to be left alone until then; its feeds come back one by one."""
    return replace(
        feed.poll,
        next_poll_at=until + interval(feed, policy) * chance,
        next_poll_why="its host asks for patience (429)",
    )


def _back_off(feed: Feed, failed: FetchFailed, failures: int, policy: PollPolicy) -> Pause:
    passing = failed.status is None or failed.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    cap = max(
        interval(feed, policy),
        min(policy.outage_cap if passing else policy.max_interval, policy.max_interval),
    )
    grown = min(interval(feed, policy) * (1 << min(failures - 1, _DOUBLINGS)), cap)
    asked = failed.retry_after or timedelta(0)
    if failed.status == _TOO_MANY_REQUESTS and asked <= timedelta(0):
        asked = policy.busy_pause
    asked = max(timedelta(0), min(asked, policy.hint_cap))
    if asked > grown:
        return Pause(asked, f"its server asks to be left alone for {span(asked)}")
    return Pause(grown, "it failed once" if failures == 1 else f"it failed {failures} times in a row")
