"""A hub pushes through the real program: what it posts is told at once, with no poll in between."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.newsbell import Newsbell, configuration
from tests.e2e.town import ANN, NEWS, Town
from tests.standins.feed_server import Item, Published, render
from tests.standins.hub_server import Hub

TITLE = "Takaichi to visit Washington in spring"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with Hub() as running:
        yield running


@pytest.fixture
async def pushed_town(town: Town, hub: Hub, tmp_path: Path) -> Town:
    """A town whose one feed offers the hub, and is polled once an hour."""
    links = f'<{hub.url()}>; rel="hub", <{town.feeds.url(NEWS)}>; rel="self"'
    town.feeds.respond(NEWS, body=document("The first day"), headers={"Link": links})
    port = free_port()
    text = configuration(
        tmp_path,
        feeds=[town.feeds.url(NEWS)],
        allowed="127.0.0.1",
        telegram=(town.telegram.token, town.telegram.url),
        more=f'[web]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n',
    )
    town.newsbell = Newsbell(tmp_path, text.replace('\ninterval = "1s"', '\ninterval = "1h"'))
    await town.newsbell.start()
    await town.telegram.wait_for(lambda: town.telegram.called("setMyCommands"), 40)
    return town


def document(*titles: str) -> bytes:
    items = (Item(title, f"https://news.example/{title[:9]}", title) for title in titles)
    return render(Published(tuple(items), "Gazette"), "https://news.example/")


async def test_what_a_hub_pushes_is_told_without_a_poll(pushed_town: Town, hub: Hub) -> None:
    town = pushed_town
    await hub.wait_until(lambda: hub.confirmed == [True], 40)
    await town.say("/subscribe Takaichi")
    polls = len(town.feeds.asked(NEWS))
    assert await hub.post(document("Takaichi forged"), secret="not the secret") == 202
    assert await hub.post(document(TITLE)) == 202
    await town.until(lambda: town.telegram_alerts(TITLE), "the alert")
    assert len(town.feeds.asked(NEWS)) == polls
    assert not [one for one in town.telegram.sent(ANN) if "forged" in one.text]
    code, out, err = await town.newsbell.run("feeds", "list")
    assert code == 0, err
    assert "pushed by 127.0.0.1, polled every" in " ".join(out.split())
    await town.newsbell.stop()
    assert hub.secret not in town.newsbell.log
    assert hub.callback.rpartition("/")[2] not in town.newsbell.log


async def test_a_removed_feed_is_unsubscribed(pushed_town: Town, hub: Hub) -> None:
    town = pushed_town
    await hub.wait_until(lambda: hub.confirmed == [True], 40)
    town.newsbell.configure(town.newsbell.config.read_text().partition("[[feeds]]")[0])
    await town.newsbell.stop()
    await town.newsbell.start()
    await hub.wait_until(lambda: bool(hub.asked("unsubscribe")) and len(hub.confirmed) == 2, 40)
    assert hub.confirmed == [True, True]
    assert hub.subscribers == {}
    await town.newsbell.stop()
