from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.numerals import numbers, values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.5 million", 3_500_000),
        ("$3.5bn", 3_500_000_000),
        ("1,234,567", 1_234_567),
        ("twenty-one", 21),
        ("three hundred and five thousand", 305_000),
        ("two million", 2_000_000),
        ("350万人", 3_500_000),
        ("３億5000万円", 350_000_000),
        ("1万2千", 12_000),
        ("5兆円", 5_000_000_000_000),
        ("三百五十万", 3_500_000),
        ("二〇二六年", 2026),
        ("两百", 200),
        ("百分之三十五", 35),
        ("3만", 30_000),
        ("2억", 200_000_000),
        ("28日", 28),
        ("3割", 30),
    ],
)
def test_a_number_has_one_value_however_it_is_written(text: str, value: int) -> None:
    [(_, found)] = numbers(text)
    assert Decimal(value) in found


@pytest.mark.parametrize("text", ["one of them", "一方", "第一に", "数十人", "nothing", "", "零"])
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    assert numbers(text) == []


def test_dates_count_by_months_and_eras() -> None:
    assert {Decimal(11), Decimal(28)} <= values("On Nov. 28")
    assert Decimal(2026) in values("令和8年")
    assert Decimal(2026) in values("民國115年")
    assert Decimal(5) not in values("They may come.")


@given(
    st.text(alphabet="0123456789,.十百千万億一二三 million-twenty割年", max_size=60) | st.text(max_size=60)
)
def test_any_text_has_numbers_that_its_values_hold(text: str) -> None:
    known = values(text)
    assert all(value & known for _, value in numbers(text))


@given(st.integers(1, 10**15))
def test_an_integer_is_read_back(number: int) -> None:
    for written in (str(number), f"{number:,}"):
        [(_, found)] = numbers(written)
        assert found == {Decimal(number)}
