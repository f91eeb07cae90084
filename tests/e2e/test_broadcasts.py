"""Broadcasts of the configuration and by command, on every kind of destination."""

from tests.e2e.town import ANN, NEWS, WAIT, Town
from tests.standins.feed_server import Item

CHANNEL, GROUP, TOPIC = -1004002, -1004001, 7
ADMIN = 1
"""The id that the configuration of the tests names as an admin of the bot."""


def broadcast(to: str, query: str, more: str = "") -> str:
    return f'[[broadcasts]]\nto = "{to}"\nquery = """{query}"""\n{more}\n'


async def test_broadcasts_reach_channel_group_topic_thread_and_webhook(town: Town) -> None:
    town.telegram.add_chat(CHANNEL, "channel", title="News", username="news_of_today")
    town.telegram.add_chat(GROUP, "supergroup", title="Desk", forum=True, topics={TOPIC})
    thread = town.discord.add_channel(town.guild, "strait", "thread", parent=town.channel)
    other = town.discord.add_channel(town.guild, "hooked")
    hook = town.discord.add_webhook(other)
    forum = town.discord.add_channel(town.guild, "stories", "forum")
    address = f"https://discord.com/api/webhooks/{hook.id}/{hook.token}"
    town.newsbell.configure(
        town.configuration(
            broadcast("telegram:@news_of_today", "Takaichi")
            + broadcast(f"telegram:{GROUP}:{TOPIC}", "Takaichi")
            + broadcast(f"discord:{town.channel.id}", "Takaichi")
            + broadcast(f"discord:{thread.id}", "Takaichi")
            + broadcast(f"discord:{forum.id}", "Takaichi")
            + broadcast(f"discord-webhook:{address}", "Takaichi")
        )
    )
    await town.open()
    town.feeds.publish(NEWS, Item("Takaichi speaks"))
    await town.until(lambda: town.telegram_alerts("Takaichi speaks", chat=CHANNEL), "the channel")
    await town.until(lambda: town.telegram_alerts("Takaichi speaks", chat=GROUP), "the topic")
    for place in (town.channel, thread, forum):
        await town.until(lambda place=place: town.discord_alerts("Takaichi speaks", place), place.name)  # type: ignore[misc]
    await town.until(lambda: town.discord.sent(hook), "the webhook")
    assert hook.token not in town.newsbell.log
    await town.newsbell.stop()


async def test_a_restart_changes_exactly_what_was_edited(town: Town) -> None:
    town.newsbell.configure(
        town.configuration(
            broadcast(f"discord:{town.channel.id}", "Takaichi") + broadcast(f"telegram:{ANN}", "Xi")
        )
    )
    await town.open()
    await town.say("/subscribe Trump")
    await town.newsbell.stop()
    town.newsbell.configure(
        town.configuration(
            broadcast(f"discord:{town.channel.id}", "Takaichi") + broadcast(f"telegram:{ANN}", "Lockheed")
        )
    )
    await town.open()
    code, out, err = await town.newsbell.run("subscriptions", "list", "--json")
    assert code == 0, err
    for query, times in (("Takaichi", 1), ("Trump", 1), ("Lockheed", 1), ("Xi", 0)):
        assert out.count(f'"query": "{query}"') == times, out
    town.feeds.publish(NEWS, Item("Xi and Lockheed and Trump and Takaichi"))
    await town.alerted("Xi and Lockheed and Trump and Takaichi")
    [alert] = town.telegram_alerts("Xi and Lockheed and Trump and Takaichi")
    assert set(alert.styled("bold")) == {"Lockheed", "Trump"}
    await town.newsbell.stop()


async def test_a_broadcast_pings_only_whom_the_configuration_names(town: Town) -> None:
    role = str(int(town.guild.id) + 1)
    town.newsbell.configure(
        town.configuration(broadcast(f"discord:{town.channel.id}", "Takaichi", f'mentions = ["<@&{role}>"]'))
    )
    await town.open()
    town.feeds.publish(NEWS, Item("Takaichi greets @everyone and <@123456789012345678>"))
    await town.until(lambda: town.discord.sent(town.channel), "the alert")
    [sent] = town.discord.sent(town.channel)
    assert sent.allowed_mentions is not None
    assert sent.allowed_mentions.get("roles") == [role]
    assert not sent.allowed_mentions.get("users")
    assert "everyone" not in (sent.allowed_mentions.get("parse") or [])
    await town.newsbell.stop()


async def test_broadcast_by_command_is_for_admins_of_the_destination_or_of_the_bot(town: Town) -> None:
    town.telegram.add_chat(CHANNEL, "channel", title="News", username="news_of_today", admins=[ANN])
    town.telegram.add_chat(7002, title="Ben")
    town.telegram.add_chat(ADMIN, title="Operator")
    await town.open()
    refused = await town.say("/broadcast telegram:@news_of_today Takaichi", chat=7002, user=7002)
    assert "Only an admin of that channel" in refused
    assert "are broadcast to" in await town.say("/broadcast telegram:@news_of_today Takaichi")
    assert "are broadcast to" in await town.say(
        f"/broadcast discord:{town.channel.id} Takaichi", chat=ADMIN, user=ADMIN
    )
    said = await town.discord.slash(
        town.mika, town.channel, "broadcast", {"destination": "here", "query": "Trump"}, within=WAIT
    )
    assert "are broadcast to" in said.text
    town.feeds.publish(NEWS, Item("Takaichi speaks"))
    await town.until(lambda: town.telegram_alerts("Takaichi speaks", chat=CHANNEL), "the channel")
    await town.until(lambda: town.discord_alerts("Takaichi speaks"), "the Discord channel")
    await town.newsbell.stop()


async def test_a_channel_named_and_numbered_gets_one_alert_also_while_telegram_was_away(town: Town) -> None:
    town.telegram.add_chat(CHANNEL, "channel", title="News", username="news_of_today", admins=[ANN])
    await town.open()
    assert "are broadcast to" in await town.say(f"/broadcast telegram:{CHANNEL} Takaichi")
    await town.newsbell.stop()
    town.newsbell.configure(town.configuration(broadcast("telegram:@News_of_today", "speaks")))
    await town.telegram.stop()
    await town.newsbell.start()
    await town.discord.connected(WAIT)
    await town.newsbell.stop()
    await town.telegram.start()
    await town.open()
    code, out, err = await town.newsbell.run("subscriptions", "list", "--json")
    assert code == 0, err
    assert out.count(f'"telegram:{CHANNEL}"') == 2, out
    town.feeds.publish(NEWS, Item("Takaichi speaks"))
    await town.until(lambda: town.telegram_alerts("Takaichi speaks", chat=CHANNEL), "the alert")
    await town.polled(2)
    assert len(town.telegram.sent(CHANNEL)) == 1
    await town.newsbell.stop()
