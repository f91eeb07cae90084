"""A hub pushes through the real program: what it posts is told at once, with no poll in between."""

import socket
from collections.abc import AsyncIterator

import pytest

from tests.e2e.newsbell import Newsbell, configuration, web_address
from tests.e2e.town import ANN, NEWS, Town
from tests.standins.feed_server import Item, Published, render
from tests.standins.hub_server import Hub
from tests.standins.postgres import Postgres

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


def offers(town: Town, hub: Hub) -> str:
    """Let the town's one feed offer the hub; return a configuration that can be pushed to and polls once an hour."""
    links = f'<{hub.url()}>; rel="hub", <{town.feeds.url(NEWS)}>; rel="self"'
    town.feeds.respond(NEWS, body=document("The first day"), headers={"Link": links})
    port = free_port()
    text = configuration(
        town.folder,
        feeds=[town.feeds.url(NEWS)],
        allowed="127.0.0.1",
        telegram=(town.telegram.token, town.telegram.url),
        more=f'[web]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n',
    )
    return text.replace('\ninterval = "1s"', '\ninterval = "1h"')


@pytest.fixture
async def pushed_town(town: Town, hub: Hub) -> Town:
    """A town whose one feed offers the hub, and is polled once an hour."""
    town.newsbell = Newsbell(town.folder, offers(town, hub))
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


@pytest.fixture
def shared_database(postgres: Postgres, migrated_postgres: str) -> str:
    return postgres.url(postgres.fresh(migrated_postgres))


@pytest.fixture
async def receiver(town: Town, hub: Hub, shared_database: str) -> AsyncIterator[Newsbell]:
    """The installation of ``town.newsbell`` once more, as another process on its database."""
    lines = offers(town, hub).splitlines()
    text = "\n".join([f'database = "{shared_database}"', *lines[1:], ""])
    folder = town.folder / "receiver"
    folder.mkdir()
    town.newsbell.configure(text)
    made = Newsbell(folder, text)
    yield made
    await made.close()


@pytest.mark.parametrize(("asks", "receives"), [("poll", "web,telegram"), ("poll,telegram", "web")])
async def test_one_process_asks_the_hub_and_another_hears_it(
    town: Town, hub: Hub, receiver: Newsbell, asks: str, receives: str
) -> None:
    await receiver.start("--role", receives)
    await town.until(lambda: web_address(receiver.log), "the web side")
    await town.newsbell.start("--role", asks)
    await hub.wait_until(lambda: hub.confirmed == [True], 40)
    await town.telegram.wait_for(lambda: town.telegram.called("setMyCommands"), 40)
    await town.say("/subscribe Takaichi")
    polls = len(town.feeds.asked(NEWS))
    assert await hub.post(document("Takaichi forged"), secret="not the secret") == 202
    assert await hub.post(document(TITLE)) == 202
    await town.until(lambda: town.telegram_alerts(TITLE), "the alert")
    assert len(town.telegram_alerts(TITLE)) == 1
    assert len(town.feeds.asked(NEWS)) == polls
    assert "hub_trouble" not in town.newsbell.log + receiver.log
    # The first poll was the one's, the push the other's.
    assert [each.log.count("poll_new") for each in (town.newsbell, receiver)] == [1, 1]
    assert [each.log.count("push_ignored") for each in (town.newsbell, receiver)] == [0, 1]
    await receiver.stop()
    assert await unreachable(hub)
    await town.newsbell.stop()


async def unreachable(hub: Hub) -> bool:
    """Tell whether nobody listens any more where the hub pushes to: it was one of the two processes alone."""
    try:
        await hub.post(document("Takaichi again"))
    except OSError:
        return True
    return False
