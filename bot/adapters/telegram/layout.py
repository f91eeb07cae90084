"""A Message as blocks of text within Telegram's limits: title, summary, sources and footer, mentions. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from bot.adapters.telegram.text import clean, few_lines, guarded, linkable, one_line, visible
from bot.model.message import Message, Run, Source, Text, paragraphs, plain
from bot.pipeline.sentences import sentences
from bot.pipeline.shorten import shorten

TEXT_LIMIT = 4096
TITLE_LIMIT = 512
SOURCES_LIMIT = 600
FOOTER_LIMIT = 512
MENTIONS_LIMIT = 512
COPYABLE_LIMIT = 300
_LEAST = 16
_DOT = Run(" · ")
_MENTION = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
_NOTHING = Run("(no text)")


def laid_out(message: Message) -> Text:
    """Return the whole text of a message as runs, at most 4,096 code points, never empty."""
    title, ending, mentions = _title(message), _ending(message), _mentions(message)
    around = [block for block in (title, ending, mentions) if block]
    room = TEXT_LIMIT - sum(len(plain(block)) + 2 for block in around)
    summary = _summary(message, room)
    gap = Run("\n\n" if message.alert or not title else "\n")
    blocks = _joined([block for block in (title, summary) if block], gap)
    whole = _joined([block for block in (blocks, ending, mentions) if block], Run("\n\n"))
    return whole or (_NOTHING,)


def _title(message: Message) -> Text:
    url = linkable(message.url)
    words = _block(message.title, one_line, commands=message.alert)
    if not words and url:
        words = (Run(one_line(urlsplit(url).hostname or "")),)
    styled = words if message.alert else tuple(replace(run, bold=not run.code) for run in words)
    linked = (_plainly(replace(run, url=url or run.url)) for run in styled)
    return cut_at_word(tuple(linked), TITLE_LIMIT)


def _summary(message: Message, room: int) -> Text:
    blocks = (_block(paragraph, few_lines, commands=message.alert) for paragraph in paragraphs(message))
    gap = Run("\n\n" if message.alert else "\n")
    return cut_at_sentence(_joined([block for block in blocks if block], gap), room)


def _ending(message: Message) -> Text:
    footer = cut_at_word(_block(message.footer, one_line), FOOTER_LIMIT)
    line = _joined([block for block in (_sources(message.sources), footer) if block], _DOT)
    return _joined([block for block in (line, _copyable(message)) if block], Run("\n"))


def _copyable(message: Message) -> Text:
    """Return the address of an entry that Telegram takes no link to, such as one on an intranet, for copying."""
    url = clean(message.url or "")
    local = re.fullmatch(r"https?://[^\s@]+", url) and len(url) <= COPYABLE_LIMIT
    return (Run(url, code=True),) if local and not linkable(url) else ()


def _sources(sources: Sequence[Source]) -> Text:
    shown: list[Text] = []
    length = 0
    for source in sources:
        name = cut_at_word(_block((Run(source.name, url=source.url),), one_line), SOURCES_LIMIT // 2)
        length += len(plain(name)) + len(_DOT.text)
        if length > SOURCES_LIMIT:
            shown.append((Run(f"and {len(sources) - len(shown)} more"),))
            break
        shown.append(name)
    return _joined([name for name in shown if name], _DOT)


def _mentions(message: Message) -> Text:
    named = [mention for mention in message.mentions if _MENTION.fullmatch(mention)]
    return cut_at_word((Run(" ".join(named)),), MENTIONS_LIMIT) if named else ()


def _block(text: Text, tidy: Callable[[str], str], *, commands: bool = True) -> Text:
    """Return a block tidied, guarded and trimmed; empty where nothing of it can be seen."""
    runs = tuple(_plainly(replace(run, text=tidy(run.text))) for run in text)
    if not visible(plain(runs)):
        return ()
    return guarded(trimmed(_single_spaced(runs)), commands=commands)


def _plainly(run: Run) -> Run:
    """Telegram lets code stand alone: a linked run is no code, and code has no other style."""
    url = linkable(run.url)
    if url or not run.code:
        return replace(run, url=url, code=False)
    return Run(clean(run.text), code=True)


def _single_spaced(runs: Iterable[Run]) -> Iterator[Run]:
    """Two runs that each bring a space leave one between them."""
    before = "\n"
    for run in runs:
        text = run.text.lstrip(" ") if before.isspace() else run.text
        if text:
            before = text[-1]
            yield replace(run, text=text)


def trimmed(text: Iterable[Run]) -> Text:
    """Return a text without white space at its ends, and without empty runs."""
    runs = [run for run in text if run.text]
    while runs and not (first := runs[0].text.lstrip()):
        runs.pop(0)
    if runs:
        runs[0] = replace(runs[0], text=first)
    while runs and not (last := runs[-1].text.rstrip()):
        runs.pop()
    if runs:
        runs[-1] = replace(runs[-1], text=last)
    return tuple(runs)


def cut_at_sentence(text: Text, limit: int) -> Text:
    """Return at most ``limit`` code points: whole sentences where they fill half of it, else whole words."""
    words = plain(text)
    if len(words) <= limit:
        return text
    ends = [end for _, end in sentences(words[:limit]) if limit // 2 <= end < limit - 2]
    return (*_until(text, ends[-1]), Run(" …")) if ends else cut_at_word(text, limit)


def cut_at_word(text: Text, limit: int) -> Text:
    """Return at most ``limit`` code points, cut at a word and marked with an ellipsis."""
    words = plain(text)
    if len(words) <= limit:
        return text
    if limit < _LEAST:
        return ()
    kept = _until(text, shorten(words, 0, len(words), limit).end)
    return (*kept[:-1], replace(kept[-1], text=f"{kept[-1].text}…"))


def _until(text: Text, end: int) -> Text:
    kept: list[Run] = []
    for run in text:
        if end <= 0:
            break
        kept.append(replace(run, text=run.text[:end]))
        end -= len(run.text)
    return trimmed(kept)


def _joined(blocks: Sequence[Text], gap: Run) -> Text:
    runs: list[Run] = []
    for block in blocks:
        runs += [gap, *block] if runs else block
    return tuple(runs)
