"""Platform-neutral rich text. A messenger renders it; nothing here is markup."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. ``url`` makes it a link (http and https only)."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None


Text = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet that a message rests on; ``icon`` is the address of its picture."""

    name: str
    url: str | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A button: ``data`` comes back to the command catalogue when pressed (at most 64 bytes), ``url`` opens a page.

    Exactly one of the two is set.
    """

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """An alert or an answer.

    ``title`` is linked to ``url``; ``summary`` is paragraphs; ``sources`` and ``footer`` stand on the last line.
    ``mentions`` are the only ones a platform may turn into pings. ``silent`` asks for no sound. ``alert`` tells
    an alert (which platforms may frame) from an answer in a chat. ``further`` are outlets that told the same story
    later, ``related`` earlier stories by their titles. ``labels`` are not shown: by them a place may file the message.
    """

    title: Text = ()
    url: str | None = None
    summary: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = ()
    footer: Text = ()
    actions: tuple[Action, ...] = ()
    mentions: tuple[str, ...] = ()
    silent: bool = False
    alert: bool = False
    further: tuple[Source, ...] = ()
    related: tuple[Source, ...] = ()
    labels: tuple[str, ...] = ()


def paragraphs(message: Message) -> tuple[Text, ...]:
    """Return the paragraphs below a title: the summary, further sources, related stories."""
    further = message.further
    more = (Run(f"+{len(further)}: "), *_named(further, ", ")) if further else ()
    related = (Run("Related: "), *_named(message.related, " · ")) if message.related else ()
    return tuple(text for text in (*message.summary, more, related) if text)


def _named(sources: Sequence[Source], gap: str) -> Iterator[Run]:
    for number, source in enumerate(sources):
        if number:
            yield Run(gap)
        yield Run(source.name, url=source.url)


def plain(text: Text) -> str:
    """Return a text without its styles."""
    return "".join(run.text for run in text)
