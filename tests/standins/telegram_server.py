"""A Bot API server on loopback that refuses what Telegram refuses, records every call, and is driven from a test.

    async with TelegramServer() as telegram:
        group = telegram.add_chat(-1001, "supergroup", title="News", forum=True, topics={7})
        telegram.say(group.id, 5, "/subscribe Takaichi", thread=7)
        sent = await telegram.wait_for(lambda: telegram.sent(group.id))

``telegram.url`` and ``telegram.token`` are what a program needs as ``api_url`` and ``token``.
"""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from aiohttp import ClientSession, web

from tests.standins.telegram_faults import KINDS, PAGES, WRITING, Dropped, Fault
from tests.standins.telegram_params import PARAMETERS, REQUIRED, UPDATE_TYPES, Params
from tests.standins.telegram_rules import Refused, bad, check_commands, check_content
from tests.standins.telegram_world import Chat, Member, SentMessage, User

T = TypeVar("T")
TOKEN = "4242424242:AAStandInTokenThatMustNeverBeSeenAnywhere"
BOT = User(4242424242, "Newsbell", "newsbell_test_bot", is_bot=True)
PAGE = "<html><body>Not here</body></html>"
ANONYMOUS_ADMIN = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)


@dataclass(slots=True)
class Call:
    """One request: the method, its parameters as read, the monotonic second it came, and the answer given."""

    method: str
    params: Params
    at: float
    status: int = 0
    error: str | None = None


class TelegramServer:
    """The stand-in. Chat and user ids are ints; a person's private chat has the person's id."""

    def __init__(self, *, token: str = TOKEN, bot: User = BOT) -> None:
        self.token = token
        self.bot = bot
        self.calls: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, User] = {bot.id: bot}
        self.faults: list[Fault] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.webhook: Params = {}
        self.answered: list[Params] = []
        self.latency = 0.0
        self.url = ""
        self._updates: list[dict[str, Any]] = []
        self._last_update = 100
        self._allowed: list[str] | None = None
        self._queries: set[str] = set()
        self.files: dict[str, tuple[str, bytes]] = {}
        self.documents: list[tuple[int, str, bytes]] = []
        self._polling: asyncio.Event | None = None
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    # --- life -------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on a free port of loopback; after a ``stop``, on the same one again."""
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Stop listening; everything said and sent stays."""
        if self._polling is not None:
            self._polling.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # --- control ----------------------------------------------------------------------------------------------

    def add_user(self, user: int, name: str | None = None, username: str | None = None) -> User:
        """Add a person, or return the one who is there."""
        return self.users.setdefault(user, User(user, name or f"User {user}", username))

    def add_chat(
        self,
        chat: int,
        kind: str = "private",
        *,
        title: str | None = None,
        username: str | None = None,
        forum: bool = False,
        topics: Sequence[int] | set[int] = (),
        admins: Sequence[int] = (),
        bot: str | None = None,
    ) -> Chat:
        """Add a chat with the bot in it (``bot`` is its status; in channels an administrator that may post)."""
        person = self.add_user(chat, title, username) if kind == "private" else None
        made = Chat(chat, kind, person.name if person else title, username, forum, set(topics))
        rights = {"can_post_messages": True} if kind == "channel" else {}
        default = "administrator" if kind == "channel" else "member"
        made.members[self.bot.id] = Member(bot or default, rights)
        for admin in admins:
            made.members[self.add_user(admin).id] = Member("administrator")
        self.chats[chat] = made
        return made

    @property
    def members(self) -> dict[tuple[int, int], Member]:
        """Who is what where, by (chat, user); change a standing with ``chat.members[user] = Member(…)``."""
        return {(chat.id, user): one for chat in self.chats.values() for user, one in chat.members.items()}

    def say(
        self,
        chat: int,
        user: int | None,
        text: str,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        anonymous: bool = False,
        file: tuple[str, bytes] | None = None,
    ) -> int:
        """A person writes (in a channel: somebody posts; ``anonymous``: an admin writes as the group itself).

        With a ``file`` (name, content) the text is its caption.
        """
        place = self.chats.get(chat) or self.add_chat(chat)
        message: dict[str, Any] = {
            "message_id": place.next_id(),
            "date": int(time.time()),
            "chat": place.json(),
            "text": text,
        }
        if file is not None:
            message["caption"] = message.pop("text")
            message["document"] = self._keep(*file)
        elif found := re.match(r"/[A-Za-z0-9_]{1,32}(@\w+)?", text):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": found.end()}]
        if anonymous or place.type == "channel":
            message["sender_chat"] = place.json()
        if anonymous:
            message["from"] = ANONYMOUS_ADMIN.json()
        elif user is not None and place.type != "channel":
            message["from"] = self._present(place, user).json()
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": place.forum}
        if reply_to is not None:
            message["reply_to_message"] = self._earlier(place, reply_to)
        return self.update("channel_post" if place.type == "channel" else "message", message)

    def _earlier(self, place: Chat, message_id: int) -> dict[str, Any]:
        """Return the message that a reply is about, with its author and its buttons where the bot sent it."""
        earlier = {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": place.json(),
            "text": "earlier",
        }
        found = place.find(message_id)
        if found is None:
            return earlier
        own = {"text": found.text, "from": self.bot.json()}
        return earlier | own | ({"reply_markup": found.markup} if found.markup else {})

    def _keep(self, name: str, content: bytes) -> dict[str, Any]:
        """Keep a file as Telegram would, and return how a message tells of it."""
        number = f"file{len(self.files) + 1}"
        self.files[number] = (name, content)
        unique = {"file_id": number, "file_unique_id": f"unique-{number}"}
        return {**unique, "file_name": name, "file_size": len(content)}

    def press(self, message: SentMessage, data: str, user: int) -> str:
        """A person presses a button of a message; returns the query's id."""
        place = self.chats[message.chat_id]
        query = f"{len(self._queries) + 1}{user}"
        self._queries.add(query)
        self.update(
            "callback_query",
            {
                "id": query,
                "from": self._present(place, user).json(),
                "message": place.message_json(message, self.bot),
                "chat_instance": str(place.id),
                "data": data,
            },
        )
        return query

    def block(self, chat: int) -> None:
        """A person blocks the bot, or an admin throws it out; the bot is told."""
        self._stand(chat, "kicked")

    def unblock(self, chat: int) -> None:
        """A person unblocks the bot, or lets it in again."""
        self._stand(chat, "member")

    def migrate(self, old: int, new: int) -> Chat:
        """Turn a group into a supergroup with another id."""
        before = self.chats[old]
        after = self.add_chat(new, "supergroup", title=before.title)
        after.members = dict(before.members)
        before.migrated_to = new
        return after

    def update(self, kind: str, payload: dict[str, Any]) -> int:
        """Queue any update; returns its id."""
        self._last_update += 1
        if self._allowed is None or kind in self._allowed:
            self._updates.append({"update_id": self._last_update, kind: payload})
        self._notify()
        return self._last_update

    def fail(
        self,
        chat: int | None,
        kind: str,
        *,
        times: int | None = 1,
        retry_after: int = 1,
        methods: Sequence[str] = WRITING,
        description: str | None = None,
    ) -> Fault:
        """Make calls for a chat (None: all) go wrong; see ``Fault`` for the kinds. ``heal`` ends it."""
        fault = Fault(kind, chat, times, retry_after, tuple(methods), description)
        if kind not in KINDS:
            raise ValueError(f"there is no fault called {kind}")
        self.faults.append(fault)
        return fault

    def heal(self, chat: int | None = None) -> None:
        """End the faults of a chat, or all."""
        self.faults = [one for one in self.faults if chat is not None and one.chat != chat]

    def sent(self, chat: int, *, thread: int | None = None) -> list[SentMessage]:
        """The messages the bot has in a chat, oldest first; with ``thread`` those of one topic."""
        place = self.chats.get(chat)
        messages = [one for one in place.messages if not one.deleted] if place else []
        return messages if thread is None else [one for one in messages if one.thread == thread]

    def called(self, method: str) -> list[Call]:
        """The recorded calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def waiting(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._updates)

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 20.0) -> T:  # noqa: ASYNC109 (a test's own bound)
        """Return the predicate's value as soon as it is true; TimeoutError says what was called meanwhile."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    self._changed.clear()
                    # The predicate may also look at things that this server is not told about.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(0.02):
                            await self._changed.wait()
                return value
        except TimeoutError:
            calls = [(call.method, call.status, call.error) for call in self.calls[-12:]]
            raise TimeoutError(f"not within {timeout} s; last calls: {calls}") from None

    async def push_webhook(self, url: str) -> list[int]:
        """Post the waiting updates to an address, as Telegram would through a proxy; return the statuses."""
        statuses = []
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(self.webhook.get("secret_token", ""))}
        async with ClientSession() as session:
            while self._updates:
                async with session.post(url, json=self._updates.pop(0), headers=headers) as answer:
                    statuses.append(answer.status)
        return statuses

    def _present(self, place: Chat, user: int) -> User:
        person = self.add_user(user)
        place.members.setdefault(user, Member("member"))
        return person

    def _stand(self, chat: int, status: str) -> None:
        place = self.chats[chat]
        before = place.members[self.bot.id]
        place.members[self.bot.id] = Member(status, before.rights)
        payload = {
            "chat": place.json(),
            "from": self.add_user(abs(chat)).json(),
            "date": int(time.time()),
            "old_chat_member": before.json(self.bot),
            "new_chat_member": place.members[self.bot.id].json(self.bot),
        }
        self.update("my_chat_member", payload)

    def _notify(self) -> None:
        self._changed.set()
        if self._polling is not None and self._updates:
            self._polling.set()

    # --- serving ----------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["method"]
        method = next((name for name in PARAMETERS if name.lower() == asked.lower()), asked)
        call = Call(method, {}, time.monotonic())
        self.calls.append(call)
        try:
            self._authorise(request.match_info["token"])
            call.params = await read_params(request, call.method)
            return await self._answer(call)
        except Refused as refused:
            call.status, call.error = refused.status, refused.description
            body: dict[str, Any] = {
                "ok": False,
                "error_code": refused.status,
                "description": refused.description,
            }
            if refused.parameters:
                body["parameters"] = refused.parameters
            return web.json_response(body, status=refused.status)
        except Dropped:
            call.error = "dropped"
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            self._notify()

    async def _serve_file(self, request: web.Request) -> web.Response:
        found = self.files.get(request.match_info["path"].removeprefix("documents/"))
        if request.match_info["token"] != self.token or found is None:
            return web.Response(status=404)
        return web.Response(body=found[1])

    def _authorise(self, token: str) -> None:
        if not re.fullmatch(r"\d{1,20}:[\w-]{20,}", token):
            raise Refused(404, "Not Found")
        if token != self.token:
            raise Refused(401, "Unauthorized")

    async def _answer(self, call: Call) -> web.StreamResponse:
        fault = self._fault(call)
        if fault is not None:
            if refusal := fault.refusal():
                raise refusal
            if fault.kind in PAGES:
                call.status = PAGES[fault.kind]
                return web.Response(status=call.status, text=PAGE, content_type="text/html")
            if fault.kind == "dropped":
                raise Dropped
            if fault.kind == "hang":
                call.error = "hang"
                self._notify()
                await asyncio.sleep(3600)
        handler: Callable[[Params], Awaitable[Any]] = getattr(self, handler_name(call.method))
        result = await handler(call.params)
        call.status = 200
        self._notify()
        if fault is not None and fault.kind == "late":
            await asyncio.sleep(3600)
        if fault is not None and fault.kind == "mangled":
            return web.Response(text=PAGE, content_type="text/html")
        if fault is not None:
            raise Dropped
        if self.latency and call.method != "getUpdates":
            await asyncio.sleep(self.latency)
        return web.json_response({"ok": True, "result": result})

    def _fault(self, call: Call) -> Fault | None:
        chat = call.params.get("chat_id")
        number = self._number(chat) if chat is not None else None
        for fault in self.faults:
            if fault.concerns(call.method, number):
                fault.spend()
                return fault
        return None

    def _number(self, chat: object) -> int | None:
        if isinstance(chat, int):
            return chat
        name = str(chat).removeprefix("@").lower()
        return next(
            (
                one.id
                for one in self.chats.values()
                if one.type != "private" and (one.username or "").lower() == name
            ),
            None,
        )

    def _chat(self, params: Params) -> Chat:
        number = self._number(params["chat_id"])
        if number is None or number not in self.chats:
            raise bad("chat not found")
        return self.chats[number]

    # --- methods ----------------------------------------------------------------------------------------------

    async def _do_get_me(self, _: Params) -> Any:
        rights = {"can_join_groups": True, "can_read_all_group_messages": False}
        return self.bot.json() | rights | {"supports_inline_queries": False}

    async def _do_get_updates(self, params: Params) -> Any:
        if self.webhook.get("url"):
            text = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refused(409, text)
        if self._polling is not None:
            self._polling.set()
        mine = self._polling = asyncio.Event()
        self._remember_allowed(params)
        offset = params.get("offset", 0)
        self._updates = [one for one in self._updates if one["update_id"] >= offset]
        try:
            async with asyncio.timeout(params.get("timeout", 0)):
                while not self._updates and self._polling is mine:
                    mine.clear()
                    await mine.wait()
        except TimeoutError:
            return []
        finally:
            last = self._polling is mine
            if last:
                self._polling = None
        if not last:
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        return self._updates[: min(params.get("limit", 100), 100)]

    def _remember_allowed(self, params: Params) -> None:
        allowed = params.get("allowed_updates")
        if allowed is None:
            return
        if unknown := set(allowed) - UPDATE_TYPES:
            raise bad(f"there is no update type {min(unknown)}")
        self._allowed = allowed or None

    async def _do_send_message(self, params: Params) -> Any:
        check_content(params)
        place = self._chat(params)
        place.admit_post(self.bot.id)
        return place.message_json(place.accept(params), self.bot)

    async def _do_edit_message_text(self, params: Params) -> Any:
        check_content(params)
        place = self._chat(params)
        place.admit_post(self.bot.id)
        sent = place.find(params["message_id"])
        if sent is None:
            raise bad("message to edit not found")
        entities, markup = list(params.get("entities", [])), params.get("reply_markup")
        if (sent.text, sent.entities, sent.markup) == (params["text"], entities, markup):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        sent.text, sent.entities, sent.markup = params["text"], entities, markup
        sent.versions.append(sent.text)
        return place.message_json(sent, self.bot)

    async def _do_send_document(self, params: Params) -> Any:
        place = self._chat(params)
        place.admit_post(self.bot.id)
        if not params["document"][1]:
            raise bad("file must be non-empty")
        name, content = params["document"]
        self.documents.append((place.id, name, content))
        sent = place.accept(params | {"text": f"[{name}]"})
        shown = place.message_json(sent, self.bot)
        del shown["text"]
        return shown | {"document": self._keep(name, content)}

    async def _do_get_file(self, params: Params) -> Any:
        if params["file_id"] not in self.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        number = params["file_id"]
        size = len(self.files[number][1])
        path = f"documents/{number}"
        return {"file_id": number, "file_unique_id": f"unique-{number}", "file_size": size, "file_path": path}

    async def _do_send_chat_action(self, params: Params) -> Any:
        place = self._chat(params)
        place.admit_post(self.bot.id)
        place.thread_of(params)
        return True

    async def _do_delete_message(self, params: Params) -> Any:
        sent = self._chat(params).find(params["message_id"])
        if sent is None:
            raise bad("message to delete not found")
        sent.deleted = True
        return True

    async def _do_answer_callback_query(self, params: Params) -> Any:
        if params["callback_query_id"] not in self._queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(params.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self._queries.discard(params["callback_query_id"])
        self.answered.append(params)
        return True

    async def _do_get_chat(self, params: Params) -> Any:
        place = self._chat(params)
        place.admit(self.bot.id)
        return place.full()

    async def _do_get_chat_member(self, params: Params) -> Any:
        place = self._chat(params)
        place.admit(self.bot.id)
        bot = place.members.get(self.bot.id, Member("left"))
        if place.type == "channel" and bot.status != "administrator":
            raise bad("member list is inaccessible")
        user = self.users.get(params["user_id"])
        if user is None:
            raise bad("user not found")
        return place.members.get(user.id, Member("left")).json(user)

    async def _do_get_chat_administrators(self, params: Params) -> Any:
        place = self._chat(params)
        place.admit(self.bot.id)
        if place.type == "private":
            raise bad("there are no administrators in the private chat")
        admins = [
            (one, user) for user, one in place.members.items() if one.status in {"creator", "administrator"}
        ]
        return [one.json(self.users[user]) for one, user in admins if not self.users[user].is_bot]

    async def _do_set_my_commands(self, params: Params) -> Any:
        check_commands(params["commands"])
        self.commands[command_key(params)] = params["commands"]
        return True

    async def _do_get_my_commands(self, params: Params) -> Any:
        return self.commands.get(command_key(params), [])

    async def _do_delete_my_commands(self, params: Params) -> Any:
        self.commands.pop(command_key(params), None)
        return True

    async def _do_set_webhook(self, params: Params) -> Any:
        if params["url"] and not params["url"].startswith("https://"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", params.get("secret_token", "")):
            raise bad("secret token contains unallowed characters")
        self._remember_allowed(params)
        self.webhook = dict(params)
        if self._polling is not None:
            self._polling.set()
        return True

    async def _do_delete_webhook(self, params: Params) -> Any:
        self.webhook = {}
        if params.get("drop_pending_updates"):
            self._updates.clear()
        return True

    async def _do_get_webhook_info(self, _: Params) -> Any:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }


def handler_name(method: str) -> str:
    """``sendMessage`` is answered by ``_do_send_message``."""
    return "_do_" + re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), method)


def command_key(params: Params) -> str:
    """Scope and language, under which a menu is kept."""
    scope = params.get("scope", {"type": "default"})
    return f"{scope['type']}:{scope.get('chat_id', '')}:{params.get('language_code', '')}"


async def read_params(request: web.Request, method: str) -> Params:
    """Read a query, a form or a JSON body; raises Refused for what the method does not take."""
    if method not in PARAMETERS:
        raise Refused(404, "Not Found")
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        raw |= await request.json()
    elif request.body_exists:
        raw |= dict(await request.post())
    for name, value in raw.items():
        if isinstance(value, web.FileField):
            raw[name] = (value.filename, value.file.read())
    if unknown := raw.keys() - PARAMETERS[method].keys():
        raise bad(f"{method} takes no parameter {min(unknown)}")
    params = {name: read_param(PARAMETERS[method][name], name, value) for name, value in raw.items()}
    for name in REQUIRED.get(method, ()):
        if name not in params:
            raise bad("message text is empty" if name == "text" else f"parameter {name} is required")
    return params


def read_param(kind: str, name: str, value: Any) -> Any:
    """Turn a parameter into its kind; forms carry everything as text."""
    if kind == "json":
        return json.loads(value) if isinstance(value, str) else value
    if kind == "bool" and isinstance(value, str) and value.lower() in {"true", "false", "1", "0"}:
        return value.lower() in {"true", "1"}
    if kind == "int" and re.fullmatch(r"-?\d+", str(value)):
        return int(value)
    if kind == "chat" and re.fullmatch(r"-?\d+|@\w+", str(value)):
        return int(value) if re.fullmatch(r"-?\d+", str(value)) else value
    if (kind, type(value)) in {("str", str), ("bool", bool), ("file", tuple)}:
        return value
    raise bad("chat not found" if kind == "chat" else f"parameter {name} must be of type {kind}")
