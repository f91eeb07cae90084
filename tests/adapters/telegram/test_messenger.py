from datetime import timedelta

import pytest

from bot.adapters.telegram.messenger import TelegramMessenger
from bot.model.address import Address, Platform
from bot.model.delivery import Moved, Rejected, RetryLater, Scope, SendOutcome, Sent
from bot.model.message import Action, Message, Run, Source
from bot.model.person import Person, Reachable, Unreachable
from tests.standins.telegram_server import TelegramServer
from tests.standins.telegram_world import Member

ADA = Address(Platform.TELEGRAM, "5")
ROOM = Address(Platform.TELEGRAM, "-1001")
CHANNEL = Address(Platform.TELEGRAM, "-1002")
GROUP = Address(Platform.TELEGRAM, "-300")
HELLO = Message(summary=((Run("Hello"),),))
ALERT = Message(
    title=(Run("Takaichi", bold=True), Run(" calls")),
    url="https://times.example/1",
    summary=((Run("About "), Run("Takaichi", bold=True), Run(".")),),
    sources=(Source("Example Times", "https://times.example/"),),
    alert=True,
)


def person(user: int) -> Person:
    return Person(Platform.TELEGRAM, str(user), "Somebody")


async def refused(
    telegram: TelegramServer, messenger: TelegramMessenger, kind: str, description: str | None = None
) -> SendOutcome:
    telegram.fail(5, kind, description=description)
    return await messenger.send(ADA, HELLO, nonce="n")


async def test_an_alert_arrives_with_links_and_bold_words(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    outcome = await messenger.send(ADA, ALERT, nonce="n")
    (sent,) = telegram.sent(5)
    assert outcome == Sent(str(sent.message_id))
    assert sent.text == "Takaichi calls\n\nAbout Takaichi.\n\nExample Times"
    assert sent.styled("bold") == ["Takaichi", "Takaichi"]
    assert sent.links() == [
        ("Takaichi calls", "https://times.example/1"),
        ("Example Times", "https://times.example/"),
    ]
    assert sent.params["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in sent.params


async def test_a_silent_message_makes_no_sound(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    await messenger.send(ADA, Message(summary=((Run("Psst"),),), silent=True), nonce="n")
    assert telegram.sent(5)[0].silent


async def test_a_topic_gets_its_own_messages(telegram: TelegramServer, messenger: TelegramMessenger) -> None:
    await messenger.send(Address(Platform.TELEGRAM, "-1001", "7"), HELLO, nonce="n")
    await messenger.send(ROOM, HELLO, nonce="n")
    assert [sent.thread for sent in telegram.sent(-1001)] == [7, None]


async def test_a_channel_can_be_named(telegram: TelegramServer, messenger: TelegramMessenger) -> None:
    outcome = await messenger.send(Address(Platform.TELEGRAM, "@newschannel"), HELLO, nonce="n")
    assert isinstance(outcome, Sent)
    assert len(telegram.sent(-1002)) == 1


async def test_an_edit_replaces_text_and_buttons(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    asked = Message(summary=((Run("Sure?"),),), actions=(Action("Yes", data="y"),))
    sent = await messenger.send(ADA, asked, nonce="n")
    assert isinstance(sent, Sent)
    assert await messenger.edit(ADA, sent.message_id, HELLO) == sent
    assert [(one.text, one.buttons()) for one in telegram.sent(5)] == [("Hello", [])]


async def test_an_edit_that_changes_nothing_counts_as_sent(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    sent = await messenger.send(ADA, HELLO, nonce="n")
    assert isinstance(sent, Sent)
    assert await messenger.edit(ADA, sent.message_id, HELLO) == sent
    assert telegram.called("editMessageText")[0].status == 400


async def test_a_deleted_message_cannot_be_edited(messenger: TelegramMessenger) -> None:
    outcome = await messenger.edit(ADA, "99", HELLO)
    assert outcome == Rejected("The message to change was deleted.")


@pytest.mark.parametrize("kind", ["blocked", "deactivated", "kicked", "not_member", "deleted", "not_found"])
async def test_a_closed_place_is_switched_off(
    telegram: TelegramServer, messenger: TelegramMessenger, kind: str
) -> None:
    outcome = await refused(telegram, messenger, kind)
    assert isinstance(outcome, Rejected)
    assert outcome.destination_off
    assert outcome.reason.endswith(".")


async def test_a_place_without_the_right_to_write_is_switched_off(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    telegram.chats[-1002].members[telegram.bot.id] = Member("administrator", {"can_post_messages": False})
    outcome = await messenger.send(CHANNEL, HELLO, nonce="n")
    assert outcome == Rejected(
        "The bot may not post in the channel; make it an administrator.", destination_off=True
    )


async def test_a_lost_topic_sends_the_message_to_its_group(messenger: TelegramMessenger) -> None:
    topic = Address(Platform.TELEGRAM, "-1001", "8")
    outcome = await messenger.send(topic, HELLO, nonce="n")
    assert isinstance(outcome, Moved)
    assert outcome.to == ROOM
    assert outcome.notice is not None
    assert "was deleted" in outcome.notice
    assert not isinstance(await messenger.edit(topic, "1", HELLO), Moved)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Forbidden: bot can't send messages to bots", "each other"),
        ("Bad Request: group chat was deactivated", "was deleted"),
        ("Bad Request: group chat was upgraded to a supergroup chat", "supergroup"),
        ("Bad Request: CHAT_ID_INVALID", "no such chat"),
        ("Bad Request: CHANNEL_INVALID", "no such chat"),
        ("Bad Request: PEER_ID_INVALID", "no such chat"),
        ("Bad Request: CHANNEL_PRIVATE", "closed to the bot"),
        ("Bad Request: CHAT_ADMIN_REQUIRED", "make it an administrator"),
        ("Bad Request: have no rights to send a message", "right to send messages"),
        ("Bad Request: have no write access to the chat", "right to send messages"),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", "right to send messages"),
        ("Forbidden: CHAT_SEND_PLAIN_FORBIDDEN", "right to send messages"),
        ("Bad Request: USER_BANNED_IN_CHANNEL", "lift the ban"),
        ("Bad Request: CHAT_RESTRICTED", "restricted the chat"),
        ("Forbidden: bot can't initiate conversation with a user", "/start"),
    ],
)
async def test_a_refusal_that_is_about_the_place_switches_it_off(
    telegram: TelegramServer, messenger: TelegramMessenger, description: str, words: str
) -> None:
    kind = "blocked" if description.startswith("Forbidden") else "refused"
    outcome = await refused(telegram, messenger, kind, description)
    assert isinstance(outcome, Rejected)
    assert outcome.destination_off
    assert words in outcome.reason


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Bad Request: TOPIC_CLOSED", "topic is closed"),
        ("Bad Request: message is too long", "too long"),
        ("Bad Request: MESSAGE_TOO_LONG", "too long"),
        ("Bad Request: message text is empty", "no text"),
        ("Bad Request: can't parse entities: unexpected end of name token at byte offset 5", "marks"),
        ("Bad Request: BUTTON_URL_INVALID", "button"),
        ("Bad Request: BUTTON_DATA_INVALID", "button"),
        ("Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL", "button"),
        ("Bad Request: reply markup is too long", "button"),
        ("Bad Request: message to be replied not found", "to answer was deleted"),
    ],
)
async def test_a_refusal_that_is_about_the_message_leaves_the_place_open(
    telegram: TelegramServer, messenger: TelegramMessenger, description: str, words: str
) -> None:
    outcome = await refused(telegram, messenger, "refused", description)
    assert isinstance(outcome, Rejected)
    assert not outcome.destination_off
    assert words in outcome.reason


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Bad Request: MESSAGE_ID_INVALID", "was deleted"),
        ("Bad Request: message can't be edited", "no longer be changed"),
        ("Bad Request: MESSAGE_EDIT_TIME_EXPIRED", "no longer be changed"),
        ("Bad Request: MESSAGE_AUTHOR_REQUIRED", "somebody else's"),
    ],
)
async def test_a_message_that_cannot_be_changed_leaves_the_place_open(
    telegram: TelegramServer, messenger: TelegramMessenger, description: str, words: str
) -> None:
    telegram.fail(5, "refused", description=description)
    outcome = await messenger.edit(ADA, "1", HELLO)
    assert isinstance(outcome, Rejected)
    assert not outcome.destination_off
    assert words in outcome.reason


@pytest.mark.parametrize("description", ["Bad Request: TOPIC_ID_INVALID", "Bad Request: TOPIC_DELETED"])
async def test_every_text_about_a_lost_topic_moves_alerts_to_the_group(
    telegram: TelegramServer, messenger: TelegramMessenger, description: str
) -> None:
    telegram.fail(-1001, "refused", description=description)
    outcome = await messenger.send(Address(Platform.TELEGRAM, "-1001", "7"), HELLO, nonce="n")
    assert isinstance(outcome, Moved)
    assert outcome.to == ROOM


async def test_an_unknown_refusal_is_passed_on_in_telegrams_words(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    outcome = await refused(telegram, messenger, "refused", "Bad Request: SOMETHING_NEW")
    assert outcome == Rejected("Telegram refused: Something_new.")


async def test_a_flood_waits_as_long_as_telegram_says(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    telegram.fail(5, "flood", retry_after=37)
    outcome = await messenger.send(ADA, HELLO, nonce="n")
    assert isinstance(outcome, RetryLater)
    assert (outcome.after, outcome.scope) == (timedelta(seconds=37), Scope.DESTINATION)
    assert isinstance(await messenger.send(ADA, HELLO, nonce="n"), Sent)


async def test_a_migrated_group_is_followed(telegram: TelegramServer, messenger: TelegramMessenger) -> None:
    telegram.migrate(-300, -1003)
    moved = await messenger.send(GROUP, HELLO, nonce="n")
    assert moved == Moved(Address(Platform.TELEGRAM, "-1003"))
    assert isinstance(await messenger.send(moved.to, HELLO, nonce="n"), Sent)


@pytest.mark.parametrize("kind", ["lost", "dropped"])
async def test_a_lost_answer_leaves_it_uncertain(
    telegram: TelegramServer, messenger: TelegramMessenger, kind: str
) -> None:
    outcome = await refused(telegram, messenger, kind)
    assert isinstance(outcome, RetryLater)
    assert outcome.uncertain


async def test_silence_ends_with_our_patience_and_leaves_it_uncertain(telegram: TelegramServer) -> None:
    hasty = TelegramMessenger(telegram.token, telegram.url, patience=timedelta(milliseconds=200))
    telegram.fail(5, "hang")
    outcome = await hasty.send(ADA, HELLO, nonce="n")
    await hasty.close()
    assert isinstance(outcome, RetryLater)
    assert outcome.uncertain


@pytest.mark.parametrize("kind", ["server_error", "garbage"])
async def test_a_failing_server_is_tried_again(
    telegram: TelegramServer, messenger: TelegramMessenger, kind: str
) -> None:
    outcome = await refused(telegram, messenger, kind)
    assert isinstance(outcome, RetryLater)
    assert not outcome.uncertain


@pytest.mark.parametrize("kind", ["walled", "lost_way"])
async def test_a_page_of_a_proxy_closes_no_place_and_is_not_quoted(
    telegram: TelegramServer, messenger: TelegramMessenger, kind: str
) -> None:
    outcome = await refused(telegram, messenger, kind)
    assert isinstance(outcome, RetryLater)
    assert outcome.scope is Scope.PLATFORM
    assert not outcome.uncertain
    assert "proxy" in outcome.reason
    assert "html" not in outcome.reason
    assert isinstance(await messenger.send(ADA, HELLO, nonce="n"), Sent)


async def test_an_answer_that_cannot_be_read_leaves_it_uncertain(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    outcome = await refused(telegram, messenger, "mangled")
    assert len(telegram.sent(5)) == 1
    assert isinstance(outcome, RetryLater)
    assert outcome.uncertain
    assert "may have been sent" in outcome.reason


async def test_an_unreachable_server_is_tried_again_and_nothing_is_uncertain(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    await telegram.stop()
    outcome = await messenger.send(ADA, HELLO, nonce="n")
    assert outcome == RetryLater("Telegram could not be reached.")


@pytest.mark.parametrize("token", ["4242424242:AAAnotherTokenThatIsNotTheRightOne", "nonsense"])
async def test_a_wrong_token_concerns_the_whole_platform(telegram: TelegramServer, token: str) -> None:
    messenger = TelegramMessenger(token, telegram.url)
    outcome = await messenger.send(ADA, HELLO, nonce="n")
    await messenger.close()
    assert isinstance(outcome, RetryLater)
    assert outcome.scope is Scope.PLATFORM
    assert token not in outcome.reason


async def test_one_chats_trouble_leaves_others_alone(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    telegram.fail(5, "flood", times=None)
    assert isinstance(await messenger.send(ADA, HELLO, nonce="n"), RetryLater)
    assert isinstance(await messenger.send(ROOM, HELLO, nonce="n"), Sent)


async def test_a_name_is_checked_and_becomes_a_number(messenger: TelegramMessenger) -> None:
    assert await messenger.check(Address(Platform.TELEGRAM, "@newschannel")) == Reachable(
        CHANNEL, "News channel", "@newschannel"
    )


async def test_a_person_a_group_and_a_topic_are_reachable(messenger: TelegramMessenger) -> None:
    topic = Address(Platform.TELEGRAM, "-1001", "7")
    assert await messenger.check(ADA) == Reachable(ADA, "Ada")
    assert await messenger.check(GROUP) == Reachable(GROUP, "Old group")
    assert await messenger.check(topic) == Reachable(topic, "News room")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (Address(Platform.TELEGRAM, "@nowhere"), "knows no such chat"),
        (Address(Platform.TELEGRAM, "-1001", "8"), "topic does not exist"),
        (Address(Platform.TELEGRAM, "-300", "7"), "has no topics"),
    ],
)
async def test_what_cannot_be_reached_is_said(
    messenger: TelegramMessenger, address: Address, words: str
) -> None:
    checked = await messenger.check(address)
    assert isinstance(checked, Unreachable)
    assert words in checked.reason


@pytest.mark.parametrize(
    ("chat", "member", "words"),
    [
        (-1002, Member("administrator", {"can_post_messages": False}), "right to post messages"),
        (-1002, Member("member"), "no administrator"),
        (-1001, Member("left"), "add it first"),
        (-1001, Member("kicked"), "was removed"),
        (-1001, Member("restricted", {"can_send_messages": False}), "right to send messages"),
    ],
)
async def test_missing_rights_are_found_without_posting(
    telegram: TelegramServer, messenger: TelegramMessenger, chat: int, member: Member, words: str
) -> None:
    telegram.chats[chat].members[telegram.bot.id] = member
    checked = await messenger.check(Address(Platform.TELEGRAM, str(chat)))
    assert isinstance(checked, Unreachable)
    assert words in checked.reason
    assert telegram.called("sendMessage") == []


async def test_a_check_follows_a_migrated_group(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    telegram.migrate(-300, -1003)
    assert await messenger.check(GROUP) == Reachable(Address(Platform.TELEGRAM, "-1003"), "Old group")


async def test_owners_and_administrators_may_manage_others_may_not(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    for user, status in ((11, "creator"), (12, "administrator"), (13, "member"), (14, "left")):
        telegram.add_user(user)
        telegram.chats[-1002].members[user] = Member(status)
    named = Address(Platform.TELEGRAM, "@newschannel")
    rights = [await messenger.may_manage(named, person(user)) for user in (11, 12, 13, 14, 99)]
    assert rights == [True, True, False, False, False]


async def test_administrators_are_known_where_a_group_hides_its_members(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    telegram.add_user(12)
    telegram.chats[-1001].members[12] = Member("administrator")
    hidden = "Bad Request: member list is inaccessible"
    telegram.fail(-1001, "refused", times=None, methods=["getChatMember"], description=hidden)
    assert await messenger.may_manage(ROOM, person(12))
    assert not await messenger.may_manage(ROOM, person(13))


async def test_a_person_manages_the_private_chat_and_nobody_elses(messenger: TelegramMessenger) -> None:
    assert await messenger.may_manage(ADA, person(5))
    assert not await messenger.may_manage(ADA, person(6))


async def test_somebody_from_another_platform_manages_nothing(messenger: TelegramMessenger) -> None:
    assert not await messenger.may_manage(ROOM, Person(Platform.DISCORD, "5", "Ada"))


def test_groups_and_channels_are_given_more_time(messenger: TelegramMessenger) -> None:
    assert messenger.spacing(ADA) == timedelta(seconds=1)
    assert messenger.spacing(ROOM) == timedelta(seconds=3)
    assert messenger.spacing(Address(Platform.TELEGRAM, "@newschannel")) == timedelta(seconds=3)


async def test_a_reply_points_at_its_message_and_is_sent_even_where_that_is_gone(
    telegram: TelegramServer, messenger: TelegramMessenger
) -> None:
    first = await messenger.send(ADA, HELLO, nonce="n")
    assert isinstance(first, Sent)
    assert isinstance(await messenger.send(ADA, HELLO, nonce="m", reply_to=first.message_id), Sent)
    told = telegram.called("sendMessage")[-1].params["reply_parameters"]
    assert told == {"message_id": int(first.message_id), "allow_sending_without_reply": True}
