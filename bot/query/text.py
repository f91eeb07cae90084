"""Tokens: what a text is made of once it is folded.

A token is a word of an alphabet, or one character of a script that is searched by substring. Word boundaries follow
UAX #29 with the exceptions that news need: hyphens and apostrophes separate, a possessive ``'s`` is not there,
``U.S.``, ``AT&T``, ``C++``, ``$NVDA``, ``#tag`` and ``328.5`` are one token each. Addresses (URLs) are no text.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from bot.query.charset import IGNORED_RANGES, SUBSTRING_RANGES, WORD_CLASS, as_class, inside
from bot.query.fold import Folded, fold
from bot.query.piles import without_piles

LONGEST_TEXT = 20_000
"""Code points of a summary that are searched; what follows is not."""

LONGEST_TITLE = 2_000
LONGEST_VALUE = 200
"""Code points that are searched of a title, and of a source, an author or a tag."""

_URL = re.compile(r"(?:https?://|www\.)[!-~]+")


def _token_pattern(word: str, runs: str) -> re.Pattern[str]:
    """Return what finds tokens; ``word`` is the class of the characters of words, ``runs`` a further alternative."""
    return re.compile(
        rf"([$\#@]?{word}+(?:(?=[.,&+\#])(?:"  # a word, $NVDA, #tag
        rf"(?<!{word}{word})(?:\.{word})+(?!{word})\.?"  # U.S., e.g.
        rf"|(?<!{word}{word}{word}{word})&{word}{{1,3}}(?!{word})"  # AT&T
        rf"|(?<=[0-9])(?:[.,][0-9]+)+{word}*"  # 328.5, 1,000bn
        rf"|\+{{1,2}}(?!{word})|\#(?!{word})"  # C++, C#, Disney+
        rf"))?{runs})(?:'s(?!{word}))?"
    )


_TOKEN = _token_pattern(f"[{WORD_CLASS}]", f"|[{as_class(SUBSTRING_RANGES)}]+")
_ASCII_TOKEN = _token_pattern("[a-z0-9]", "")
SIGNS = ".,'&$#@+"
"""What tokens of an ASCII text may contain beside letters and digits."""

ASCII_GAPS = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in SIGNS}
"""What no token of an ASCII text contains."""

_FIRST_OF_RUN = re.compile(f"[{as_class(SUBSTRING_RANGES)}]")
_SUFFIXES = "+#"
_PREFIXES = "$#@"


def is_run(token: str) -> bool:
    """Tell whether a token is made of characters that are searched by substring."""
    return _FIRST_OF_RUN.match(token) is not None


def plain_form(token: str) -> str:
    """Return a token without its sign: ``nvda`` for ``$nvda``; ``c++`` and ``c#`` are names and stay."""
    if token[0] in _PREFIXES:
        return plain_form(token[1:]) if len(token) > 1 else token
    if token[-1] in _SUFFIXES:
        stem = token.rstrip(_SUFFIXES)
        return stem if len(stem) > 1 else token
    return token[:-1] if token[-1] == "." else token


def signed_form(token: str) -> str:
    """Return a token as it is searched with its sign: without the last full stop of ``U.S.``."""
    return token[:-1] if token[-1] == "." else token


def _sign_before(form: str, wanted: str) -> int:
    return int(form[0] in _PREFIXES and wanted[0] not in _PREFIXES)


def _sign_after(form: str, wanted: str) -> int:
    if form[-1] not in _SUFFIXES or wanted[-1] in _SUFFIXES:
        return 0
    return len(form) - len(form.rstrip(_SUFFIXES))


def tokens(folded: str) -> list[str]:
    """Return the tokens of a folded text with their signs, runs as a whole; the quick way, without places."""
    text = without_addresses(folded)
    return _ascii_tokens(text) if folded.isascii() else _TOKEN.findall(text)


def _ascii_tokens(folded: str) -> list[str]:
    """Return the tokens of a folded ASCII text; only what is more than letters needs the pattern."""
    found: list[str] = []
    for word in folded.translate(ASCII_GAPS).split():
        if word.isalnum():
            found.append(word)
        elif word[-1] in ".," and word[:-1].isalnum():
            found.append(word[:-1])
        else:
            found += _ASCII_TOKEN.findall(word)
    return found


def without_addresses(folded: str) -> str:
    """Blank out URLs, keeping every other character at its place."""
    if "://" not in folded and "www." not in folded:
        return folded
    return _URL.sub(lambda match: " " * len(match.group()), folded)


@dataclass(frozen=True)
class Analysis:
    """A text with its tokens.

    ``forms`` are the tokens with their signs, ``plain`` without. ``glued`` tells of each token whether it follows
    the one before without a gap, both being substring characters.
    """

    original: str
    folded: Folded
    forms: list[str]
    plain: list[str]
    starts: list[int]
    ends: list[int]
    glued: list[bool]

    @cached_property
    def found(self) -> dict[object, tuple[list[tuple[int, int]], list[int]]]:
        """Where terms that were looked for stand, as numbers of tokens (first and last), and the first ones alone."""
        return {}

    @cached_property
    def sorted_forms(self) -> list[str]:
        """All forms of tokens, each once, in order."""
        return sorted(self.places)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each form of a token stands, as token numbers in order."""
        found: dict[str, list[int]] = {}
        for number, (form, plain) in enumerate(zip(self.forms, self.plain, strict=True)):
            found.setdefault(plain, []).append(number)
            if form != plain:
                found.setdefault(form, []).append(number)
        return found

    def span(self, first: int, last: int, *, begin: str = "$", end: str = "+") -> tuple[int, int]:
        """Return where the tokens from first to last stand in the original, as code point offsets.

        ``begin`` and ``end`` are the tokens looked for there; a sign that they have not is no part of the span.
        """
        return self._original(
            self.starts[first] + _sign_before(self.forms[first], begin),
            self.ends[last] - _sign_after(self.forms[last], end),
        )

    def _original(self, start: int, end: int) -> tuple[int, int]:
        return self.folded.original(start, end)

    def written(self, number: int) -> str:
        """Return a token the way exact case compares it: compatibility forms folded, ignorable characters gone.

        One character may hold more than a token, as ¼ and ℃ do; it is written as it stands in what they mean.
        """
        form = self.forms[number]
        start, end = self.span(number, number)
        raw = self.original[start:end]
        plain = unicodedata.normalize("NFKC", without_piles(raw))
        if plain != raw and form in (inner := analyse(plain)).forms:
            return inner.written(inner.forms.index(form))
        written = "".join(c for c in plain if not inside(ord(c), IGNORED_RANGES)).rstrip(".")
        # A vowel of Korean that stands by itself is one with whatever is before it.
        return form if is_run(form) and len(written) > 1 else written


def analyse(text: str, longest: int = LONGEST_TEXT) -> Analysis:
    """Fold and cut a text; linear in its length, of which the first ``longest`` code points count."""
    original = text[:longest]
    folded = fold(original, longest)
    found = Analysis(original, folded, [], [], [], [], [])
    pattern = _ASCII_TOKEN if folded.text.isascii() else _TOKEN
    for match in pattern.finditer(without_addresses(folded.text)):
        token = match[1]
        start, end = match.span(1)
        if not token.isascii() and is_run(token):
            _add_run(found, token, start, end)
        elif token.isalnum():
            _add_word(found, token, token, start, end)
        else:
            form = signed_form(token)
            _add_word(found, form, plain_form(form), start, end)
    return found


def _add_word(found: Analysis, form: str, plain: str, start: int, end: int) -> None:
    found.forms.append(form)
    found.plain.append(plain)
    found.starts.append(start)
    found.ends.append(end)
    found.glued.append(False)


def _add_run(found: Analysis, run: str, start: int, end: int) -> None:
    before = bool(found.ends) and found.ends[-1] == start and is_run(found.forms[-1])
    found.forms.extend(run)
    found.plain.extend(run)
    found.starts.extend(range(start, end))
    found.ends.extend(range(start + 1, end + 1))
    found.glued.append(before)
    found.glued.extend([True] * (end - start - 1))
