"""Where a value was written, so that a report can point at it: a line of the file, or a variable."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Key = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(?P<open>\[\[?)\s*(?P<name>[^\[\]#=]+?)\s*\]\]?\s*(?:#.*)?")
_ASSIGNMENT = re.compile(r"\s*(?P<name>[\w.\"' -]+?)\s*=")


def find_lines(text: str) -> dict[Key, int]:
    """Return the line (from 1) on which each table and each key of a TOML text begins.

    Inline tables and the items of lists written as values have no lines of their own.
    """
    lines: dict[Key, int] = {}
    tables: dict[Key, int] = {}
    here: Key = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line):
            here = _split(header["name"])
            if header["open"] == "[[":
                count = tables[here] = tables.get(here, -1) + 1
                here = (*here, count)
            lines.setdefault(here, number)
        elif found := _ASSIGNMENT.match(line):
            lines.setdefault((*here, *_split(found["name"])), number)
    return lines


def _split(name: str) -> Key:
    return tuple(part.strip(" \"'") for part in name.split("."))


def dotted(key: Key) -> str:
    """Write a key as people know it: ``polling.interval``, ``feeds[2].url`` (counted from 1)."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


@dataclass(frozen=True, slots=True)
class Origins:
    """What is known of where values come from. A variable wins over the file, as its value does."""

    path: Path | None
    lines: Mapping[Key, int]
    variables: Mapping[Key, str]

    def line(self, key: Key) -> int:
        """Return the line of a key or of the nearest table around it; 0 where there is none."""
        return next((self.lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in self.lines), 0)

    def place(self, key: Key) -> str:
        """Return the beginning of a report's line about a key."""
        for end in range(len(key), 0, -1):
            if variable := self.variables.get(key[:end]):
                return variable + (f" ({dotted(key)})" if end < len(key) else "")
        if not self.path:
            return dotted(key)
        line = self.line(key)
        return f"{self.path}:{line}: {dotted(key)}" if line else f"{self.path}: {dotted(key)}"
