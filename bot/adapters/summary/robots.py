"""What a site lets robots read (RFC 9309).

Rules are matched by looking for their parts one after the other, so that no rule, however written, takes long.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_MOST_BYTES = 512_000
_MOST_RULES = 2_000
_LONGEST_RULE = 1_000
_SAFE = "/:@!$&'()*+,;=-._~%?[]|^\\"
_AGENT = re.compile(r"[A-Za-z_-]+|\*")


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that concern one robot: whether to allow, and the pattern of paths."""

    rules: tuple[tuple[bool, str], ...] = ()

    def allows(self, url: str) -> bool:
        """Tell whether an address may be read: the longest rule that fits decides, the kinder one of two as long."""
        parts = urlsplit(url)
        path = quote(parts.path or "/", safe=_SAFE) + (
            f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
        )
        fitting = ((len(pattern), allow) for allow, pattern in self.rules if _fits(pattern, path))
        return max(fitting, default=(0, True))[1]


def read_robots(body: bytes, product: str) -> Robots:
    """Read a robots.txt for the robot of this name (lower case): the groups that name it, else those for all."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    agents: list[str] = []
    listed = False
    for field, value in _lines(body):
        if field == "user-agent":
            agents = [value.lower()] if listed or not agents else [*agents, value.lower()]
            listed = False
            for agent in agents:
                groups.setdefault(agent, [])
        else:
            listed = True
            for agent in agents:
                groups[agent].append((field == "allow", value))
    rules = groups.get(product, groups.get("*", []))
    return Robots(tuple(rules[:_MOST_RULES]))


def _lines(body: bytes) -> Iterator[tuple[str, str]]:
    for line in body[:_MOST_BYTES].decode("utf-8-sig", "replace").splitlines():
        field, colon, value = line.partition("#")[0].partition(":")
        name, told = field.strip().lower(), value.strip()[:_LONGEST_RULE]
        if colon and name == "user-agent" and (agent := _AGENT.match(told)):
            yield name, agent[0]
        elif colon and name in {"allow", "disallow"} and told:
            yield name, quote(told, safe=_SAFE)
        elif colon and name in {"allow", "disallow"}:
            # An empty rule forbids nothing, but ends the list of names before it.
            yield "allow", ""


def _fits(pattern: str, path: str) -> bool:
    whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not whole or path == first
    return _in_turn(others[:-1], others[-1], path, len(first), whole=whole)


def _in_turn(middle: Iterable[str], last: str, path: str, at: int, *, whole: bool) -> bool:
    for part in middle:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return path.endswith(last) and len(path) - len(last) >= at if whole else path.find(last, at) >= 0
