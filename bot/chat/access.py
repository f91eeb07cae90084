"""Who may use the bot, and who may change what. Pure decisions over what ``[access]`` and ``admins`` say."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model.person import Person
from bot.model.request import Request


class Policy(StrEnum):
    """``[access] who``."""

    EVERYONE = "everyone"
    ALLOWLIST = "allowlist"
    ADMINS = "admins"


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of an installation.

    ``allow`` holds ``telegram:ID`` and ``discord:ID`` of people, chats and servers; ``admins`` the same form, people
    only. ``max_subscriptions`` counts per destination; the bot's admins may go beyond it.
    """

    who: Policy = Policy.EVERYONE
    allow: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()
    max_subscriptions: int = 100

    def is_admin(self, person: Person) -> bool:
        """Tell whether this person is an admin of the bot."""
        return person.key in self.admins

    def admits(self, request: Request) -> bool:
        """Tell whether the bot serves this person in this chat."""
        if self.is_admin(request.who) or self.who is Policy.EVERYONE:
            return True
        if self.who is Policy.ADMINS:
            return False
        return not self.allow.isdisjoint({request.who.key, *_group_keys(request)})


def _group_keys(request: Request) -> set[str]:
    """Return the chat and server ids of a request in the form of ``[access] allow``."""
    platform = request.who.platform
    return {group if ":" in group else f"{platform}:{group}" for group in request.groups}
