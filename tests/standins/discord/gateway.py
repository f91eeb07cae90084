"""The gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME, and the events of the world."""

import json
import secrets
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.standins.discord import permissions
from tests.standins.discord.state import State
from tests.standins.discord.world import THREADS, Channel, Guild

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
PAYLOADS_A_CONNECTION = 120


@dataclass
class Session:
    """What RESUME can continue: the events sent so far."""

    id: str
    intents: int
    sequence: int = 0
    sent: list[tuple[int, str]] = field(default_factory=list)
    line: "Line | None" = None


class Line:
    """One WebSocket, compressed as a whole where zlib-stream was asked for."""

    def __init__(self, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self.socket = socket
        self._deflate = zlib.compressobj() if compress else None

    async def send(self, text: str) -> None:
        if self.socket.closed:
            return
        if self._deflate is None:
            await self.socket.send_str(text)
        else:
            data = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(data)

    async def op(self, op: int, data: Any = None) -> None:
        await self.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def close(self, code: int, reason: str = "") -> None:
        await self.socket.close(code=code, message=reason.encode())


class Gateway:
    """Counts what came (``identifies``, ``resumes``, ``heartbeats``) and sends what happens."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.sessions: dict[str, Session] = {}
        self.lines: set[Line] = set()
        self.identifies: list[dict[str, Any]] = []
        self.resumes = 0
        self.heartbeats = 0
        self.closing: bool = False
        self.heartbeat_interval = 41250
        self.url = ""

    @property
    def live(self) -> list[Session]:
        return [one for one in self.sessions.values() if one.line and not one.line.socket.closed]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.closing:
            return web.Response(status=503)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        line = Line(socket, compress=request.query.get("compress") == "zlib-stream")
        self.lines.add(line)
        try:
            await self._talk(line)
        finally:
            self.lines.discard(line)
            self.state.notify()
        return socket

    async def _talk(self, line: Line) -> None:
        await line.op(HELLO, {"heartbeat_interval": self.heartbeat_interval})
        session: Session | None = None
        received = 0
        async for message in line.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            received += 1
            if received > PAYLOADS_A_CONNECTION:
                await line.close(4008, "Rate limited")
                return
            payload = json.loads(message.data)
            match payload.get("op"):
                case 1:
                    self.heartbeats += 1
                    await line.op(HEARTBEAT_ACK)
                case 2:
                    if session:
                        await line.close(4005, "Already authenticated")
                        return
                    session = await self._identify(line, payload["d"])
                case 6:
                    session = await self._resume(line, payload["d"])
                case 3 | 4 | 8 if session:
                    continue
                case 3 | 4 | 8:
                    await line.close(4003, "Not authenticated")
                case _:
                    await line.close(4001, "Unknown opcode")

    async def _identify(self, line: Line, data: dict[str, Any]) -> Session | None:
        self.identifies.append(data)
        if data.get("token") != self.state.token:
            await line.close(4004, "Authentication failed")
            return None
        if int(data.get("intents", 0)) & PRIVILEGED:
            await line.close(4014, "Disallowed intents")
            return None
        session = Session(secrets.token_hex(16), int(data.get("intents", 0)), line=line)
        self.sessions[session.id] = session
        guilds = [guild for guild in self.state.guilds.values() if guild.bot_is_member]
        await self._dispatch(
            session,
            "READY",
            {
                "v": 10,
                "user": self.state.bot.json() | {"verified": True, "mfa_enabled": False, "email": None},
                "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self.url,
                "application": {"id": self.state.app_id, "flags": 0},
                "private_channels": [],
                "shard": data.get("shard", [0, 1]),
            },
        )
        for guild in guilds:
            await self._dispatch(session, "GUILD_CREATE", self.guild_create(guild))
        self.state.notify()
        return session

    async def _resume(self, line: Line, data: dict[str, Any]) -> Session | None:
        self.resumes += 1
        session = self.sessions.get(str(data.get("session_id")))
        if session is None or data.get("token") != self.state.token:
            await line.op(INVALID_SESSION, False)
            return None
        session.line = line
        for sequence, text in session.sent:
            if sequence > int(data.get("seq") or 0):
                await line.send(text)
        await self._dispatch(session, "RESUMED", {})
        self.state.notify()
        return session

    async def _dispatch(self, session: Session, name: str, data: Any) -> None:
        session.sequence += 1
        text = json.dumps({"op": DISPATCH, "d": data, "s": session.sequence, "t": name})
        session.sent.append((session.sequence, text))
        if session.line:
            await session.line.send(text)

    async def dispatch(self, name: str, data: Any) -> None:
        """Send an event to every live session, and keep it for those that will resume."""
        for session in self.sessions.values():
            await self._dispatch(session, name, data)

    def guild_create(self, guild: Guild) -> dict[str, Any]:
        channels = [channel for channel in self.state.channels.values() if channel.guild is guild]
        bot = guild.members.get(self.state.bot.id)
        return guild.json() | {
            "unavailable": False,
            "large": False,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "member_count": len(guild.members),
            "members": [bot.json()] if bot else [],
            "channels": [self._shown(channel) for channel in channels if channel.type not in THREADS],
            "threads": [self._shown(channel) for channel in channels if channel.type in THREADS],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def _shown(self, channel: Channel) -> dict[str, Any]:
        return channel.json() | {"permissions": str(permissions.in_channel(channel, self.state.bot))}

    async def reconnect(self) -> None:
        for line in list(self.lines):
            await line.op(RECONNECT)

    async def invalidate(self, *, resumable: bool) -> None:
        if not resumable:
            self.sessions.clear()
        for line in list(self.lines):
            await line.op(INVALID_SESSION, resumable)

    async def close(self, code: int) -> None:
        for line in list(self.lines):
            await line.close(code)
