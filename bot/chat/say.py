"""Small tools that turn sentences and values into Messages; the sentences themselves stand in ``words.py``."""

import string
from collections.abc import Iterable, Iterator

from bot.chat import words
from bot.model.message import Action, Message, Run, Text
from bot.model.request import Answer

LABEL = 64


def bold(text: str) -> Run:
    """Return a bold run."""
    return Run(text, bold=True)


def code(text: str) -> Run:
    """Return a run in code style, for what can be typed."""
    return Run(text, code=True)


def link(text: str, url: str | None) -> Run:
    """Return a linked run, a plain one where there is no address."""
    return Run(text, url=url)


def rich(sentence: str, **values: str | Run | Text) -> Text:
    """Fill the ``{names}`` of a sentence with runs. Values are never read for names themselves."""
    return tuple(run for run in _runs(sentence, values) if run.text)


def _runs(sentence: str, values: dict[str, str | Run | Text]) -> Iterator[Run]:
    for literal, name, _, _ in string.Formatter().parse(sentence):
        yield Run(literal)
        match values[name] if name is not None else "":
            case str() as text:
                yield Run(text)
            case Run() as run:
                yield run
            case text:
                yield from text


def counted(number: int, forms: words.Forms, **values: str) -> str:
    """Return the form for this number with ``{n}`` filled in: ``1 alert``, ``1,204 alerts``."""
    return (forms.one if number == 1 else forms.many).format(n=f"{number:,}", **values)


def shorten(text: str, limit: int) -> str:
    """Return the text on one line, cut with an ellipsis to at most ``limit`` code points."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def button(label: str, data: object) -> Action:
    """Return a button; its label is cut to what both platforms show."""
    return Action(shorten(label, LABEL), data=str(data))


def message(*paragraphs: str | Text, actions: Iterable[Action] = (), footer: str = "") -> Message:
    """Return an answer made of these paragraphs; empty ones fall out."""
    texts = tuple((Run(each),) if isinstance(each, str) else each for each in paragraphs if each)
    return Message(summary=texts, footer=(Run(footer),) if footer else (), actions=tuple(actions))


def answer(*paragraphs: str | Text, actions: Iterable[Action] = (), replaces: bool = False) -> Answer:
    """Return an answer of one message."""
    return Answer((message(*paragraphs, actions=actions),), replaces=replaces)
