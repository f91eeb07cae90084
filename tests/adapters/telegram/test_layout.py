import pytest

from bot.adapters.telegram.layout import cut_at_sentence, cut_at_word, laid_out
from bot.adapters.telegram.render import render
from bot.adapters.telegram.text import clean, linkable, units
from bot.model.message import Action, Message, Run, Source, plain


def alert(**more: object) -> Message:
    given: dict[str, object] = {"title": (Run("A title"),), "alert": True}
    return Message(**{**given, **more})  # type: ignore[arg-type]  # a test's shorthand


def text(message: Message) -> str:
    return plain(laid_out(message))


def test_an_alert_has_empty_lines_between_its_parts_and_an_answer_has_lines() -> None:
    parts = {"summary": ((Run("One."),), (Run("Two."),)), "footer": (Run("End"),)}
    assert text(alert(**parts)) == "A title\n\nOne.\n\nTwo.\n\nEnd"
    assert text(alert(**parts, alert=False)) == "A title\nOne.\nTwo.\n\nEnd"


def test_more_sources_than_fit_are_counted() -> None:
    names = tuple(Source(f"An outlet with a long name, number {number}") for number in range(40))
    last = text(alert(sources=names)).rpartition(" · ")[2]
    shown = text(alert(sources=names)).count("An outlet")
    assert last == f"and {40 - shown} more"


def test_a_summary_is_cut_at_a_sentence() -> None:
    cut = cut_at_sentence((Run("The first is short. The "), Run("second", bold=True), Run(" is longer.")), 32)
    assert plain(cut) == "The first is short. …"


def test_a_sentence_too_long_is_cut_at_a_word() -> None:
    cut = cut_at_word((Run("one two three "), Run("four five", bold=True), Run(" six seven")), 22)
    assert plain(cut) == "one two three four…"
    assert cut[-1] == Run("four…", bold=True)


def test_an_emoji_is_not_cut_in_two() -> None:
    family = "👩‍👩‍👧‍👦"
    assert plain(cut_at_word((Run(family * 10),), 20)) == f"{family * 2}…"


@pytest.mark.parametrize("message", [Message(), alert(title=()), alert(title=(Run("\u200b\u2060\u202e"),))])
def test_a_message_of_nothing_says_so(message: Message) -> None:
    assert text(message) == "(no text)"


def test_an_address_that_cannot_be_linked_can_be_copied() -> None:
    made = render(alert(url="http://intranet/news"))
    assert made.text == "A title\n\nhttp://intranet/news"
    assert [one.type for one in made.entities] == ["code"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "https://user:secret@a.example/"]
)
def test_an_address_that_is_no_page_is_left_out(url: str) -> None:
    assert render(alert(url=url)).text == "A title"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x y", "https://a.example/x%20y"),
        (" https://a.example/ ", "https://a.example/"),
        ("https://日本.example/記事", "https://日本.example/記事"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ("https://a.example:/", None),
        ("https://a.example:0/", None),
        ("https://a.example:99999/", None),
        ("https://a b.example/", None),
        ("https://localhost/", None),
        ("ftp://a.example/", None),
        (f"https://a.example/{'a' * 2048}", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_is_what_telegram_takes(url: str | None, expected: str | None) -> None:
    assert linkable(url) == expected


def test_controls_go_and_a_decomposed_ring_stays() -> None:
    assert clean("a\u202eb\u2068c\x07d\r\ne\u2028f A\u030a \ud800") == "abc d\nef Å \ufffd"


def test_lengths_are_counted_in_utf_16() -> None:
    assert [units("a"), units("台"), units("😀"), units("👩‍👧")] == [1, 1, 2, 5]


def test_buttons_that_telegram_refuses_are_left_out() -> None:
    actions = (
        Action("Fine", data="x"),
        Action("Too long", data="x" * 65),
        Action("Nowhere", url="http://intranet/"),
        Action(" " * 5, data="blank"),
        Action("word " * 40, data="long"),
    )
    keyboard = render(Message(actions=actions)).keyboard
    assert keyboard is not None
    labels = [[button.text for button in row] for row in keyboard.inline_keyboard]
    assert labels[:2] == [["Fine"], ["…"]]
    assert labels[2][0].endswith("word…")
    assert len(labels[2][0]) <= 64


def test_a_few_short_buttons_share_a_row() -> None:
    keyboard = render(Message(actions=(Action("Yes", data="y"), Action("No", data="n")))).keyboard
    assert keyboard is not None
    assert [[button.text for button in row] for row in keyboard.inline_keyboard] == [["Yes", "No"]]


def test_only_the_subscriptions_own_mentions_ping() -> None:
    made = alert(
        summary=((Run("Ask @"), Run("durov", bold=True), Run(" or a@b.example.")),), mentions=("@alice_w",)
    )
    assert text(made) == "A title\n\nAsk @\u2060durov or a@b.example.\n\n@alice_w"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Run /start now", "Run /\u2060start now"),
        ("100::/64 and ./run", "100::/\u206064 and ./\u2060run"),
        ("and/or 1/2 https://a.example/b <b>/c", "and/or 1/2 https://a.example/b <b>/c"),
    ],
)
def test_no_command_is_found_in_an_alert(raw: str, shown: str) -> None:
    assert render(alert(summary=((Run(raw),),))).text.split("\n\n")[1] == shown
