"""A document as the index looks at it: tokenised once, its features as keys."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from bot.query.document import MOST_VALUES, Document, View, language_tag, split_link
from bot.query.evaluate import matches, pattern_fits
from bot.query.fold import fold
from bot.query.keys import Keys, TextKeys, key_of
from bot.query.lexicon import Lexicon
from bot.query.nodes import Pattern
from bot.query.places import MOST_PLACES
from bot.query.programs import ALL, ANY, BAN, CLOSE, HINT, ROW, Program
from bot.query.text import (
    ASCII_GAPS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_VALUE,
    SIGNS,
    is_run,
    plain_form,
    signed_form,
    tokens,
    without_addresses,
)

_FIRST_RUN_CHARACTER = "\u0e01"
_BETWEEN_FIELDS = "\n"
"""A token between title and summary that no query asks for."""

_FEW_SIGNS = 200
"""Signs up to which it is cheaper to cut the words that have them than all words."""

_FAR = 1000
"""Tokens between title and summary, more than NEAR may ask for."""


class Scan:
    """One document under the index's eyes."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.signed: set[str] = set()
        title = self._read(document.title, LONGEST_TITLE)
        summary = self._read(document.summary, LONGEST_TEXT)
        self.text = f" {title} {_BETWEEN_FIELDS} {summary} " if summary else f" {title} "

    def _read(self, text: str, longest: int) -> str:
        """Return the tokens of a text without signs, with spaces between; note those with signs."""
        folded = without_addresses(fold(text, longest).text)
        if not folded.isascii():
            return self._plain(tokens(folded))
        spaced = f"{folded.translate(ASCII_GAPS)} ".replace(". ", " ").replace(", ", " ")
        found = [sign for sign in SIGNS if sign in spaced]
        if not found:
            return spaced
        if sum(map(spaced.count, found)) > _FEW_SIGNS:
            return self._plain(tokens(folded))
        return self._resolved(spaced, found)

    def _plain(self, words: list[str]) -> str:
        for number, word in enumerate(words):
            if not word.isalnum():
                self.signed.add(signed_form(word))
                words[number] = plain_form(word)
        return " ".join(words)

    def _resolved(self, spaced: str, signs: list[str]) -> str:
        """Cut those words of a text further that have one of these signs."""
        places = set()
        for sign in signs:
            at = spaced.find(sign)
            while at >= 0:
                end = spaced.find(" ", at)
                places.add((spaced.rfind(" ", 0, at) + 1, end))
                at = spaced.find(sign, end)
        pieces: list[str] = []
        done = 0
        for start, end in sorted(places):
            pieces += (spaced[done:start], self._plain(tokens(spaced[start:end])))
            done = end
        return "".join((*pieces, spaced[done:]))

    def keys(self, lexicon: Lexicon) -> Keys:
        """Return the keys of the document's features, repeated ones repeatedly."""
        found = TextKeys(self.text)
        further = lexicon.further(found)
        for word in self.signed:
            further += (key_of(word), *lexicon.of_word(word))
        if lexicon.fields:
            further += map(key_of, self._of_fields(lexicon.fields))
        return found.all(further)

    def _of_fields(self, fields: Mapping[str, int]) -> Iterator[str]:
        document = self.document
        if "source" in fields:
            yield from features_of_value("source", document.source)
        if "author" in fields:
            for author in document.authors[:MOST_VALUES]:
                yield from features_of_value("author", author)
        if "tag" in fields:
            for tag in document.tags[:MOST_VALUES]:
                yield from features_of_value("tag", tag)
        if "lang" in fields and document.lang:
            yield from _stems("lang", language_tag(document.lang).split("-"), "-")
        if "link" in fields and document.link:
            host, _ = split_link(document.link)
            labels = host.split(".")
            yield from (f"link:{'.'.join(labels[i:])}" for i in range(len(labels)))

    @cached_property
    def view(self) -> View:
        """The document with the places of its tokens, for what features cannot tell."""
        return View(self.document)

    @cached_property
    def words(self) -> list[str]:
        """All tokens without signs, in order."""
        return [word for word in self.text.split(" ") if word]

    @cached_property
    def joined(self) -> str:
        """All tokens with single spaces between and around."""
        return f" {' '.join(self.words)} "

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands first in each field, as token numbers over all; each character of a run is a token."""
        places: dict[str, list[int]] = {}
        number = 0
        for field in self.text.split(_BETWEEN_FIELDS):
            here: dict[str, list[int]] = {}
            for word in filter(None, field.split(" ")):
                here.setdefault(word, []).append(number)
                number += len(word) if word[0] >= _FIRST_RUN_CHARACTER and is_run(word) else 1
            for word, numbers in here.items():
                places.setdefault(word, []).extend(numbers[:MOST_PLACES])
            number += _FAR
        return places

    def holds(self, program: Program, has: Callable[[str], bool]) -> bool:
        """Tell whether a program holds for the document; ``has`` tells of a feature whether the document has it."""
        if isinstance(program, str):
            return has(program)
        kind = program[0]
        if kind == ALL:
            return all(self.holds(part, has) for part in program[1:])
        if kind in (ANY, HINT):
            return any(self.holds(part, has) for part in program[1:])
        if kind == BAN:
            return not self.holds(program[1], has)
        return self._stands(kind, program)

    def _stands(self, kind: int, program: tuple[Any, ...]) -> bool:
        if kind == ROW:
            return program[1] in self.joined
        if kind == CLOSE:
            return self._close(program[1], program[2], program[3])
        node = program[1]
        if isinstance(node, Pattern):
            return pattern_fits(node, self.view)
        return matches(node, self.view) is not None

    def _close(self, slop: int, first: str, second: str) -> bool:
        ones, others = self.places.get(first, []), self.places.get(second, [])
        if first == second:
            return any(following - one - 1 <= slop for one, following in pairwise(ones))
        if len(ones) > len(others):
            ones, others = others, ones
        for one in ones:
            following = bisect_left(others, one)
            if following < len(others) and others[following] - one - 1 <= slop:
                return True
            if following and one - others[following - 1] - 1 <= slop:
                return True
        return False


@lru_cache(maxsize=4096)
def features_of_value(field: str, value: str) -> frozenset[str]:
    """Return the features of a source, an author or a tag."""
    found: set[str] = set()
    for token in tokens(fold(value, LONGEST_VALUE).text):
        if is_run(token):
            found.update(f"{field}:{character}" for character in token)
        else:
            for form in (signed_form(token), plain_form(token)):
                found.add(f"{field}:{form}")
                found.update(f"{field}:{form[:length]}*" for length in range(2, len(form) + 1))
    return frozenset(found)


def _stems(field: str, parts: list[str], glue: str) -> Iterable[str]:
    return (f"{field}:{glue.join(parts[: i + 1])}" for i in range(len(parts)))
