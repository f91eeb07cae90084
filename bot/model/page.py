"""The web page that an entry links to."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Article:
    """The report that a page holds: plain text, paragraphs separated by a newline."""

    text: str


@dataclass(frozen=True, slots=True)
class PageRefused:
    """A page that is not read, with the reason as a sentence for people.

    ``hold`` asks for patience with the whole host; zero where only this page is meant.
    """

    reason: str
    hold: timedelta = timedelta(0)
