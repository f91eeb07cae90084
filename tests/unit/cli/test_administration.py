"""The list of feeds, subscriptions, the outbox and the database without a chat."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.feeds.opml import read
from bot.cli import COMMANDS, Entry
from tests.unit.cli.conftest import Newsbell

FEED = "http://127.0.0.1:9/feed"


def lines(output: str) -> list[Any]:
    return [json.loads(line) for line in output.splitlines()]


def names() -> list[list[str]]:
    found = []
    for name, entry in COMMANDS.items():
        found += [[name]] if isinstance(entry, Entry) else [[name, inner] for inner in entry[1]]
    return found


@pytest.mark.parametrize("name", names(), ids=" ".join)
def test_every_command_has_help_with_an_example(newsbell: Newsbell, name: list[str]) -> None:
    ran = newsbell(*name, "--help")
    assert ran.code == 0
    assert (
        f"newsbell {' '.join(name)}" in ran.out.partition("Example:")[2].replace("\n", " ")
        or "| newsbell" in ran.out
    )
    assert "--config" in ran.out


def test_the_program_lists_its_commands(newsbell: Newsbell) -> None:
    ran = newsbell("--help")
    assert ran.code == 0
    assert all(name in ran.out for name in COMMANDS)


def test_an_unknown_command_is_a_usage_error(newsbell: Newsbell) -> None:
    assert newsbell("strat").code == 2


def test_a_wrong_configuration_ends_with_2_and_all_problems(folder: Path, newsbell: Newsbell) -> None:
    (folder / "config.toml").write_text('timezone = "Mars"\n[polling]\nper_host = 0\n', encoding="utf-8")
    for command in (
        ["status"],
        ["start"],
        ["check"],
        ["feeds", "list"],
        ["subscriptions", "list"],
        ["outbox", "list"],
    ):
        ran = newsbell(*command)
        assert ran.code == 2
        assert "config.toml:1: timezone" in ran.err
        assert "config.toml:3: polling.per_host" in ran.err


def test_a_new_database_without_configured_feeds_begins_with_the_starter_feeds(newsbell: Newsbell) -> None:
    feeds = lines(newsbell("feeds", "list", "--json").out)
    assert len(feeds) >= 60
    assert {feed["origin"] for feed in feeds} == {"starter"}
    assert all(feed["tags"] for feed in feeds)


def test_whoever_brings_feeds_gets_no_starter_feeds(newsbell: Newsbell) -> None:
    assert (
        newsbell("feeds", "add", FEED, "--unseen", "--tag", "x", "--interval", "10m", "--title", "T").code
        == 0
    )
    [feed] = lines(newsbell("feeds", "list", "--json").out)
    assert [feed["url"], feed["tags"], feed["interval"], feed["title"]] == [FEED, ["x"], "10m", "T"]
    assert "Already there" in newsbell("feeds", "add", FEED, "--unseen").out


def test_a_feed_is_removed_by_address_number_or_title(newsbell: Newsbell) -> None:
    for named in (FEED, "1", "t"):
        newsbell("feeds", "add", FEED, "--unseen", "--title", "T")
        [feed] = lines(newsbell("feeds", "list", "--json").out)
        assert newsbell("feeds", "remove", str(feed["id"]) if named == "1" else named).code == 0
        assert newsbell("feeds", "list", "--json").out == ""
    ran = newsbell("feeds", "remove", FEED)
    assert ran.code == 1
    assert "feeds list" in ran.err


def test_a_feed_that_cannot_be_found_is_not_added(newsbell: Newsbell) -> None:
    ran = newsbell("feeds", "add", FEED)
    assert ran.code == 1
    assert "127.0.0.1" in ran.err
    assert newsbell("feeds", "add", FEED, "--unseen", "--interval", "often").code == 2


def test_feeds_are_searched(newsbell: Newsbell) -> None:
    found = lines(newsbell("feeds", "list", "japanese", "--json").out)
    assert found
    assert all("Japanese" in feed["tags"] or "japanese" in feed["url"] for feed in found)
    assert newsbell("feeds", "list", "--failing", "--json").out == ""


def test_opml_is_imported_and_exported(folder: Path, newsbell: Newsbell) -> None:
    (folder / "in.opml").write_text(
        '<opml version="2.0"><body><outline text="Asia"><outline text="A" xmlUrl="https://a.example/f"/>'
        '<outline text="B" xmlUrl="https://ann:secret@b.example/f"/></outline><outline text="C" xmlUrl="nonsense:x"/></body></opml>',
        encoding="utf-8",
    )
    ran = newsbell("feeds", "import", "in.opml")
    assert ran.code == 0
    assert "2 added, 0 already there, 1 not usable" in ran.out
    again = newsbell("feeds", "import", "in.opml")
    assert "0 added, 2 already there" in again.out
    assert "Already there: A (https://a.example/f)" in again.out
    assert "nonsense" in again.err
    assert "secret" not in again.out + again.err
    assert newsbell("feeds", "export", "out.opml").code == 0
    specs = read((folder / "out.opml").read_bytes())
    assert {spec.url: spec.tags for spec in specs} == {
        "https://a.example/f": ("Asia",),
        "https://b.example/f": ("Asia",),
    }
    assert "secret" not in newsbell("feeds", "export").out
    assert newsbell("feeds", "import", "nowhere.opml").code == 2


def test_what_an_export_holds_an_import_brings_back(folder: Path, newsbell: Newsbell) -> None:
    newsbell(
        "feeds", "add", FEED, "--unseen", "--tag", "a, b", "--tag", "c", "--interval", "10m", "--title", "T"
    )
    newsbell("feeds", "add", f"{FEED}2", "--unseen", "--tag", "x", "--tag", "y")
    before = lines(newsbell("feeds", "list", "--json").out)
    newsbell("feeds", "export", "out.opml")
    for feed in before:
        newsbell("feeds", "remove", feed["url"])
    assert "2 added" in newsbell("feeds", "import", "out.opml").out
    after = lines(newsbell("feeds", "list", "--json").out)
    kept = ("url", "title", "tags", "interval")
    assert [[feed[key] for key in kept] for feed in after] == [[feed[key] for key in kept] for feed in before]
    assert (folder / "out.opml").exists()


def test_a_feed_that_a_file_names_twice_is_named_and_added_once(folder: Path, newsbell: Newsbell) -> None:
    twice = '<outline text="A" xmlUrl="https://a.example/f"/><outline text="Also A" xmlUrl="https://A.example/f"/>'
    (folder / "in.opml").write_text(f"<opml><body>{twice}</body></opml>", encoding="utf-8")
    ran = newsbell("feeds", "import", "in.opml")
    assert "Twice in the file: Also A" in ran.out
    assert "1 added" in ran.out


def test_an_import_of_something_else_fails_with_a_sentence(folder: Path, newsbell: Newsbell) -> None:
    (folder / "in.opml").write_text("hello", encoding="utf-8")
    ran = newsbell("feeds", "import", "in.opml")
    assert ran.code == 1
    assert ran.err.strip()


def test_a_subscription_is_added_with_its_cadence_and_priority(newsbell: Newsbell) -> None:
    assert newsbell("subscriptions", "add", "Takaichi", "--cadence", "daily 8:00", "--priority").code == 0
    [row] = lines(newsbell("subscriptions", "list", "--json").out)
    assert (row["cadence"], row["priority"], row["urgent"]) == ("daily@08:00", True, False)
    assert newsbell("subscriptions", "add", "quake", "--urgent").code == 0
    urgent = lines(newsbell("subscriptions", "list", "--json").out)[1]
    assert (urgent["priority"], urgent["urgent"]) == (True, True)
    wrong = newsbell("subscriptions", "add", "TSMC", "--cadence", "often")
    assert wrong.code == 2
    assert "write instant, hourly, daily@08:00 or weekly@mon 08:00" in wrong.err


def test_subscriptions_are_added_listed_and_removed(newsbell: Newsbell) -> None:
    assert newsbell("subscriptions", "add", "Takaichi").code == 0
    ran = newsbell(
        "subscriptions",
        "add",
        "-trade Takaichi",
        "--to",
        "telegram:-100:7",
        "--feed",
        "world",
        "--mention",
        "@a",
    )
    assert ran.code == 0
    assert "Already subscribed" in newsbell("subscriptions", "add", " takaichi ").out
    first, second = lines(newsbell("subscriptions", "list", "--json").out)
    assert [first["query"], first["destination"], first["origin"]] == ["Takaichi", "console:", "cli"]
    assert [second["destination"], second["feeds"], second["mentions"]] == [
        "telegram:-100:7",
        ["world"],
        ["@a"],
    ]
    assert len(lines(newsbell("subscriptions", "list", "--to", "telegram:-100:7", "--json").out)) == 1
    assert newsbell("subscriptions", "list", "--to", "discord:1", "--json").out == ""
    assert newsbell("subscriptions", "remove", "takaichi").code == 0
    assert newsbell("subscriptions", "remove", str(second["id"]), "--to", "console:").code == 1
    assert newsbell("subscriptions", "remove", str(second["id"])).code == 0
    assert newsbell("subscriptions", "list", "--json").out == ""


def test_a_query_that_two_destinations_have_needs_the_destination(newsbell: Newsbell) -> None:
    newsbell("subscriptions", "add", "a", "--to", "telegram:1")
    newsbell("subscriptions", "add", "a", "--to", "telegram:2")
    ran = newsbell("subscriptions", "remove", "a")
    assert ran.code == 1
    assert "--to" in ran.err
    assert newsbell("subscriptions", "remove", "a", "--to", "telegram:2").code == 0


@pytest.mark.parametrize("arguments", [("(",), ("a", "--to", "irc:x")])
def test_a_wrong_query_or_destination_is_a_usage_error(
    newsbell: Newsbell, arguments: tuple[str, ...]
) -> None:
    ran = newsbell("subscriptions", "add", *arguments)
    assert ran.code == 2
    assert len(ran.err.strip().splitlines()) == 1


def test_a_webhook_never_shows_its_token(newsbell: Newsbell) -> None:
    hook = "discord-webhook:https://discord.com/api/webhooks/123/hook-Token"
    shown = newsbell("subscriptions", "add", "a", "--to", hook)
    listed = newsbell("subscriptions", "list")
    assert "discord-webhook:123" in listed.out
    assert "hook-Token" not in shown.out + shown.err + listed.out + listed.err


def test_the_status_is_told_to_people_and_to_programs(newsbell: Newsbell) -> None:
    newsbell("subscriptions", "add", "a")
    assert "subscriptions  1 of 1 destinations" in newsbell("status").out
    [status] = lines(newsbell("status", "--json").out)
    assert status["feeds"]["total"] >= 60
    assert status["subscriptions"] == 1
    assert status["outbox"] == {
        "by_status": {},
        "by_platform": {},
        "oldest_due_at": None,
        "next_due_at": None,
    }
    assert status["latency"]["measured"] == 0


def test_an_empty_outbox_lists_nothing_and_changes_nothing(newsbell: Newsbell) -> None:
    assert newsbell("outbox", "list", "--json").out == ""
    assert newsbell("outbox", "retry", "5").code == 1
    assert newsbell("outbox", "drop", "--dead").code == 1
    assert newsbell("outbox", "drop").code == 2
    assert newsbell("outbox", "retry", "5", "--dead").code == 2


def test_a_backup_is_a_database(folder: Path, newsbell: Newsbell) -> None:
    newsbell("subscriptions", "add", "Takaichi")
    assert newsbell("backup", "copy.db").code == 0
    with sqlite3.connect(folder / "copy.db") as copy:
        assert copy.execute("SELECT count(*) FROM subscriptions").fetchone() == (1,)
    copy.close()
    assert newsbell("backup", "newsbell.db").code == 1


def test_the_schema_is_made_and_then_up_to_date(newsbell: Newsbell) -> None:
    assert "from empty" in newsbell("migrate").out
    assert "up to date" in newsbell("migrate").out


def test_a_database_of_a_newer_version_is_refused_with_a_sentence(folder: Path, newsbell: Newsbell) -> None:
    newsbell("migrate")
    with sqlite3.connect(folder / "newsbell.db") as database:
        database.execute("UPDATE newsbell_schema SET version_num = '9999'")
    database.close()
    for command in (["status"], ["start"], ["migrate"]):
        ran = newsbell(*command)
        assert ran.code == 1
        assert "newer Newsbell" in ran.err


def test_a_broadcast_without_its_token_is_refused_at_start(folder: Path, newsbell: Newsbell) -> None:
    (folder / "config.toml").write_text(
        '[[broadcasts]]\nto = "telegram:@news"\nquery = "a"\n', encoding="utf-8"
    )
    ran = newsbell("start")
    assert ran.code == 2
    assert "broadcasts[1].to: telegram:@news needs a bot; set [telegram] token." in ran.err
    assert newsbell("start", "--role", "nothing").code == 2
