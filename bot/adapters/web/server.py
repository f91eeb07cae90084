"""The web side of the daemon: status page, health, metrics, Telegram's updates, what hubs push."""

import asyncio
import hmac
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address

import structlog
from aiohttp import web

from bot.adapters.web.guard import COOKIE, COOKIE_SECONDS, Door, headers, quiet_logger
from bot.adapters.web.metrics import Metrics
from bot.adapters.web.page import NOTHING, Facts, page
from bot.adapters.web.readiness import DATABASE, SECONDS, Check, Readiness
from bot.adapters.web.render import Pages
from bot.adapters.web.websub import HubDoor
from bot.errors import UserError
from bot.model.delivery import DeliveryStatus
from bot.ports import Clock
from bot.stores.store import Store

SHOWN = 50
_MOST_BODY = 2**20
_STOP_SECONDS = 2.0
_DAY = timedelta(days=1)
_OPEN = (DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.DEAD)
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram posts updates: ``/telegram/SECRET``.

    ``handle`` gets the body and the (lower-case) headers, and returns False for a request that is not Telegram's.
    """

    secret: str = field(repr=False)
    handle: Callable[[bytes, Mapping[str, str]], Awaitable[bool]]


class WebServer:
    """Serves ``listen`` (``host:port``, port 0 for any free one) from ``start`` to ``stop``.

    ``/`` and ``/metrics`` ask for ``token`` where there is one; ``/healthz`` and ``/readyz`` are for everybody and say
    nothing but names. ``checks`` are the parts of the process that ``/readyz`` asks, besides the database.
    """

    def __init__(
        self,
        listen: str,
        store: Store,
        metrics: Metrics,
        clock: Clock,
        *,
        token: str | None = None,
        checks: Mapping[str, Check] | None = None,
        telegram: Hook | None = None,
        hubs: HubDoor | None = None,
        timezone: str = "UTC",
    ) -> None:
        self._host, self._port = read_listen(listen)
        self._store = store
        self._metrics = metrics
        self._clock = clock
        self._timezone = timezone
        self._readiness = Readiness(store, checks or {})
        self._telegram = telegram
        self._hubs = hubs
        self._token = token
        self._door = Door(token, loopback=is_loopback(self._host))
        self._pages = Pages()
        self._headers = headers(self._pages.style)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Return the address that is served; raises RuntimeError before ``start``."""
        if self._runner is None or not self._runner.addresses:
            raise RuntimeError("The web server has not been started.")
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def start(self) -> None:
        """Listen; raises UserError where the address cannot be used."""
        app = web.Application(client_max_size=_MOST_BODY, middlewares=[self._safely])
        app.on_response_prepare.append(self._protect)
        app.router.add_get("/", self._status)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._expose)
        if self._telegram:
            app.router.add_post("/telegram/{secret}", self._update)
        if self._hubs:
            app.router.add_get("/websub/{token}", self._hubs.question, allow_head=False)
            app.router.add_post("/websub/{token}", self._hubs.document)
        runner = web.AppRunner(app, access_log=None, logger=quiet_logger(), shutdown_timeout=_STOP_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise UserError(
                f"{self._host}:{self._port} cannot be listened on ({error.strerror or 'refused'}); "
                "choose another [web] listen."
            ) from error
        self._runner = runner
        log.info("web_ready", url=self.url)

    async def stop(self) -> None:
        """Finish what is being answered, within two seconds, and close."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _protect(self, request: web.Request, response: web.StreamResponse) -> None:  # noqa: ARG002  # aiohttp's signature
        response.headers.update(self._headers)

    @web.middleware
    async def _safely(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer a failure without its text, which may hold what must not be shown."""
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as error:  # noqa: BLE001  # one broken page must not stop the others
            _report(request, error)
            return web.Response(status=500, text="That page cannot be shown now; the log says why.\n")

    async def _status(self, request: web.Request) -> web.Response:
        if not self._door.admits(request):
            return self._locked()
        if self._door.names_token(request):
            return self._remember(request)
        troubles = await self._readiness.troubles()
        facts = NOTHING if DATABASE in troubles else await self._facts()
        shown = page(facts, troubles, now=self._clock.now(), timezone=self._timezone)
        status = 503 if DATABASE in troubles else 200
        return web.Response(status=status, text=self._pages.status(shown), content_type="text/html")

    async def _facts(self) -> Facts:
        async with asyncio.timeout(SECONDS):
            return Facts(
                feeds=await self._store.feeds(),
                alerts=await self._store.alerts(limit=SHOWN),
                deliveries=await self._store.deliveries(statuses=_OPEN, limit=SHOWN),
                totals=await self._store.totals(),
                stats=await self._store.outbox_stats(self._clock.now()),
                latency=await self._store.latency(self._clock.now() - _DAY),
            )

    def _locked(self) -> web.Response:
        """Return the refusal; a wrong token is told no more than a missing one."""
        form = self._token is not None
        answer = web.Response(
            status=401 if form else 403, text=self._pages.locked(form=form), content_type="text/html"
        )
        if form:
            answer.headers["WWW-Authenticate"] = 'Bearer realm="newsbell"'
        return answer

    def _remember(self, request: web.Request) -> web.Response:
        """Leave a cookie and take the token out of the address, which browsers keep."""
        answer = web.Response(status=303, headers={"Location": "/"})
        answer.set_cookie(
            COOKIE,
            self._door.cookie,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
        )
        return answer

    async def _healthz(self, request: web.Request) -> web.Response:  # noqa: ARG002  # aiohttp's signature
        return web.Response(text="ok\n")

    async def _readyz(self, request: web.Request) -> web.Response:  # noqa: ARG002  # aiohttp's signature
        troubles = await self._readiness.troubles()
        parts = {name: "not ready" if name in troubles else "ok" for name in self._readiness.names}
        return web.json_response({"ready": not troubles, "parts": parts}, status=503 if troubles else 200)

    async def _expose(self, request: web.Request) -> web.Response:
        if not self._door.admits(request):
            return self._locked()
        try:
            async with asyncio.timeout(SECONDS):
                now = self._clock.now()
                totals, stats = await self._store.totals(), await self._store.outbox_stats(now)
                self._metrics.stored(totals, stats, await self._store.push_counts(), now)
        except Exception as error:  # noqa: BLE001  # the counters of the process are worth having without the database
            log.warning("database_not_ready", error=type(error).__name__)
            self._metrics.store_failed()
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": _METRICS_TYPE})

    async def _update(self, request: web.Request) -> web.Response:
        hook = self._telegram
        given = request.match_info["secret"].encode(errors="replace")
        if hook is None or not hmac.compare_digest(given, hook.secret.encode()):
            raise web.HTTPNotFound
        names = {name.lower(): value for name, value in request.headers.items()}
        accepted = await hook.handle(await request.read(), names)
        return web.Response(status=200 if accepted else 403)


def _report(request: web.Request, error: Exception) -> None:
    resource = request.match_info.route.resource
    path = resource.canonical if resource else "unknown"
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("page_failed", path=path, error=type(error).__name__, trace=trace)


def read_listen(text: str) -> tuple[str, int]:
    """Read ``host:port`` or ``[host]:port``; raises UserError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 2**16 - 1:
        raise UserError(f"'{text}' is no address to listen on; write host:port, such as 127.0.0.1:8787.")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
