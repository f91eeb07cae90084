"""Queries and texts made of few words, so that they often meet. Hypothesis chooses the seeds."""

from random import Random

from bot.query.document import Document

WORDS = (
    "taiwan", "Strait", "Takaichi", "japan", "U.S.", "AT&T", "C++", "c", "$NVDA", "nvda", "#tag", "tag", "G7", "Müller",
    "muller", "tai", "台湾", "海峡", "台", "臺灣海峽", "高市早苗", "首相", "대만", "ไทย", "5G基地局", "ガザ", "328.5", "straße",
)  # fmt: skip
GAPS = (" ", " ", " ", " ", "\u00a0", "-", ", ", "’s ", "", " \u3000", "\u200b", ". ")
PATTERNS = ("tai\\w+", "strait|海峡", "(?:g7|nvda)", "[a-z]+chi", "台湾?", "japan.s", "ガザ", "^tai", "\\d")
FIXED = (
    "tai*", "tak*", "st*", "nv*", "mu*", '"taiwan st*"', "topic:taiwan", "topic:japan", "source:nikkei", "source:台湾",
    'source:"nikkei asia"', "source:nik*", "author:lee", 'author:"ann lee"', "tag:tag", "tag:海峡", "lang:ja", "lang:zh",
    "lang:zh-hant", "link:nikkei.com", "link:asia.nikkei.com/pol", '="NVDA"', '="C++"', '="Müller"',
)  # fmt: skip

TOPICS = """
[taiwan]
title = "Taiwan"
spellings = ["Taiwan", "台湾"]
[japan]
title = "Japan"
spellings = ["Japan", "nippon"]
"""


def some_text(chance: Random) -> str:
    return "".join(chance.choice(WORDS) + chance.choice(GAPS) for _ in range(chance.randrange(9)))


def some_document(chance: Random) -> Document:
    return Document(
        title=some_text(chance),
        summary=some_text(chance),
        source=chance.choice(("", "Nikkei Asia", "台湾 Times")),
        authors=tuple(chance.sample(("Ann Lee", "Lee Müller"), chance.randrange(3))),
        tags=tuple(chance.sample(("Japan", "台湾海峡", "tag one"), chance.randrange(3))),
        lang=chance.choice((None, "en", "ja", "zh-Hant-TW")),
        link=chance.choice((None, "https://asia.nikkei.com/politics", "https://www.example.org/a")),
    )


def some_leaf(chance: Random) -> str:  # noqa: PLR0911  # one return a kind of leaf
    word = chance.choice(WORDS)
    match chance.randrange(9):
        case 0 | 1 | 2:
            return word
        case 3:
            return '"' + " ".join(chance.choices(WORDS, k=chance.randint(1, 3))) + '"'
        case 4:
            return f"{word} NEAR/{chance.randrange(4)} {chance.choice(WORDS)}"
        case 5:
            return f'"{word} {chance.choice(WORDS)} {chance.choice(WORDS)}"~{chance.randrange(4)}'
        case 6:
            return f"title:{word}"
        case 7:
            return chance.choice(("", "title:")) + f"re:/{chance.choice(PATTERNS)}/"
        case _:
            return chance.choice(FIXED)


def some_query(chance: Random, depth: int = 0) -> str:
    if depth > 2 or chance.random() < 0.4:
        return some_leaf(chance)
    parts = [some_query(chance, depth + 1) for _ in range(chance.randint(2, 3))]
    sign = chance.choice((" ", " OR ", " -"))
    return f"({sign.join(parts)})"
