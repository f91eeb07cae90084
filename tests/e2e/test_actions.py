"""The buttons under an alert, ``/why`` and ``/mute`` on both platforms, through the real program."""

from tests.e2e.town import ANN, NEWS, WAIT, Town
from tests.standins.discord.world import Message as DiscordMessage
from tests.standins.feed_server import Item
from tests.standins.telegram_world import SentMessage

TITLE = "Takaichi to visit Washington in spring"
WORDS = "It matches Takaichi: “Takaichi” in the title"


async def alerted(town: Town) -> tuple[SentMessage, DiscordMessage]:
    await town.open()
    await town.subscribe_both("Takaichi")
    town.feeds.publish(NEWS, Item(TITLE))
    await town.alerted(TITLE)
    return town.telegram_alerts(TITLE)[0], town.discord_alerts(TITLE)[0]


def custom_id(message: DiscordMessage, label: str) -> str:
    buttons = [one for row in message.components for one in row["components"]]
    return str(next(one["custom_id"] for one in buttons if label in one["label"]))


async def on_telegram(town: Town, message: SentMessage, label: str) -> str:
    before = len(town.telegram.sent(ANN))
    town.telegram.press(message, message.data(label), ANN)
    await town.until(lambda: len(town.telegram.sent(ANN)) > before, f"an answer to {label}")
    return town.telegram.sent(ANN)[-1].text


async def on_discord(town: Town, message: DiscordMessage, label: str) -> str:
    said = await town.discord.press(message, custom_id(message, label), town.mika, within=WAIT)
    return said.text.replace("\\", "").replace("**", "")


async def test_why_is_answered_by_button_reply_and_link_after_a_restart(town: Town) -> None:
    told, shown = await alerted(town)
    await town.newsbell.stop()
    await town.open()
    assert WORDS in await on_telegram(town, told, "Why")
    assert WORDS in await on_discord(town, shown, "Why")
    before = len(town.telegram.sent(ANN))
    town.telegram.say(ANN, ANN, "/why", reply_to=told.message_id)
    await town.until(lambda: len(town.telegram.sent(ANN)) > before, "an answer to the reply")
    answer = town.telegram.sent(ANN)[-1].text
    assert WORDS in answer
    assert "Sent " in answer
    link = town.feeds.items(NEWS)[0].link
    said = await town.discord.slash(town.mika, town.channel, "why", {"link": str(link)}, within=WAIT)
    assert WORDS in said.text.replace("\\", "").replace("**", "")
    await town.newsbell.stop()


async def test_a_snoozed_source_is_silent_until_unmuted(town: Town) -> None:
    told, shown = await alerted(town)
    assert "until" in await on_telegram(town, told, "Snooze")
    assert "until" in await on_discord(town, shown, "Snooze")
    town.feeds.publish(NEWS, Item("Takaichi again"))
    await town.polled(2)
    assert town.count("Takaichi again") == (0, 0)
    link = town.feeds.items(NEWS)[0].link
    assert "Takaichi: muted (the source was muted)" in await town.say(f"/why {link}")
    listed = await town.say("/mute")
    assert "Gazette" in listed
    await on_telegram_press(town, "Unmute")
    town.feeds.publish(NEWS, Item("Takaichi a third time"))
    await town.until(lambda: town.telegram_alerts("Takaichi a third time"), "the alert after unmuting")
    await town.newsbell.stop()


async def on_telegram_press(town: Town, label: str) -> None:
    message = town.telegram.sent(ANN)[-1]
    text = message.text
    town.telegram.press(message, message.data(label), ANN)
    await town.until(lambda: message.text != text, f"the edit after {label}")


async def test_forgetting_ends_everything(town: Town) -> None:
    await alerted(town)
    assert "1 subscription" in await town.say("/forget")
    await on_telegram_press(town, "Forget")
    assert "There are no subscriptions" in await town.say("/subscriptions")
    await town.newsbell.stop()
