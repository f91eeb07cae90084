"""The process is killed without warning between poll and send; then what arrived is counted."""

import asyncio
import time
from itertools import pairwise

from tests.e2e.town import NEWS, Town
from tests.standins.feed_server import Item

MOMENTS = 20
STEP_SECONDS = 0.02


async def test_nothing_is_lost_and_only_telegram_may_repeat_when_the_process_is_killed(town: Town) -> None:
    """Moments are spread from the poll's request over parse, commit and send; Telegram accepts slowly on purpose.

    Telegram knows no idempotency key, so a kill between its acceptance and our record may repeat one message.
    """
    await town.open()
    await town.subscribe_both("Takaichi")
    town.telegram.latency = 0.05
    titles = [f"Takaichi, dispatch {number}" for number in range(MOMENTS)]
    kills = []
    for number, title in enumerate(titles):
        polls = len(town.feeds.asked(NEWS))
        town.feeds.publish(NEWS, Item(title, summary=f"Takaichi said {number} things."))
        await town.feeds.wait_for(NEWS, polls + 1)
        await asyncio.sleep(number * STEP_SECONDS)
        await town.newsbell.kill()
        kills.append(time.monotonic())
        await town.newsbell.start()
        await town.feeds.wait_for(NEWS, len(town.feeds.asked(NEWS)) + 1)
    for title in titles:
        await town.alerted(title)
    counts = [town.count(title) for title in titles]
    assert all(discord == 1 for _, discord in counts), counts
    for title in titles:
        accepted = [one.at for one in town.telegram_alerts(title)]
        for first, again in pairwise(accepted):
            assert any(first <= killed <= again for killed in kills), (
                f"{title} came twice without a kill between"
            )
    await town.newsbell.stop()
