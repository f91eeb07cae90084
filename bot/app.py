"""The composition root: builds everything from the settings, starts it, stops it."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from functools import partial

import structlog
from rich.console import Console

from bot.adapters.feeds.discovery import Discovery
from bot.adapters.feeds.parser import FeedParser
from bot.adapters.schedule import Schedule
from bot.adapters.web.metrics import Metrics
from bot.adapters.web.server import WebServer
from bot.chat.access import Access, Policy
from bot.chat.service import Chat
from bot.editing import Editing
from bot.finding import make_fetcher
from bot.model.address import Address, Platform
from bot.pipeline.aliases import resolve
from bot.pipeline.deliver import Deliverer
from bot.pipeline.digest import Digester
from bot.pipeline.drafts import expire
from bot.pipeline.ingest import Ingest
from bot.pipeline.notices import Notices
from bot.pipeline.poller import Poller
from bot.platforms import ALL_ROLES, SERVED_BY, Role, make_bots, make_messengers
from bot.polling import lease, make_burst, make_ingest
from bot.ports import Clock
from bot.pushing import PushSide
from bot.session import is_shared
from bot.settings.settings import Settings
from bot.starters import starter_topics
from bot.stores.store import Store

TICK = timedelta(seconds=1)
_GRACE = timedelta(seconds=2)
_NAMES = timedelta(minutes=5)
_PARTING = timedelta(seconds=4)

_log = structlog.get_logger()


class App:
    """One process of Newsbell. ``start`` returns at once; ``stop`` needs less than 5 seconds.

    ``tick`` is how often due rows are looked for; alerts are sent as soon as they are written, ticks or not.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        *,
        roles: Collection[Role] = ALL_ROLES,
        console: Console | None = None,
        tick: timedelta = TICK,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._roles = roles
        self._tick = tick
        self._fetcher = make_fetcher(settings)
        self._parser = FeedParser()
        self._editing = Editing(settings, store, self._fetcher, clock)
        self._messengers = make_messengers(settings, console)
        self._metrics = Metrics()
        self._deliverer = self._make_deliverer()
        self._digester = Digester(store, clock, make_burst(settings), wake=self._deliverer.notify)
        ingest = self._make_ingest()
        self._poller = self._make_poller(ingest)
        self._push = self._make_push(ingest)
        self._bots = make_bots(settings, self._make_chat(), roles)
        self._web = self._make_web()
        self._schedule = Schedule()

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """The platforms that this process delivers to."""
        return self._deliverer.platforms

    @property
    def web_address(self) -> str | None:
        """Where the status page is, None where it is switched off."""
        return self._web.url if self._web else None

    def _make_deliverer(self) -> Deliverer:
        served = {
            platform: messenger
            for platform, messenger in self._messengers.by_platform.items()
            if SERVED_BY[platform] in self._roles
        }
        # Only Telegram's admins have a private chat whose address is known beforehand.
        admins = [Address.parse(key) for key in self._settings.telegram.admins]
        told = admins if Platform.TELEGRAM in self._messengers.by_platform else []
        notices = Notices(self._store, self._clock, told)
        return Deliverer(self._store, served, self._clock, observer=self._metrics, notices=notices)

    def _make_ingest(self) -> Ingest:
        return make_ingest(
            self._settings,
            self._store,
            self._fetcher,
            self._parser,
            self._clock,
            editing=self._editing,
            observer=self._metrics,
            wake=self._deliverer.notify,
        )

    def _make_poller(self, ingest: Ingest) -> Poller:
        polling = self._settings.polling
        return Poller(
            self._store,
            ingest,
            self._clock,
            concurrency=polling.concurrency,
            per_host=polling.per_host,
            lease=lease(self._settings),
        )

    def _make_push(self, ingest: Ingest) -> PushSide:
        return PushSide(
            self._settings,
            self._store,
            ingest,
            self._clock,
            self._metrics,
            asks=Role.POLL in self._roles,
            receives=Role.WEB in self._roles and self._settings.web.listen is not None,
        )

    def _make_chat(self) -> Chat:
        settings = self._settings
        access = Access(
            Policy(settings.access.who),
            frozenset(settings.access.allow),
            frozenset((*settings.telegram.admins, *settings.discord.admins)),
            settings.access.max_subscriptions,
        )
        return Chat(
            self._store,
            Discovery(self._fetcher, self._parser),
            self._messengers.by_platform,
            self._clock,
            access,
            topics=starter_topics(),
            timezone=settings.timezone,
            language=settings.language,
        )

    def _make_web(self) -> WebServer | None:
        web = self._settings.web
        if Role.WEB not in self._roles or web.listen is None:
            return None
        return WebServer(
            str(web.listen),
            self._store,
            self._metrics,
            self._clock,
            token=web.token.get_secret_value() if web.token else None,
            checks=self._bots.checks,
            telegram=next(iter(self._bots.hooks), None),
            hubs=self._push.door,
            timezone=self._settings.timezone,
        )

    async def start(self) -> None:
        """Begin to poll, deliver, answer and serve, as the roles say."""
        if not is_shared(self._settings):
            # The sole process of this database: whoever held a lease is gone.
            freed = await self._store.release_leases(self._clock.now())
            if freed:
                _log.info("leases_released", rows=freed)
        if self._web:
            await self._web.start()
        await asyncio.gather(*(bot.start() for bot in self._bots.running))
        if Role.POLL in self._roles:
            self._schedule.every("poll", self._tick, self._poller.tick)
            self._schedule.every("digest", self._tick, self._digester.tick)
            self._schedule.every("drafts", self._tick, self._expire_drafts)
            self._schedule.every("names", _NAMES, self._resolve_names)
            self._schedule.daily("prune", self._prune)
        if self._push.pusher:
            self._schedule.every("push", self._tick, self._push.pusher.tick)
        for platform in self._deliverer.platforms:
            self._schedule.every(f"deliver_{platform}", self._tick, partial(self._deliverer.tick, platform))
        self._schedule.start()

    async def _resolve_names(self) -> None:
        await resolve(self._store, self._messengers.by_platform)

    async def _expire_drafts(self) -> None:
        await expire(self._store, self._clock.now())

    async def _prune(self) -> None:
        now = self._clock.now()
        gone = await self._store.prune(
            now, retention=self._settings.retention
        ) + await self._store.forget_left(now)
        _log.info("pruned", rows=gone)

    async def stop(self) -> None:
        """Begin nothing more, give what runs a moment, close everything; what is left waits in the database."""
        self._schedule.stop()
        parting = [self._poller.stop(_GRACE), self._deliverer.stop(_GRACE), self._push.stop(_GRACE)]
        parting += [part.stop() for part in (*self._bots.running, self._web) if part]
        try:
            async with asyncio.timeout(_PARTING.total_seconds()):
                results = await asyncio.gather(*parting, return_exceptions=True)
        except TimeoutError:
            _log.warning("stop_took_too_long")
            results = []
        for failure in (each for each in results if isinstance(each, Exception)):
            _log.error("stop_failed", exc_info=failure)
        closing = (self._messengers, self._editing, self._fetcher, self._push, self._parser)
        for part in closing:
            await part.close()
