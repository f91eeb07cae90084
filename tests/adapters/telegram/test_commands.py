import asyncio
from datetime import timedelta

import pytest

from bot.chat.catalogue import COMMANDS
from bot.errors import UserError
from bot.model.address import Address, Platform
from bot.model.message import Action, Message, Run
from bot.model.person import Person
from bot.model.request import Answer, Request
from tests.adapters.telegram.chatting import MENU, RecordingChat, running, says
from tests.standins.telegram_rules import check_commands
from tests.standins.telegram_server import TelegramServer
from tests.standins.telegram_world import Member


@pytest.fixture
def chat() -> RecordingChat:
    return RecordingChat()


def asked(command: str, argument: str = "", **more: object) -> Request:
    given: dict[str, object] = {
        "where": Address(Platform.TELEGRAM, "5"),
        "place": "Ada",
        "who": Person(Platform.TELEGRAM, "5", "Ada"),
        "private": True,
        "may_manage": True,
        "groups": ("telegram:5",),
    }
    return Request(command=command, argument=argument, **{**given, **more})  # type: ignore[arg-type]  # a test's shorthand


async def test_a_command_is_understood_and_answered(telegram: TelegramServer, chat: RecordingChat) -> None:
    async with running(telegram, chat):
        telegram.say(5, 5, '/Subscribe  "Taiwan Strait" OR 台湾\nAND x ')
        (sent,) = await telegram.wait_for(lambda: telegram.sent(5))
    assert chat.requests == [asked("subscribe", '"Taiwan Strait" OR 台湾\nAND x')]
    assert sent.text.startswith("heard: subscribe")


async def test_plain_text_in_private_is_a_request_without_a_command(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(5, 5, "Takaichi")
        await telegram.wait_for(lambda: telegram.sent(5))
    assert chat.requests == [asked("", "Takaichi")]


async def test_an_unknown_command_in_private_reaches_the_chat(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(5, 5, "/subscrbe x")
        await telegram.wait_for(lambda: telegram.sent(5))
    assert chat.requests[0].command == "subscrbe"


async def test_the_menu_is_registered_and_a_set_webhook_removed(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    telegram.webhook = {"url": "https://elsewhere.example/"}
    async with running(telegram, chat):
        await telegram.wait_for(lambda: telegram.called("getUpdates"))
    assert telegram.webhook == {}
    assert telegram.called("deleteWebhook")[0].params == {}
    menu = [(one["command"], one["description"]) for one in telegram.commands["default::"]]
    assert menu == list(MENU)


async def test_a_refused_menu_does_not_silence_the_bot(telegram: TelegramServer, chat: RecordingChat) -> None:
    async with running(telegram, chat, menu=(("Not A Name", "x"),)):
        telegram.say(5, 5, "/help")
        assert await telegram.wait_for(lambda: telegram.sent(5))


async def test_only_the_updates_that_are_read_are_asked_for(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        call = (await telegram.wait_for(lambda: telegram.called("getUpdates")))[0]
        await telegram.wait_for(lambda: call.params)
    wanted = {"message", "channel_post", "callback_query", "my_chat_member"}
    assert set(call.params["allowed_updates"]) == wanted


async def test_what_was_said_while_the_bot_was_away_is_answered(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    telegram.say(5, 5, "/help")
    async with running(telegram, chat):
        assert await telegram.wait_for(lambda: telegram.sent(5))


async def test_what_was_answered_is_not_answered_again_after_a_restart(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(5, 5, "/help")
        await telegram.wait_for(lambda: telegram.sent(5))
    assert telegram.waiting == 0
    async with running(telegram, chat):
        telegram.say(5, 5, "/start")
        await telegram.wait_for(lambda: len(telegram.sent(5)) == 2)
    assert [request.command for request in chat.requests] == ["help", "start"]


async def test_a_destination_copied_from_an_answer_can_be_typed_again(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(5, 5, "telegram:@newschannel")
        (sent,) = await telegram.wait_for(lambda: telegram.sent(5))
        telegram.say(5, 5, sent.text)
        await telegram.wait_for(lambda: len(chat.requests) == 2)
    assert chat.requests[1].argument == "heard: telegram:@newschannel"


def test_the_catalogue_is_a_menu_that_telegram_takes() -> None:
    check_commands([{"command": one.name, "description": one.summary} for one in COMMANDS])


# --- groups, topics, channels


async def test_in_a_group_only_administrators_may_manage(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    telegram.add_user(11)
    telegram.chats[-300].members[11] = Member("administrator")
    async with running(telegram, chat):
        telegram.say(-300, 11, "/subscribe x")
        telegram.say(-300, 12, "/subscribe y")
        await telegram.wait_for(lambda: len(telegram.sent(-300)) == 2)
    assert [(one.argument, one.may_manage, one.private) for one in chat.requests] == [
        ("x", True, False),
        ("y", False, False),
    ]
    assert chat.requests[0].groups == ("telegram:-300",)
    assert chat.requests[0].place == "Old group"


async def test_an_administrators_rights_are_asked_for_once_a_minute(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    telegram.add_user(11)
    telegram.chats[-300].members[11] = Member("creator")
    times = iter([0.0, 30.0, 61.0])
    async with running(telegram, chat, seconds=lambda: next(times)):
        for number in range(3):
            telegram.say(-300, 11, f"/subscribe {number}")
        await telegram.wait_for(lambda: len(telegram.sent(-300)) == 3)
    assert len(telegram.called("getChatMember")) == 2


async def test_somebody_just_made_an_administrator_need_not_wait(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(-300, 12, "/subscribe x")
        await telegram.wait_for(lambda: telegram.sent(-300))
        telegram.chats[-300].members[12] = Member("administrator")
        telegram.say(-300, 12, "/subscribe x")
        await telegram.wait_for(lambda: len(telegram.sent(-300)) == 2)
    assert [request.may_manage for request in chat.requests] == [False, True]


async def test_an_anonymous_administrator_may_manage(telegram: TelegramServer, chat: RecordingChat) -> None:
    async with running(telegram, chat):
        telegram.say(-1001, None, "/subscribe x", anonymous=True)
        await telegram.wait_for(lambda: telegram.sent(-1001))
    (request,) = chat.requests
    assert request.may_manage
    assert request.who == Person(Platform.TELEGRAM, "-1001", "News room")
    assert telegram.called("getChatMember") == []


async def test_a_topic_is_a_place_of_its_own_and_general_is_the_group(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(-1001, 12, "/help", thread=7)
        telegram.say(-1001, 12, "/help")
        await telegram.wait_for(lambda: len(telegram.sent(-1001)) == 2)
    assert [str(request.where) for request in chat.requests] == ["telegram:-1001:7", "telegram:-1001"]
    assert [sent.thread for sent in telegram.sent(-1001)] == [7, None]


async def test_a_reply_chain_in_a_plain_group_is_no_topic(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(-300, 12, "/help", thread=3, reply_to=3)
        await telegram.wait_for(lambda: telegram.sent(-300))
    assert chat.requests[0].where == Address(Platform.TELEGRAM, "-300")


async def test_a_command_for_another_bot_is_left_alone(telegram: TelegramServer, chat: RecordingChat) -> None:
    async with running(telegram, chat):
        telegram.say(-300, 12, "/subscribe@other_bot x")
        telegram.say(-300, 12, "/weather Tokyo")
        telegram.say(-300, 12, "what do you think of /help ?")
        telegram.say(-300, 12, f"/subscribe@{telegram.bot.username} y")
        await telegram.wait_for(lambda: telegram.sent(-300))
    assert [(request.command, request.argument) for request in chat.requests] == [("subscribe", "y")]


async def test_who_posts_in_a_channel_manages_it(telegram: TelegramServer, chat: RecordingChat) -> None:
    async with running(telegram, chat):
        telegram.say(-1002, None, "An ordinary post")
        telegram.say(-1002, None, "/subscribe x")
        await telegram.wait_for(lambda: telegram.sent(-1002))
    (request,) = chat.requests
    assert request.may_manage
    assert not request.private
    assert str(request.where) == "telegram:-1002"


async def test_a_post_that_a_channel_forwards_into_its_group_is_no_command(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    forwarded = {
        "message_id": 50,
        "date": 1_760_000_000,
        "chat": telegram.chats[-1001].json(),
        "sender_chat": telegram.chats[-1002].json(),
        "is_automatic_forward": True,
        "text": "/subscribe x",
    }
    async with running(telegram, chat):
        telegram.update("message", forwarded)
        telegram.update("message", {**forwarded, "message_id": 51, "is_automatic_forward": False})
        await telegram.wait_for(lambda: telegram.sent(-1001))
    (request,) = chat.requests
    assert not request.may_manage
    assert request.who.id == "-1002"


# --- buttons


async def test_a_pressed_button_is_answered_and_its_message_replaced(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    button = Message(summary=((Run("Sure?"),),), actions=(Action("Yes", data="yes:1"),))
    chat.reply = None
    async with running(telegram, chat):
        chat.reply = lambda _: asyncio.sleep(0, Answer((button,)))
        telegram.say(5, 5, "/unsubscribe")
        (sent,) = await telegram.wait_for(lambda: telegram.sent(5))
        chat.reply = None
        telegram.press(sent, sent.data("Yes"), 5)
        await telegram.wait_for(lambda: sent.versions[1:])
    assert sent.versions == ["Sure?", "pressed: yes:1"]
    assert sent.buttons() == []
    assert len(telegram.answered) == 1
    assert chat.presses == [("yes:1", asked(""))]


async def test_a_button_in_a_group_is_for_its_managers(telegram: TelegramServer, chat: RecordingChat) -> None:
    async with running(telegram, chat):
        telegram.say(-1001, 12, "/help", thread=7)
        (sent,) = await telegram.wait_for(lambda: telegram.sent(-1001))
        telegram.press(sent, "x", 13)
        await telegram.wait_for(lambda: chat.presses)
    ((_, request),) = chat.presses
    assert not request.may_manage
    assert str(request.where) == "telegram:-1001:7"


async def test_a_message_that_is_gone_is_answered_with_a_new_one(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(5, 5, "/help")
        (sent,) = await telegram.wait_for(lambda: telegram.sent(5))
        sent.deleted = True
        telegram.press(sent, "x", 5)
        await telegram.wait_for(lambda: telegram.sent(5))
    assert telegram.sent(5)[0].text == "pressed: x"


async def test_a_press_from_long_ago_is_still_carried_out(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.say(5, 5, "/help")
        (sent,) = await telegram.wait_for(lambda: telegram.sent(5))
        telegram.press(sent, "x", 5)
        telegram._queries.clear()
        await telegram.wait_for(lambda: sent.versions[1:])
    assert telegram.called("answerCallbackQuery")[0].status == 400


# --- trouble


async def test_a_users_mistake_is_answered_with_its_sentence(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async def refuse(_: Request) -> Answer:
        raise UserError("Say what to look for.")

    chat.reply = refuse
    async with running(telegram, chat):
        telegram.say(5, 5, "/subscribe")
        (sent,) = await telegram.wait_for(lambda: telegram.sent(5))
    assert sent.text == "Say what to look for."


async def test_a_fault_is_answered_with_one_sentence_and_the_next_command_works(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async def break_down(request: Request) -> Answer:
        if request.command == "start":
            raise ZeroDivisionError("secret words")
        return says("fine")

    chat.reply = break_down
    async with running(telegram, chat):
        telegram.say(5, 5, "/start")
        telegram.say(5, 5, "/help")
        sent = await telegram.wait_for(lambda: len(telegram.sent(5)) == 2 and telegram.sent(5))
    assert sent
    assert sent[0].text.startswith("Something went wrong here")
    assert "secret" not in sent[0].text
    assert sent[1].text == "fine"


async def test_chats_do_not_wait_for_each_other_but_each_keeps_its_order(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    release = asyncio.Event()

    async def slow(request: Request) -> Answer:
        if request.argument == "slow":
            await release.wait()
        return says(request.argument)

    chat.reply = slow
    async with running(telegram, chat):
        telegram.say(5, 5, "slow")
        telegram.say(5, 5, "second")
        telegram.say(6, 6, "other")
        await telegram.wait_for(lambda: telegram.sent(6))
        assert telegram.sent(5) == []
        release.set()
        await telegram.wait_for(lambda: len(telegram.sent(5)) == 2)
    assert [sent.text for sent in telegram.sent(5)] == ["slow", "second"]


async def test_an_answer_waits_out_a_flood(telegram: TelegramServer, chat: RecordingChat) -> None:
    telegram.fail(5, "flood", retry_after=1)
    async with running(telegram, chat):
        telegram.say(5, 5, "/help")
        assert await telegram.wait_for(lambda: telegram.sent(5))


async def test_an_answer_follows_a_group_that_moves_meanwhile(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async def move(_: Request) -> Answer:
        telegram.migrate(-300, -1003)
        return says("here")

    chat.reply = move
    async with running(telegram, chat):
        telegram.say(-300, 12, "/help")
        assert await telegram.wait_for(lambda: telegram.sent(-1003))


@pytest.mark.parametrize("kind", ["server_error", "garbage", "dropped", "flood", "unauthorized"])
async def test_polling_goes_on_after_a_failure(
    telegram: TelegramServer, chat: RecordingChat, kind: str
) -> None:
    telegram.fail(None, kind, times=3, methods=("getUpdates", "getMe", "setMyCommands"))
    async with running(telegram, chat):
        telegram.say(5, 5, "/help")
        assert await telegram.wait_for(lambda: telegram.sent(5))


async def test_polling_begins_when_a_server_comes_up_later(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    await telegram.stop()
    async with running(telegram, chat):
        telegram.say(5, 5, "/help")
        await telegram.start()
        assert await telegram.wait_for(lambda: telegram.sent(5))


async def test_a_second_poller_is_outlived(telegram: TelegramServer, chat: RecordingChat) -> None:
    async with running(telegram, chat):
        await telegram.wait_for(lambda: telegram.called("getUpdates"))
        async with running(telegram, RecordingChat()):
            await telegram.wait_for(lambda: [call for call in telegram.calls if call.status == 409])
        telegram.say(5, 5, "/help")
        assert await telegram.wait_for(lambda: telegram.sent(5))


async def test_a_webhook_set_meanwhile_is_removed(telegram: TelegramServer, chat: RecordingChat) -> None:
    async with running(telegram, chat):
        await telegram.wait_for(lambda: telegram.called("getUpdates"))
        telegram.webhook = {"url": "https://elsewhere.example/"}
        telegram.say(5, 5, "/help")
        telegram.say(5, 5, "/start")
        await telegram.wait_for(lambda: len(telegram.sent(5)) == 2)
        await telegram.wait_for(lambda: telegram.webhook == {})
        telegram.say(5, 5, "/help")
        await telegram.wait_for(lambda: len(telegram.sent(5)) == 3)


async def test_being_blocked_is_noted_without_an_answer(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async with running(telegram, chat):
        telegram.block(5)
        telegram.say(6, 6, "/help")
        await telegram.wait_for(lambda: telegram.sent(6))
    assert telegram.sent(5) == []
    assert len(chat.requests) == 1


async def test_stopping_does_not_wait_for_a_command_that_hangs(
    telegram: TelegramServer, chat: RecordingChat
) -> None:
    async def hang(_: Request) -> Answer:
        await asyncio.Event().wait()
        return says("never")

    chat.reply = hang
    async with asyncio.timeout(timedelta(seconds=15).total_seconds()), running(telegram, chat):
        telegram.say(5, 5, "/help")
        await telegram.wait_for(lambda: chat.requests)
    assert telegram.sent(5) == []
