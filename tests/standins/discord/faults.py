"""What can be told to go wrong, and where."""

from dataclasses import dataclass, field
from typing import Any

WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})


@dataclass(frozen=True)
class Refuse:
    """An error answer with a status and a code of Discord's."""

    status: int
    code: int
    message: str = "Refused on request"


@dataclass(frozen=True)
class Limit:
    """A 429. ``scope`` is user, global or shared; ``via`` False imitates an answer from outside Discord's edge."""

    retry_after: float
    scope: str = "user"
    via: bool = True
    code: int = 0
    header: str | None = None
    """Overrides the Retry-After header, which Discord has sent in milliseconds for webhooks."""


@dataclass(frozen=True)
class Banned:
    """A 429 of the edge: no JSON, no Via."""

    retry_after: int | None = None


@dataclass(frozen=True)
class Trouble:
    """A 5xx with a page instead of JSON; ``accept`` carries the request out first."""

    status: int = 502
    accept: bool = False


@dataclass(frozen=True)
class Hang:
    """No answer for some seconds; ``accept`` carries the request out first."""

    seconds: float = 3600.0
    accept: bool = False


@dataclass(frozen=True)
class Drop:
    """The connection ends without an answer; ``accept`` carries the request out first."""

    accept: bool = False


@dataclass(frozen=True)
class Garbage:
    """A 200 whose body is no JSON."""

    body: str = "<html>maintenance</html>"


Fault = Refuse | Limit | Banned | Trouble | Hang | Drop | Garbage


@dataclass
class Planned:
    """A fault for requests whose path names ``target`` (None: any request), for so many times (None: always)."""

    fault: Fault
    target: str | None
    times: int | None = 1
    method: str | frozenset[str] | None = None
    hits: list[Any] = field(default_factory=list)

    def fits(self, method: str, path: str) -> bool:
        if self.times is not None and self.times <= 0:
            return False
        wanted = {self.method} if isinstance(self.method, str) else self.method
        if wanted is not None and method not in wanted:
            return False
        return self.target is None or self.target in path.split("/")


class Faults:
    """The plan of what goes wrong."""

    def __init__(self) -> None:
        self.planned: list[Planned] = []

    def add(self, planned: Planned) -> Planned:
        self.planned.append(planned)
        return planned

    def take(self, method: str, path: str) -> Fault | None:
        for planned in self.planned:
            if planned.fits(method, path):
                if planned.times is not None:
                    planned.times -= 1
                planned.hits.append(path)
                return planned.fault
        return None

    def clear(self) -> None:
        self.planned.clear()
