"""Marks that are piled up without end are cut; no word of any language is touched."""

import unicodedata
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.inspect import check
from bot.query.piles import MOST_MARKS, without_piles

MIXED = "\u0315\u0300\u05ae\u0316"
PIECES = st.sampled_from(["a", "高", " ", "…", "👩", "\u0e48", "\u0301" * 7, MIXED * 9, "\u0e38\u0e48" * 20])


@pytest.mark.parametrize(
    "text", ["Nguyễn Phú Trọng", "בְּרֵאשִׁית", "น้ำมัน", "がぎぐ", "Z̤̈ü̧r̀íc̄h", "…" * 90, "👩\u200d👧" * 40]
)
def test_words_and_signs_of_all_scripts_stay(text: str) -> None:
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, text)
        assert without_piles(written) == written


@pytest.mark.parametrize("mark", ["\u0301", MIXED, "\u0e48\u0e38"])
def test_a_pile_is_cut_to_thirty_marks_wherever_it_stands(mark: str) -> None:
    pile = mark * 500
    assert without_piles(f"x{pile}y …{pile}…") == f"x{pile[:MOST_MARKS]}y …{pile[:MOST_MARKS]}…"


@given(st.lists(PIECES, max_size=12).map("".join))
def test_only_surplus_marks_go_and_no_pile_is_left(text: str) -> None:
    cut = without_piles(text)
    piles = [len(list(marks)) for is_mark, marks in groupby(cut, _is_mark) if is_mark]
    assert max(piles, default=0) <= MOST_MARKS
    assert [c for c in cut if not _is_mark(c)] == [c for c in text if not _is_mark(c)]
    assert without_piles(cut) == cut


def test_a_word_is_found_under_any_number_of_marks_and_shown_with_all_of_them() -> None:
    text = f"I saw Takai{MIXED * 200}chi there"
    assert check("takaichi", text)["spans"] == [[6, 14 + 4 * 200]]
    assert check('="Takaichi"', text)["match"] is False


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0
