"""The REST side: what answers which path. Each handler returns a status and a JSON value."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.standins.discord import bodies, errors, schema
from tests.standins.discord.crossposts import ROUTES as CROSSPOST_ROUTES
from tests.standins.discord.discussions import ROUTES as DISCUSSION_ROUTES
from tests.standins.discord.faults import Banned, Drop, Fault, Garbage, Hang, Limit, Refuse, Trouble
from tests.standins.discord.interactions import ROUTES as INTERACTION_ROUTES
from tests.standins.discord.replies import Context, Reply, Route
from tests.standins.discord.state import Call, State
from tests.standins.discord.webhooks import ROUTES as WEBHOOK_ROUTES
from tests.standins.discord.world import FORUMS, PUBLIC_THREAD, THREADS, Channel, snowflake

BASE = "/api/v10"


def me(ctx: Context) -> Reply:
    return 200, ctx.state.bot.json()


def application(ctx: Context) -> Reply:
    state = ctx.state
    return 200, {
        "id": state.app_id,
        "name": state.bot.name,
        "icon": None,
        "description": "",
        "rpc_origins": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": state.owner.json(),
        "team": None,
        "hook": True,
        "summary": "",
        "tags": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": len(state.guilds),
    }


def get_channel(ctx: Context) -> Reply:
    return 200, ctx.channel().json()


def get_guild(ctx: Context) -> Reply:
    return 200, ctx.state.guild(ctx.path["guild"]).json()


def get_roles(ctx: Context) -> Reply:
    return 200, ctx.state.guild(ctx.path["guild"]).json()["roles"]


def get_member(ctx: Context) -> Reply:
    guild = ctx.state.guild(ctx.path["guild"])
    user_id = ctx.state.bot.id if ctx.path["user"] == "@me" else ctx.path["user"]
    member = guild.members.get(user_id)
    if member is None:
        raise errors.unknown(10007, "Member")
    return 200, member.json()


def open_dm(ctx: Context) -> Reply:
    schema.enforce(schema.fields({"recipient_id": schema.snowflake}, ("recipient_id",)), ctx.body)
    user = ctx.state.users.get(ctx.body["recipient_id"])
    if user is None:
        raise errors.unknown(10013, "User")
    return 200, ctx.state.dm_with(user).json()


def create_message(ctx: Context) -> Reply:
    channel, state = ctx.channel(), ctx.state
    bodies.check_message(bodies.CREATE, ctx.body)
    state.may_post(channel, ctx.body)
    bodies.check_not_empty(ctx.body)
    if known := state.recall(ctx.body):
        return 200, known.json()
    nonce = ctx.body.get("nonce")
    message = state.store(channel, state.bot, dict(ctx.body), nonce=nonce)
    state.remember(nonce, message)
    return 200, message.json()


def list_messages(ctx: Context) -> Reply:
    shown = [message.json() for message in reversed(ctx.channel().messages) if not message.deleted]
    return 200, shown[: int(ctx.query.get("limit", "50"))]


def get_message(ctx: Context) -> Reply:
    return 200, ctx.state.message(ctx.channel(), ctx.path["message"]).json()


def edit_message(ctx: Context) -> Reply:
    message = ctx.state.message(ctx.channel(), ctx.path["message"])
    bodies.check_message(bodies.EDIT, ctx.body)
    if message.author.id != ctx.state.bot.id:
        raise errors.ApiError(403, 50005, "Cannot edit a message authored by another user")
    merged = message.payload | ctx.body
    bodies.check_not_empty(merged)
    message.payload = merged
    message.revisions += 1
    ctx.state.notify()
    return 200, message.json()


def delete_message(ctx: Context) -> Reply:
    ctx.state.message(ctx.channel(), ctx.path["message"]).deleted = True
    ctx.state.notify()
    return 204, None


def create_thread(ctx: Context) -> Reply:
    channel, state = ctx.channel(), ctx.state
    if channel.type in FORUMS:
        return _create_post(ctx, channel)
    schema.enforce(bodies.THREAD, ctx.body)
    state.require(channel, "CREATE_PUBLIC_THREADS")
    thread = _thread(ctx, channel)
    return 201, thread.json()


def _create_post(ctx: Context, forum: Channel) -> Reply:
    state, message = ctx.state, ctx.body.get("message") or {}
    bodies.check_message(bodies.POST, ctx.body)
    state.require(forum, "SEND_MESSAGES", *(["EMBED_LINKS"] if message.get("embeds") else []))
    bodies.check_not_empty(message)
    tags = ctx.body.get("applied_tags") or []
    if any(tag not in [known["id"] for known in forum.tags] for tag in tags):
        raise errors.unknown(10087, "Tag")
    if forum.require_tag and not tags:
        raise errors.ApiError(400, 40067, "A tag is required to create a forum post in this channel")
    thread = _thread(ctx, forum)
    thread.applied_tags = list(tags)
    first = state.store(thread, state.bot, dict(message))
    first.id = thread.id
    return 201, thread.json() | {"message": first.json()}


def _thread(ctx: Context, parent: Channel) -> Channel:
    thread = Channel(
        snowflake(), PUBLIC_THREAD, ctx.body["name"], parent.guild, parent=parent, owner=ctx.state.bot
    )
    ctx.state.channels[thread.id] = thread
    return thread


def active_threads(ctx: Context) -> Reply:
    guild = ctx.state.guild(ctx.path["guild"])
    threads = [
        channel.json()
        for channel in ctx.state.channels.values()
        if channel.guild is guild and channel.type in THREADS and not channel.archived
    ]
    return 200, {"threads": threads, "members": []}


def get_commands(ctx: Context) -> Reply:
    ctx.own_app()
    return 200, ctx.state.commands


def put_commands(ctx: Context) -> Reply:
    ctx.own_app()
    bodies.check_commands(ctx.body)
    old = {command["name"]: command["id"] for command in ctx.state.commands}
    ctx.state.commands = [
        {
            "type": 1,
            "default_member_permissions": None,
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
            **command,
            "id": old.get(command["name"]) or snowflake(),
            "application_id": ctx.state.app_id,
            "version": snowflake(),
        }
        for command in ctx.body
    ]
    ctx.state.command_writes += 1
    ctx.state.notify()
    return 200, ctx.state.commands


_BOT_ROUTES = (
    Route("GET", "/users/@me", me),
    Route("POST", "/users/@me/channels", open_dm),
    Route("GET", "/applications/@me", application),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/channels/{channel}", get_channel, major="channel"),
    Route("POST", "/channels/{channel}/messages", create_message, major="channel"),
    Route("GET", "/channels/{channel}/messages", list_messages, major="channel"),
    Route("GET", "/channels/{channel}/messages/{message}", get_message, major="channel"),
    Route("PATCH", "/channels/{channel}/messages/{message}", edit_message, major="channel"),
    Route("DELETE", "/channels/{channel}/messages/{message}", delete_message, major="channel"),
    Route("POST", "/channels/{channel}/threads", create_thread, major="channel"),
    Route("GET", "/guilds/{guild}", get_guild, major="guild"),
    Route("GET", "/guilds/{guild}/roles", get_roles, major="guild"),
    Route("GET", "/guilds/{guild}/members/{user}", get_member, major="guild"),
    Route("GET", "/guilds/{guild}/threads/active", active_threads, major="guild"),
    Route("GET", "/applications/{app}/commands", get_commands),
    Route("PUT", "/applications/{app}/commands", put_commands),
)


@dataclass(frozen=True)
class Compiled:
    route: Route
    expression: re.Pattern[str]


def _compile(route: Route) -> Compiled:
    expression = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.template.replace(".", r"\."))
    return Compiled(route, re.compile(expression))


class Rest:
    """Answers every request under ``/api/v10``."""

    def __init__(self, state: State, gateway_url: Callable[[], str]) -> None:
        self.state = state
        gateway = (
            Route("GET", "/gateway", lambda _: (200, {"url": gateway_url()}), auth=False),
            Route(
                "GET",
                "/gateway/bot",
                lambda _: (
                    200,
                    {
                        "url": gateway_url(),
                        "shards": 1,
                        "session_start_limit": {
                            "total": 1000,
                            "remaining": 999,
                            "reset_after": 14400000,
                            "max_concurrency": 1,
                        },
                    },
                ),
            ),
        )
        every = (
            *gateway,
            *_BOT_ROUTES,
            *CROSSPOST_ROUTES,
            *DISCUSSION_ROUTES,
            *INTERACTION_ROUTES,
            *WEBHOOK_ROUTES,
        )
        self.compiled = [_compile(route) for route in every]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(BASE)
        body = await read_body(request, self.state)
        call = Call(request.method, path, dict(request.query), dict(request.headers), body)
        self.state.calls.append(call)
        try:
            fault = self.state.faults.take(request.method, path)
            if fault is not None:
                return await self._fail(fault, call, request)
            return self._send(call, *self._answer(call))
        finally:
            self.state.notify()

    def _answer(self, call: Call) -> tuple[int, Any, dict[str, str]]:
        found = self._find(call)
        if found is None:
            return 404, errors.not_found().body, {}
        route, path = found
        if route.auth and call.headers.get("Authorization") != f"Bot {self.state.token}":
            return 401, errors.unauthorized().body, {}
        headers: dict[str, str] = {}
        if route.limited:
            wait = self.state.buckets.take_global() if route.auth else 0.0
            if wait:
                return 429, *_limited(Limit(wait, "global"))
            passage = self.state.buckets.take(f"{route.method} {route.template}", path.get(route.major, ""))
            headers = passage.headers
            if not passage.ok:
                status_body, more = _limited(Limit(passage.retry_after))
                return 429, status_body, headers | more
        try:
            status, answer = route.handler(Context(self.state, path, call.query, call.body))
        except errors.ApiError as error:
            return error.status, error.body, headers
        return status, answer, headers

    def _find(self, call: Call) -> tuple[Route, dict[str, str]] | None:
        for one in self.compiled:
            if one.route.method == call.method and (match := one.expression.fullmatch(call.path)):
                return one.route, match.groupdict()
        return None

    def _send(self, call: Call, status: int, answer: Any, headers: dict[str, str]) -> web.Response:
        call.status, call.answer = status, answer
        headers = {"Via": "1.1 google", **headers}
        if status == 204:
            return web.Response(status=204, headers=headers)
        return web.Response(
            status=status, body=json.dumps(answer).encode(), content_type="application/json", headers=headers
        )

    async def _fail(self, fault: Fault, call: Call, request: web.Request) -> web.StreamResponse:
        if isinstance(fault, Trouble | Hang | Drop) and fault.accept:
            self._answer(call)
        if isinstance(fault, Hang):
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, Drop) and request.transport is not None:
            request.transport.abort()
        return self._faulty(fault, call)

    def _faulty(self, fault: Fault, call: Call) -> web.Response:
        match fault:
            case Refuse(status, code, message):
                return self._send(call, status, {"message": message, "code": code}, {})
            case Limit():
                answer, headers = _limited(fault)
                response = self._send(call, 429, answer, headers)
                if not fault.via:
                    del response.headers["Via"]
                return response
            case Banned(retry_after):
                more = {"Retry-After": str(retry_after)} if retry_after is not None else {}
                return _page(call, 429, "error code: 1015", more)
            case Trouble(status):
                return _page(call, status, "<html>trouble</html>", {})
            case Garbage(text):
                return _page(call, 200, text, {})
            case Hang() | Drop():
                return _page(call, 504, "", {})


async def read_body(request: web.Request, state: State) -> Any:
    """Return a JSON body, or that of a form, whose files are kept under their names."""
    if request.content_type == "multipart/form-data":
        form = await request.post()
        for value in form.values():
            if isinstance(value, web.FileField):
                state.uploads.append((value.filename, value.file.read()))
        return json.loads(str(form["payload_json"]))
    raw = await request.read()
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")


def _page(call: Call, status: int, text: str, headers: dict[str, str]) -> web.Response:
    call.status = status
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def _limited(limit: Limit) -> tuple[dict[str, Any], dict[str, str]]:
    body: dict[str, Any] = {
        "message": "You are being rate limited.",
        "retry_after": limit.retry_after,
        "global": limit.scope == "global",
    }
    if limit.code:
        body["code"] = limit.code
    headers = {
        "Retry-After": limit.header or str(max(1, round(limit.retry_after))),
        "X-RateLimit-Scope": limit.scope,
        "X-RateLimit-Reset-After": str(limit.retry_after),
    }
    if limit.scope == "global":
        headers["X-RateLimit-Global"] = "true"
        del headers["X-RateLimit-Reset-After"]
    return body, headers
