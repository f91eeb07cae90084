"""A message as rich shows it in a terminal: an alert as a panel, an answer as plain paragraphs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.text import Text as Line

from bot.model.message import Action, Message, Run, Source, Text, paragraphs

# Controls of C0 and C1 can move the cursor, retitle or reprogram a terminal; none of them is news. What belongs to
# a whole escape sequence goes with it.
_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*"
    r"(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]?"
)
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

MARK = Style(bold=True, color="yellow")
_TITLE = Style(bold=True)
_MARKED_TITLE = Style(bold=True, color="yellow", underline=True)
_FAINT = Style(dim=True)


def render(message: Message, width: int, *, hyperlinks: bool = True) -> RenderableType:
    """Return what to print for a message in this many columns.

    Without ``hyperlinks`` (a file, a pipe) addresses are written out.
    """
    if message.alert:
        return _alert(message, width, spelled=not hyperlinks)
    return _answer(message if hyperlinks else _spelled(message))


def clean(text: str) -> str:
    """Return a text without anything that a terminal would obey."""
    return _CONTROLS.sub("", _SEQUENCES.sub("", text)).expandtabs(4)


def _spelled(message: Message) -> Message:
    """Write the addresses behind runs and buttons out."""
    return replace(
        message,
        title=_with_address(message.title, message.url),
        summary=tuple(tuple(_run_with_address(run) for run in text) for text in paragraphs(message)),
        further=(),
        related=(),
        footer=tuple(_run_with_address(run) for run in message.footer),
        actions=tuple(
            replace(each, label=f"{each.label}: {each.url}" if each.url else each.label)
            for each in message.actions
        ),
    )


def _with_address(text: Text, url: str | None) -> Text:
    return (*text, Run(f" <{url}>")) if text and url else text


def _run_with_address(run: Run) -> Run:
    return replace(run, text=f"{run.text} <{run.url}>", url=None) if run.url and run.url != run.text else run


def _alert(message: Message, width: int, *, spelled: bool) -> RenderableType:
    title = line(message.title, style=_TITLE, mark=_MARKED_TITLE, link=message.url)
    body: list[RenderableType] = [title, *(Padding(line(each), (1, 0, 0, 0)) for each in paragraphs(message))]
    if spelled and message.url:
        body.append(Padding(line((Run(message.url),), style=_FAINT), (1, 0, 0, 0)))
    foot = _foot(message)
    fits = foot.cell_len <= width - 8
    if not fits:
        body.append(Padding(foot, (1, 0, 0, 0)))
    return Panel(
        Group(*body),
        subtitle=foot if fits and foot.plain else None,
        subtitle_align="left",
        border_style="cyan",
        padding=(1, 2),
        width=min(width, 100),
    )


def _answer(message: Message) -> RenderableType:
    lines: list[RenderableType] = []
    if message.title:
        lines.append(line(message.title, style=_TITLE, link=message.url))
    lines.extend(line(each) for each in paragraphs(message))
    lines.extend(_actions(message.actions))
    foot = _foot(message)
    return Group(*lines, *([foot] if foot.plain else []))


def line(text: Text, *, style: Style | None = None, mark: Style = MARK, link: str | None = None) -> Line:
    """Return runs as a rich text; ``mark`` is the style of bold runs, ``link`` makes the whole a hyperlink."""
    shown = Line(overflow="fold")
    for run in text:
        shown.append(clean(run.text), _style(run, style or Style(), mark, link))
    return shown


def _style(run: Run, base: Style, mark: Style, link: str | None) -> Style:
    style = mark if run.bold else base
    if run.italic:
        style += Style(italic=True)
    if run.code:
        style += Style(color="green")
    target = run.url or link
    return style + Style(link=clean(target)) if target else style


def _foot(message: Message) -> Line:
    parts = [_source(source) for source in message.sources]
    if message.footer:
        parts.append(line(message.footer, style=_FAINT))
    return Line(" · ", style=_FAINT).join(parts)


def _source(source: Source) -> Line:
    return line((Run(source.name, url=source.url),), style=Style(color="cyan"))


def _actions(actions: Iterable[Action]) -> Iterator[Line]:
    for action in actions:
        yield Line(f"[ {clean(action.label)} ]", style=_FAINT)
