"""How a replay reads: a count, the newest entries with their links, the matched words in bold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat import words
from bot.chat.replay import Hit, Replay
from bot.chat.say import bold, counted, rich, shorten
from bot.model.message import Run, Text
from bot.pipeline.compose import safe_url
from bot.pipeline.highlight import highlight, tame
from bot.pipeline.moments import local_time
from bot.pipeline.shorten import shorten as shorten_text

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
    field = "title" if content.title.strip() else "summary"
    text, spans = getattr(content, field), hit.spans.get(field, ())
    link = safe_url(content.link)
    runs = tuple(replace(run, url=link) for run in excerpt(text, spans))
    at = moment(content.published or hit.entry.seen_at, zone)
    return (Run("• "), *runs, *rich(words.ITEM_FOOT, source=tame(hit.entry.source), time=at))


def excerpt(text: str, spans: Sequence[tuple[int, int]]) -> Text:
    """Return a text with its spans in bold, cut around the first of them where it is long."""
    piece = shorten_text(text, 0, len(text), TITLE, spans[0] if spans else None)
    before, after = (Run("…"),) * piece.cut_before, (Run("…"),) * piece.cut_after
    return (*before, *highlight(text, piece.start, piece.end, spans), *after)


def moment(at: datetime, zone: str) -> str:
    """Return a moment as people of a zone write it: ``21 Nov 2026, 18:05 JST``."""
    return local_time(at, timezone=zone, language="en")
