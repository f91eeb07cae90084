"""An alert as a message: title, summary, source, time and keyword. Pure; knows no platform."""

import re
from base64 import b32encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from urllib.parse import quote, urlsplit, urlunsplit

from bot.model.address import Address
from bot.model.alert import MatchedSubscription
from bot.model.entry import ParsedEntry
from bot.model.feed import Feed
from bot.model.message import Message, Run, Source, Text
from bot.pipeline.highlight import Span, highlight, tame
from bot.pipeline.labels import labels
from bot.pipeline.machine_written import notice
from bot.pipeline.match import Match
from bot.pipeline.moments import local_time, seen_time
from bot.pipeline.sentences import sentences
from bot.pipeline.shorten import Piece, shorten
from bot.pipeline.summarise import SummaryStyle, summarise

_TITLE_CHARS = 300
_KEYWORD_CHARS = 60
_KEYWORDS = 5
_ELLIPSIS = Run("…")
# A host and a port; nothing that could end a link early in any notation.
_HOST = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>\"'`{}|^\\\\()*]+")
# What may stand in the rest of a URL (RFC 3986, section 2), and the percent sign of what is encoded already.
_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=-._~%"


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of an entry that say what it is about, with the matches in each."""

    title: Text
    summary: tuple[Text, ...]


def alert(
    entry: ParsedEntry,
    feed: Feed,
    match: Match,
    *,
    seen_at: datetime,
    style: SummaryStyle | None = None,
    machine_written: bool = False,
) -> Message:
    """Return the alert about an entry for one destination, in its time zone and language.

    ``machine_written`` tells that the entry's summary is not its feed's but a language model's.
    """
    told = _tell(entry, feed, match, style or SummaryStyle())
    link = safe_url(entry.link)
    mark = ((Run(notice(match.destination.language), italic=True),),)
    return Message(
        title=told.title,
        url=link,
        summary=(*told.summary, *mark) if machine_written and told.summary else told.summary,
        sources=(Source(tame(feed.title), link or safe_url(feed.site), safe_url(feed.icon)),),
        footer=(Run(f"{_time(entry, match, seen_at)} · {_keywords(match.subscriptions)}"),),
        mentions=match.mentions,
        alert=True,
        labels=labels(entry, feed, match.subscriptions),
    )


def nonce(feed_url: str, identity: str, address: Address) -> str:
    """Return the idempotency key of an entry for a destination: 24 characters, the same for ever."""
    digest = blake2b(digest_size=15)
    for part in (feed_url, identity, str(address)):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return b32encode(digest.digest()).decode("ascii").lower()


def safe_url(url: str | None) -> str | None:
    """Return an http or https URL without credentials and without characters that could end it early, else None."""
    try:
        parts = urlsplit((url or "").strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    place = parts.netloc.rpartition("@")[2] if "@" in parts.netloc else parts.netloc
    if port == 0 or not _HOST.fullmatch(place):
        return None
    rest = (
        quote(part, safe=_URL_CHARACTERS, errors="replace")
        for part in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((parts.scheme, place, *rest))


def _tell(entry: ParsedEntry, feed: Feed, match: Match, style: SummaryStyle) -> Told:
    in_title, in_summary = match.spans.get("title", ()), match.spans.get("summary", ())
    if entry.title.strip():
        pieces = summarise(entry.summary, title=entry.title, spans=in_summary, style=style)
        return Told(_title(entry.title, in_title), _paragraphs(entry.summary, pieces, in_summary))
    return _tell_untitled(entry, feed, in_summary, style)


def _tell_untitled(entry: ParsedEntry, feed: Feed, spans: Sequence[Span], style: SummaryStyle) -> Told:
    """The first sentence stands in for a missing title; without any text, the link or the source does."""
    text = entry.summary
    found = sentences(text)
    if not found:
        return Told((Run(safe_url(entry.link) or tame(feed.title)),), ())
    start, end = found[0]
    title = _runs(text, shorten(text, start, end, _TITLE_CHARS, _focus(spans, start, end)), spans)
    rest = summarise(text[end:], spans=[(a - end, b - end) for a, b in spans if a >= end], style=style)
    moved = tuple(Piece(p.start + end, p.end + end, p.cut_before, p.cut_after) for p in rest)
    return Told(title, _paragraphs(text, moved, spans))


def _title(title: str, spans: Sequence[Span]) -> Text:
    return _runs(title, shorten(title, 0, len(title), _TITLE_CHARS, _focus(spans, 0, len(title))), spans)


def _focus(spans: Sequence[Span], start: int, end: int) -> Span | None:
    return next(((max(a, start), min(b, end)) for a, b in spans if a < end and start < b), None)


def _runs(text: str, piece: Piece, spans: Sequence[Span]) -> Text:
    before = (_ELLIPSIS,) if piece.cut_before else ()
    after = (_ELLIPSIS,) if piece.cut_after else ()
    return (*before, *highlight(text, piece.start, piece.end, spans), *after)


def _paragraphs(text: str, pieces: Sequence[Piece], spans: Sequence[Span]) -> tuple[Text, ...]:
    """Join sentences that follow each other; a new line begins a paragraph, left-out sentences show as "…"."""
    paragraphs: list[list[Run]] = []
    last: Piece | None = None
    for piece in pieces:
        gap = text[last.end : piece.start] if last else "\n"
        if "\n" in gap and not gap.strip():
            paragraphs.append([])
        elif gap:
            paragraphs[-1].append(Run(" " if not gap.strip() else " … "))
        paragraphs[-1].extend(_runs(text, piece, spans))
        last = piece
    return tuple(tuple(runs) for runs in paragraphs if runs)


def _time(entry: ParsedEntry, match: Match, seen_at: datetime) -> str:
    place = match.destination
    # A date at the very edge of the calendar has no local time everywhere.
    with suppress(OverflowError, ValueError):
        if entry.published is not None:
            return local_time(entry.published, timezone=place.timezone, language=place.language)
    return seen_time(seen_at, timezone=place.timezone, language=place.language)


def _keywords(subscriptions: Sequence[MatchedSubscription]) -> str:
    """Return the queries that matched, as typed; long ones are shortened, many are counted."""
    typed = list(dict.fromkeys(" ".join(each.query.split()) for each in subscriptions))
    shown = [_short(query) for query in typed[:_KEYWORDS]]
    more = [f"+{len(typed) - _KEYWORDS}"] if len(typed) > _KEYWORDS else []
    return tame(", ".join([*shown, *more]))


def _short(query: str) -> str:
    piece = shorten(query, 0, len(query), _KEYWORD_CHARS)
    return query[piece.start : piece.end] + ("…" if piece.cut_after else "")
