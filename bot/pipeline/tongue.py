"""Which language a text is in, as far as its script and its feed tell. Pure."""

import re

_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_EAST_ASIAN = frozenset({"ja", "zh", "ko"})


def primary(tag: str | None) -> str | None:
    """Return the language of a tag such as ``zh-Hant-TW``, in lower case."""
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0] or None if tag else None


def spoken(text: str, declared: str | None = None) -> str | None:
    """Return the language of a text: by its script where that tells, else what its feed declares; None if unknown."""
    kana, hangul, han, latin = (len(each.findall(text)) for each in (_KANA, _HANGUL, _HAN, _LATIN))
    # A script of few words counts little beside many Latin ones: names stand in any text.
    if 3 * (kana + hangul + han) < latin:
        own = primary(declared)
        return None if own in _EAST_ASIAN else own
    if hangul > han + kana:
        return "ko"
    if kana * 20 > han:
        return "ja" if kana else primary(declared)
    return "zh" if han else primary(declared)
