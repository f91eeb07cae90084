"""Which characters make words, which are searched by substring, which are ignored.

Words follow UAX #29 in spirit: letters, digits and the marks of scripts that write vowels as marks. Scripts without
spaces between words, and Korean, whose particles cling to words, are searched by substring.
"""

import unicodedata
from collections.abc import Iterable

DROPPED_CHARACTER = "\uffff"
"""Stands for an ignored character while a text is folded; it is a noncharacter, so it never means itself."""

SUBSTRING_RANGES = (
    (0x0E01, 0x0E3A),  # Thai
    (0x0E40, 0x0E4E),
    (0x0E50, 0x0E59),
    (0x0E81, 0x0EDF),  # Lao
    (0x1000, 0x1049),  # Burmese
    (0x1050, 0x109F),
    (0x1100, 0x11FF),  # Hangul letters
    (0x1780, 0x17D3),  # Khmer
    (0x17D7, 0x17D7),
    (0x17DC, 0x17E9),
    (0x2600, 0x27BF),  # pictographs
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, zero
    (0x303B, 0x303B),
    (0x3041, 0x3096),  # Hiragana
    (0x3099, 0x309A),
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),  # Katakana without the middle dot
    (0x30FC, 0x30FF),
    (0x3105, 0x312F),  # Bopomofo
    (0x3131, 0x318E),  # Hangul compatibility letters
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7FB),  # Hangul
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x1F000, 0x1FAFF),  # emoji
    (0x20000, 0x3FFFD),
)

HAN_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFD))
"""Characters that have variants."""

MARK_RANGES = (
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
"""Diacritics: marks that may be left out in writing. Vowel signs of other scripts are letters here."""

CLUSTER_RANGES = (
    *MARK_RANGES,
    (0x09BE, 0x09BE),
    (0x09D7, 0x09D7),
    (0x0B3E, 0x0B3E),
    (0x0B56, 0x0B57),
    (0x0BBE, 0x0BBE),
    (0x0BD7, 0x0BD7),
    (0x0CC2, 0x0CC2),
    (0x0CD5, 0x0CD6),
    (0x0D3E, 0x0D3E),
    (0x0D57, 0x0D57),
    (0x0DCA, 0x0DCA),
    (0x0DCF, 0x0DCF),
    (0x0DDF, 0x0DDF),
    (0x1161, 0x1175),
    (0x11A8, 0x11C2),
    (0x3099, 0x309A),
    (0xFF9E, 0xFF9F),
)
"""What may melt into the character before it (UAX #15, composition)."""

IGNORED_RANGES = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),  # zero-width space, joiners, direction marks
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFFF, 0xFFFF),
    (0xE0000, 0xE0FFF),
)
"""Default-ignorable characters (UAX #44, Default_Ignorable_Code_Point)."""


def inside(code: int, ranges: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a code point lies in one of the ranges (ends included)."""
    return any(first <= code <= last for first, last in ranges)


def as_class(ranges: Iterable[tuple[int, int]]) -> str:
    """Write ranges as the inside of a character class of a regular expression."""
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _is_word(code: int) -> bool:
    category = unicodedata.category(chr(code))
    return category[0] in "LNM" and category != "No"


def _word_ranges() -> list[tuple[int, int]]:
    excluded = bytearray(0x10000)
    for first, last in (*SUBSTRING_RANGES, *MARK_RANGES, *IGNORED_RANGES):
        excluded[first : min(last, 0xFFFF) + 1] = b"\1" * (min(last, 0xFFFF) + 1 - first)
    ranges: list[tuple[int, int]] = []
    for code in range(0x10000):
        if excluded[code] or not _is_word(code):
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return [*ranges, (0x10000, 0x1AFFF), (0x1B170, 0x1CFFF), (0x1E000, 0x1EFFF)]


WORD_CLASS = as_class(_word_ranges())
