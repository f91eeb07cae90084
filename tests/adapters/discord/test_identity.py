"""A webhook speaks under the name and the picture of each feed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.identity import username, webhook_body
from bot.adapters.discord.webhook import WebhookMessenger
from bot.model.delivery import Sent
from bot.model.message import Source
from tests.adapters.discord.messages import alert, answer, through
from tests.standins.discord import bodies
from tests.standins.discord_server import DiscordServer, Refuse

ICON = "https://news.example/icon.png"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Example Times", "Example Times"),
        ("Discord Blog", "Dis-cord Blog"),
        ("BonnieCLYDE", "BonnieCL-YDE"),
        ("Dis\u200bcord ｄｉｓｃｏｒｄ", "Dis-cord dis-cord"),
        ("NHK: World #1 @home `x`", "NHK World 1 home x"),
        ("高市 ニュース", "高市 ニュース"),
        ("everyone", ""),
        (" \u2800 \u200b", ""),
        ("x" * 100, "x" * 80),
        ("x" * 75 + "discord", "x" * 75 + "dis-c"),
    ],
)
def test_a_title_becomes_a_name_that_discord_takes(title: str, name: str) -> None:
    assert username(title) == name


@given(
    st.lists(
        st.sampled_from(["dis", "cord", "cl", "yde", "@", "#", ":", "`", "\u200b", " ", "ＤＩＳ", "here"])
    ).map("".join)
    | st.text(max_size=200)
)
def test_discord_would_take_any_name(title: str) -> None:
    body = webhook_body(alert(sources=(Source(title, None, ICON),)))
    bodies.check_message(bodies.WEBHOOK, body)


@pytest.mark.parametrize(
    "icon",
    [
        "http://news.example/i.png",
        "https://intranet/i.png",
        "javascript:x",
        "https://a.example/" + "x" * 3000,
    ],
)
def test_a_picture_that_discord_would_refuse_is_left_out(icon: str) -> None:
    body = webhook_body(alert(sources=(Source("Times", None, icon),)))
    assert body["username"] == "Times"
    assert "avatar_url" not in body


async def test_each_feed_has_its_own_name_and_picture(
    server: DiscordServer, webhooks: WebhookMessenger
) -> None:
    webhook = server.add_webhook(server.add_channel(server.add_guild()), "Hook")
    for name, icon in (("First", ICON), ("Second", None)):
        await webhooks.send(through(webhook), alert(sources=(Source(name, None, icon),)), nonce=name)
    await webhooks.send(through(webhook), answer("Hello"), nonce="n3")
    sent = server.sent(webhook)
    assert [one.author.name for one in sent] == ["First", "Second", "Hook"]
    assert [one.payload.get("avatar_url") for one in sent] == [ICON, None, None]


async def test_a_name_that_discord_refuses_costs_no_alert(
    server: DiscordServer, webhooks: WebhookMessenger
) -> None:
    webhook = server.add_webhook(server.add_channel(server.add_guild()), "Hook")
    server.fail(webhook, Refuse(400, 50035, "Invalid Form Body: username"))
    assert isinstance(await webhooks.send(through(webhook), alert(), nonce="n1"), Sent)
    assert [one.author.name for one in server.sent(webhook)] == ["Hook"]
