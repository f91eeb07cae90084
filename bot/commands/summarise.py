"""``summarise``: the sentences that an alert would show of a text, without configuration and network."""

import importlib
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.feeds.charset import decode_page
from bot.adapters.feeds.plain import clean, has_tags, text_of_html
from bot.commands.options import ConfigOption, JsonOption, read_bytes, say, say_json
from bot.pipeline.sentences import ENDED
from bot.pipeline.summarise import SummaryStyle
from bot.pipeline.summarise import summarise as chosen
from bot.query.evaluate import standing
from bot.query.language import parse
from bot.starters import starter_topics

_DEFAULT = SummaryStyle()
_DOCUMENT = re.compile(r"\s*(?:<!doctype html|<html\b|<\?xml[^>]*>\s*<(?:!doctype )?html\b)", re.IGNORECASE)
_WIDEST = 100
_FEWEST = 3
_FULL = 0.6
_WIDE_LETTER = re.compile("[\u3000-\u9fff\uff00-\uffef]")


def summarise(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Plain text or HTML; - reads standard input.")
    ] = Path("-"),
    *,
    query: Annotated[
        str, typer.Option("--query", metavar="Q", help="The query whose words are to be seen.")
    ] = "",
    sentences: Annotated[
        int, typer.Option("--sentences", metavar="N", min=1, max=100, help="At most so many sentences.")
    ] = _DEFAULT.sentences,
    as_json: JsonOption = False,
    config: ConfigOption = None,  # noqa: ARG001 - every command takes it
) -> None:
    """Show the first sentences of a text and the one in which a query's words stand, whole and in order.

    Of a web page only the report counts. With --json one line: "sentences", in the order of the text.

    Example: newsbell summarise article.html --query 'Takaichi "Taiwan Strait"' --json
    """
    text = _text(read_bytes(file))
    spans = standing(parse(query, topics=starter_topics()), text) if query.strip() else ()
    style = SummaryStyle(sentences, max_chars=sys.maxsize)
    shown = [text[piece.start : piece.end] for piece in chosen(text, spans=spans, style=style)]
    if as_json:
        say_json({"sentences": shown})
    else:
        for sentence in shown:
            say(sentence)


def _text(body: bytes) -> str:
    """Return plain text, a line for each paragraph."""
    text = decode_page(body)
    if not (_DOCUMENT.match(text) or has_tags(text)):
        return _unwrapped(clean(text))
    # Imported where a page is read: what finds reports takes longer to load than all the rest.
    article = importlib.import_module("bot.adapters.summary.article")
    return str(article.text_of(text)) or text_of_html(text)


def _unwrapped(text: str) -> str:
    """Join the lines of a text that was broken at a column: lines that are nearly full and end no sentence."""
    lines = [line.strip() for line in text.split("\n")]
    widest = max(map(len, lines), default=0)
    if widest > _WIDEST or sum(map(bool, lines)) < _FEWEST:
        return "\n".join(lines)
    joined = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        goes_on = following and len(line) >= _FULL * widest and not ENDED.search(line)
        ends = line[-1:] + following[:1]
        glue = "" if len(_WIDE_LETTER.findall(ends)) == len(ends) else " "
        joined += line + (glue if goes_on else "\n")
    return joined
