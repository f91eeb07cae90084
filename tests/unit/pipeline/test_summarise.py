import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.furniture import is_furniture
from bot.pipeline.sentences import sentences
from bot.pipeline.shorten import Piece, shorten
from bot.pipeline.summarise import SummaryStyle, repeats_title, summarise
from bot.query.evaluate import standing
from bot.query.language import parse
from bot.starters import starter_topics
from tests.unit.pipeline.test_sentences import TEXTS

TEXT = "First one. Second one. Third one. Fourth names Takaichi here. Fifth one."
CASES = json.loads((Path(__file__).parents[2] / "data" / "summaries" / "texts.json").read_text("utf-8"))
HIT = (TEXT.index("Takaichi"), TEXT.index("Takaichi") + 8)


def at(text: str, *words: str) -> list[tuple[int, str]]:
    return sorted((each.start(), word) for word in words for each in re.finditer(word, text))


def shown(text: str, pieces: tuple[Piece, ...]) -> list[str]:
    return ["…" * p.cut_before + text[p.start : p.end] + "…" * p.cut_after for p in pieces]


def test_the_first_sentences_and_the_one_that_matched_are_shown_in_order() -> None:
    pieces = summarise(TEXT, spans=[HIT], style=SummaryStyle(sentences=3))
    assert shown(TEXT, pieces) == ["First one.", "Second one.", "Fourth names Takaichi here."]


def test_a_match_among_the_first_sentences_adds_nothing() -> None:
    pieces = summarise(TEXT, spans=[(0, 5), HIT], style=SummaryStyle(sentences=1))
    assert shown(TEXT, pieces) == ["First one."]


def test_the_last_place_goes_to_the_sentence_that_shows_most_of_what_the_lead_lacks() -> None:
    text = "Takaichi spoke. Rain fell. Snow fell. Takaichi left. Taiwan and Japan agreed. Taiwan slept."
    spans = [(a, a + len(w)) for a, w in at(text, "Takaichi", "Taiwan", "Japan")]
    pieces = summarise(text, spans=spans, style=SummaryStyle(sentences=3))
    assert shown(text, pieces) == ["Takaichi spoke.", "Rain fell.", "Taiwan and Japan agreed."]


def test_a_heading_is_shown_only_where_the_match_stands_nowhere_else() -> None:
    text = "The Taiwan question\nRain fell. Snow fell."
    assert shown(text, summarise(text, spans=[(4, 10)])) == [
        "The Taiwan question",
        "Rain fell.",
        "Snow fell.",
    ]
    assert shown(text, summarise(text, spans=[(20, 24)])) == ["Rain fell.", "Snow fell."]


def test_lines_of_a_text_without_any_end_mark_are_its_sentences() -> None:
    text = "Rain in Tokyo\nSnow in Osaka"
    assert shown(text, summarise(text)) == ["Rain in Tokyo", "Snow in Osaka"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_lead_and_the_match_of_the_shipped_texts_are_shown_whole_and_nothing_else(
    case: dict[str, Any],
) -> None:
    text = case["text"]
    spans = standing(parse(case["query"], topics=starter_topics()), text)
    told = shown(text, summarise(text, spans=spans))
    assert told[:2] == case["lead"]
    assert case["match"] in told
    assert len(told) == 3
    whole = [text[a:b] for a, b in sentences(text)]
    assert all(each in whole for each in told)


def test_without_a_match_only_the_first_sentences_are_shown() -> None:
    assert shown(TEXT, summarise(TEXT, style=SummaryStyle(sentences=1))) == ["First one."]


def test_zero_sentences_leave_the_one_that_matched() -> None:
    style = SummaryStyle(sentences=0)
    assert shown(TEXT, summarise(TEXT, spans=[HIT], style=style)) == ["Fourth names Takaichi here."]
    assert summarise(TEXT, style=style) == ()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Takaichi visits", "Takaichi visits"),
        ("Takaichi visits!", "TAKAICHI  visits…"),
        ("Takaichi visits", "Takaichi visits  Example Times"),
        ("高市首相が訪米", "高市首相が訪米。"),
        ("Takaichi visits Trump in April", "Takaichi visits Trump…"),
    ],
)
def test_text_that_only_repeats_the_title_is_dropped(title: str, text: str) -> None:
    assert repeats_title(text, title)
    assert summarise(text, title=title) == ()


def test_a_first_sentence_that_repeats_the_title_is_dropped() -> None:
    text = "Takaichi visits Washington. She will meet Trump. They will talk about trade and security."
    assert shown(text, summarise(text, title="Takaichi visits Washington"))[0] == "She will meet Trump."


@pytest.mark.parametrize(
    "tail",
    [
        "The post Takaichi visits appeared first on Example Times.",
        "Read more",
        "Continue reading…",
        "[...] Read the full article at example.com",
        "続きを読む",
        "阅读全文>>",
    ],
)
def test_what_publishing_systems_add_is_no_part_of_a_summary(tail: str) -> None:
    text = f"She will meet Trump.\n{tail}"
    assert shown(text, summarise(text, title="Takaichi visits")) == ["She will meet Trump."]


def test_a_sentence_about_reading_is_kept() -> None:
    text = (
        "Readers continue reading newspapers. Read more about it, he said, in the archives of the ministry: "
        + "x " * 60
    )
    assert len(summarise(text)) == 2


def test_text_that_goes_on_after_the_title_is_kept() -> None:
    text = "Takaichi visits Washington in April to speak about maritime disputes"
    assert shown(text, summarise(text, title="Takaichi visits Washington")) == [text]


def test_too_much_text_loses_its_last_plain_sentences_first() -> None:
    pieces = summarise(TEXT, spans=[HIT], style=SummaryStyle(sentences=3, max_chars=40))
    assert shown(TEXT, pieces) == ["First one.", "Fourth names Takaichi here."]


def test_one_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    text = "word " * 40 + "end."
    (only,) = shown(text, summarise(text, style=SummaryStyle(max_chars=43)))
    assert only == "word word word word word word word word…"


def test_a_long_sentence_is_cut_around_its_match() -> None:
    text = "word " * 40 + "Takaichi " + "word " * 40 + "end."
    spans = [(200, 208)]
    (only,) = shown(text, summarise(text, spans=spans, style=SummaryStyle(max_chars=40)))
    assert "Takaichi" in only
    assert only.startswith("…word")
    assert only.endswith("word…")
    assert len(only) <= 40


def test_chinese_and_japanese_are_cut_between_characters_or_at_a_comma() -> None:
    text = "高市首相は二日、" + "米国" * 40 + "。"
    assert shown(text, (shorten(text, 0, len(text), 40),)) == ["高市首相は二日、" + "米国" * 15 + "米…"]
    text = "高市首相は昨日の夜に、" + "米国" * 40
    assert shown(text, (shorten(text, 0, len(text), 16),)) == ["高市首相は昨日の夜に、…"]


@pytest.mark.parametrize("cluster", ["👨‍👩‍👧", "🇯🇵", "👍🏽", "e\u0301\u0323", "नि"])
def test_a_cut_never_splits_a_character_as_people_see_it(cluster: str) -> None:
    text = cluster * 30
    for limit in range(8, 60):
        piece = shorten(text, 0, len(text), limit)
        assert (piece.end - piece.start) % len(cluster) == 0
        assert len(piece) <= limit


@given(TEXTS, st.data(), st.integers(8, 60))
def test_a_shortened_text_fits_and_shows_what_it_must(text: str, data: st.DataObject, limit: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    begin = data.draw(st.integers(start, end))
    focus = (begin, data.draw(st.integers(begin, end)))
    piece = shorten(text, start, end, limit, focus)
    assert start <= piece.start <= piece.end <= end
    assert len(piece) <= limit
    assert piece.cut_before == (piece.start > start)
    assert piece.start <= focus[0]
    if focus[1] - focus[0] <= limit - 4:
        assert piece.end >= min(focus[1], focus[0] + 1)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 80), st.integers(1, 9)), max_size=3), st.integers(0, 4))
def test_a_summary_is_made_of_pieces_in_order_within_its_bounds(
    text: str, places: list[tuple[int, int]], count: int
) -> None:
    spans = sorted((a, a + n) for a, n in places if a + n <= len(text))
    pieces = summarise(text, spans=spans, style=SummaryStyle(sentences=count, max_chars=30))
    assert len(pieces) <= max(count, 1)
    assert sum(map(len, pieces)) <= 30
    ends = [0, *(place for piece in pieces for place in (piece.start, piece.end))]
    assert ends == sorted(ends)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 80), st.integers(1, 9)), max_size=3), st.integers(1, 4))
def test_every_sentence_shown_is_a_whole_one_of_the_text_and_a_match_is_among_them(
    text: str, places: list[tuple[int, int]], count: int
) -> None:
    spans = sorted((a, a + n) for a, n in places if a + n <= len(text))
    pieces = summarise(text, spans=spans, style=SummaryStyle(sentences=count, max_chars=1_000))
    whole = sentences(text)
    told = [(piece.start, piece.end) for piece in pieces]
    assert set(told) <= set(whole)
    news = [each for each in whole if not is_furniture(text[slice(*each)])]
    if any(a < end and start < b for start, end in news for a, b in spans):
        assert any(a < end and start < b for start, end in told for a, b in spans)


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Miller, Staff Writer",
        "Reporting by Jane Miller and Ken Sato; Editing by Lee Fox",
        "© 2026 Example Wire. All rights reserved.",
        "Copyright 2026 Example Wire",
        "Sign up for our daily newsletter",
        "Click here to read the full story",
        "Photo: Example Wire",
        "責任編輯：王小明",
        "关联记者：",
        "版权所有 示例社",
        "無断転載を禁じます",
        "관련기사 더 보기",
        "홍길동 기자 hong@example.com",
    ],
)
def test_bylines_rights_and_invitations_are_no_news(line: str) -> None:
    text = f"Rain fell.\n{line}\nSnow fell."
    assert shown(text, summarise(text)) == ["Rain fell.", "Snow fell."]


@pytest.mark.parametrize(
    "sentence",
    [
        "By 2030 emissions must fall by half.",
        "By Monday the troops had left the city.",
        "Copyrighted songs were played.",
        "Photographers waited outside.",
        "広告費は増えた。",
        "文部科学省は28日、方針を示した。",
    ],
)
def test_news_that_only_looks_like_them_is_kept(sentence: str) -> None:
    assert shown(sentence, summarise(sentence)) == [sentence]
