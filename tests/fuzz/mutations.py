"""Documents of the corpus, damaged: a seed decides everything."""

from pathlib import Path
from random import Random

DATA = Path(__file__).resolve().parents[1] / "data" / "feeds"
PIECES = [
    b"<item>", b"</item>", b"<title>", b"</title>", b"<![CDATA[", b"]]>", b"&", b"&#x0;", b"&#99999999;", b"<", b">", b'"',
    b"<!DOCTYPE x [", b"]>", b"<!--", b"-->", b"<?xml", b"?>", b"\x00", b"\xff", b"\xed\xa0\x80", b"xml:base='//['", b"<svg>",
    b"<link href='http://[' />", b"<guid>", b"<entry>", b"</", b"<div>", b"xmlns:x=''", b"<x:y>", b"{", b"[", b"\\ud800",
    b"<pubDate>-1-99-99</pubDate>", b"<content type='application/octet-stream'>!!!</content>", b"<source url='x'>",
    b"<media:group>", b"</entry><entry>", b"</item><item>", b" xml:lang='x'", b" xmlns='http://www.w3.org/2005/Atom'", b"/>",
]  # fmt: skip
_MOST_DAMAGES = 6
_MOST_COPIES = 400
_LARGEST = 400_000


def seeds() -> list[bytes]:
    """Return the documents of the corpus."""
    return [path.read_bytes() for path in sorted(DATA.iterdir()) if not path.name.endswith(".expected.json")]


def damaged(chance: Random, documents: list[bytes]) -> bytes:
    """Return a document with pieces put in, taken out, repeated, exchanged with another document's, or bits turned."""
    body = chance.choice(documents)
    # Few damages: what is left well-formed goes the fast way, which has most to lose.
    for _ in range(min(_MOST_DAMAGES, int(chance.expovariate(2 / 3)))):
        place = chance.randint(0, len(body))
        end = min(len(body), place + int(chance.expovariate(1 / 60)))
        match chance.randint(0, 5):
            case 0:
                body = body[:place] + chance.choice(PIECES) + body[place:]
            case 1:
                body = body[:place] + body[end:]
            case 2:
                body = body[:end] + body[place:end] * chance.randint(1, _MOST_COPIES) + body[end:]
            case 3:
                other = chance.choice(documents)
                start = chance.randint(0, len(other))
                body = body[:place] + other[start : start + end - place] + body[end:]
            case 4 if body:
                turned = bytearray(body)
                turned[min(place, len(body) - 1)] ^= 1 << chance.randint(0, 7)
                body = bytes(turned)
            case _:
                body = body[:place] + chance.choice(PIECES) * chance.randint(1, _MOST_COPIES) + body[place:]
    return body[:_LARGEST]
