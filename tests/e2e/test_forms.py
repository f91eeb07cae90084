"""Announcement channels and forums, through the real program."""

from tests.e2e.test_broadcasts import broadcast
from tests.e2e.test_stories import FACT, FIRST, PATHS, SUMMARY, press
from tests.e2e.town import NEWS, Town
from tests.standins.discord.faults import Hang
from tests.standins.discord.state import Call
from tests.standins.feed_server import Item

__all__ = ["press"]


async def test_a_message_is_passed_on_to_followers_once_also_when_the_program_dies_before(town: Town) -> None:
    announcements = town.discord.add_channel(town.guild, "announcements", "announcement")
    town.newsbell.configure(town.configuration(broadcast(f"discord:{announcements.id}", "Takaichi")))
    town.discord.fail("crosspost", Hang(30))
    await town.open()
    town.feeds.publish(NEWS, Item("Takaichi speaks"))
    await town.until(lambda: town.discord.sent(announcements), "the alert")
    await town.until(lambda: _asked(town), "the first crosspost")
    await town.newsbell.kill()
    assert [one.crossposts for one in town.discord.sent(announcements)] == [0]
    await town.open()
    await town.until(lambda: town.discord.sent(announcements)[0].crossposts, "the crosspost")
    town.feeds.publish(NEWS, Item("Takaichi speaks again of something else"))
    await town.until(lambda: len(town.discord.sent(announcements)) > 1, "the next alert")
    await town.until(lambda: town.discord.sent(announcements)[1].crossposts, "its crosspost")
    assert [one.crossposts for one in town.discord.sent(announcements)] == [1, 1]
    assert [call.status for call in _asked(town)].count(200) == 2
    await town.newsbell.stop()


def _asked(town: Town) -> list[Call]:
    return [call for call in town.discord.calls if call.path.endswith("/crosspost")]


async def test_a_forum_files_each_story_under_its_tags_and_keeps_its_follow_ups(press: Town) -> None:
    forum = press.discord.add_channel(press.guild, "stories", "forum", tags=("Weather", "takaichi", "USA"))
    press.newsbell.configure(press.configuration(broadcast(f"discord:{forum.id}", "Takaichi")))
    await press.open()
    press.feeds.publish(PATHS[0], Item(FIRST, summary=SUMMARY))
    [post] = await press.until(lambda: press.discord.posts(forum), "the post")
    assert post.name == FIRST
    assert post.applied_tags == [forum.tags[1]["id"]]
    press.feeds.publish(PATHS[1], Item(FACT, summary=SUMMARY))
    await press.until(lambda: len(post.messages) > 1, "the follow-up")
    assert press.discord.posts(forum) == [post]
    await press.newsbell.stop()


async def test_a_webhook_speaks_under_each_feeds_name_and_picture(press: Town) -> None:
    hook = press.discord.add_webhook(press.channel)
    address = f"https://discord.com/api/webhooks/{hook.id}/{hook.token}"
    press.newsbell.configure(press.configuration(broadcast(f"discord-webhook:{address}", "Takaichi")))
    press.feeds.publish(PATHS[0], title="Ledger: daily", icon="https://ledger.example/i.png")
    await press.open()
    press.feeds.publish(PATHS[0], Item(FIRST))
    await press.until(lambda: press.discord.sent(hook), "the alert of the first feed")
    press.feeds.publish(PATHS[1], Item("Takaichi greets a choir in Kyoto"))
    await press.until(lambda: len(press.discord.sent(hook)) > 1, "the alert of the second feed")
    shown = [(one.author.name, one.payload.get("avatar_url")) for one in press.discord.sent(hook)]
    assert shown == [("Ledger daily", "https://ledger.example/i.png"), ("Gazette /strait.xml", None)]
    await press.newsbell.stop()
