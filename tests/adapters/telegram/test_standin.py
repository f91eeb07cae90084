"""The stand-in refuses what Telegram refuses; where TDLib can be asked, it agrees."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from tests.adapters.telegram import oracle
from tests.standins.telegram_server import TelegramServer
from tests.standins.telegram_world import Member

ONE_URL = {"type": "text_link", "offset": 0, "length": 1}


async def call(
    telegram: TelegramServer, method: str, *, token: str | None = None, **params: Any
) -> dict[str, Any]:
    url = f"{telegram.url}/bot{token or telegram.token}/{method}"
    async with ClientSession() as session, session.post(url, json=params) as answer:
        data: dict[str, Any] = await answer.json()
        assert data["ok"] is (answer.status == 200)
        return data


async def send(telegram: TelegramServer, text: str = "Hello", **params: Any) -> dict[str, Any]:
    return await call(telegram, "sendMessage", **{"chat_id": 5, "text": text, **params})


@pytest.mark.parametrize(
    ("token", "code"), [("nonsense", 404), ("4242424242:AAAnotherTokenThatIsNotTheRightOne", 401)]
)
async def test_a_wrong_token_is_refused(telegram: TelegramServer, token: str, code: int) -> None:
    assert (await call(telegram, "getMe", token=token))["error_code"] == code


async def test_an_unknown_method_is_not_found(telegram: TelegramServer) -> None:
    assert (await call(telegram, "sendEverything"))["error_code"] == 404


@pytest.mark.parametrize(
    "params",
    [
        {"disable_web_page_preview": True},
        {"entities": [{"type": "bold", "offset": 0, "length": 1, "colour": "red"}]},
        {"reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "a", "hint": "b"}]]}},
        {"link_preview_options": {"disabled": True}},
        {"parse_mode": "HTML"},
    ],
)
async def test_unknown_fields_and_markup_are_refused(
    telegram: TelegramServer, params: dict[str, Any]
) -> None:
    assert (await send(telegram, **params))["error_code"] == 400
    assert telegram.sent(5) == []


@pytest.mark.parametrize("text", ["", " \n ", "\u200b\u2060", "a" * 4097, " padded ", "a\u202eb", "a\tb"])
async def test_texts_that_telegram_would_refuse_or_change_are_refused(
    telegram: TelegramServer, text: str
) -> None:
    assert (await send(telegram, text))["error_code"] == 400


async def test_length_is_counted_in_code_points(telegram: TelegramServer) -> None:
    assert (await send(telegram, "😀" * 4096))["ok"]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("hello", {"type": "bold", "offset": 0, "length": 9}),
        ("😀x", {"type": "bold", "offset": 0, "length": 1}),
        ("😀x", {"type": "bold", "offset": 1, "length": 2}),
        ("hello", {**ONE_URL, "url": "http://intranet/"}),
        ("hello", {**ONE_URL, "url": "https://a.example:99999/"}),
        ("hello", {**ONE_URL, "url": "javascript:alert(1)"}),
    ],
)
async def test_entities_that_telegrams_library_refuses_are_refused(
    telegram: TelegramServer, text: str, entity: dict[str, Any]
) -> None:
    assert (await send(telegram, text, entities=[entity]))["error_code"] == 400
    if oracle.PRESENT:
        assert oracle.refusal(text, [entity]) is not None


@pytest.mark.parametrize(
    "entities",
    [
        [{"type": "bold", "offset": 0, "length": 3}, {"type": "italic", "offset": 2, "length": 3}],
        [{"type": "italic", "offset": 2, "length": 3}, {"type": "bold", "offset": 0, "length": 1}],
        [{"type": "bold", "offset": 5, "length": 1}],
        [{"type": "code", "offset": 0, "length": 3}, {"type": "bold", "offset": 0, "length": 3}],
        [{"type": "bold", "offset": number, "length": 1} for number in range(101)],
    ],
)
async def test_entities_that_telegram_would_repair_are_refused(
    telegram: TelegramServer, entities: list[dict[str, Any]]
) -> None:
    assert (await send(telegram, "hello " + "x" * 200, entities=entities))["error_code"] == 400


@pytest.mark.parametrize(
    "button",
    [
        {"text": "A", "callback_data": "é" * 33},
        {"text": "A", "callback_data": ""},
        {"text": "A"},
        {"text": " ", "callback_data": "a"},
        {"text": "A", "url": "http://localhost/"},
        {"text": "A", "url": "https://a.example/", "callback_data": "a"},
    ],
)
async def test_buttons_that_telegram_refuses_are_refused(
    telegram: TelegramServer, button: dict[str, str]
) -> None:
    assert (await send(telegram, reply_markup={"inline_keyboard": [[button]]}))["error_code"] == 400


async def test_keyboards_have_their_bounds(telegram: TelegramServer) -> None:
    def keyboard(rows: int, columns: int) -> dict[str, Any]:
        return {"inline_keyboard": [[{"text": "A", "callback_data": "a"}] * columns] * rows}

    assert (await send(telegram, reply_markup=keyboard(12, 8)))["ok"]
    assert not (await send(telegram, reply_markup=keyboard(1, 9)))["ok"]
    assert not (await send(telegram, reply_markup=keyboard(101, 1)))["ok"]


async def test_form_bodies_carry_the_same_as_json(telegram: TelegramServer) -> None:
    entities = json.dumps([{"type": "bold", "offset": 0, "length": 5}])
    form = {"chat_id": "5", "text": "Hello", "entities": entities, "disable_notification": "true"}
    url = f"{telegram.url}/bot{telegram.token}/sendMessage"
    async with ClientSession() as session, session.post(url, data=form) as answer:
        assert answer.status == 200
    (sent,) = telegram.sent(5)
    assert sent.styled("bold") == ["Hello"]
    assert sent.silent


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"chat_id": 99}, "chat not found"),
        ({"chat_id": "@nowhere"}, "chat not found"),
        ({"chat_id": -1001, "message_thread_id": 8}, "message thread not found"),
        ({"chat_id": -1001, "message_thread_id": 1}, "message thread not found"),
    ],
)
async def test_places_that_are_not_there(
    telegram: TelegramServer, params: dict[str, Any], words: str
) -> None:
    assert words in (await send(telegram, **params))["description"]


async def test_a_topic_number_is_ignored_outside_forums(telegram: TelegramServer) -> None:
    assert (await send(telegram, chat_id=-300, message_thread_id=8))["ok"]
    assert telegram.sent(-300)[0].thread is None


@pytest.mark.parametrize(
    ("chat", "status", "words"),
    [
        (5, "kicked", "bot was blocked by the user"),
        (5, "left", "bot can't initiate conversation"),
        (-1001, "kicked", "bot was kicked from the supergroup chat"),
        (-1001, "left", "bot is not a member of the supergroup chat"),
    ],
)
async def test_a_bot_that_is_out_is_forbidden(
    telegram: TelegramServer, chat: int, status: str, words: str
) -> None:
    telegram.chats[chat].members[telegram.bot.id] = Member(status)
    refused = await send(telegram, chat_id=chat)
    assert refused["error_code"] == 403
    assert words in refused["description"]


async def test_a_migrated_group_names_its_successor(telegram: TelegramServer) -> None:
    telegram.migrate(-300, -1003)
    refused = await send(telegram, chat_id=-300)
    assert (refused["error_code"], refused["parameters"]) == (400, {"migrate_to_chat_id": -1003})


async def test_a_flood_names_its_seconds_and_ends(telegram: TelegramServer) -> None:
    telegram.fail(5, "flood", retry_after=9)
    refused = await send(telegram)
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 9})
    assert (await send(telegram))["ok"]


async def test_an_update_stays_until_it_is_confirmed(telegram: TelegramServer) -> None:
    number = telegram.say(5, 5, "one")
    telegram.say(5, 5, "two")
    for _ in range(2):
        assert len((await call(telegram, "getUpdates"))["result"]) == 2
    assert len((await call(telegram, "getUpdates", offset=number + 1))["result"]) == 1
    assert telegram.waiting == 1


async def test_a_second_poll_ends_the_first(telegram: TelegramServer) -> None:
    first = asyncio.create_task(call(telegram, "getUpdates", timeout=30))
    await telegram.wait_for(lambda: telegram.called("getUpdates"))
    await asyncio.sleep(0)
    second = asyncio.create_task(call(telegram, "getUpdates", timeout=30))
    assert (await first)["error_code"] == 409
    telegram.say(5, 5, "one")
    assert len((await second)["result"]) == 1


async def test_nobody_polls_while_a_webhook_is_set(telegram: TelegramServer) -> None:
    assert not (await call(telegram, "setWebhook", url="http://news.example/"))["ok"]
    assert (await call(telegram, "setWebhook", url="https://news.example/"))["ok"]
    assert (await call(telegram, "getUpdates"))["error_code"] == 409
    assert (await call(telegram, "getWebhookInfo"))["result"]["url"] == "https://news.example/"
    assert (await call(telegram, "deleteWebhook"))["ok"]
    assert (await call(telegram, "getUpdates"))["ok"]


async def test_a_lost_answer_was_accepted_and_a_dropped_one_was_not(telegram: TelegramServer) -> None:
    for kind, kept in (("lost", 1), ("dropped", 1)):
        telegram.fail(5, kind)
        with pytest.raises(ClientError):
            await send(telegram)
        assert len(telegram.sent(5)) == kept


async def test_every_call_is_recorded(telegram: TelegramServer) -> None:
    await send(telegram, "Hello")
    await send(telegram, "", chat_id=5)
    assert [(one.method, one.status, one.params["text"]) for one in telegram.calls] == [
        ("sendMessage", 200, "Hello"),
        ("sendMessage", 400, ""),
    ]
    assert telegram.calls[0].at <= telegram.calls[1].at
