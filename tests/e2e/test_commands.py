"""Commands on both platforms through the real program: right and wrong input, right and wrong person."""

import pytest

from tests.e2e.newsbell import web_address
from tests.e2e.town import ANN, NEWS, WAIT, Town
from tests.standins.discord.world import User
from tests.standins.feed_server import Item

GROUP, TOPIC, CHANNEL, BEN = -1004001, 7, -1004002, 7002

Case = tuple[str, dict[str, str], str]

RIGHT: tuple[Case, ...] = (
    ("start", {}, "Hello"),
    ("help", {}, "/subscribe"),
    ("help", {"command": "subscribe"}, "7 days"),
    ("subscribe", {"query": "Takaichi"}, "Subscribed"),
    ("subscribe", {"query": "takaichi"}, "already"),
    ("subscriptions", {}, "Takaichi"),
    ("preview", {"query": '"Taiwan Strait"'}, "Taiwan Strait"),
    ("pause", {}, "Paused"),
    ("resume", {}, "on again"),
    ("timezone", {"zone": "Asia/Tokyo"}, "Asia/Tokyo"),
    ("digest", {"when": "daily 08:00"}, "every day at 08:00"),
    ("digest", {"when": "weekly mon 08:00", "query": "Takaichi"}, "every Monday at 08:00"),
    ("quiet", {"hours": "22:00-07:00"}, "from 22:00 to 07:00"),
    ("language", {"language": "English"}, "English"),
    ("settings", {}, "from 22:00 to 07:00"),
    ("quiet", {"hours": "off"}, "are off"),
    ("feeds", {}, "Gazette"),
    ("status", {}, "Watching 1 feed"),
    ("unsubscribe", {"query": "Takaichi"}, "Unsubscribed"),
)
WRONG: tuple[Case, ...] = (
    ("subscribe", {"query": "(Takaichi"}, "closing parenthesis"),
    ("subscribe", {"query": "-Takaichi"}, "at least one"),
    ("unsubscribe", {"query": "Nobody"}, "no such subscription"),
    ("timezone", {"zone": "Tokio"}, "Tokyo"),
    ("digest", {"when": "often"}, "no cadence"),
    ("quiet", {"hours": "at night"}, "no quiet hours"),
    ("help", {"command": "nothing"}, "no command"),
    ("addfeed", {"url": "http://10.0.0.1/feed"}, "not allowed"),
    ("broadcast", {"destination": "nowhere", "query": "Takaichi"}, "telegram:"),
    ("removefeed", {"feed": "Gazette"}, "Only an admin of the bot"),
)


async def on_telegram(town: Town, name: str, options: dict[str, str]) -> str:
    return await town.say(" ".join([f"/{name}", *options.values()]))


async def on_discord(town: Town, user: User, name: str, options: dict[str, str]) -> str:
    said = await town.discord.slash(user, town.channel, name, options, within=WAIT)
    return said.text.replace("\\", "").replace("**", "")


async def test_every_command_answers_on_both_platforms(town: Town) -> None:
    await town.open()
    for name, options, expected in (*RIGHT, *WRONG):
        assert expected in await on_telegram(town, name, options), f"Telegram: /{name} {options}"
        assert expected in await on_discord(town, town.mika, name, options), f"Discord: /{name} {options}"
    await town.newsbell.stop()


async def test_a_group_is_changed_by_its_admins_only(town: Town) -> None:
    town.telegram.add_chat(GROUP, "supergroup", title="Desk", admins=[ANN])
    reader = town.discord.member(town.guild, "Ren")
    await town.open()
    for command in ("/subscribe Takaichi", "/pause", "/timezone Asia/Tokyo"):
        assert "Only those who manage" in await town.say(command, chat=GROUP, user=BEN)
    assert "Only those who manage" in await on_discord(town, reader, "subscribe", {"query": "Takaichi"})
    assert "Subscribed" in await town.say("/subscribe@newsbell_test_bot Takaichi", chat=GROUP, user=ANN)
    assert "Takaichi" in await town.say("/subscriptions", chat=GROUP, user=BEN)
    assert "Subscribed" in await on_discord(town, town.mika, "subscribe", {"query": "Takaichi"})
    await town.newsbell.stop()


async def test_a_topic_and_a_thread_are_destinations_of_their_own(town: Town) -> None:
    town.telegram.add_chat(GROUP, "supergroup", title="Desk", forum=True, topics={TOPIC}, admins=[ANN])
    thread = town.discord.add_channel(town.guild, "strait", "thread", parent=town.channel)
    await town.open()
    town.telegram.say(GROUP, ANN, "/subscribe Takaichi", thread=TOPIC)
    await town.until(lambda: town.telegram.sent(GROUP, thread=TOPIC), "an answer in the topic")
    await town.discord.slash(town.mika, thread, "subscribe", {"query": "Takaichi"}, within=WAIT)
    town.feeds.publish(NEWS, Item("Takaichi speaks"))
    await town.until(lambda: len(town.telegram.sent(GROUP, thread=TOPIC)) > 1, "the alert in the topic")
    await town.until(lambda: town.discord_alerts("Takaichi speaks", thread), "the alert in the thread")
    assert [one.thread for one in town.telegram_alerts("Takaichi speaks", chat=GROUP)] == [TOPIC]
    assert town.discord_alerts("Takaichi speaks") == []
    await town.newsbell.stop()


async def test_a_channel_is_managed_from_a_private_chat_by_its_admins(town: Town) -> None:
    town.telegram.add_chat(CHANNEL, "channel", title="News", username="news_of_today", admins=[ANN])
    town.telegram.add_chat(BEN, title="Ben")
    await town.open()
    refused = await town.say("/subscribe @news_of_today Takaichi", chat=BEN, user=BEN)
    assert "Only an admin of that channel" in refused
    assert "Subscribed" in await town.say("/subscribe @news_of_today Takaichi")
    town.feeds.publish(NEWS, Item("Takaichi speaks"))
    await town.until(lambda: town.telegram_alerts("Takaichi speaks", chat=CHANNEL), "the channel's alert")
    assert town.telegram_alerts("Takaichi speaks") == []
    assert "Unsubscribed" in await town.say("/unsubscribe @news_of_today Takaichi")
    await town.newsbell.stop()


async def test_plain_text_in_private_is_offered_with_one_button_that_survives_a_restart(town: Town) -> None:
    await town.open()
    await town.say("Takaichi")
    offer = town.telegram.sent(ANN)[-1]
    assert len(offer.buttons()) == 1
    await town.newsbell.stop()
    await town.open()
    town.telegram.press(offer, offer.buttons()[0][1], ANN)
    await town.until(
        lambda: any(
            "Subscribed" in text for one in town.telegram.sent(ANN) for text in [*one.versions, one.text]
        ),
        "the subscription",
    )
    town.feeds.publish(NEWS, Item("Takaichi speaks"))
    await town.until(lambda: town.telegram_alerts("Takaichi speaks"), "the alert")
    await town.newsbell.stop()


async def test_discord_completes_what_exists(town: Town) -> None:
    await town.open()
    await on_discord(town, town.mika, "subscribe", {"query": "Takaichi"})
    choices = await town.discord.autocomplete(
        town.mika, town.channel, "unsubscribe", "query", "tak", within=WAIT
    )
    assert [label for label, _ in choices] == ["Takaichi"]
    await town.newsbell.stop()


@pytest.mark.parametrize("who", ["allowlist", "admins"])
async def test_who_is_not_admitted_is_told_so(town: Town, who: str) -> None:
    town.newsbell.configure(
        town.configuration(f'[access]\nwho = "{who}"\nallow = ["telegram:{BEN}", "discord:{town.guild.id}"]')
    )
    town.telegram.add_chat(BEN, title="Ben")
    await town.open()
    assert "not open to everybody" in await town.say("/subscribe Takaichi")
    answers = (
        await town.say("/subscribe Takaichi", chat=BEN, user=BEN),
        await on_discord(town, town.mika, "subscribe", {"query": "Takaichi"}),
    )
    for answer in answers:
        assert ("Subscribed" in answer) == (who == "allowlist"), answer
    await town.newsbell.stop()


async def test_with_a_public_address_telegram_posts_its_updates(town: Town) -> None:
    web = '[web]\nlisten = "127.0.0.1:0"\npublic_url = "https://news.example"\n'
    configured = town.configuration(web).replace("[telegram]", '[telegram]\nmode = "webhook"')
    town.newsbell.configure(configured)
    await town.open()
    await town.until(lambda: town.telegram.webhook.get("url"), "the webhook")
    public = str(town.telegram.webhook["url"])
    assert public.startswith("https://news.example/telegram/")
    local = await town.until(lambda: web_address(town.newsbell.log), "the web address in the log")
    town.telegram.say(ANN, ANN, "/subscribe Takaichi")
    assert await town.telegram.push_webhook(public.replace("https://news.example", str(local))) == [200]
    await town.until(lambda: "Subscribed" in str([one.text for one in town.telegram.sent(ANN)]), "the answer")
    assert town.telegram.called("getUpdates") == []
    assert public.rpartition("/")[2] not in town.newsbell.log
    await town.newsbell.stop()
