"""The daemon as a process: it begins with what the configuration says and ends when it is asked to."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Newsbell

ROOT = Path(__file__).resolve().parents[3]
CONFIG = """
[polling]
interval = "1m"
[web]
listen = "127.0.0.1:0"
[[feeds]]
url = "http://127.0.0.1:9/feed"
title = "Nobody"
tags = ["x"]
[[broadcasts]]
to = "console:"
query = "Takaichi"
"""


class Daemon:
    def __init__(self, folder: Path, *arguments: str) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBELL_")}
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", "start", *arguments],
            cwd=folder,
            env={**environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[dict[str, Any]] = []

    def until(self, event: str) -> dict[str, Any]:
        assert self.process.stderr
        for line in self.process.stderr:
            self.log.append(json.loads(line))
            if self.log[-1]["event"] == event:
                return self.log[-1]
        raise AssertionError(f"ended without {event}: {self.log}")

    def end(self) -> int:
        self.process.communicate(timeout=5.5)
        return self.process.returncode


@contextmanager
def daemon(folder: Path, *arguments: str) -> Iterator[Daemon]:
    running = Daemon(folder, *arguments)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


def feeds(newsbell: Newsbell) -> list[Any]:
    return [json.loads(line) for line in newsbell("feeds", "list", "--json").out.splitlines()]


def queries(newsbell: Newsbell) -> list[str]:
    return [
        json.loads(line)["query"] for line in newsbell("subscriptions", "list", "--json").out.splitlines()
    ]


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_it_says_what_it_does_and_stops_when_asked(folder: Path, signal_: signal.Signals) -> None:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    with daemon(folder) as running:
        started = running.until("started")
        assert started["config"] == "config.toml"
        assert started["roles"] == ["discord", "poll", "telegram", "web"]
        assert started["feeds"] == 1
        assert started["subscriptions"] == 1
        assert started["web"].startswith("http://127.0.0.1:")
        running.process.send_signal(signal_)
        assert running.end() == 0


def test_a_second_ctrl_c_stops_at_once(folder: Path) -> None:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    with daemon(folder) as running:
        running.until("started")
        running.process.send_signal(signal.SIGINT)
        running.until("stopping")
        running.process.send_signal(signal.SIGINT)
        assert running.end() in {0, 130}


def test_a_second_daemon_on_the_same_file_is_refused(folder: Path, newsbell: Newsbell) -> None:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    with daemon(folder) as running:
        running.until("started")
        ran = newsbell("start")
        assert ran.code == 1
        assert "Another Newsbell is running" in ran.err
        assert newsbell("status").code == 0


def test_a_port_in_use_is_told_and_nothing_is_left_running(folder: Path) -> None:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    other = folder / "other"
    other.mkdir()
    with daemon(folder) as running:
        port = running.until("started")["web"].rpartition(":")[2]
        (other / "config.toml").write_text(
            CONFIG.replace("127.0.0.1:0", f"127.0.0.1:{port}"), encoding="utf-8"
        )
        with daemon(other) as second:
            _, errors = second.process.communicate(timeout=20)
            assert second.process.returncode == 1
            assert "choose another [web] listen" in errors


def test_roles_leave_out_what_they_do_not_name(folder: Path) -> None:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    with daemon(folder, "--role", "poll,discord") as running:
        started = running.until("started")
        assert started["roles"] == ["discord", "poll"]
        assert started["web"] == "off"
        assert started["platforms"] == ["console", "discord-webhook"]


def run_once(folder: Path) -> None:
    with daemon(folder) as running:
        running.until("started")
        running.process.send_signal(signal.SIGTERM)
        assert running.end() == 0


def test_an_edited_configuration_changes_exactly_what_was_edited(folder: Path, newsbell: Newsbell) -> None:
    config = folder / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    newsbell("feeds", "add", "http://127.0.0.1:9/mine", "--unseen")
    newsbell("subscriptions", "add", "mine")
    run_once(folder)
    [nobody, mine] = sorted(feeds(newsbell), key=lambda feed: feed["origin"], reverse=True)
    assert [nobody["title"], nobody["tags"], nobody["origin"]] == ["Nobody", ["x"], "config"]
    assert sorted(queries(newsbell)) == ["Takaichi", "mine"]
    config.write_text(
        CONFIG.replace('"Nobody"', '"Somebody"').replace('"Takaichi"', '"Xi"'), encoding="utf-8"
    )
    run_once(folder)
    assert {feed["title"]: feed["id"] for feed in feeds(newsbell)}["Somebody"] == nobody["id"]
    assert sorted(queries(newsbell)) == ["Xi", "mine"]
    config.write_text('[web]\nlisten = ""\n', encoding="utf-8")
    run_once(folder)
    assert [feed["id"] for feed in feeds(newsbell)] == [mine["id"]]
    assert queries(newsbell) == ["mine"]


def test_the_demo_delivers_exactly_what_it_should(folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once", "--speed", "20"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=90,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "All 6 expected alerts were delivered" in ran.stdout
    assert "Balochistan" not in ran.stdout
    assert ran.stderr == ""
