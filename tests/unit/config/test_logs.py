"""Lines for people or JSON lines, and no secret in either."""

import io
import json
import logging

import pytest
import structlog

from bot.logs import configure
from bot.masks import Masker

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz_12345"
WEBHOOK = "https://discord.com/api/webhooks/123456789012345678/hook_Secret-0"


@pytest.fixture(autouse=True)
def _restored_logging() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_away_from_a_terminal_every_line_is_json() -> None:
    stream = io.StringIO()
    configure(stream=stream)
    structlog.get_logger().info("poll_done", feed=7, title="高市")
    logging.getLogger("somewhere").warning("library %s", "words")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["event"] == "poll_done"
    assert first["feed"] == 7
    assert first["title"] == "高市"
    assert first["level"] == "info"
    assert first["timestamp"].endswith("Z")
    assert second["event"] == "library words"


def test_lines_for_people_are_asked_for_or_follow_from_a_terminal() -> None:
    stream = io.StringIO()
    configure(stream=stream, as_json=False)
    structlog.get_logger().info("poll_done", feed=7)
    assert "poll_done" in stream.getvalue()
    assert "feed=7" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


@pytest.mark.parametrize("as_json", [True, False])
def test_told_secrets_and_what_looks_like_one_are_masked_everywhere(as_json: bool) -> None:
    stream = io.StringIO()
    configure(secrets=["s3cret/value", 'quo"ted'], stream=stream, as_json=as_json)
    log = structlog.get_logger()
    log.info("a", key="s3cret/value", nested={"deep": ['quo"ted']}, url="https://h/?t=s3cret%2Fvalue")
    log.warning("b", url=f"https://api.telegram.org/bot{TOKEN}/getMe", hook=WEBHOOK)
    try:
        int(f"{TOKEN} {WEBHOOK} https://ann:feedpass@example.org/ s3cret/value")
    except ValueError:
        log.exception("c")
        logging.getLogger("library").exception("d %s", "s3cret/value")
    text = stream.getvalue()
    assert "***" in text
    for secret in ("s3cret", "quo", "AAE-", "hook_Secret", "feedpass"):
        assert secret not in text
    assert text.count("ValueError") >= 2


def test_libraries_that_print_tokens_are_silent_below_warnings() -> None:
    stream = io.StringIO()
    configure(stream=stream)
    for name in ("httpx", "httpcore", "telegram.ext", "discord.gateway"):
        logging.getLogger(name).info("GET https://api.telegram.org/…")
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"bot{TOKEN}", "bot123456789:***"),
        ("/bot1:x/sendMessage", "/bot1:***/sendMessage"),
        (WEBHOOK, "https://discord.com/api/webhooks/123456789012345678/***"),
        ("postgresql://u:p@h/n", "postgresql://u:***@h/n"),
        ("Authorization: Bot abcdefghijklmnopqrstuvwxyz", "Authorization: Bot ***"),
        ("at 12:30:45 the Bot said 10:20", "at 12:30:45 the Bot said 10:20"),
        ("telegram:-100123:7", "telegram:-100123:7"),
    ],
)
def test_patterns_mask_secrets_and_nothing_else(text: str, masked: str) -> None:
    assert Masker()(text) == masked
