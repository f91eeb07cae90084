"""From a feed to both platforms, through the real program: everything once, nothing twice, nothing lost."""

from tests.e2e.town import ANN, NEWS, Town
from tests.standins.feed_server import Item

TITLE = "Takaichi to visit Washington in spring"


async def test_a_new_entry_reaches_both_platforms_with_the_words_in_bold(town: Town) -> None:
    await town.open()
    await town.subscribe_both("Takaichi")
    town.feeds.publish(NEWS, Item(TITLE, summary="<p>Prime Minister Takaichi spoke by phone.</p>"))
    await town.alerted(TITLE)
    [told] = town.telegram_alerts(TITLE)
    assert "Takaichi" in told.styled("bold")
    assert told.links()[0][1] == town.feeds.items(NEWS)[0].link
    [shown] = town.discord_alerts(TITLE)
    assert "**Takaichi**" in shown.embeds[0]["title"]
    assert "**Takaichi**" in shown.embeds[0]["description"]
    assert shown.embeds[0]["url"] == town.feeds.items(NEWS)[0].link
    await town.newsbell.stop()


async def test_what_was_there_before_the_first_poll_is_not_sent(town: Town) -> None:
    town.feeds.publish(NEWS, Item("Takaichi of yesterday"))
    await town.open()
    await town.subscribe_both("Takaichi")
    town.feeds.publish(NEWS, Item(TITLE))
    await town.alerted(TITLE)
    assert town.count("Takaichi of yesterday") == (0, 0)
    await town.newsbell.stop()


async def test_an_entry_seen_again_is_not_sent_again(town: Town) -> None:
    await town.open()
    await town.subscribe_both("Takaichi")
    town.feeds.publish(NEWS, Item(TITLE))
    await town.alerted(TITLE)
    town.feeds.touch(NEWS)
    await town.polled(2)
    await town.newsbell.stop()
    await town.open()
    town.feeds.replace(NEWS, *reversed(town.feeds.items(NEWS)))
    await town.polled(2)
    town.feeds.publish(NEWS, Item("Takaichi once more"))
    await town.alerted("Takaichi once more")
    assert town.count(TITLE) == (1, 1)
    await town.newsbell.stop()


async def test_an_entry_published_while_the_program_was_down_is_delivered_after_its_start(town: Town) -> None:
    await town.open()
    await town.subscribe_both("Takaichi")
    await town.newsbell.stop()
    town.feeds.publish(NEWS, Item(TITLE))
    await town.newsbell.start()
    await town.alerted(TITLE)
    assert town.count(TITLE) == (1, 1)
    await town.newsbell.stop()


async def test_two_subscriptions_of_one_chat_make_one_alert(town: Town) -> None:
    await town.open()
    await town.subscribe_both("Takaichi")
    await town.subscribe_both("Washington")
    town.feeds.publish(NEWS, Item(TITLE))
    await town.alerted(TITLE)
    town.feeds.publish(NEWS, Item("Washington waits"))
    await town.alerted("Washington waits")
    assert town.count(TITLE) == (1, 1)
    assert {"Takaichi", "Washington"} <= set(town.telegram_alerts(TITLE)[0].styled("bold"))
    await town.newsbell.stop()


async def test_a_subscription_made_at_the_shell_reaches_the_running_daemon(town: Town) -> None:
    await town.open()
    code, out, err = await town.newsbell.run("subscriptions", "add", "Takaichi", "--to", f"telegram:{ANN}")
    assert code == 0, out + err
    town.feeds.publish(NEWS, Item(TITLE))
    await town.until(lambda: town.telegram_alerts(TITLE), "the alert")
    await town.newsbell.stop()
