"""How polls are made: with the bounds of ``[polling]``, whoever asks for them."""

from collections.abc import Callable
from datetime import timedelta

from bot.editing import Editing, longest_wait
from bot.model.burst import Burst
from bot.pipeline.ingest import Ingest
from bot.pipeline.match import LiveQueries
from bot.pipeline.poll import PollPolicy
from bot.pipeline.summarise import SummaryStyle
from bot.ports import Clock, Fetcher, Observer, Parser
from bot.settings.settings import Settings
from bot.starters import starter_topics
from bot.stores.store import Store

# What a poll may take beyond its request: waiting for a place, parsing, writing.
READING = timedelta(minutes=3)


def make_policy(settings: Settings) -> PollPolicy:
    """Return the bounds of polling."""
    polling = settings.polling
    return PollPolicy(
        interval=polling.interval,
        min_interval=polling.min_interval,
        max_interval=polling.max_interval,
        deadline=polling.timeout + READING + longest_wait(settings),
    )


def make_burst(settings: Settings) -> Burst:
    """Return how many alerts a destination gets one by one."""
    return Burst(settings.delivery.max_burst, settings.delivery.burst_window)


def lease(settings: Settings) -> timedelta:
    """Return how long a poll may take before another process may begin it again."""
    return make_policy(settings).deadline + READING


def make_ingest(
    settings: Settings,
    store: Store,
    fetcher: Fetcher,
    parser: Parser,
    clock: Clock,
    *,
    editing: Editing | None = None,
    observer: Observer | None = None,
    wake: Callable[[], None] = lambda: None,
) -> Ingest:
    """Return what polls one feed and writes what came of it."""
    return Ingest(
        store,
        fetcher,
        parser,
        LiveQueries(store, starter_topics(), observer),
        clock,
        make_policy(settings),
        style=SummaryStyle(sentences=settings.summary.sentences),
        burst=make_burst(settings),
        editor=editing.editor if editing else None,
        patience=editing.patience if editing else None,
        observer=observer,
        wake=wake,
    )
