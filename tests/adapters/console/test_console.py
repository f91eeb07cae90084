import io
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bot.adapters.console.messenger import ConsoleMessenger
from bot.adapters.console.render import clean
from bot.model.address import Address, Platform
from bot.model.delivery import RetryLater, Scope, Sent
from bot.model.message import Action, Message, Run, Source
from bot.model.person import Person, Reachable

HERE = Address(Platform.CONSOLE, "")
LINK = "https://news.example/1"
ALERT = Message(
    title=(Run("Takaichi", bold=True), Run(" to visit Washington")),
    url=LINK,
    summary=((Run("The prime minister "), Run("Takaichi", bold=True), Run(" will see Trump.")),),
    sources=(Source("Mainichi World", LINK),),
    footer=(Run("2 Jan 2026, 21:14 JST · Takaichi"),),
    alert=True,
)
PANEL = """\
╭──────────────────────────────────────────────────────────────────────────────╮
│                                                                              │
│  Takaichi to visit Washington                                                │
│                                                                              │
│  The prime minister Takaichi will see Trump.                                 │
│                                                                              │
│  https://news.example/1                                                      │
│                                                                              │
╰─ Mainichi World · 2 Jan 2026, 21:14 JST · Takaichi ──────────────────────────╯
"""


async def printed(message: Message, *, width: int = 80, terminal: bool = False) -> str:
    """Return what a console of this width shows for a message."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=terminal,
        color_system="standard" if terminal else None,
        highlight=False,
    )
    assert await ConsoleMessenger(console).send(HERE, message, nonce="n") == Sent("1")
    return out.getvalue()


async def test_an_alert_in_a_file_is_a_panel_without_any_escape_code() -> None:
    assert await printed(ALERT) == PANEL


async def test_on_a_terminal_the_words_are_marked_and_the_title_is_a_link() -> None:
    shown = await printed(ALERT, terminal=True)
    assert re.search(r"\x1b]8;id=\d+;https://news\.example/1\x1b\\\x1b\[1;4;33mTakaichi\x1b\[0m", shown)
    assert "\x1b[1;33mTakaichi\x1b[0m" in shown
    assert "│  https://" not in shown


async def test_full_width_text_keeps_the_frame_straight() -> None:
    title = (Run("高市首相", bold=True), Run("、トランプ氏と電話会談 " * 6))
    message = Message(title=title, summary=((Run("台湾海峡の平和と安定は重要だ。" * 9),),), alert=True)
    for width in (40, 80):
        lines = (await printed(message, width=width)).splitlines()
        assert {cell_len(line) for line in lines} == {width}


async def test_a_foot_that_does_not_fit_the_frame_stands_inside() -> None:
    long = Message(title=(Run("T"),), sources=(Source("A very long name of an outlet " * 3),), alert=True)
    shown = await printed(long)
    assert shown.count("outlet") == 3
    assert {cell_len(line) for line in shown.splitlines()} == {80}


async def test_an_answer_is_plain_paragraphs_with_its_buttons_and_addresses() -> None:
    answer = Message(
        title=(Run("Your subscriptions"),),
        summary=((Run("Takaichi", code=True), Run(" at "), Run("the site", url="https://news.example/")),),
        actions=(Action("Remove", data="u:1"), Action("Open", url="https://news.example/")),
        footer=(Run("1 of 1"),),
    )
    assert (await printed(answer)).splitlines() == [
        "Your subscriptions",
        "Takaichi at the site <https://news.example/>",
        "[ Remove ]",
        "[ Open: https://news.example/ ]",
        "1 of 1",
    ]


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[31mTaka\x9b1mi\x1bPq#0\x1b\\chi\r\x08\x00\x7f\u202e\x1b(B\x1b"


async def test_escape_sequences_and_controls_are_removed() -> None:
    assert clean(HOSTILE) == "Takaichi"
    message = Message(
        title=(Run(HOSTILE),), summary=((Run(HOSTILE),),), sources=(Source(HOSTILE),), alert=True
    )
    shown = await printed(message)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    assert shown.count("Takaichi") == 3


async def test_brackets_are_no_markup() -> None:
    assert "[bold]x[/bold] :smile:" in await printed(
        Message(title=(Run("[bold]x[/bold] :smile:"),), alert=True)
    )


@given(st.text(alphabet=st.characters(), max_size=60))
def test_nothing_that_a_terminal_obeys_survives(text: str) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", clean(text))


@pytest.mark.parametrize("text", ["👨‍👩‍👧", "شكرا\u200f", "नि", "a\nb", "日本語"])
def test_honest_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


async def test_ids_count_up_and_an_edit_keeps_its_id() -> None:
    messenger = ConsoleMessenger(Console(file=io.StringIO()))
    assert await messenger.send(HERE, ALERT, nonce="a") == Sent("1")
    assert await messenger.send(HERE, ALERT, nonce="b") == Sent("2")
    assert await messenger.edit(HERE, "1", ALERT) == Sent("1")


class Full(io.StringIO):
    """A file on a full disk."""

    def write(self, text: str, /) -> int:
        raise OSError(28, f"No space left on device for {len(text)}")


async def test_a_console_that_cannot_be_written_to_keeps_the_alert_waiting() -> None:
    outcome = await ConsoleMessenger(Console(file=Full())).send(HERE, ALERT, nonce="a")
    assert isinstance(outcome, RetryLater)
    assert outcome.scope is Scope.PLATFORM


class Filling(io.StringIO):
    """A file on a disk that is full for the first write."""

    full = True

    def write(self, text: str, /) -> int:
        if self.full:
            self.full = False
            raise OSError(28, "No space left on device")
        return super().write(text)


async def test_what_could_not_be_printed_is_printed_when_it_is_tried_again() -> None:
    paper = Filling()
    messenger = ConsoleMessenger(Console(file=paper))
    assert isinstance(await messenger.send(HERE, ALERT, nonce="a"), RetryLater)
    paper.full = False
    again = await messenger.send(HERE, ALERT, nonce="a")
    assert isinstance(again, Sent)
    assert await messenger.send(HERE, ALERT, nonce="a") == again
    assert paper.getvalue().count("The prime minister") == 1


async def test_a_terminal_that_knows_only_ascii_still_shows_alerts() -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii", write_through=True) as file:
        messenger = ConsoleMessenger(Console(file=file, width=80))
        message = Message(title=(Run("高市 Takaichi"),), alert=True)
        assert await messenger.send(HERE, message, nonce="a") == Sent("1")
        assert b"?? Takaichi" in raw.getvalue()


async def test_the_console_is_always_there_and_belongs_to_whoever_sits_at_it() -> None:
    messenger = ConsoleMessenger(Console(file=io.StringIO()))
    assert await messenger.check(HERE) == Reachable(HERE, "console")
    assert await messenger.may_manage(HERE, Person(Platform.CONSOLE, "1", "me"))
    assert not await messenger.may_manage(HERE, Person(Platform.TELEGRAM, "1", "you"))
    assert messenger.spacing(HERE) == timedelta(0)
    assert messenger.platform is Platform.CONSOLE
