"""What a pattern cannot match without: fixed characters, read off its source."""

import re
from collections.abc import Iterator

from bot.query.fold import fold

GRAM = "\x02"
"""Begins the features that stand for letters or digits inside a word."""

LONGEST_GRAM = 5
"""Letters of a word that are looked up at once."""

_OPAQUE = re.compile(
    r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"  # a class of characters
    r"|\\[pPx]\{[^}]*\}|\\[pP].|\\x[0-9a-fA-F]{2}|\\[0-9]{1,3}|\\.",
    re.DOTALL,
)
_STRUCTURE = re.compile(r"([()|])")
_BRACKETS = ("(", ")")
_LAZY = re.compile(r"([?*+}])\?")
_OPTIONAL = re.compile(r".(?:[?*]|\{0*,?\d*\})", re.DOTALL)
_METACHARACTERS = re.compile(r"\{[^}]*\}|[+^$.?*]")
_POSSESSIVE = re.compile(r"'s(?![0-9a-z])")
_WORD = re.compile(r"[0-9a-z]+|[\u4e00-\u9fff]+|[\u3041-\u3096\u30a1-\u30fa\u30fc]+|[\uac00-\ud7a3]+")
_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fff"


def required_features(source: str) -> list[tuple[str, ...]]:
    """Return, for each alternative of a pattern, the features that each of its matches brings along.

    Only plain characters outside groups count, and none that a quantifier may leave out. An alternative without any
    gives an empty tuple. RE2 is told to ignore case, and so does folding.
    """
    if "\\Q" in source or "(?" in source.replace("(?:", ""):
        return [()]
    opaque = _OPAQUE.sub("\n", source)
    return [_of_alternative(one) for one in _alternatives(_unwrapped(opaque))]


def _unwrapped(source: str) -> str:
    """Take off a group that is the whole pattern."""
    while source.startswith("(") and _closing(source) == len(source) - 1:
        source = source[1:-1].removeprefix("?:")
    return source


def _closing(source: str) -> int:
    """Return where the group ends that the source begins with."""
    depth = 0
    for place, character in enumerate(source):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place
    return -1


def _alternatives(source: str) -> list[str]:
    """Split at the outermost bars and blank out groups."""
    parts = [""]
    depth = 0
    for piece in _STRUCTURE.split(source):
        depth -= piece == ")"
        if piece == "|" and depth == 0:
            parts.append("")
        elif depth == 0:
            parts[-1] += "\n" if piece in _BRACKETS else piece
        depth += piece == "("
    return parts


def _of_alternative(source: str) -> tuple[str, ...]:
    certain = _OPTIONAL.sub("\n", _LAZY.sub(r"\1", source))
    folded = fold(_METACHARACTERS.sub("\n", certain)).text
    words = _WORD.findall(_POSSESSIVE.sub("\n", folded))
    # A possessive s is no token, and a wildcard may stand for its apostrophe.
    return tuple(dict.fromkeys(one for word in words if word != "s" for one in _features(word)))


def _features(word: str) -> Iterator[str]:
    if word.isascii():
        length = min(LONGEST_GRAM, len(word))
        yield from (GRAM + word[i : i + length] for i in range(len(word) - length + 1))
        return
    # A voicing mark or a final consonant that follows in the text would change the last kana or syllable.
    sure = word if _FIRST_HAN <= word[0] <= _LAST_HAN else word[:-1]
    yield from ([sure[i : i + 2] for i in range(len(sure) - 1)] or list(sure))
