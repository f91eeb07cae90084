"""Runs of text as Discord's markdown, and their shortening by the length of that markdown. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.adapters.discord.text import escape, linkable, units, visible
from bot.model.message import Run, Text, plain
from bot.pipeline.sentences import sentences
from bot.pipeline.shorten import shorten

# Keeps the marks of neighbouring styles from being read as one.
_APART = "\u200b"
_ELLIPSIS = Run("…")
_LEAST = 8


def cleaned(text: Text, clean: Callable[[str], str]) -> Text:
    """Return a text cleaned as a whole: neighbours of one style joined, no doubled or outer white space."""
    runs = list(_merged(replace(run, text=clean(run.text)) for run in text if run.text))
    kept: list[Run] = []
    for run in runs:
        words = run.text.lstrip() if not kept or kept[-1].text[-1:].isspace() else run.text
        if words:
            kept.append(replace(run, text=words))
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept) if visible("".join(run.text for run in kept)) else ()


def _merged(runs: Iterator[Run]) -> Iterator[Run]:
    held: Run | None = None
    for run in runs:
        if held is not None and replace(held, text="") == replace(run, text=""):
            held = replace(held, text=held.text + run.text)
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held


def markdown(text: Text) -> str:
    """Return a (clean) text as markdown in which only the runs' own styles have an effect."""
    written = ""
    for run in _merged(iter(text)):
        piece = _piece(run, line_start=not written or written.endswith("\n"))
        if piece.startswith("*") and _ends_in_mark(written):
            written += _APART
        written += piece
    return written


def _ends_in_mark(written: str) -> bool:
    """Tell whether the last asterisk is a style's; in text each follows an odd number of backslashes."""
    before = written[:-1]
    return written.endswith("*") and (len(before) - len(before.rstrip("\\"))) % 2 == 0


def _piece(run: Run, *, line_start: bool) -> str:
    inner = run.text.strip()
    if not inner:
        return run.text
    at = run.text.index(inner)
    before, after = run.text[:at], run.text[at + len(inner) :]
    return before + _styled(replace(run, text=inner), line_start=line_start or before.endswith("\n")) + after


def _styled(run: Run, *, line_start: bool) -> str:
    url = linkable(run.url)
    # Discord's rule for italics ends at the first asterisk, even an escaped one.
    italic = run.italic and "*" not in run.text
    bare = line_start and not run.bold and not italic
    if url:
        words = _link(run.text, url, line_start=bare)
    elif run.code and "`" not in run.text and not ("*" in run.text and run.bold):
        words = f"`{run.text}`"
    else:
        words = _text(run.text, line_start=bare)
    words = f"*{words}*" if italic else words
    return f"**{words}**" if run.bold else words


def _text(text: str, *, line_start: bool) -> str:
    """Return text as such; Discord lets a link before it go on to a bracket and a parenthesis, even escaped ones."""
    return escape(text, line_start=line_start).replace("](", f"]{_APART}(")


def _link(label: str, url: str, *, line_start: bool) -> str:
    """Return a masked link; Discord shows one whose label looks like an address as it is typed, so those stand apart."""
    target = url.replace("(", "%28").replace(")", "%29").replace("*", "%2A")
    if "://" in label:
        return f"<{target}>" if label == url else f"{_text(label, line_start=line_start)} <{target}>"
    words = escape(label.replace("[", "(").replace("]", ")"), line_start=False)
    return f"[{words}]({target})"


def fitted(text: Text, limit: int, *, at_sentence: bool = False) -> str:
    """Return a text as markdown of at most ``limit`` units, cut at a sentence or a word where it is longer."""
    whole = markdown(text)
    if units(whole) <= limit:
        return whole
    text = head(text, limit)
    room = _room(text, limit)
    raw = plain(text)
    if at_sentence and (end := _sentence_end(raw, room)):
        return markdown(head(text, end))
    while room >= _LEAST:
        cut = markdown((*head(text, shorten(raw, 0, len(raw) + room, room).end), _ELLIPSIS))
        if units(cut) <= limit:
            return cut
        room -= 1
    return _ELLIPSIS.text


def _room(text: Text, limit: int) -> int:
    """Return how many characters of a text, and an ellipsis, fit as markdown."""
    low, high = 0, len(plain(text))
    while low < high:
        middle = (low + high + 1) // 2
        if units(markdown((*head(text, middle), _ELLIPSIS))) <= limit:
            low = middle
        else:
            high = middle - 1
    return low + 1


def _sentence_end(raw: str, room: int) -> int:
    """Return where the last whole sentence ends within the room, 0 where that would give up over half of it."""
    ends = [end for _, end in sentences(raw) if end < room]
    return ends[-1] if ends and ends[-1] * 2 >= room else 0


def head(text: Text, length: int) -> Text:
    """Return the first ``length`` characters of a text."""
    kept: list[Run] = []
    for run in text:
        if length <= 0:
            break
        kept.append(replace(run, text=run.text[:length]))
        length -= len(run.text)
    return tuple(kept)
