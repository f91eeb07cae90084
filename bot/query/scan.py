"""A document as the index looks at it: tokenised once, its features in one set."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from bot.query.document import MOST_VALUES, Document, View, language_tag, split_link
from bot.query.evaluate import matches, pattern_fits
from bot.query.fold import fold
from bot.query.lexicon import EVERYWHERE, Lexicon
from bot.query.nodes import Pattern
from bot.query.programs import ALL, ANY, BAN, CLOSE, HINT, ROW, Program
from bot.query.text import LONGEST_TEXT, is_run, plain_form, signed_form, tokens

_FIRST_RUN_CHARACTER = "\u0e01"
_BETWEEN_FIELDS = " \n "
_FAR = 1000
"""Tokens between title and summary, more than NEAR may ask for."""


class Scan:
    """One document under the index's eyes."""

    def __init__(self, document: Document, lexicon: Lexicon) -> None:
        self.document = document
        self.present: set[str] = set()
        self._fields = [self._read(text) for text in (document.title, document.summary) if text]
        lexicon.expand(self.present)
        for words in self._fields:
            self.present.update(lexicon.pairs(words))
        self.present.add(EVERYWHERE)
        if lexicon.fields:
            self._read_fields(lexicon.fields)

    def _read(self, text: str) -> list[str]:
        """Take over the features of a text but for pairs of words; return its tokens without signs."""
        folded = fold(text[:LONGEST_TEXT]).text
        words = tokens(folded)
        present = self.present
        if not "".join(words).isalnum():
            for number, word in enumerate(words):
                if not word.isalnum():
                    present.add(signed_form(word))
                    words[number] = plain_form(word)
        if not folded.isascii():
            for word in words:
                if word[0] >= _FIRST_RUN_CHARACTER and is_run(word):
                    present.update(word)
                    present.update(map(str.__add__, word, word[1:]))
        present.update(words)
        return words

    def _read_fields(self, fields: Mapping[str, int]) -> None:
        document = self.document
        if "source" in fields:
            self.present |= features_of_value("source", document.source)
        if "author" in fields:
            self.present.update(*(features_of_value("author", one) for one in document.authors[:MOST_VALUES]))
        if "tag" in fields:
            self.present.update(*(features_of_value("tag", one) for one in document.tags[:MOST_VALUES]))
        if "lang" in fields and document.lang:
            self.present.update(_stems("lang", language_tag(document.lang).split("-"), "-"))
        if "link" in fields and document.link:
            host, _ = split_link(document.link)
            labels = host.split(".")
            self.present.update(f"link:{'.'.join(labels[i:])}" for i in range(len(labels)))

    @cached_property
    def view(self) -> View:
        """The document with the places of its tokens, for what features cannot tell."""
        return View(self.document)

    @cached_property
    def joined(self) -> str:
        """All tokens with single spaces between and around."""
        return _BETWEEN_FIELDS.join(f" {' '.join(words)} " for words in self._fields)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands, as token numbers over all fields; each character of a run is a token."""
        places: dict[str, list[int]] = {}
        number = 0
        for words in self._fields:
            for word in words:
                places.setdefault(word, []).append(number)
                number += len(word) if word[0] >= _FIRST_RUN_CHARACTER and is_run(word) else 1
            number += _FAR
        return places

    def holds(self, program: Program) -> bool:
        """Tell whether a program holds for the document."""
        if isinstance(program, str):
            return program in self.present
        kind = program[0]
        if kind == ALL:
            return all(map(self.holds, program[1:]))
        if kind in (ANY, HINT):
            return any(map(self.holds, program[1:]))
        if kind == BAN:
            return not self.holds(program[1])
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
        ones, others = self.places.get(first, ()), self.places.get(second, ())
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
    for token in tokens(fold(value[:LONGEST_TEXT]).text):
        if is_run(token):
            found.update(f"{field}:{character}" for character in token)
        else:
            for form in (signed_form(token), plain_form(token)):
                found.add(f"{field}:{form}")
                found.update(f"{field}:{form[:length]}*" for length in range(2, len(form) + 1))
    return frozenset(found)


def _stems(field: str, parts: list[str], glue: str) -> Iterable[str]:
    return (f"{field}:{glue.join(parts[: i + 1])}" for i in range(len(parts)))
