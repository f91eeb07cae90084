"""What was held, as the pages of a digest: grouped by what matched, a line each, nothing cut away. Pure.

A page is bounded by a cost that is never below what its text takes on any platform: a platform may escape marks,
encode addresses and count in UTF-16 units, so each of these counts for what it can become at the most.
"""

import string
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from bot.model.address import Address
from bot.model.destination import Destination
from bot.model.hold import DigestPage, Hold, HoldReason
from bot.model.message import Message, Run, Text, plain
from bot.pipeline.compose import safe_url
from bot.pipeline.highlight import tame
from bot.pipeline.moments import short_time
from bot.pipeline.shorten import shorten

# Discord takes 4,096 units in an embed's description, Telegram 4,096 characters and 100 entities in all.
_PAGE_COST = 3500
_PAGE_ITEMS = 48
_TITLE = 160
_SOURCE = 60
_QUERY = 80
_LONGEST_URL = 2048

_HEADS = {
    HoldReason.CADENCE: "Digest: {n} alerts",
    HoldReason.QUIET: "{n} alerts from the quiet hours",
    HoldReason.BURST: "{n} more alerts",
}
_PAGE = "{head} ({page}/{pages})"
_GROUP = " ({n})"
_AGAIN = " (continued)"
_MARKS = frozenset(string.punctuation + "＠")
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class _Line:
    """An item of a digest and what it costs."""

    hold: Hold
    group: str
    text: Text
    cost: int


def pages(place: Destination, holds: Sequence[Hold]) -> tuple[DigestPage, ...]:
    """Return the digest of these holds; a single one goes out as the alert it is."""
    if len(holds) == 1:
        return (_single(place, holds[0]),)
    lines = _lines(place, holds)
    packed = list(_packed([line for line in lines if line.cost <= _PAGE_COST]))
    oversized = [line for line in lines if line.cost > _PAGE_COST]
    head = _head(holds)
    sizes = {group: sum(line.group == group for line in lines) for group in {line.group for line in lines}}
    total = len(packed) + len(oversized)
    digest = [
        _page(place, page, _numbered(head, number, total), sizes, packed[: number - 1])
        for number, page in enumerate(packed, 1)
    ]
    singles = [_single(place, line.hold) for line in oversized]
    return tuple(_silenced(place, [*digest, *singles]))


def _head(holds: Sequence[Hold]) -> str:
    reasons = {hold.held.reason for hold in holds}
    reason = reasons.pop() if len(reasons) == 1 else HoldReason.CADENCE
    return _HEADS[reason].format(n=len(holds))


def _numbered(head: str, page: int, pages: int) -> str:
    return head if pages == 1 else _PAGE.format(head=head, page=page, pages=pages)


def _lines(place: Destination, holds: Sequence[Hold]) -> list[_Line]:
    """Return the items, those of one query together, the query with the earliest first, in each the earliest first."""
    groups: dict[str, list[Hold]] = {}
    for hold in sorted(holds, key=lambda hold: (hold.created_at, hold.id)):
        groups.setdefault(_group(hold), []).append(hold)
    latest = max(hold.created_at for hold in holds)
    return [_line(place, hold, group, latest) for group, members in groups.items() for hold in members]


def _group(hold: Hold) -> str:
    return _cut(tame(hold.queries[0]) if hold.queries else "", _QUERY)


def _line(place: Destination, hold: Hold, group: str, latest: datetime) -> _Line:
    link = safe_url(hold.message.url)
    link = link if link and len(link) <= _LONGEST_URL else None
    title = _cut(plain(hold.message.title), _TITLE)
    title = title if _visible(title) else _cut(link or group, _TITLE)
    source = _cut(hold.message.sources[0].name, _SOURCE) if hold.message.sources else ""
    at = short_time(
        hold.published_at or hold.created_at, beside=latest, timezone=place.timezone, language=place.language
    )
    foot = ", ".join(part for part in (tame(source), at) if part)
    text = (Run("• "), Run(title, url=link), Run(f" ({foot})"))
    return _Line(hold, group, text, _cost(text))


def _cut(text: str, limit: int) -> str:
    line = " ".join(text.split())
    piece = shorten(line, 0, len(line), limit)
    return line[piece.start : piece.end] + "…" * piece.cut_after


def _visible(text: str) -> bool:
    return any(unicodedata.category(char)[0] not in "CZM" and char not in _BLANKS for char in text)


def _packed(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Yield the lines of one page after the other; each page begins its first group with the group's name."""
    page: list[_Line] = []
    spent = 0
    for line in lines:
        begins = not page or page[-1].group != line.group
        cost = line.cost + (_cost(_heading(line.group, _AGAIN)) + 2 if begins else 1)
        if page and (spent + cost > _PAGE_COST or len(page) == _PAGE_ITEMS):
            yield page
            page, spent = [], 0
            cost = line.cost + _cost(_heading(line.group, _AGAIN)) + 2
        page.append(line)
        spent += cost
    if page:
        yield page


def _page(
    place: Destination,
    lines: Sequence[_Line],
    head: str,
    sizes: dict[str, int],
    before: Sequence[Sequence[_Line]],
) -> DigestPage:
    begun = {line.group for page in before for line in page}
    groups: dict[str, list[_Line]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    paragraphs = (
        (*_heading(group, _AGAIN if group in begun else _GROUP.format(n=sizes[group])), *_items(members))
        for group, members in groups.items()
    )
    message = Message(title=(Run(head, bold=True),), summary=tuple(paragraphs), alert=True)
    numbers = tuple(line.hold.id for line in lines)
    return DigestPage(message, nonce(place.address, numbers), numbers)


def _heading(group: str, note: str) -> Text:
    return (Run(group, bold=True), Run(note)) if group else ()


def _items(lines: Sequence[_Line]) -> Iterator[Run]:
    for line in lines:
        yield Run("\n")
        yield from line.text


def _single(place: Destination, hold: Hold) -> DigestPage:
    message = replace(hold.message, silent=hold.message.silent or place.settings.silent_digests)
    return DigestPage(message, hold.nonce, (hold.id,), alert_id=hold.alert_id)


def _silenced(place: Destination, found: Sequence[DigestPage]) -> Iterator[DigestPage]:
    """One digest makes one sound at the most, however many pages it has."""
    for number, page in enumerate(found):
        silent = place.settings.silent_digests or number > 0
        yield replace(page, message=replace(page.message, silent=page.message.silent or silent))


def nonce(address: Address, holds: Sequence[int]) -> str:
    """Return the idempotency key of a page: 24 characters, the same for the same holds."""
    digest = blake2b(str(address).encode("utf-8", "surrogatepass"), digest_size=12)
    digest.update(",".join(map(str, holds)).encode())
    return digest.hexdigest()


def _cost(text: Text) -> int:
    # A style has two marks of two characters around it, and perhaps one that keeps it apart from the next.
    return sum(_text_cost(run.text) + 5 * run.bold + (_url_cost(run.url) if run.url else 0) for run in text)


def _text_cost(text: str) -> int:
    return sum(2 if char in _MARKS or char > "\uffff" else 1 for char in text)


def _url_cost(url: str) -> int:
    # Brackets and what is not ASCII are percent-encoded: three characters a byte, four bytes at the most.
    return 8 + sum(1 if char.isalnum() and char.isascii() else 3 if char.isascii() else 12 for char in url)
