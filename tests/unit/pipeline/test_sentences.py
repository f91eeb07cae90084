import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline.sentences import sentences

TEXTS = st.text(
    alphabet=st.sampled_from("aAé9 .!?…\"'”’)(「」『』。！？．\n\u3000高市가中Mr,“:"), max_size=80
) | st.text(max_size=60)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Mr. Smith met Dr. A. B. Jones. They spoke.", ["Mr. Smith met Dr. A. B. Jones.", "They spoke."]),
        ("He paid $3.5 million. It was v2.0.", ["He paid $3.5 million.", "It was v2.0."]),
        ("The U.S. Navy sailed. It left.", ["The U.S. Navy sailed.", "It left."]),
        ("He lives in the U.S. The law is clear.", ["He lives in the U.S.", "The law is clear."]),
        ("On Jan. 5 the sun rose. On Sept. 9 it set.", ["On Jan. 5 the sun rose.", "On Sept. 9 it set."]),
        ("No. 5 is alive. The answer is no. The end.", ["No. 5 is alive.", "The answer is no.", "The end."]),
        ("Acme Inc. sued Foo Corp. Lawyers smiled.", ["Acme Inc. sued Foo Corp. Lawyers smiled."]),
        ('"Really?" he asked. "Yes!" She left.', ['"Really?" he asked.', '"Yes!"', "She left."]),
        ("He left... and came back. Wait… What?", ["He left... and came back.", "Wait…", "What?"]),
        ("It began at 5 p.m. on Monday. Rain fell.", ["It began at 5 p.m. on Monday.", "Rain fell."]),
        ("Visit example.com. Then go.", ["Visit example.com.", "Then go."]),
        ("(All of it.) Then more.", ["(All of it.)", "Then more."]),
        ("No end mark\nSecond line. Third", ["No end mark", "Second line.", "Third"]),
        ("「行く。必ず行く。」と述べた。次の文。", ["「行く。必ず行く。」と述べた。", "次の文。"]),
        ("首相は述べた。「行く。」記者は驚いた。", ["首相は述べた。", "「行く。」", "記者は驚いた。"]),
        ("本当？そうだ！終わり", ["本当？", "そうだ！", "終わり"]),
        ("价格是３．５元。他说：“好的。”她走了。", ["价格是３．５元。", "他说：“好的。”", "她走了。"]),
        ("고이치는 말했다. 그는 갔다.", ["고이치는 말했다.", "그는 갔다."]),
        ("「閉じない。続く。", ["「閉じない。", "続く。"]),
        ("هل وصل؟ نعم وصل.", ["هل وصل؟", "نعم وصل."]),
        ("", []),
        (" \n … \n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


@given(TEXTS)
def test_sentences_are_in_order_trimmed_and_lose_no_letter(text: str) -> None:
    found = sentences(text)
    at = 0
    for start, end in found:
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not any(map(str.isalnum, text[at:start]))
        at = end
    assert not any(map(str.isalnum, text[at:]))


def test_a_megabyte_of_marks_takes_linear_time() -> None:
    assert len(sentences("A. " * 100_000)) <= 100_000
    assert sentences("「" * 100_000 + "a。") != []
    assert len(sentences("「a。」" * 50_000)) == 50_000
