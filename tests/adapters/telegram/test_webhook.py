import json

import pytest

from bot.adapters.telegram.webhook import HEADER, authentic, receiver, webhook
from tests.adapters.telegram.chatting import RecordingChat, running
from tests.standins.telegram_server import TelegramServer

HOOK = webhook("https://news.example", "4242424242:AAStandInTokenThatMustNeverBeSeenAnywhere")


def update(text: str) -> dict[str, object]:
    person = {"id": 5, "is_bot": False, "first_name": "Ada"}
    chat = {"id": 5, "type": "private", "first_name": "Ada"}
    message = {"message_id": 1, "date": 1_760_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": 1, "message": message}


async def test_a_webhook_is_set_with_a_secret_and_nothing_is_polled(telegram: TelegramServer) -> None:
    async with running(telegram, RecordingChat(), webhook=HOOK) as bot:
        assert await bot.feed_update(update("/help"))
        await telegram.wait_for(lambda: telegram.sent(5))
    assert telegram.webhook["url"] == HOOK.url
    assert telegram.webhook["secret_token"] == HOOK.secret
    assert telegram.called("getUpdates") == []


@pytest.mark.parametrize(
    "payload", [{}, {"update_id": 1}, {"update_id": 2, "message": {"text": 7}}, {"message": []}]
)
async def test_an_update_that_makes_no_sense_is_taken_and_forgotten(
    telegram: TelegramServer, payload: dict[str, object]
) -> None:
    chat = RecordingChat()
    async with running(telegram, chat, webhook=HOOK) as bot:
        assert await bot.feed_update(payload)
    assert chat.requests == []


def test_only_telegram_knows_the_secret() -> None:
    assert HEADER == "X-Telegram-Bot-Api-Secret-Token"
    assert authentic(HOOK, HOOK.secret)
    assert not authentic(HOOK, HOOK.secret[:-1])
    assert not authentic(HOOK, None)


async def test_what_telegram_posts_is_answered_and_what_others_post_is_not(telegram: TelegramServer) -> None:
    chat = RecordingChat()
    async with running(telegram, chat, webhook=HOOK) as bot:
        receive = receiver(HOOK, bot.feed_update)
        body = json.dumps(update("/help")).encode()
        assert not await receive(body, {HEADER.lower(): "guessed"})
        assert not await receive(b"{", {HEADER.lower(): HOOK.secret})
        assert not await receive(b"[]", {HEADER.lower(): HOOK.secret})
        assert chat.requests == []
        assert await receive(body, {HEADER.lower(): HOOK.secret})
        await telegram.wait_for(lambda: telegram.sent(5))


def test_a_webhook_shows_neither_secret_nor_token() -> None:
    assert HOOK.secret not in repr(HOOK)
    assert HOOK.path not in repr(HOOK)
    assert HOOK.path != HOOK.secret
    assert "AAStandIn" not in HOOK.secret
