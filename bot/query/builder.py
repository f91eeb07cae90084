"""From the grammar's tree to nodes, with the rules that a grammar cannot say."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence

from lark import Token, Tree

from bot.query.document import language_tag, split_link
from bot.query.error import QueryError
from bot.query.nodes import TEXTUAL, And, Language, Link, Named, Near, Node, Not, Or, Pattern, Term
from bot.query.patterns import check_pattern
from bot.query.text import Analysis, analyse, is_run
from bot.query.topics import Topics

MOST_TERMS = 100
"""Words, phrases and other leaves of one query, topics counted as one."""

DEEPEST = 20
"""Nested parentheses and negations."""

LONGEST_PHRASE = 100
"""Tokens of a phrase."""

MOST_PAIRS = 100
"""Pairs of words that are to stand near each other, over all of a query's NEARs."""

MOST_NEAR = 10
"""Words before ``~``."""

WIDEST_GAP = 50
"""Tokens that NEAR and ``~`` may leave between."""

SHORTEST_PREFIX = 2
"""Letters before a star."""

FIELDS = (*TEXTUAL, "lang", "link")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")


def stray(token: Token) -> Token:
    """Refuse what the lexer met and no rule can use; raises QueryError."""
    text, position = str(token), token.start_pos or 0
    match token.type:
        case "UNKNOWN":
            name = text.rstrip(":")
            close = difflib.get_close_matches(name.lower(), [*FIELDS, "topic"], 1)
            raise QueryError(
                f"There is no field {name}",
                position=position,
                expected=f"{', '.join(FIELDS)} or topic before a colon, or quotation marks around the text",
                suggestion=f"{close[0]}:" if close else None,
            )
        case "STRAY_MINUS":
            raise QueryError(
                "Nothing follows '-'", position=position, expected="the word to exclude directly after it"
            )
        case "OPEN_QUOTE":
            raise QueryError(
                "A quotation mark is not closed",
                position=position,
                expected="another quotation mark after the phrase",
            )
        case _:
            raise QueryError(
                "A pattern is not closed", position=position, expected="a slash after the pattern"
            )


class Builder:
    """Builds the nodes of one query."""

    def __init__(self, text: str, topics: Topics) -> None:
        self._text = text
        self._topics = topics
        self._terms = self._pairs = 0

    def build(self, tree: Tree[Token], field: str | None = None, depth: int = 0) -> Node:
        """Build the node of a subtree, its words looked for in ``field``."""
        children = [child for child in tree.children if isinstance(child, Tree)]
        tokens = [child for child in tree.children if isinstance(child, Token)]
        if depth > DEEPEST * 2:
            raise QueryError(
                "The query is nested too deeply", position=0, expected=f"at most {DEEPEST} levels"
            )
        inner = _inner(field, tokens[0]) if tree.data == "within" else field
        parts = [self.build(child, inner, depth + 1) for child in children]
        match tree.data:
            case "start" | "group" | "within":
                return parts[0]
            case "either":
                return Or(tuple(parts))
            case "both":
                return And(tuple(parts))
            case "without":
                return Not(parts[0])
            case "close":
                return self._near(parts[0], parts[1], tokens[0])
            case name:
                return self._leaf(str(name), tokens[0], field)

    def _leaf(self, kind: str, token: Token, field: str | None) -> Node:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise QueryError(
                f"The query has more than {MOST_TERMS} parts",
                position=token.start_pos or 0,
                expected="fewer words, or several subscriptions",
            )
        makers: dict[str, Callable[[Token, str | None], Node]] = {
            "word": self._word,
            "phrase": self._phrase,
            "loose": self._loose,
            "exact": self._exact,
            "pattern": self._pattern,
            "topic": self._topic,
            "language": self._language,
            "link": self._link,
        }
        return makers[kind](token, field)

    def _word(self, token: Token, field: str | None) -> Term:
        return self._term(self._written(token), token.start_pos or 0, field)

    def _phrase(self, token: Token, field: str | None) -> Term:
        return self._term(self._written(token)[1:-1], (token.start_pos or 0) + 1, field)

    def _written(self, token: Token) -> str:
        start = token.start_pos or 0
        return self._text[start : start + len(token)]

    def _term(self, written: str, position: int, field: str | None) -> Term:
        written = written.replace("＊", "*")
        prefix = written.rstrip().endswith("*")
        bare = written.rstrip().rstrip("*") if prefix else written
        if "*" in bare:
            raise QueryError(
                "'*' stands inside a word",
                position=position + bare.index("*"),
                expected="'*' at the end of a word only",
            )
        found = analyse(bare)
        self._require_tokens(found, written, position)
        prefix = prefix and found.ends[-1] == len(found.folded.text.rstrip()) and not is_run(found.forms[-1])
        if prefix and len(found.forms[-1]) < SHORTEST_PREFIX:
            raise QueryError(
                "A single letter before '*' fits too many words",
                position=position,
                expected=f"at least {SHORTEST_PREFIX} letters before '*'",
            )
        return Term(tuple(found.forms), tuple(found.glued), field, prefix=prefix)

    def _require_tokens(self, found: Analysis, written: str, position: int) -> None:
        if len(found.forms) > LONGEST_PHRASE:
            raise QueryError(
                "The phrase is too long",
                position=position,
                expected=f"at most {LONGEST_PHRASE} words or characters",
            )
        if found.forms:
            return
        host, _ = split_link(written) if "://" in written else ("", "")
        raise QueryError(
            f"{written.strip()[:40]!r} has nothing to search for",
            position=position,
            expected="letters or digits",
            suggestion=f"link:{host}" if host else None,
        )

    def _exact(self, token: Token, field: str | None) -> Term:
        written = self._written(token)[1:]
        quoted = len(token) > 1 and token[1] == '"'
        inner = written[1:-1] if quoted else written
        position = (token.start_pos or 0) + 1 + quoted
        found = analyse(inner)
        self._require_tokens(found, inner, position)
        exact = tuple(map(found.written, range(len(found.forms))))
        return Term(tuple(found.forms), tuple(found.glued), field, exact=exact)

    def _loose(self, token: Token, field: str | None) -> Node:
        written, _, gap = self._written(token).rpartition("~")
        slop = self._gap(gap, (token.start_pos or 0) + len(written) + 1)
        position = (token.start_pos or 0) + 1
        terms = [self._term(chunk, position, field) for chunk in written[1:-1].split()]
        single = [one for term in terms for one in _single_words(term)]
        if len(single) == 1:
            return single[0]
        if not 0 < len(single) <= MOST_NEAR:
            raise QueryError(
                f"{len(single)} words stand before '~'", position=position, expected=f"2 to {MOST_NEAR} words"
            )
        return Near(tuple(sorted(single, key=str)), slop)

    def _gap(self, digits: str, position: int) -> int:
        slop = int(unicodedata.normalize("NFKC", digits))
        if slop > WIDEST_GAP:
            raise QueryError(
                "The distance is too large", position=position, expected=f"a number up to {WIDEST_GAP}"
            )
        return slop

    def _near(self, left: Node, right: Node, token: Token) -> Node:
        position = token.start_pos or 0
        slop = self._gap(token.split("/")[1], position + 5)
        pairs = [(a, b) for a in _alternatives(left, position) for b in _alternatives(right, position)]
        self._pairs += len(pairs)
        if self._pairs > MOST_PAIRS or any(a.field != b.field for a, b in pairs):
            raise QueryError(
                "NEAR cannot join these", position=position, expected="words of the same field, not too many"
            )
        nears = tuple(Near(tuple(sorted(pair, key=str)), slop) for pair in pairs)
        return nears[0] if len(nears) == 1 else Or(nears)

    def _pattern(self, token: Token, field: str | None) -> Pattern:
        source = self._written(token)[4:-1]
        check_pattern(source, (token.start_pos or 0) + 4)
        return Pattern(source, field)

    def _topic(self, token: Token, field: str | None) -> Named:
        name = token.partition(":")[2].strip().lower()
        spellings = self._topics.spellings(name)
        if spellings is None:
            close = self._topics.closest(name)
            raise QueryError(
                f"There is no topic {name}",
                position=(token.start_pos or 0) + len(token) - len(name),
                expected="the name of a topic",
                suggestion=f"topic:{close}" if close else None,
            )
        start = token.start_pos or 0
        return Named(name, Or(tuple(self._term(spelling, start, field) for spelling in spellings)), field)

    def _language(self, token: Token, field: str | None) -> Language:
        tag = language_tag(token.partition(":")[2])
        if field or not _LANGUAGE.fullmatch(tag):
            raise QueryError(
                f"{tag!r} is no language",
                position=token.start_pos or 0,
                expected="a language tag",
                suggestion="lang:ja",
            )
        return Language(tag)

    def _link(self, token: Token, field: str | None) -> Link:
        host, path = split_link(token.partition(":")[2])
        if field or not host:
            raise QueryError(
                "This is no address",
                position=token.start_pos or 0,
                expected="a host name",
                suggestion="link:example.org",
            )
        return Link(host, path)


def _inner(outer: str | None, token: Token) -> str:
    name = token.rstrip(":").lower()
    if outer is not None and outer != name:
        raise QueryError(
            f"{name}: stands inside {outer}:", position=token.start_pos or 0, expected="one field at a time"
        )
    return name


def _single_words(term: Term) -> list[Term]:
    """Split a term into words and runs of substring characters."""
    starts = [number for number, stuck in enumerate(term.glued) if not stuck]
    ends = [*starts[1:], len(term.tokens)]
    return [
        Term(term.tokens[a:b], term.glued[a:b], term.field, prefix=term.prefix and b == len(term.tokens))
        for a, b in zip(starts, ends, strict=True)
    ]


def _alternatives(node: Node, position: int) -> Sequence[Term]:
    match node:
        case Term():
            return [node]
        case Or(children=children):
            return [term for child in children for term in _alternatives(child, position)]
        case Named(spellings=spellings):
            return _alternatives(spellings, position)
        case _:
            raise QueryError(
                "NEAR cannot join this",
                position=position,
                expected="a word or a phrase on each side of NEAR",
                suggestion="(a NEAR/5 b) (b NEAR/5 c)",
            )
