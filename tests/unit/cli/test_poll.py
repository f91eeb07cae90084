"""``feeds poll`` against a real server."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.standins.feed_server import FeedServer, Item
from tests.unit.cli.conftest import Newsbell


@pytest.fixture
def server(folder: Path, newsbell: Newsbell) -> Iterator[FeedServer]:
    """A server whose feed is on the list and holds one entry; polls are a moment apart at least."""
    with FeedServer().in_thread() as made:
        made.publish("/rss", Item("An old story"))
        (folder / "config.toml").write_text(
            f'[polling]\nmin_interval = "1m"\nallow_private_hosts = ["{made.host}"]\n', encoding="utf-8"
        )
        assert newsbell("feeds", "add", made.url("/rss"), "--unseen").code == 0
        assert newsbell("subscriptions", "add", "Takaichi", "--to", "console:").code == 0
        yield made


def let_a_day_pass(folder: Path) -> None:
    with sqlite3.connect(folder / "newsbell.db") as database:
        database.execute("UPDATE feeds SET polled_at = polled_at - 86400000000")


def polled(newsbell: Newsbell, server: FeedServer, code: int = 0) -> Any:
    ran = newsbell("feeds", "poll", server.url("/rss"), "--json")
    assert ran.code == code, ran.err
    return json.loads(ran.out)


def test_polling_a_feed_says_what_came_of_it_and_what_comes_next(
    newsbell: Newsbell, server: FeedServer
) -> None:
    ran = newsbell("feeds", "poll", server.url("/rss"))
    assert ran.code == 0
    assert "There are new entries: Test feed" in ran.out
    assert "1 new, 0 alerts written" in ran.out
    assert "State: fine" in ran.out
    assert "UTC): that is its usual pause." in ran.out


def test_a_second_poll_within_the_floor_asks_nothing(newsbell: Newsbell, server: FeedServer) -> None:
    polled(newsbell, server)
    again = polled(newsbell, server, code=1)
    assert again["outcome"] == "refused"
    assert "no feed is asked more often than every 60 s (polling.min_interval)" in again["reason"]
    assert len(server.asked("/rss")) == 1


def test_a_poll_writes_alerts_and_asks_for_the_whole_document(
    folder: Path, newsbell: Newsbell, server: FeedServer
) -> None:
    assert polled(newsbell, server)["outcome"] == "new"
    server.publish("/rss", Item("Takaichi to visit Washington"))
    let_a_day_pass(folder)
    result = polled(newsbell, server)
    assert [result["outcome"], result["new_entries"], result["alerts"]] == ["new", 1, 1]
    assert "if-none-match" not in server.asked("/rss")[-1].headers
    assert "Takaichi" in newsbell("outbox", "list").out


def test_a_poll_that_fails_says_why_and_ends_with_1(newsbell: Newsbell, server: FeedServer) -> None:
    server.respond("/rss", status=500)
    result = polled(newsbell, server, code=1)
    assert result["outcome"] == "failed"
    assert "500" in result["reason"]
    assert result["next_poll_why"] == "it failed once"


def test_an_unknown_feed_is_not_polled(newsbell: Newsbell, server: FeedServer) -> None:
    ran = newsbell("feeds", "poll", server.url("/other"))
    assert ran.code == 1
    assert "There is no feed" in ran.err
    assert server.asked("/other") == []
