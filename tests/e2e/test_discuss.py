"""A thread under each alert on Discord, through the real program."""

from tests.e2e.test_actions import custom_id
from tests.e2e.test_stories import FACT, FIRST, PATHS, SUMMARY, press
from tests.e2e.town import WAIT, Town
from tests.standins.discord.faults import Hang
from tests.standins.discord.state import Call
from tests.standins.feed_server import Item

__all__ = ["press"]


async def test_a_thread_is_opened_once_also_when_the_program_dies_before_and_takes_the_follow_up(
    press: Town,
) -> None:
    press.discord.fail("threads", Hang(30))
    await press.open()
    await press.subscribe_both("Takaichi")
    said = await press.discord.slash(press.mika, press.channel, "settings", {}, within=WAIT)
    assert "Discussion: **no threads**" in said.text
    [shown] = said.messages
    changed = await press.discord.press(
        shown, custom_id(shown, "Threads under alerts"), press.mika, within=WAIT
    )
    assert "A thread is opened under each alert" in changed.text
    press.feeds.publish(PATHS[0], Item(FIRST, summary=SUMMARY))
    await press.alerted(FIRST)
    await press.until(lambda: _asked(press), "the first try to open a thread")
    await press.newsbell.kill()
    [alert] = press.discord_alerts(FIRST)
    assert alert.id not in press.discord.state.channels
    await press.open()
    await press.until(lambda: alert.id in press.discord.state.channels, "the thread")
    thread = press.discord.thread(alert.id)
    assert (thread.parent, thread.name) == (press.channel, FIRST)
    press.feeds.publish(PATHS[1], Item(FACT, summary=SUMMARY))
    await press.until(lambda: press.discord_alerts(FACT, thread), "the follow-up in the thread")
    await press.polled(2)
    assert len(press.discord_alerts(FACT, thread)) == 1
    assert press.count(FIRST) == (1, 1)
    assert press.discord_alerts(FACT) == []
    assert [call.status for call in _asked(press)].count(201) == 1
    await press.newsbell.stop()


def _asked(town: Town) -> list[Call]:
    return [call for call in town.discord.calls if call.method == "POST" and call.path.endswith("/threads")]
