"""The token is in every address that is asked; it must be in nothing that anybody reads."""

import logging
from datetime import timedelta

import pytest

from bot.adapters.telegram.client import Client
from bot.adapters.telegram.failures import told
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.model.address import Address, Platform
from bot.model.message import Message, Run
from bot.model.person import Person
from bot.model.request import Answer, Request
from tests.adapters.telegram.chatting import RecordingChat, running
from tests.standins.telegram_faults import ANSWERS
from tests.standins.telegram_server import TelegramServer

ADA = Address(Platform.TELEGRAM, "5")
HELLO = Message(summary=((Run("Hello"),),))
ALL = [
    "getMe",
    "getUpdates",
    "sendMessage",
    "editMessageText",
    "getChat",
    "getChatMember",
    "setMyCommands",
    "answerCallbackQuery",
    "deleteWebhook",
]
KINDS = [*ANSWERS, "flood", "lost", "dropped", "hang", "late", "garbage"]


def written(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    records = [f"{record.getMessage()} {record.exc_text or ''} {record.args}" for record in caplog.records]
    return "\n".join([out, err, caplog.text, *records])


@pytest.mark.parametrize("kind", KINDS)
async def test_no_failure_of_a_messenger_tells_the_token(
    telegram: TelegramServer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    messenger = TelegramMessenger(telegram.token, telegram.url, patience=timedelta(milliseconds=200))
    telegram.fail(None, kind, times=None, methods=ALL)
    done = [
        repr(await messenger.send(ADA, HELLO, nonce="n")),
        repr(await messenger.edit(ADA, "1", HELLO)),
        repr(await messenger.check(ADA)),
        repr(
            await messenger.may_manage(
                Address(Platform.TELEGRAM, "-300"), Person(Platform.TELEGRAM, "5", "Ada")
            )
        ),
        repr(messenger),
    ]
    await messenger.close()
    assert secret(telegram) not in "\n".join(done) + written(caplog, capsys)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_failure_of_the_conversation_tells_the_token(
    telegram: TelegramServer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    caplog.set_level(logging.DEBUG)

    async def break_down(request: Request) -> Answer:
        raise RuntimeError(f"{telegram.url}/bot{telegram.token}/{request.command}")

    chat = RecordingChat()
    telegram.say(5, 5, "/help")
    fault = telegram.fail(None, kind, times=2, methods=ALL)
    async with running(telegram, chat, patience=timedelta(milliseconds=200)):
        await telegram.wait_for(lambda: fault.times == 0)
        chat.reply = break_down
        telegram.say(6, 6, "/help")
        await telegram.wait_for(lambda: telegram.sent(6))
    text = written(caplog, capsys)
    assert "telegram_ready" in text
    assert secret(telegram) not in text


async def test_an_unreachable_or_impossible_server_does_not_tell_the_token(
    telegram: TelegramServer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await telegram.stop()
    done = []
    for url in (telegram.url, "localhost:1", "http://[::1", "http://\x00/", "ftp://127.0.0.1"):
        try:
            messenger = TelegramMessenger(telegram.token, url)
        except ValueError as error:
            done.append(str(error))
            continue
        done.append(repr(await messenger.send(ADA, HELLO, nonce="n")))
        await messenger.close()
    assert secret(telegram) not in "\n".join(done) + written(caplog, capsys)


def test_a_token_in_telegrams_own_words_is_masked() -> None:
    assert told("see 4242424242:AAStandInTokenThatMustNeverBeSeenAnywhere here") == "see [token] here"


async def test_a_client_does_not_show_its_token() -> None:
    client = Client("4242424242:AAStandInTokenThatMustNeverBeSeenAnywhere")
    assert "AAStandIn" not in repr(client)
    await client.close()


def secret(telegram: TelegramServer) -> str:
    return telegram.token.partition(":")[2]
