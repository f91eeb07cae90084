"""Whatever a message holds, Telegram takes what is rendered from it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.layout import TEXT_LIMIT
from bot.adapters.telegram.render import Rendered, render
from bot.adapters.telegram.text import clean, linkable, units
from bot.model.message import Action, Message, Run, Source, Text
from tests.adapters.telegram import oracle
from tests.standins.telegram_params import Params
from tests.standins.telegram_rules import check_content, cut16

ODD = (
    "\n\t\r\x00\u200b\u200d\u2028\u202e\u2066\u2069\u2060\u00a0\u2800\u3000\u0301\u030a\u0333\ufe0f\U0001f3fd@/#$<>&*_`[]()~|\\ .!?。"
    "😀🇯🇵👩‍👧𠮷aåZ9高台אل"
)
LETTERS = st.text(st.one_of(st.sampled_from(ODD), st.characters()), max_size=60)
LONG = st.builds(lambda text, times: text * times, LETTERS, st.integers(0, 120))
WORDS = st.one_of(
    LETTERS, LETTERS, LONG, st.sampled_from(["@durov", "/start@bot", "x@y.example", "@", "dur", "@a"])
)
URLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "https://times.example/a?b=c#d",
            "http://intranet/",
            "https://日本.example/記事",
            "https://a.example/x y\u202e",
            "javascript:alert(1)",
            "https://a.example:99999/",
            "https://[::1]/",
            "https://[::1",
            "http://.example",
            "http://a./",
            "HTTPS://USER:PW@a.example",
            "https://a.example/" + "é" * 3000,
            "https://a..example/%zz",
            "tg://user?id=5",
        ]
    ),
    st.from_regex(r"https?://[\w.:@%\[\]!*~-]{0,20}(/[^\n]{0,20})?", fullmatch=True),
)
RUNS: st.SearchStrategy[Run] = st.builds(
    Run, WORDS, bold=st.booleans(), italic=st.booleans(), code=st.booleans(), url=URLS
)
TEXTS: st.SearchStrategy[Text] = st.lists(RUNS, max_size=5).map(tuple)
MANY: st.SearchStrategy[Text] = st.lists(RUNS, min_size=40, max_size=70).map(tuple)
MESSAGES = st.builds(
    Message,
    title=TEXTS,
    url=URLS,
    summary=st.lists(st.one_of(TEXTS, TEXTS, TEXTS, MANY), max_size=4).map(tuple),
    sources=st.lists(st.builds(Source, WORDS, URLS), max_size=40).map(tuple),
    footer=TEXTS,
    actions=st.lists(st.builds(Action, WORDS, data=st.one_of(st.none(), WORDS), url=URLS), max_size=5).map(
        tuple
    ),
    mentions=st.lists(st.sampled_from(["@alice_w", "<@&77>", "@a", "@everyone"]), max_size=40).map(tuple),
    silent=st.booleans(),
    alert=st.booleans(),
)


def params(rendered: Rendered) -> Params:
    given: Params = {"text": rendered.text, "entities": [one.to_dict() for one in rendered.entities]}
    if rendered.keyboard is not None:
        given["reply_markup"] = rendered.keyboard.to_dict()
    return given


@settings(max_examples=100, deadline=None)
@given(MESSAGES)
def test_every_message_is_within_the_rules(message: Message) -> None:
    rendered = render(message)
    check_content(params(rendered))
    assert len(rendered.text) <= TEXT_LIMIT


@pytest.mark.skipif(not oracle.PRESENT, reason=oracle.REASON)
@settings(max_examples=100, deadline=None)
@given(MESSAGES)
def test_telegrams_own_library_accepts_every_message(message: Message) -> None:
    rendered = params(render(message))
    assert oracle.refusal(rendered["text"], rendered["entities"]) is None


@pytest.mark.skipif(not oracle.PRESENT, reason=oracle.REASON)
@settings(max_examples=100, deadline=None)
@given(MESSAGES)
def test_telegram_finds_no_mention_in_any_message_and_no_command_in_an_alert(message: Message) -> None:
    rendered = render(message)
    protected = [one for one in rendered.entities if one.type in {"code", "text_link"}]
    pings = {
        cut16(rendered.text, offset, length)
        for kind, offset, length in oracle.found(rendered.text)
        if kind in ({"Mention", "BotCommand"} if message.alert else {"Mention"})
        and not any(one.offset < offset + length and offset < one.offset + one.length for one in protected)
    }
    assert pings <= set(message.mentions)


@pytest.mark.skipif(not oracle.PRESENT, reason=oracle.REASON)
@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_characters="*_`[]~|\\", exclude_categories=["Cs"]), max_size=80))
def test_telegram_changes_nothing_in_a_cleaned_text(text: str) -> None:
    assert oracle.cleaned(f"a{clean(text)}z") == f"a{clean(text)}z"


@pytest.mark.skipif(not oracle.PRESENT, reason=oracle.REASON)
@settings(max_examples=200, deadline=None)
@given(URLS)
def test_telegram_accepts_every_link_that_counts_as_one(url: str | None) -> None:
    link = linkable(url)
    if link is not None:
        entity = {"type": "text_link", "offset": 0, "length": 4, "url": link}
        assert oracle.refusal("link", [entity]) is None


@given(st.text())
def test_units_are_what_utf_16_counts(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
