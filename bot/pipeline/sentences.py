"""Where sentences end, in English and its neighbours, Japanese, Chinese and Korean.

A full-width end mark ends a sentence wherever it stands outside quotation marks; a Latin one only before white
space and something that can begin a sentence. A new line always ends one. Pure, linear in the text.
"""

import re
from collections.abc import Iterator

Span = tuple[int, int]

_CLOSERS = "\"'”’»›)]}」』）】》〉〕］｝"
_OPENERS = "\"'“‘«‹([{「『（【《〈〔［｛¿¡"
_WIDE_MARKS = "。！？｡．"
_LATIN_MARKS = ".!?…؟۔।॥"
_NOTE = r"(?:\[\d{1,3}\])*"
_END = re.compile(f"[{_WIDE_MARKS}{re.escape(_LATIN_MARKS)}]+[{re.escape(_CLOSERS)}]*{_NOTE}")
ENDED = re.compile(f"[{_WIDE_MARKS}{re.escape(_LATIN_MARKS)}][{re.escape(_CLOSERS)}]*{_NOTE}$")
"""How a sentence looks that is finished."""
_PAIRS = {"「": "」", "『": "』", "（": "）", "【": "】", "《": "》", "“": "”", "〈": "〉"}
# What is quoted at greater length is read sentence by sentence, like any other text.
_LONGEST_QUOTATION = 300
_QUOTED = re.compile(
    "|".join(f"{o}[^{o}{c}]{{0,{_LONGEST_QUOTATION}}}{c}" for o, c in _PAIRS.items()) + '|"[^"]*"'
)
_LETTERS = re.compile(r"(?:^|[^\w.])(?:[^\W\d_]\.)+$")
_LAST_WORD = re.compile(r"[\w.]+$")


def _vocabulary(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEVER_LAST = _vocabulary("""
    mr mrs ms dr prof sen rep gov gen col lt sgt capt cmdr maj adm rev hon st mt ft vs eg ie cf no nos fig vol
    pp ed messrs cpl supt insp atty ave blvd jan feb mar apr jun jul aug sep sept oct nov dec approx dept est al e.g i.e hr fr bzw z.b
""")
_SELDOM_LAST = _vocabulary("""
    inc corp co ltd llc plc bros jr sr etc a.m p.m ph.d u.s u.k u.n e.u d.c u.s.a
""")
_BEGINNERS = _vocabulary("""
    the a an in on at it he she they we i you this that these those but and however if as when while after
    before for from by with his her its their our there what who how why no not many some most all both one
    two officials according meanwhile
""")

_WEEKDAYS = _vocabulary("mon tue tues wed thu thur thurs fri sat sun")
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b|\d", re.IGNORECASE)


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text as (start, end) in code points, without the white space around them."""
    return [
        span
        for start, end in _lines(text)
        for span in _split_line(text, start, end)
        if any(map(str.isalnum, text[slice(*span)]))
    ]


def _lines(text: str) -> Iterator[Span]:
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, at + len(line)
        at += len(line)


def _split_line(text: str, start: int, end: int) -> Iterator[Span]:
    line = text[start:end]
    quoted = _quotations(line)
    begun = 0
    for found in _END.finditer(line):
        if _inside(quoted, found.start(), found.end()) or not _ends(line, begun, found.start(), found.end()):
            continue
        yield _trimmed(text, start + begun, start + found.end())
        begun = found.end()
    if line[begun:].strip():
        yield _trimmed(text, start + begun, end)


def _quotations(line: str) -> list[Span]:
    """Return the stretches in quotation marks; straight ones count where each has its partner."""
    paired = line.count('"') % 2 == 0
    found = (each for each in _QUOTED.finditer(line) if paired or not each.group().startswith('"'))
    return [each.span() for each in found if each.end() - each.start() <= _LONGEST_QUOTATION + 2]


def _inside(quoted: list[Span], mark: int, after: int) -> bool:
    """Tell whether a mark stands within a quotation that goes on behind it; drops quotations left behind."""
    while quoted and quoted[0][1] <= mark:
        quoted.pop(0)
    return bool(quoted) and quoted[0][0] < mark and after < quoted[0][1]


def _ends(line: str, begun: int, mark: int, after: int) -> bool:
    """Decide whether the marks at ``line[mark:after]`` end a sentence that began at ``begun``."""
    rest = line[after : after + 40]
    if not rest.strip():
        return True
    if line[mark] in _WIDE_MARKS:
        return _wide_end(line, mark, after, rest[0])
    if not rest[0].isspace():
        return _space_forgotten(line[max(begun, mark - 3) : mark], rest)
    following = rest.strip().lstrip(_OPENERS)
    if following[:1].islower() and not following[1:2].isupper():
        return False
    return line[mark] != "." or not _abbreviation(line[max(begun, mark - 24) : mark], following)


def _space_forgotten(before: str, rest: str) -> bool:
    """Tell whether a sentence begins right behind the mark, as in ``It ended.The``; a host's name does not."""
    return before.isalpha() and before.islower() and rest[0].isupper() and rest[1:2].islower()


def _wide_end(line: str, mark: int, after: int, following: str) -> bool:
    """Full-width points between digits are decimals; a closed quotation goes on where kana or a comma follows."""
    if line[mark] == "．":
        return not (line[mark - 1 : mark].isdigit() and following.isdigit())
    closed = line[after - 1] in _CLOSERS
    return not (closed and ("ぁ" <= following <= "ゖ" or following in "、，,"))


def _abbreviation(before: str, following: str) -> bool:
    """Tell whether the point behind ``before`` shortens a word rather than ending the sentence."""
    found = _LAST_WORD.search(before)
    word = found.group().lower() if found else ""
    next_word = re.split(r"\W", following, maxsplit=1)[0]
    if word in _NEVER_LAST:
        return not (word in {"no", "mar", "dec"} and next_word.lower() in _BEGINNERS)
    if word in _WEEKDAYS:
        return _MONTH.match(following) is not None
    if word in _SELDOM_LAST or _LETTERS.search(before + "."):
        return next_word.lower() not in _BEGINNERS
    return False


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
