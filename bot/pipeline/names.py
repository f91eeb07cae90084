"""Which names in an answer do not stand in its source. Pure.

No dictionary tells names from words, so the doubt counts against the answer: what is written like a name, or could be
one, and does not stand in the source is an objection, and an alert falls back on the source's own sentences.
"""

import re
from collections.abc import Iterator

from bot.pipeline.numerals import months, values
from bot.pipeline.vocabulary import BEGINNERS, HAN_COMMON, LOANWORDS, OFFICES

_WORD = re.compile(r"[^\W\d_](?:[\w'’]|\.(?=\w))*")
_POSSESSIVE = re.compile(r"['’]s?$")
_BEGINS = re.compile(r"(?:^|[.!?…:\n]\s*)[\"'“‘(«「]*$")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]{2,}")
_HAN_RUN = re.compile("[\u4e00-\u9fff\u3005]+")
_HANGUL = re.compile("[\uac00-\ud7a3]{2,}")
_STEM, _WHOLE_STEM, _EASTERN_NAME = 5, 4, 2
# Ends of Korean verbs and adjectives; names end in nouns with or without a particle.
_KOREAN_VERB = re.compile("(?:다|고|며|면|서|해|한|할|된|될|된다|하는|되는|하기|지만|는데|라고|으로|이라며)$")
_JAPANESE_TITLE = re.compile(
    "([\u4e00-\u9fff\u3005\u30a1-\u30fc・]{2,12}?)(?:氏|さん|首相|大統領|長官|大臣|知事|議員|社長|会長|容疑者)"
)
_JAPANESE_OFFICE = re.compile(
    "(?:外務|財務|防衛|総務|法務|官房|国務|国防|経済産業|文部科学|厚生労働|副|前|元|新|現|米|露|韓|中国|日本)+"
)
_CHINESE_TITLE = re.compile(
    "(?:总统|總統|总理|總理|首相|部长|部長|主席|国务卿|國務卿)([\u4e00-\u9fff]{2,3}?)(?=表示|说|說|称|稱|指出|宣布|在|将|將|于|於|与|與|和|会|會|访|訪|抵)"
)
_DOTTED = re.compile("[\u4e00-\u9fff\u30a1-\u30fc]{1,12}(?:[·・][\u4e00-\u9fff\u30a1-\u30fc]{1,12})+")
_KOREAN_TITLE = re.compile("([\uac00-\ud7a3]{2,4}) ?(?:대통령|총리|장관|의원|씨|주석)")
_SAME = (
    ({"u.s", "us", "united", "states", "america", "american"}, {"u.s", "united", "america"}),
    ({"u.k", "uk", "united", "kingdom", "britain", "british"}, {"u.k", "uk", "britain", "kingdom"}),
    ({"u.n", "un", "united", "nations"}, {"u.n", "un", "nations"}),
    ({"eu", "european", "union", "europe"}, {"eu", "european"}),
)  # fmt: skip


def strange_name(answer: str, source: str, *, translated: bool) -> str | None:
    """Return the first name in ``answer`` that does not stand in ``source``, None where all do.

    ``source`` holds every spelling that is allowed. Of a translation only the names are held against it.
    """
    finders = (_latin, _katakana, _titled) if translated else (_latin, _katakana, _han, _hangul)
    return next((name for finder in finders for name in finder(answer, source, translated)), None)


def _latin(answer: str, source: str, translated: bool) -> Iterator[str]:
    known, lower = _vocabulary(source)
    dates = values(source)
    for found in _WORD.finditer(answer):
        word = _POSSESSIVE.sub("", found.group()).rstrip(".")
        folded = word.casefold()
        if word == folded or folded in known or _inflected(folded, known, _WHOLE_STEM):
            continue
        begins = _BEGINS.search(answer[max(0, found.start() - 12) : found.start()]) is not None
        plain = word[1:].islower() or len(word) == 1
        if begins and plain and (folded in BEGINNERS or _stems(folded, lower)):
            continue
        if translated and (folded in OFFICES or months(word).get(folded) in dates):
            continue
        yield word


def _vocabulary(source: str) -> tuple[set[str], set[str]]:
    """Return all words of the source, folded, and those of them that are written small."""
    words = [_POSSESSIVE.sub("", each).rstrip(".") for each in _WORD.findall(source)]
    known = {word.casefold() for word in words}
    for forms, signs in _SAME:
        if known & signs:
            known |= forms
    return known, {word for word in words if word.islower()}


def _inflected(word: str, known: set[str], least: int) -> bool:
    """Tell whether a word only lengthens one of the source, as "Japanese" does "Japan"."""
    return any(word[:end] in known for end in range(max(least, len(word) - 4), len(word)))


def _stems(word: str, lower: set[str]) -> bool:
    """Tell whether a word is another form of one that the source writes small, as "Lawmakers" is of "lawmaker"."""
    stem = word[: max(_STEM, len(word) - 3)]
    return len(stem) >= _STEM and any(other.startswith(stem) for other in lower)


def _katakana(answer: str, source: str, translated: bool) -> Iterator[str]:
    del translated
    for found in _KATAKANA.finditer(answer):
        if found.group() not in source and found.group() not in LOANWORDS:
            yield found.group()


def _han(answer: str, source: str, translated: bool) -> Iterator[str]:
    """Yield ideographs that do not stand beside each other in the source and are no common words."""
    del translated
    for run in _HAN_RUN.finditer(answer):
        text = run.group()
        # One ideograph before kana is the stem of a verb or an adjective.
        verb = len(text) == 1 and "ぁ" <= answer[run.end() : run.end() + 1] <= "ゖ"
        if verb or text in source:
            continue
        known = [False] * len(text)
        for at in range(len(text) - 1):
            if text[at : at + 2] in source:
                known[at] = known[at + 1] = True
        for strange in re.finditer("0+", "".join("1" if each else "0" for each in known)):
            piece = text[strange.start() : strange.end()]
            if not _common(piece):
                yield piece


def _common(piece: str) -> bool:
    """Tell whether a stretch of ideographs can be made of common words alone, the longest first."""
    at = 0
    while at < len(piece):
        step = next((size for size in (3, 2, 1) if piece[at : at + size] in HAN_COMMON), 0)
        if not step:
            return False
        at += step
    return True


def _hangul(answer: str, source: str, translated: bool) -> Iterator[str]:
    del translated
    for found in _HANGUL.finditer(answer):
        word = found.group()
        if word[:_EASTERN_NAME] not in source and not _KOREAN_VERB.search(word):
            yield word


def _titled(answer: str, source: str, translated: bool) -> Iterator[str]:
    """Yield what a translation calls by a title or writes like a foreign name and the source does not name."""
    del translated
    for pattern in (_JAPANESE_TITLE, _CHINESE_TITLE, _KOREAN_TITLE):
        for found in pattern.finditer(answer):
            name = found[1].strip("・")
            if name not in source and not _JAPANESE_OFFICE.fullmatch(name) and not _ends_in(name, source):
                yield name
    for found in _DOTTED.finditer(answer):
        if found.group() not in source:
            yield found.group()


def _ends_in(text: str, source: str) -> bool:
    """Tell whether a name of the source, at least two letters, ends a text that a title follows."""
    return any(text[at:] in source for at in range(1, len(text) - 1))
