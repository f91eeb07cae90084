"""The charset of bytes that name none and are no UTF-8, guessed by what they would say in each.

A guess is taken only where nearly everything outside ASCII would be ordinary text of a script.
"""

import codecs
import re

_SAMPLE = 20_000
_TAG = re.compile(rb"<[^<>]*>")
_COMMON_SIMPLIFIED = frozenset(
    "的一是不了在人有我他这中大来上国们到说时要就出会可也你对生能而子那得于着下自之年过发后作里新"
)
_COMMON_TRADITIONAL = frozenset(
    "的一是不了在人有我他這中大來上國們到說時要就出會可也你對生能而子那得於著下自之年過發後作裡新"
)
_KANA = re.compile("[\u3041-\u30ff]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_CYRILLIC = re.compile("[а-яё]")
_GREEK = re.compile("[α-ωά-ώ]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_THAI = re.compile("[\u0e01-\u0e5b]")
_STUMBLES = re.compile("[а-яёα-ωά-ώ][А-ЯЁΑ-Ω]|[ъыь]{2}")
_ONLY_CYRILLIC = re.compile("[А-Яыьэюя]")
_ONLY_GREEK = re.compile("[ά-ίό-ώ]")
_RUN = re.compile(rb"[\x80-\xff]+")
_MIN_RUN = 2.5
_NON_ASCII = re.compile("[^\x00-\x7f]")
_MOSTLY, _SOME, _FEW = 0.7, 0.1, 0.04


def guess_codec(body: bytes) -> str | None:
    """Return Python's codec for the likeliest charset; None where nothing is likely."""
    sample = _TAG.sub(b" ", body[:_SAMPLE])
    runs = _RUN.findall(sample)
    if sum(map(len, runs)) < _MIN_RUN * len(runs):
        return None  # letters with accents, here and there among others
    for codec, likely in _TESTS:
        text = _decoded(sample, codec)
        if text is not None and (total := len(_NON_ASCII.findall(text))) and likely(text, total):
            return codec
    return None


def _decoded(sample: bytes, codec: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(sample)
    except UnicodeDecodeError:
        return None


def _japanese(text: str, total: int) -> bool:
    kana = len(_KANA.findall(text))
    return kana > _SOME * total and len(_HALF_WIDTH.findall(text)) < _SOME * total


def _korean(text: str, total: int) -> bool:
    return len(_HANGUL.findall(text)) > _MOSTLY * total and not _IDEOGRAPH.search(text)


def _simplified(text: str, total: int) -> bool:
    return _chinese(text, total, _COMMON_SIMPLIFIED)


def _traditional(text: str, total: int) -> bool:
    return _chinese(text, total, _COMMON_TRADITIONAL)


def _chinese(text: str, total: int, common: frozenset[str]) -> bool:
    return (
        len(_IDEOGRAPH.findall(text)) > _MOSTLY * total and sum(map(common.__contains__, text)) > _FEW * total
    )


def _cyrillic(text: str, total: int) -> bool:
    return _smooth(text, total, _CYRILLIC) and _ONLY_CYRILLIC.search(text) is not None


def _greek(text: str, total: int) -> bool:
    return _smooth(text, total, _GREEK) and _ONLY_GREEK.search(text) is not None


def _smooth(text: str, total: int, letters: re.Pattern[str]) -> bool:
    """Tell whether most is small letters, and hardly any is followed by a capital."""
    return len(letters.findall(text)) > _MOSTLY * total and len(_STUMBLES.findall(text)) < _FEW * total


def _hebrew(text: str, total: int) -> bool:
    return len(_HEBREW.findall(text)) > _MOSTLY * total


def _thai(text: str, total: int) -> bool:
    return len(_THAI.findall(text)) > (1 - _FEW) * total


_TESTS = (
    ("euc_jp", _japanese),
    ("cp932", _japanese),
    ("cp949", _korean),
    ("gb18030", _simplified),
    ("big5hkscs", _traditional),
    ("windows-1251", _cyrillic),
    ("koi8-r", _cyrillic),
    ("windows-1253", _greek),
    ("windows-1255", _hebrew),
    ("cp874", _thai),
)
