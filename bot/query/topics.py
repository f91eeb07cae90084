"""Named sets of spellings, so that one word stands for a person or a place in every script."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from bot.query.text import analyse


class TopicsError(ValueError):
    """A topics file that cannot be used; ``str()`` says what is wrong."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A named set of spellings, each a phrase of the query language without quotation marks."""

    name: str
    title: str
    spellings: tuple[str, ...]


class Topics:
    """Topics by name."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._topics = dict(topics)

    @classmethod
    def none(cls) -> "Topics":
        """Return an empty set."""
        return cls({})

    @classmethod
    def load(cls, text: str) -> "Topics":
        """Read TOML: a table a topic, with ``title`` and ``spellings``. Raises TopicsError."""
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TopicsError(f"The topics are no TOML: {error}.") from None
        return cls({name: _topic(name, table) for name, table in tables.items()})

    def names(self) -> list[str]:
        """Return all names in order."""
        return sorted(self._topics)

    def get(self, name: str) -> Topic | None:
        """Return the topic of this name."""
        return self._topics.get(name)

    def spellings(self, name: str) -> tuple[str, ...] | None:
        """Return the spellings of a topic, None where there is none of this name."""
        topic = self._topics.get(name)
        return topic.spellings if topic else None

    def closest(self, name: str) -> str | None:
        """Return the name that looks most like this one, None where none does."""
        close = difflib.get_close_matches(name, self._topics, 1)
        return close[0] if close else None


def _topic(name: str, table: object) -> Topic:
    if not isinstance(table, dict):
        raise TopicsError(f"Topic {name} is no table.")
    title, spellings = table.get("title", name), table.get("spellings")
    if not isinstance(title, str) or not isinstance(spellings, list) or not spellings:
        raise TopicsError(f"Topic {name} needs a title and a list of spellings.")
    if not all(isinstance(spelling, str) and spelling.strip() for spelling in spellings):
        raise TopicsError(f"Topic {name} has a spelling that is no text.")
    for spelling in spellings:
        if not analyse(spelling.removesuffix("*")).forms:
            raise TopicsError(f"Topic {name} has a spelling with nothing to search for: {spelling!r}.")
    return Topic(name.lower(), title, tuple(spellings))
