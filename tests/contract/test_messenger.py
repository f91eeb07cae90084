"""What every platform keeps to: the same outcomes for the same events."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.adapters.telegram.messenger import TelegramMessenger
from bot.model.delivery import Rejected, RetryLater, Scope, Sent
from bot.model.message import Message, Run
from tests.contract.grounds import ConsoleGround, Ground, Remote, TelegramGround, on_discord, on_webhook
from tests.standins.discord_server import DiscordServer
from tests.standins.telegram_server import TelegramServer

REMOTE = ("telegram", "discord", "discord-webhook")


def message(text: str) -> Message:
    return Message(title=(Run(text),), summary=((Run("In short."),),), alert=True)


@asynccontextmanager
async def laid_out(kind: str) -> AsyncIterator[Remote]:
    if kind == "telegram":
        async with TelegramServer() as telegram:
            writer = TelegramMessenger(telegram.token, telegram.url, patience=timedelta(seconds=20))
            yield TelegramGround(telegram, writer)
            await writer.close()
        return
    async with DiscordServer() as server:
        ground, messenger = on_discord(server) if kind == "discord" else on_webhook(server)
        yield ground
        await messenger.close()


@pytest.fixture(params=REMOTE)
async def remote(request: pytest.FixtureRequest) -> AsyncIterator[Remote]:
    async with laid_out(request.param) as ground:
        yield ground


@pytest.fixture(params=(*REMOTE, "console"))
async def ground(request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    if request.param == "console":
        yield ConsoleGround()
        return
    async with laid_out(request.param) as found:
        yield found


async def sent(ground: Ground, text: str, nonce: str = "n1", reply_to: str | None = None) -> str:
    outcome = await ground.messenger.send(ground.address, message(text), nonce=nonce, reply_to=reply_to)
    assert isinstance(outcome, Sent)
    assert outcome.message_id
    return outcome.message_id


async def test_what_is_sent_is_shown(ground: Ground) -> None:
    await sent(ground, "First")
    (only,) = ground.shown()
    assert "First" in only


async def test_messages_have_ids_of_their_own(ground: Ground) -> None:
    assert await sent(ground, "First") != await sent(ground, "Second", "n2")
    assert len(ground.shown()) == 2


async def test_an_edit_keeps_the_id_and_shows_the_newer_text(ground: Ground) -> None:
    number = await sent(ground, "First")
    outcome = await ground.messenger.edit(ground.address, number, message("Newer"))
    assert outcome == Sent(number)
    assert "Newer" in ground.shown()[-1]


async def test_an_edit_made_twice_is_sent_twice_without_complaint(ground: Ground) -> None:
    number = await sent(ground, "First")
    for _ in range(2):
        outcome = await ground.messenger.edit(ground.address, number, message("Newer"))
        assert outcome == Sent(number)


@pytest.mark.parametrize("known", [True, False])
async def test_a_reply_arrives_whether_its_message_is_there_or_gone(ground: Ground, known: bool) -> None:
    number = await sent(ground, "First")
    await sent(ground, "Answer", "n2", reply_to=number if known else "999999")
    assert "Answer" in ground.shown()[-1]


async def test_an_edit_of_what_is_gone_is_refused_and_leaves_the_place_open(remote: Remote) -> None:
    outcome = await remote.messenger.edit(remote.address, "999999", message("Newer"))
    assert isinstance(outcome, Rejected)
    assert not outcome.destination_off
    await sent(remote, "Next")


async def test_a_refused_message_leaves_the_place_open_for_the_next(remote: Remote) -> None:
    remote.refuse()
    outcome = await remote.messenger.send(remote.address, message("Bad"), nonce="n1")
    assert isinstance(outcome, Rejected)
    assert outcome.reason
    assert not outcome.destination_off
    await sent(remote, "Good", "n2")
    (only,) = remote.shown()
    assert "Good" in only


async def test_a_request_for_patience_names_its_time_and_one_place(remote: Remote) -> None:
    remote.flood(43838)
    outcome = await remote.messenger.send(remote.address, message("Later"), nonce="n1")
    assert isinstance(outcome, RetryLater)
    assert outcome.after == timedelta(seconds=43838)
    assert outcome.scope is Scope.DESTINATION
    assert not outcome.uncertain
    assert remote.shown() == []


async def test_a_lost_answer_is_uncertain_and_repeated_as_the_platform_promises(remote: Remote) -> None:
    remote.lose()
    outcome = await remote.messenger.send(remote.address, message("Once"), nonce="n1")
    assert isinstance(outcome, RetryLater)
    assert outcome.uncertain
    await sent(remote, "Once")
    assert len(remote.shown()) == (1 if remote.messenger.idempotent else 2)
