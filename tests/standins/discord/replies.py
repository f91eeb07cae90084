"""What a handler gets, and what the table of routes holds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.standins.discord import errors
from tests.standins.discord.state import State
from tests.standins.discord.world import Channel

Reply = tuple[int, Any]


@dataclass(frozen=True)
class Context:
    """A request after routing."""

    state: State
    path: dict[str, str]
    query: dict[str, str]
    body: Any

    def channel(self) -> Channel:
        return self.state.channel(self.path["channel"])

    def own_app(self) -> None:
        if self.path["app"] != self.state.app_id:
            raise errors.ApiError(
                403, 20012, "You are not authorized to perform this action on this application"
            )


@dataclass(frozen=True)
class Route:
    """A path, its handler, and the part of the path that has a bucket of its own."""

    method: str
    template: str
    handler: Callable[[Context], Reply]
    major: str = ""
    auth: bool = True
    limited: bool = True
