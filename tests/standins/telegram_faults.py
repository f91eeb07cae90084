"""What can be made to go wrong at the Telegram stand-in."""

from dataclasses import dataclass

from tests.standins.telegram_rules import Refused

WRITING = ("sendMessage", "editMessageText")

# Kinds that are plain answers.
ANSWERS = {
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "kicked": (403, "Forbidden: bot was kicked from the supergroup chat"),
    "not_member": (403, "Forbidden: bot is not a member of the channel chat"),
    "deleted": (403, "Forbidden: the group chat was deleted"),
    "not_found": (400, "Bad Request: chat not found"),
    "no_thread": (400, "Bad Request: message thread not found"),
    "no_rights": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "refused": (400, "Bad Request: message can't be sent"),
    "unauthorized": (401, "Unauthorized"),
    "server_error": (500, "Internal Server Error"),
}


# Kinds that are a page instead of an answer, as a proxy on the way gives it.
PAGES = {"garbage": 502, "walled": 403, "lost_way": 404}
KINDS = {*ANSWERS, *PAGES, "flood", "lost", "dropped", "hang", "late", "mangled"}


class Dropped(Exception):
    """The connection is to end without an answer."""


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, for a chat or (``chat`` None) for all, so many times (``times`` None: for ever).

    ``kind`` is a key of ANSWERS, or ``flood`` (429), ``lost`` (accepted, then the connection drops), ``dropped``
    (the connection drops, nothing accepted), ``hang`` (no answer), ``late`` (accepted, then no answer),
    ``mangled`` (accepted, then a page with 200), or a key of PAGES.
    """

    kind: str
    chat: int | None = None
    times: int | None = 1
    retry_after: int = 1
    methods: tuple[str, ...] = WRITING
    description: str | None = None

    def concerns(self, method: str, chat: int | None) -> bool:
        return method in self.methods and self.times != 0 and self.chat in (None, chat)

    def spend(self) -> None:
        if self.times is not None:
            self.times -= 1

    def refusal(self) -> Refused | None:
        """The answer, where this fault is one."""
        if self.kind == "flood":
            text = f"Too Many Requests: retry after {self.retry_after}"
            return Refused(429, text, {"retry_after": self.retry_after})
        if self.kind not in ANSWERS:
            return None
        status, text = ANSWERS[self.kind]
        return Refused(status, self.description or text)
