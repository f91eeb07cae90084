"""Discord's markdown as its clients read it, as far as it can change what people see.

The rules follow simple-markdown, which the clients are built on, with Discord's own: mentions, timestamps,
shortcodes, spoilers, headings, small print, lists and quotes at the beginning of a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_LINE = re.MULTILINE


@dataclass(frozen=True)
class Seen:
    """A stretch of what a person sees. ``kinds`` are the styles and objects around it; ``target`` is a link's."""

    text: str
    kinds: frozenset[str] = frozenset()
    target: str | None = None


_OBJECTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("code block", re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)),
    ("mention", re.compile(r"<(?:@!?|@&|#)\d+>|@(?:everyone|here)")),
    ("emoji", re.compile(r"<a?:\w+:\d+>|:(?!\d+:)[A-Za-z0-9_+~-]+:")),
    ("timestamp", re.compile(r"<t:-?\d+(?::[tTdDfFRsS])?>")),
    ("command", re.compile(r"</[^:<>]+:\d+>|<id:\w+>")),
    (
        "link",
        re.compile(r"<[^: >]+:/[^ >]+>|(?:https?|steam|discord)://[^\s<]+[^<.,:;\"')\]\s]", re.IGNORECASE),
    ),
)
_LINK = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"]([\s\S]*?)['\"])?\s*\)"
)
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("bold", re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("underline", re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ("strike", re.compile(r"~~([\s\S]+?)~~(?!_)")),
    ("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|")),
    ("italic", re.compile(r"\*(?=\S)((?:\*\*|\s+(?:[^*\s]|\*\*)|[^\s*])+?)\*(?!\*)")),
    ("italic", re.compile(r"_((?:__|\\[\s\S]|[^\\_])+?)_(?!\w)")),
)
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_LINES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("quote", re.compile(r"[^\S\n]*>(?:>>)? ", _LINE)),
    ("heading", re.compile(r"[^\S\n]*#{1,3} +(?=\S)")),
    ("small", re.compile(r"[^\S\n]*-# +(?=\S)")),
    ("list", re.compile(r"[^\S\n]*(?:[*+-]|\d+[.)])\s+(?=\S)")),
)


def seen(markdown: str) -> list[Seen]:
    """Return what a person sees, stretch by stretch."""
    joined: list[Seen] = []
    for piece in _read(markdown, line_start=True):
        if joined and replace(joined[-1], text="") == replace(piece, text=""):
            joined[-1] = replace(piece, text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _read(text: str, *, line_start: bool) -> Iterator[Seen]:
    at = 0
    while at < len(text):
        begins = line_start if at == 0 else text[at - 1] == "\n"
        length, pieces = _next(text, at, begins=begins)
        yield from pieces
        at += length


def _next(text: str, at: int, *, begins: bool) -> tuple[int, list[Seen]]:
    for kind, pattern in (
        *(_LINES if begins else ()),
        ("escape", _ESCAPE),
        *_OBJECTS,
        ("link", _LINK),
        *_STYLES,
    ):
        if found := pattern.match(text, at):
            return found.end() - at, _found(kind, pattern, found)
    if found := _CODE.match(text, at):
        return found.end() - at, [Seen(found[2], frozenset({"code"}))]
    return 1, [Seen(text[at])]


def _found(kind: str, pattern: re.Pattern[str], found: re.Match[str]) -> list[Seen]:
    if kind == "escape":
        return [Seen(found[1])]
    inner = list(_read(found[1], line_start=False)) if pattern is _LINK or (kind, pattern) in _STYLES else []
    if pattern is _LINK:
        return [replace(one, kinds=one.kinds | {kind}, target=found[2]) for one in inner]
    if inner:
        return [replace(one, kinds=one.kinds | {kind}) for one in inner]
    return [Seen(found[0], frozenset({kind}), found[0] if kind == "link" else None)]
