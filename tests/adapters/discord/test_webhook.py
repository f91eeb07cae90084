"""Sending through webhooks."""

from datetime import timedelta

import pytest

from bot.adapters.discord.webhook import WebhookMessenger
from bot.model.address import Address, Platform
from bot.model.delivery import Rejected, RetryLater, Sent
from bot.model.message import Action
from bot.model.person import Person, Reachable, Unreachable
from tests.adapters.discord.messages import alert, through
from tests.standins.discord_server import DiscordServer, Drop, Limit, Refuse, Trouble, Webhook


@pytest.fixture
def webhook(server: DiscordServer) -> Webhook:
    return server.add_webhook(server.add_channel(server.add_guild()))


async def test_an_alert_goes_through_a_webhook_to_our_api_url(
    server: DiscordServer, webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    sent = await webhooks.send(through(webhook), alert(mentions=("role:5",)), nonce="n1")
    (message,) = server.sent(webhook)
    assert sent == Sent(message.id)
    assert message.content == "<@&5>"
    assert "nonce" not in message.payload


async def test_a_webhook_shows_link_buttons_only(
    server: DiscordServer, webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    actions = (Action("Undo", data="u:1"), Action("Read", url="https://news.example/"))
    await webhooks.send(through(webhook), alert(actions=actions), nonce="n1")
    assert [button["label"] for button in server.sent(webhook)[0].buttons] == ["Read"]


async def test_a_webhook_that_is_gone_is_never_asked_again(
    server: DiscordServer, webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    server.delete_webhook(webhook)
    gone = await webhooks.send(through(webhook), alert(), nonce="n1")
    assert isinstance(gone, Rejected)
    assert gone.destination_off
    asked = len(server.calls)
    assert await webhooks.send(through(webhook), alert(), nonce="n2") == gone
    assert isinstance(await webhooks.check(through(webhook)), Unreachable)
    assert len(server.calls) == asked


@pytest.mark.parametrize(("status", "code"), [(404, 0), (404, 10015), (401, 50027), (401, 0), (404, 12345)])
async def test_every_404_and_401_closes_a_webhook(
    server: DiscordServer, webhooks: WebhookMessenger, webhook: Webhook, status: int, code: int
) -> None:
    server.fail(webhook, Refuse(status, code))
    gone = await webhooks.send(through(webhook), alert(), nonce="n1")
    assert isinstance(gone, Rejected)
    assert gone.destination_off


async def test_a_wrong_webhook_token_is_refused_and_not_told(
    webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    wrong = Address(Platform.DISCORD_WEBHOOK, webhook.id, secret="not-the-token")
    refused = await webhooks.send(wrong, alert(), nonce="n1")
    assert isinstance(refused, Rejected)
    assert "not-the-token" not in repr(refused)


async def test_a_webhook_without_its_token_asks_nobody(
    server: DiscordServer, webhooks: WebhookMessenger
) -> None:
    refused = await webhooks.send(Address(Platform.DISCORD_WEBHOOK, "1"), alert(), nonce="n1")
    assert isinstance(refused, Rejected)
    assert server.calls == []


async def test_a_429_of_a_webhook_trusts_the_body_not_the_milliseconds_of_its_header(
    server: DiscordServer, webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    server.fail(webhook, Limit(1.5, header="1500"))
    assert await webhooks.send(through(webhook), alert(), nonce="n1") == RetryLater(
        "Discord asked to wait.", timedelta(seconds=1.5)
    )


async def test_a_lost_answer_of_a_webhook_is_uncertain(
    server: DiscordServer, webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    for fault in (Drop(), Trouble(503)):
        server.fail(webhook, fault)
        lost = await webhooks.send(through(webhook), alert(), nonce="n1")
        assert isinstance(lost, RetryLater)
        assert lost.uncertain
    assert len(server.calls) == 2


async def test_a_webhook_of_a_forum_makes_posts(server: DiscordServer, webhooks: WebhookMessenger) -> None:
    forum = server.add_channel(server.add_guild(), "news", "forum")
    webhook = server.add_webhook(forum)
    sent = await webhooks.send(through(webhook), alert("One"), nonce="n1")
    (post,) = server.posts(forum)
    assert sent == Sent(post.id)
    assert post.name == "One"
    assert await webhooks.edit(through(webhook), post.id, alert("Two")) == sent
    assert post.messages[0].embeds[0]["title"] == "Two"


async def test_a_webhooks_message_is_edited(
    server: DiscordServer, webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    sent = await webhooks.send(through(webhook), alert("One"), nonce="n1")
    assert isinstance(sent, Sent)
    assert await webhooks.edit(through(webhook), sent.message_id, alert("Two")) == sent
    assert server.sent(webhook)[0].embeds[0]["title"] == "Two"
    missing = await webhooks.edit(through(webhook), "12", alert("Two"))
    assert isinstance(missing, Rejected)
    assert not missing.destination_off


async def test_check_names_the_webhook(webhooks: WebhookMessenger, webhook: Webhook) -> None:
    assert await webhooks.check(through(webhook)) == Reachable(through(webhook), "Webhook Captain Hook")


async def test_nobody_manages_a_webhook_by_discords_word(
    webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    assert not await webhooks.may_manage(through(webhook), Person(Platform.DISCORD, "1", "Aiko"))


async def test_a_reply_through_a_webhook_of_a_forum_goes_into_the_post(
    server: DiscordServer, webhooks: WebhookMessenger
) -> None:
    forum = server.add_channel(server.add_guild(), "news", "forum")
    webhook = server.add_webhook(forum)
    first = await webhooks.send(through(webhook), alert("One"), nonce="n1")
    assert isinstance(first, Sent)
    second = await webhooks.send(
        through(webhook), alert("Two"), nonce="n2", reply_to=server.posts(forum)[0].id
    )
    assert isinstance(second, Sent)
    assert len(server.posts(forum)) == 1
    assert len(server.sent(webhook)) == 2


async def test_a_webhook_whose_bucket_is_empty_is_spaced_until_it_fills_and_no_other(
    server: DiscordServer, webhooks: WebhookMessenger, webhook: Webhook
) -> None:
    other = server.add_webhook(server.add_channel(server.add_guild()))
    server.limit(3, 600.0)
    spacings = []
    for number in range(3):
        await webhooks.send(through(webhook), alert(), nonce=str(number))
        spacings.append(webhooks.spacing(through(webhook)))
    assert spacings[:2] == [timedelta(0)] * 2
    assert timedelta(0) < spacings[2] <= timedelta(minutes=10)
    assert webhooks.spacing(through(other)) == timedelta(0)
    assert isinstance(await webhooks.send(through(other), alert(), nonce="other"), Sent)
