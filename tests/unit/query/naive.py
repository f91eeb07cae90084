"""A second reading of the language, slow and simple, to compare the real one with.

It shares the parsed query and the cutting of a text into tokens, and nothing else: no places, no features, no index.
"""

import re
import unicodedata
from functools import cache
from itertools import product

import re2

from bot.query.document import Document
from bot.query.fold import fold
from bot.query.nodes import And, Language, Link, Named, Near, Node, Not, Or, Pattern, Term
from bot.query.text import is_run, plain_form, tokens

Token = tuple[str, str, bool]
"""The form with its sign, the form without, and whether it is glued to the token before."""


@cache
def cut(text: str) -> list[Token]:
    found: list[Token] = []
    for token in tokens(fold(text).text):
        if is_run(token):
            found.extend((character, character, place > 0) for place, character in enumerate(token))
        else:
            form = token.removesuffix(".")
            found.append((form, plain_form(token), False))
    return found


def texts_of(document: Document, field: str | None) -> list[str]:
    values = {
        None: [document.title, document.summary],
        "title": [document.title],
        "source": [document.source],
        "author": list(document.authors),
        "tag": list(document.tags),
    }
    return values[field]


def stands(term: Term, text: list[Token], at: int) -> bool:
    last = len(term.tokens) - 1
    for offset, (token, glued) in enumerate(zip(term.tokens, term.glued, strict=True)):
        if at + offset >= len(text):
            return False
        form, plain, stuck = text[at + offset]
        same = token in (form, plain)
        if term.prefix and offset == last:
            same = form.startswith(token) or plain.startswith(token)
        if not same or (offset and glued and not stuck):
            return False
    return True


def places(term: Term, text: list[Token]) -> list[range]:
    return [range(at, at + len(term.tokens)) for at in range(len(text)) if stands(term, text, at)]


def written(term: Term, text: str) -> bool:
    """Tell whether the single word of a term stands in a text with its exact case."""
    word = re.escape("".join(term.exact or ()))
    letter = "[A-Za-z0-9ßü]"
    before = "[A-Za-z0-9ßü.]" if term.tokens == ("c++",) else letter  # U.S.C is one token
    plain = unicodedata.normalize("NFKC", text).replace("\u200b", "")
    return re.search(f"(?<!{before}){word}(?!{letter}|[+&])", plain) is not None


def near(node: Near, text: list[Token]) -> bool:
    choices = [places(term, text) for term in node.operands]
    for chosen in product(*choices):
        if len({(term, place) for term, place in zip(node.operands, chosen, strict=True)}) < len(chosen):
            continue
        width = max(place.stop for place in chosen) - min(place.start for place in chosen)
        if width - sum(map(len, chosen)) <= node.slop:
            return True
    return False


def matches(node: Node, document: Document) -> bool:  # noqa: PLR0911  # one return a kind of node
    match node:
        case And(children=children):
            return all(matches(child, document) for child in children)
        case Or(children=children):
            return any(matches(child, document) for child in children)
        case Not(child=child):
            return not matches(child, document)
        case Named(spellings=spellings):
            return matches(spellings, document)
        case Language(tag=tag):
            return f"{document.lang or ''}-".lower().startswith(f"{tag}-")
        case Link(host=host, path=path):
            link = (document.link or "").removeprefix("https://").removeprefix("www.")
            own, _, rest = link.partition("/")
            return f".{own}".endswith(f".{host}") and f"/{rest}".startswith(path)
        case Term(exact=exact) if exact is not None:
            return any(written(node, text) for text in texts_of(document, node.field))
        case Term():
            return any(places(node, cut(text)) for text in texts_of(document, node.field))
        case Near(operands=operands):
            return any(near(node, cut(text)) for text in texts_of(document, operands[0].field))
        case Pattern(source=source, field=field):
            return any(re2.search(f"(?i){source}", text) for text in texts_of(document, field))
