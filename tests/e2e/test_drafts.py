"""Broadcasts that somebody approves first, on both platforms, through the real program."""

from tests.e2e.test_broadcasts import ADMIN, broadcast
from tests.e2e.town import NEWS, WAIT, Town
from tests.standins.discord.world import Channel
from tests.standins.discord.world import Message as DiscordMessage
from tests.standins.feed_server import Item
from tests.standins.telegram_world import SentMessage

CHANNEL = -1004002
FIRST, SECOND, THIRD = "Takaichi speaks in Kyoto", "Takaichi signs a treaty", "Takaichi visits a shipyard"


async def telegram_draft(town: Town, title: str) -> SentMessage:
    found = await town.until(lambda: town.telegram_alerts(title, chat=ADMIN), f"the draft of '{title}'")
    return found[0]


async def press(town: Town, message: SentMessage, label: str, *, user: int = ADMIN) -> str:
    before = len(town.telegram.sent(ADMIN))
    town.telegram.press(message, message.data(label), user)
    await town.until(lambda: len(town.telegram.sent(ADMIN)) > before, f"an answer to {label}")
    return town.telegram.sent(ADMIN)[-1].text


async def test_on_telegram_a_draft_is_published_edited_or_dropped_also_after_a_restart(town: Town) -> None:
    town.telegram.add_chat(CHANNEL, "channel", title="News", username="news_of_today")
    town.telegram.add_chat(ADMIN, title="Operator")
    more = f'draft = "telegram:{ADMIN}"\nmentions = ["@everybody"]'
    town.newsbell.configure(town.configuration(broadcast(f"telegram:{CHANNEL}", "Takaichi", more)))
    await town.open()
    town.feeds.publish(NEWS, Item(FIRST))
    first = await telegram_draft(town, FIRST)
    assert [label for label, _ in first.buttons()] == ["Publish", "Edit", "Drop"]
    assert "@everybody" not in first.text
    await town.newsbell.stop()
    await town.open()
    assert "published" in await press(town, first, "Publish")
    await town.until(lambda: town.telegram_alerts(FIRST, chat=CHANNEL), "the published alert")
    await town.until(lambda: "Published in" in first.text, "the draft that says so")
    assert first.buttons() == []
    town.feeds.publish(NEWS, Item(SECOND))
    second = await telegram_draft(town, SECOND)
    await press(town, second, "Edit")
    question = town.telegram.sent(ADMIN)[-1]
    town.telegram.say(ADMIN, ADMIN, "A better headline\nIn my own words.", reply_to=question.message_id)
    await town.until(lambda: second.text.startswith("A better headline"), "the draft with the new text")
    assert "published" in await press(town, second, "Publish")
    [sent] = await town.until(
        lambda: town.telegram_alerts("A better headline", chat=CHANNEL), "the edited one"
    )
    assert "In my own words." in sent.text
    assert sent.links()[0][0] == "A better headline"
    town.feeds.publish(NEWS, Item(THIRD))
    third = await telegram_draft(town, THIRD)
    data = third.data("Publish")
    assert "Dropped" in await press(town, third, "Drop")
    await town.until(lambda: "Dropped by" in third.text, "the draft that says so")
    town.telegram.press(third, data, ADMIN)
    await town.until(lambda: "Dropped by" in town.telegram.sent(ADMIN)[-1].text, "what became of it")
    await town.polled(2)
    assert town.telegram_alerts(THIRD, chat=CHANNEL) == []
    assert len(town.telegram.sent(CHANNEL)) == 2
    await town.newsbell.stop()


def button(message: DiscordMessage, label: str) -> str:
    return str(next(one["custom_id"] for one in message.buttons if one["label"] == label))


async def discord_draft(town: Town, desk: Channel, title: str) -> DiscordMessage:
    found = await town.until(lambda: town.discord_alerts(title, desk), f"the draft of '{title}'")
    return found[0]


async def test_on_discord_a_draft_is_published_edited_or_dropped_by_admins_only(town: Town) -> None:
    desk = town.discord.add_channel(town.guild, "desk")
    guest = town.discord.member(town.guild, "Guest")
    town.newsbell.configure(
        town.configuration(
            broadcast(f"discord:{town.channel.id}", "Takaichi", f'draft = "discord:{desk.id}"')
        )
    )
    await town.open()
    town.feeds.publish(NEWS, Item(FIRST))
    first = await discord_draft(town, desk, FIRST)
    assert [one["label"] for one in first.buttons] == ["Publish", "Edit", "Drop"]
    refused = await town.discord.press(first, button(first, "Publish"), guest, within=WAIT)
    assert "Only an admin" in refused.text
    refused = await town.discord.press(first, button(first, "Edit"), guest, within=WAIT)
    assert refused.modal is None
    assert "Only an admin" in refused.text
    form = await town.discord.press(first, button(first, "Edit"), town.mika, within=WAIT)
    assert form.modal is not None
    assert form.modal["components"][0]["components"][0]["value"].startswith(FIRST)
    said = await town.discord.submit(form, "A better headline\nIn my own words.", within=WAIT)
    assert "new text" in said.text
    await town.until(lambda: first.embeds[0]["title"] == "A better headline", "the draft with the new text")
    assert town.discord.sent(town.channel) == []
    await town.newsbell.kill()
    await town.open()
    await town.discord.press(first, button(first, "Publish"), town.mika, within=WAIT)
    [sent] = await town.until(lambda: town.discord.sent(town.channel), "the published alert")
    assert sent.embeds[0]["title"] == "A better headline"
    assert sent.embeds[0]["description"] == "In my own words."
    assert "url" in sent.embeds[0]
    await town.until(lambda: first.buttons == [], "the draft without buttons")
    assert "Published in" in first.text
    town.feeds.publish(NEWS, Item(SECOND))
    second = await discord_draft(town, desk, SECOND)
    said = await town.discord.press(second, button(second, "Drop"), town.mika, within=WAIT)
    assert "Dropped" in said.text
    await town.until(lambda: second.buttons == [], "the dropped draft without buttons")
    assert len(town.discord.sent(town.channel)) == 1
    await town.newsbell.stop()
