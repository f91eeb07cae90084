"""One place's trouble is its own: other feeds are polled, other chats are told, undelayed."""

import re

from tests.e2e.town import ANN, NEWS, WAIT, Town
from tests.standins.discord_server import Limit, Refuse
from tests.standins.feed_server import Item, Mode

TITLE = "Takaichi speaks"
BEN, GROUP, SUPERGROUP = 7002, -4001, -1004001


async def test_a_feed_that_dies_times_out_or_answers_garbage_harms_only_itself(town: Town) -> None:
    town.paths = (NEWS, "/dead.xml", "/slow.xml", "/junk.xml")
    for path in town.paths[1:]:
        town.feeds.publish(path, Item("Quiet"), title=f"Gazette {path}")
    town.newsbell.configure(town.configuration())
    await town.open()
    await town.subscribe_both("Takaichi")
    town.feeds.behave("/dead.xml", Mode.DIE)
    town.feeds.behave("/slow.xml", Mode.TIMEOUT)
    town.feeds.behave("/junk.xml", Mode.GARBAGE)
    town.feeds.publish(NEWS, Item(TITLE))
    await town.alerted(TITLE)
    await town.until(lambda: len(town.feeds.asked("/slow.xml")) > 1, "a poll of the slow feed")
    for number in range(20):
        told = await town.say("/feeds")
        if len(re.findall("(?i)failing|since", told)) >= 3:
            break
        town.feeds.publish(NEWS, Item(f"Takaichi again, part {number}"))
        await town.alerted(f"Takaichi again, part {number}")
    for path in town.paths[1:]:
        assert path in told
    town.feeds.recover("/dead.xml")
    town.feeds.publish("/dead.xml", Item("Takaichi is back"))
    await town.alerted("Takaichi is back")
    await town.newsbell.stop()


async def test_a_blocked_chat_is_switched_off_and_on_again_by_start(town: Town) -> None:
    town.telegram.add_chat(BEN, title="Ben")
    await town.open()
    await town.subscribe_both("Takaichi")
    await town.say("/subscribe Takaichi", chat=BEN, user=BEN)
    town.telegram.block(BEN)
    town.feeds.publish(NEWS, Item(TITLE))
    await town.alerted(TITLE)
    await town.until(
        lambda: "403" in str([c.status for c in town.telegram.called("sendMessage")]), "a refusal"
    )
    town.feeds.publish(NEWS, Item("Takaichi, second"))
    await town.alerted("Takaichi, second")
    await town.polled(2)
    refused = [call for call in town.telegram.called("sendMessage") if call.status == 403]
    assert len(refused) == 1
    town.telegram.unblock(BEN)
    await town.say("/start", chat=BEN, user=BEN)
    town.feeds.publish(NEWS, Item("Takaichi, third"))
    await town.until(lambda: town.telegram_alerts("Takaichi, third", chat=BEN), "Ben's alert")
    assert town.telegram_alerts(TITLE, chat=BEN) == []
    await town.newsbell.stop()


async def test_a_flooded_chat_waits_alone_and_as_long_as_it_was_told(town: Town) -> None:
    town.telegram.add_chat(BEN, title="Ben")
    other = town.discord.add_channel(town.guild, "other")
    await town.open()
    await town.subscribe_both("Takaichi")
    await town.say("/subscribe Takaichi", chat=BEN, user=BEN)
    await town.discord.slash(town.mika, other, "subscribe", {"query": "Takaichi"}, within=WAIT)
    town.telegram.fail(BEN, "flood", times=1, retry_after=4)
    town.discord.fail(other, Limit(4.0), times=1)
    town.feeds.publish(NEWS, Item(TITLE))
    await town.alerted(TITLE)
    assert town.telegram_alerts(TITLE, chat=BEN) == []
    assert town.discord_alerts(TITLE, other) == []
    await town.until(lambda: town.telegram_alerts(TITLE, chat=BEN), "Ben's alert, later")
    await town.until(lambda: town.discord_alerts(TITLE, other), "the other channel's alert, later")
    calls = [call for call in town.telegram.called("sendMessage") if str(call.params["chat_id"]) == str(BEN)]
    refused = next(call for call in calls if call.status == 429)
    after = next(call for call in calls if call.at > refused.at)
    assert after.at - refused.at >= 4
    await town.newsbell.stop()


async def test_a_migrated_group_is_followed(town: Town) -> None:
    town.telegram.add_chat(GROUP, "group", title="Desk", admins=[ANN])
    await town.open()
    await town.say("/subscribe Takaichi", chat=GROUP, user=ANN)
    town.telegram.migrate(GROUP, SUPERGROUP)
    town.feeds.publish(NEWS, Item(TITLE))
    await town.until(lambda: town.telegram_alerts(TITLE, chat=SUPERGROUP), "the alert in the supergroup")
    town.feeds.publish(NEWS, Item("Takaichi, second"))
    await town.until(lambda: town.telegram_alerts("Takaichi, second", chat=SUPERGROUP), "the second alert")
    migrated = [call for call in town.telegram.called("sendMessage") if "upgraded" in (call.error or "")]
    assert len(migrated) == 1
    await town.newsbell.stop()


async def test_a_rejected_message_is_a_dead_letter_and_the_next_one_arrives(town: Town) -> None:
    await town.open()
    await town.subscribe_both("Takaichi")
    town.telegram.fail(ANN, "refused", times=1)
    town.discord.fail(town.channel, Refuse(400, 50035, "Invalid Form Body"), times=1)
    town.feeds.publish(NEWS, Item(TITLE))
    await town.until(
        lambda: "400" in str([c.status for c in town.telegram.called("sendMessage")]), "a refusal"
    )
    town.feeds.publish(NEWS, Item("Takaichi, second"))
    await town.alerted("Takaichi, second")
    assert town.count(TITLE) == (0, 0)
    code, out, err = await town.newsbell.run("outbox", "list", "--json")
    assert code == 0, err
    assert out.count('"dead"') == 2
    code, out, err = await town.newsbell.run("outbox", "retry", "--dead")
    assert code == 0, out + err
    await town.alerted(TITLE)
    await town.newsbell.stop()


async def test_one_platform_down_does_not_delay_the_other(town: Town) -> None:
    await town.open()
    await town.subscribe_both("Takaichi")
    await town.telegram.stop()
    town.feeds.publish(NEWS, Item(TITLE))
    await town.until(lambda: town.discord_alerts(TITLE), "the alert on Discord")
    await town.telegram.start()
    await town.until(lambda: town.telegram_alerts(TITLE), "the alert on Telegram, later")
    await town.newsbell.stop()
