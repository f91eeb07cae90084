"""The grammar, and the operators in the forms that Japanese and Chinese keyboards write."""

from collections.abc import Iterable
from typing import Final

GRAMMAR: Final = r"""
start: either
?either: both (OR both)*
?both: unary (AND? unary)*
?unary: (NOT | MINUS) unary -> without
      | near
?near: atom
     | atom NEAR atom -> close
?atom: LPAR either RPAR -> group
     | FIELD atom -> within
     | WORD -> word
     | PHRASE -> phrase
     | LOOSE -> loose
     | EXACT -> exact
     | REGEX -> pattern
     | TOPIC -> topic
     | LANG -> language
     | LINK -> link
     | UNKNOWN -> stray
     | STRAY_MINUS -> stray
     | OPEN_QUOTE -> stray
     | OPEN_REGEX -> stray

OR.9: /OR(?![^\s()|"])/ | "|"
AND.9: /AND(?![^\s()|"])/
NOT.9: /NOT(?![^\s()|"])/
NEAR.9: /NEAR\/[0-9]{1,4}(?![^\s()|"])/
MINUS.8: /-(?=[^\s)|-])/
STRAY_MINUS.7: /-/
LPAR: "("
RPAR: ")"
REGEX.9: /(?i:re):\/(?:[^\/\\]|\\.)*\//
OPEN_REGEX.8: /(?i:re):\//
TOPIC.9: /(?i:topic):\s*[^\s()|"]+/
LANG.9: /(?i:lang):\s*[^\s()|"]+/
LINK.9: /(?i:link):\s*[^\s()|"]+/
FIELD.9: /(?i:title|source|author|tag):/
UNKNOWN.6: /[A-Za-z_]{2,}:(?=[^\s\/)|])/
LOOSE.9: /"[^"]*"~[0-9]{1,4}/
PHRASE.8: /"[^"]*"/
OPEN_QUOTE.7: /"/
EXACT.9: /=(?:"[^"]*"|[^\s()|"=]+)/
WORD: /[^\s()|"]+/
%ignore /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+/
"""

_QUOTES = "“”„‟«»「」『』＂〝〞〟"
_DASHES = "−﹣－"
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

OPERATOR_FORMS: Final[dict[int, int]] = (
    _WIDE
    | {ord(quote): ord('"') for quote in _QUOTES}
    | {ord(dash): ord("-") for dash in _DASHES}
    | {0x3000: 0x20}
)
"""Full-width operators and quotation marks as ASCII, one for one, so that positions stay."""

_NAMES: Final = {
    "OR": "OR", "AND": "AND", "NOT": "NOT", "MINUS": "-", "LPAR": "(", "RPAR": "a closing parenthesis",
    "NEAR": "NEAR/n", "$END": "the end", "FIELD": "a field",
}  # fmt: skip

_STARTS: Final = frozenset({"WORD", "PHRASE", "LPAR"})


def describe(terminals: Iterable[str]) -> str:
    """Say in words what the grammar would accept."""
    expected = set(terminals)
    if expected >= _STARTS and not expected & {"OR", "RPAR"}:
        return "a word, a phrase in quotation marks or a parenthesis"
    if "RPAR" in expected:
        return "a closing parenthesis or another word"
    if expected <= _NAMES.keys():
        return " or ".join(_NAMES[name] for name in sorted(expected))
    return "another word, OR, or the end of the query"
