"""How a replay reads: a count, the newest entries with their links, the matched words in bold."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat import words
from bot.chat.replay import Hit, Replay
from bot.chat.say import bold, counted, rich, shorten
from bot.model.message import Run, Text

TITLE = 160
QUERY = 80


def name(query: str) -> Run:
    """Return a query as sentences show it."""
    return bold(shorten(query, QUERY))


def paragraphs(found: Replay, zone: str) -> list[Text]:
    """Return the paragraphs that tell what a query would have sent; times are for ``zone``."""
    values: dict[str, str | Run] = {"span": span(found.span), "query": name(found.query.text)}
    if not found.count:
        return [rich(words.FOUND_NONE if found.complete else words.FOUND_NONE_PARTLY, **values)]
    forms = words.FOUND if found.complete else words.FOUND_AT_LEAST
    sentence = forms.one if found.count == 1 else forms.many
    head = rich(sentence, n=f"{found.count:,}", **values)
    newest = [Run(f" {words.FOUND_NEWEST}")] if found.count > 1 else []
    return [(*head, *newest), *(item(hit, zone) for hit in found.newest)]


def span(length: timedelta) -> str:
    """Return the words for the time before now that a replay covers."""
    if length % timedelta(days=1):
        return counted(length // timedelta(hours=1), words.SPAN_HOURS)
    return counted(length.days, words.SPAN_DAYS)


def item(hit: Hit, zone: str) -> Text:
    """Return one entry: its linked title with the matched words in bold, its source and time."""
    content = hit.entry.content
    title = content.title or content.summary
    spans = hit.spans.get("title" if content.title else "summary", ())
    runs = tuple(replace(run, url=content.link) for run in highlight(title, spans, TITLE))
    at = moment(content.published or hit.entry.seen_at, zone)
    return (Run("• "), *runs, *rich(words.ITEM_FOOT, source=hit.entry.source, time=at))


def highlight(text: str, spans: Sequence[tuple[int, int]], limit: int) -> Text:
    """Return the text with its spans in bold, cut to at most ``limit`` code points."""
    return tuple(run for run in _pieces(text[:limit], spans, cut=len(text) > limit) if run.text)


def _pieces(text: str, spans: Sequence[tuple[int, int]], *, cut: bool) -> Iterator[Run]:
    at = 0
    for start, end in spans:
        if start >= len(text):
            break
        yield Run(text[at:start])
        yield Run(text[start:end], bold=True)
        at = min(end, len(text))
    yield Run(text[at:])
    if cut:
        yield Run("…")


def moment(at: datetime, zone: str) -> str:
    """Return a moment as people of a zone write it: ``21 Nov 2026, 18:05``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"
