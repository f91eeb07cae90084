"""What every Messenger keeps, whatever it sends to; the stand-ins are real servers on loopback."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.model.address import Platform
from bot.model.delivery import Moved, Rejected, RetryLater, Scope, Sent
from bot.model.message import Message, Run, Source
from bot.model.person import Person, Reachable, Unreachable
from tests.contract.stations import Station, station

OUTCOMES = (Sent, RetryLater, Rejected, Moved)
NEVER_SENT = "987654321"


def alert(title: str) -> Message:
    return Message(
        title=(Run(title),),
        url="https://news.example/1",
        summary=((Run("About "), Run("Takaichi", bold=True), Run(".")),),
        sources=(Source("Example Times", "https://news.example/"),),
        alert=True,
    )


@pytest.fixture(params=list(Platform), ids=str)
async def at(request: pytest.FixtureRequest) -> AsyncIterator[Station]:
    async with station(request.param) as opened:
        yield opened


async def sent(at: Station, title: str, *, nonce: str, reply_to: str | None = None) -> str:
    """Send, which must succeed, and return the message's id."""
    outcome = await at.messenger.send(at.address, alert(title), nonce=nonce, reply_to=reply_to)
    assert isinstance(outcome, Sent), outcome
    return outcome.message_id


def titles(at: Station, *wanted: str) -> list[str]:
    """Which of the wanted titles is in each message of the place."""
    return [title for _, text in at.shown() for title in wanted if title in text]


async def test_a_message_is_shown_under_the_id_that_sending_returned(at: Station) -> None:
    first = await sent(at, "Morning", nonce="n1")
    second = await sent(at, "Evening", nonce="n2")
    assert first
    assert first != second
    assert [number for number, _ in at.shown()] == [first, second]
    assert titles(at, "Morning", "Evening") == ["Morning", "Evening"]


async def test_an_edit_keeps_the_id_and_shows_the_new_words(at: Station) -> None:
    number = await sent(at, "Morning", nonce="n1")
    assert await at.messenger.edit(at.address, number, alert("Evening")) == Sent(number)
    assert "Evening" in at.shown()[-1][1]
    if at.messenger.platform is not Platform.CONSOLE:
        assert titles(at, "Morning", "Evening") == ["Evening"]


async def test_an_edit_that_changes_nothing_counts_as_sent(at: Station) -> None:
    number = await sent(at, "Morning", nonce="n1")
    assert await at.messenger.edit(at.address, number, alert("Morning")) == Sent(number)


async def test_an_edit_of_a_deleted_message_is_rejected_and_leaves_the_place_open(at: Station) -> None:
    number = await sent(at, "Morning", nonce="n1")
    at.delete(number)
    outcome = await at.messenger.edit(at.address, number, alert("Evening"))
    assert isinstance(outcome, Rejected)
    assert not outcome.destination_off
    await sent(at, "Evening", nonce="n2")
    assert titles(at, "Morning", "Evening") == ["Evening"]


async def test_a_reply_is_a_message_of_its_own(at: Station) -> None:
    first = await sent(at, "Morning", nonce="n1")
    second = await sent(at, "Evening", nonce="n2", reply_to=first)
    assert second != first
    assert titles(at, "Morning", "Evening") == ["Morning", "Evening"]


async def test_a_reply_is_shown_as_an_answer_to_the_earlier_message(at: Station) -> None:
    first = await sent(at, "Morning", nonce="n1")
    second = await sent(at, "Evening", nonce="n2", reply_to=first)
    assert at.answers(first) is None
    assert at.answers(second) == first


async def test_a_reply_to_a_deleted_message_stands_alone(at: Station) -> None:
    first = await sent(at, "Morning", nonce="n1")
    at.delete(first)
    await sent(at, "Evening", nonce="n2", reply_to=first)
    assert titles(at, "Morning", "Evening") == ["Evening"]


async def test_a_refused_message_is_rejected_and_leaves_the_place_open(at: Station) -> None:
    at.suffer("refused")
    outcome = await at.messenger.send(at.address, alert("Morning"), nonce="n1")
    assert isinstance(outcome, Rejected)
    assert not outcome.destination_off
    assert outcome.reason.endswith(".")
    await sent(at, "Evening", nonce="n2")
    assert titles(at, "Morning", "Evening") == ["Evening"]


async def test_a_place_that_shuts_the_bot_out_is_switched_off(at: Station) -> None:
    at.close()
    outcome = await at.messenger.send(at.address, alert("Morning"), nonce="n1")
    assert isinstance(outcome, Rejected)
    assert outcome.destination_off
    assert outcome.reason.endswith(".")
    assert at.shown() == []


async def test_a_flood_waits_by_the_platforms_own_figure_and_holds_that_place_alone(at: Station) -> None:
    at.suffer("flood", seconds=43_838)
    outcome = await at.messenger.send(at.address, alert("Morning"), nonce="n1")
    assert isinstance(outcome, RetryLater)
    assert outcome.after == timedelta(seconds=43_838)
    assert outcome.scope is Scope.DESTINATION
    assert not outcome.uncertain


@pytest.mark.parametrize("trouble", ["lost", "dropped"])
async def test_a_connection_that_ends_after_the_request_leaves_a_doubt(at: Station, trouble: str) -> None:
    at.suffer(trouble)
    outcome = await at.messenger.send(at.address, alert("Morning"), nonce="n1")
    assert isinstance(outcome, RetryLater)
    assert outcome.uncertain
    assert outcome.after is None


async def test_a_lost_answer_repeated_under_its_nonce_shows_once_where_that_is_promised(at: Station) -> None:
    at.suffer("lost")
    await at.messenger.send(at.address, alert("Morning"), nonce="n1")
    await sent(at, "Morning", nonce="n1")
    assert titles(at, "Morning") == ["Morning"] * (1 if at.messenger.idempotent else 2)


async def test_the_same_nonce_shows_once_where_that_is_promised(at: Station) -> None:
    if not at.messenger.idempotent:
        pytest.skip("this platform knows no idempotency keys")
    first = await sent(at, "Morning", nonce="n1")
    assert await sent(at, "Morning", nonce="n1") == first
    assert titles(at, "Morning") == ["Morning"]
    assert await sent(at, "Morning", nonce="n2") != first
    assert titles(at, "Morning") == ["Morning", "Morning"]


async def test_a_fault_of_the_server_is_tried_again(at: Station) -> None:
    at.suffer("server_error")
    outcome = await at.messenger.send(at.address, alert("Morning"), nonce="n1")
    assert isinstance(outcome, RetryLater)
    assert outcome.reason


async def test_a_platform_that_cannot_be_reached_took_nothing(at: Station) -> None:
    await at.vanish()
    outcome = await at.messenger.send(at.address, alert("Morning"), nonce="n1")
    assert isinstance(outcome, RetryLater)
    assert not outcome.uncertain
    assert at.shown() == []


async def test_no_trouble_of_the_platform_raises_anything(at: Station) -> None:
    somebody = Person(at.messenger.platform, "6", "Somebody")
    for trouble in at.troubles:
        at.suffer(trouble, seconds=1)
        outcome = await at.messenger.send(at.address, alert("Morning"), nonce=f"n-{trouble}")
        assert isinstance(outcome, OUTCOMES)
        at.suffer(trouble, seconds=1)
        assert isinstance(await at.messenger.edit(at.address, NEVER_SENT, alert("Morning")), OUTCOMES)
    await at.vanish()
    assert isinstance(await at.messenger.edit(at.address, NEVER_SENT, alert("Morning")), OUTCOMES)
    assert isinstance(await at.messenger.check(at.address), Reachable | Unreachable)
    assert await at.messenger.may_manage(at.address, somebody) in {True, False}


async def test_a_place_that_is_open_can_be_reached(at: Station) -> None:
    reached = await at.messenger.check(at.address)
    assert isinstance(reached, Reachable)
    assert reached.address == at.address
    assert reached.title
    assert at.shown() == []


async def test_a_messenger_names_its_platform_and_its_pace(at: Station) -> None:
    assert at.messenger.platform is at.address.platform
    assert at.messenger.rate > 0
    assert at.messenger.spacing(at.address) >= timedelta(0)
