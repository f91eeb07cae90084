"""A Message as Telegram takes it: a text, entities with UTF-16 offsets, an inline keyboard. Never markup. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.adapters.telegram.layout import cut_at_word, laid_out, trimmed
from bot.adapters.telegram.text import clean, linkable, one_line, units, visible
from bot.model.message import Action, Message, Run, Text, plain

ENTITY_LIMIT = 100
BUTTON_LIMIT = 100
DATA_LIMIT = 64
LABEL_LIMIT = 64
_ROW_BUTTONS = 3
_ROW_LABEL = 16


@dataclass(frozen=True, slots=True)
class Rendered:
    """What ``sendMessage`` and ``editMessageText`` are given."""

    text: str
    entities: tuple[MessageEntity, ...]
    keyboard: InlineKeyboardMarkup | None


def render(message: Message) -> Rendered:
    """Return a message in Telegram's form; whatever the message holds, Telegram accepts the result."""
    runs = laid_out(message)
    return Rendered(plain(runs), _entities(runs), _keyboard(message.actions, paired=message.alert))


def _entities(runs: Text) -> tuple[MessageEntity, ...]:
    """Return the entities in Telegram's order; of more than 100, links go before styles."""
    found = sorted(_spans(runs), key=lambda one: (one.type != MessageEntity.TEXT_LINK, one.offset))
    return tuple(sorted(found[:ENTITY_LIMIT], key=lambda one: (one.offset, -one.length, _rank(one))))


def _rank(entity: MessageEntity) -> int:
    return (MessageEntity.TEXT_LINK, MessageEntity.CODE, MessageEntity.BOLD, MessageEntity.ITALIC).index(
        entity.type
    )


def _spans(runs: Text) -> Iterator[MessageEntity]:
    """Yield a span for every stretch of runs alike; each kind splits where a kind around it ends, so spans nest."""
    yield from _stretches(runs, MessageEntity.TEXT_LINK, lambda run: (run.url,), lambda run: bool(run.url))
    yield from _stretches(runs, MessageEntity.CODE, lambda run: (run.code,), lambda run: run.code)
    yield from _stretches(runs, MessageEntity.BOLD, lambda run: (run.url, run.bold), lambda run: run.bold)
    yield from _stretches(
        runs, MessageEntity.ITALIC, lambda run: (run.url, run.bold, run.italic), lambda run: run.italic
    )


def _stretches(
    runs: Text, kind: str, alike: Callable[[Run], tuple[Any, ...]], has: Callable[[Run], bool]
) -> Iterator[MessageEntity]:
    offset = 0
    for _, group in groupby(runs, key=alike):
        stretch = tuple(group)
        words = plain(stretch)
        core = words.strip()
        if has(stretch[0]) and core:
            lead = units(words[: len(words) - len(words.lstrip())])
            yield MessageEntity(
                kind, offset + lead, units(core), url=stretch[0].url if kind == "text_link" else None
            )
        offset += units(words)


def _keyboard(actions: Sequence[Action], *, paired: bool) -> InlineKeyboardMarkup | None:
    """Return the buttons: few short ones in a row, the four under an alert in pairs, others below each other."""
    buttons = [button for action in actions if (button := _button(action))][:BUTTON_LIMIT]
    if not buttons:
        return None
    narrow = len(buttons) <= _ROW_BUTTONS and all(len(button.text) <= _ROW_LABEL for button in buttons)
    in_a_row = len(buttons) if narrow else 2 if paired else 1
    rows = range(0, len(buttons), in_a_row)
    return InlineKeyboardMarkup([buttons[at : at + in_a_row] for at in rows])


def _button(action: Action) -> InlineKeyboardButton | None:
    """Return a button, None for one that Telegram would refuse together with the whole message."""
    label = plain(cut_at_word(trimmed((Run(one_line(action.label)),)), LABEL_LIMIT))
    label = label if visible(label) else "…"
    if action.data is not None:
        fits = clean(action.data) == action.data and 1 <= len(action.data.encode()) <= DATA_LIMIT
        return InlineKeyboardButton(label, callback_data=action.data) if fits else None
    url = linkable(action.url)
    return InlineKeyboardButton(label, url=url) if url else None
