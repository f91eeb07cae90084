"""Urgent stories only, on both platforms, through the real program."""

from tests.e2e.test_stories import FIRST, PATHS, SAME, SUMMARY, press
from tests.e2e.town import WAIT, Town
from tests.standins.feed_server import Item

__all__ = ["press"]


async def test_a_story_is_told_once_when_it_becomes_urgent_also_after_a_restart(press: Town) -> None:
    await press.open()
    said = await press.say("/subscribe Takaichi --urgent")
    assert "Only urgent stories come" in said
    await press.discord.slash(
        press.mika, press.channel, "subscribe", {"query": "Takaichi", "priority": "urgent"}, within=WAIT
    )
    assert "1. Takaichi (urgent stories only)" in await press.say("/subscriptions")
    press.feeds.publish(PATHS[0], Item(FIRST, summary=SUMMARY))
    await press.polled()
    for path, title in zip(PATHS[1:4], SAME[:3], strict=True):
        press.feeds.publish(path, Item(title, summary=SUMMARY))
        await press.polled()
    assert press.count(FIRST) == (0, 0)
    link = press.feeds.items(PATHS[0])[0].link
    assert "it is sent if this one becomes urgent" in await press.say(f"/why {link}")
    await press.newsbell.stop()
    await press.open()
    assert press.count(FIRST) == (0, 0)
    press.feeds.publish(PATHS[4], Item(SAME[3], summary=SUMMARY))
    await press.alerted(FIRST)
    assert "+4: Gazette" in press.telegram_alerts(FIRST)[0].text
    assert "It waited until its story became urgent" in await press.say(f"/why {link}")
    await press.polled(2)
    assert press.count(FIRST) == (1, 1)
    assert len(press.discord.sent(press.channel)) == 1
    await press.newsbell.stop()
