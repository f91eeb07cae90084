"""A wrong configuration is told all at once: where, what, and what to write."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.config import load
from bot.errors import ConfigError


def problems(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    path = folder / "c.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return [problem.replace(f"{folder}/", "") for problem in caught.value.problems]


def test_all_problems_are_in_one_report_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        'databse = "x"\n[polling]\nper_host = 0\ntimeout = 5\n[[feeds]]\ntitle = "t"\n[[feeds]]\nurl = "ftp://x"\n',
    )
    assert found == [
        'c.toml:1: databse: is an unknown key; did you mean "database"?',
        "c.toml:3: polling.per_host: is too small; write at least 1.",
        'c.toml:4: polling.timeout: 5 has no unit; write a text such as "30s", "5m", "6h" or "1d".',
        'c.toml:5: feeds[1].url: is missing; write it, for example url = "https://example.org/feed.xml".',
        'c.toml:8: feeds[2].url: "ftp://x" is no web address; write one that begins with https:// or http://.',
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[polling]\nintervall = "1m"', 'did you mean "interval"?'),
        ("[polling]\nzzzz = 1", "known here are"),
        ("[poling]\nx = 1", 'did you mean "polling"?'),
        ('[telegram]\ntokenfile = "x"', 'did you mean "token_file"?'),
        ('[polling]\ninterval = "5 minutes"', 'write a number with a unit, such as "30s"'),
        ('[polling]\ntimeout = "0s"', "write a duration above zero"),
        ('[polling]\nmin_interval = "10m"', "min_interval <= interval <= max_interval (now 10m, 5m, 1d)"),
        ('[polling]\nmax_body = "many"', 'such as "20MB"'),
        ('[polling]\nmax_body = "1"', "write at least 1024"),
        ('[polling]\nconcurrency = "8"\nper_host = "x"', "per_host: must be a whole number"),
        ('[polling]\nallow_private_hosts = ["http://a/b"]', "write host or host:port"),
        ("[polling]\nallow_private_hosts = 5", "must be a list"),
        ('[polling]\ncontact = "a\\nb"', "write a plain e-mail address"),
        ('timezone = "Asia/Tokio"', 'such as "Asia/Tokyo"'),
        ('language = "klingon"', "is no known language"),
        ('database = "mysql://x"', "write sqlite:///newsbell.db or postgresql://"),
        ('telegram = "x"', "must be a table; write it under a heading [telegram]"),
        ('[telegram]\ntoken = "a b"', "copy it whole"),
        ('[telegram]\nadmins = ["discord:1"]', "not a Telegram user id"),
        ('[telegram]\nmode = "webhook"', "public_url that begins with https://"),
        ('[telegram]\nmode = "push"', "write 'polling' or 'webhook'"),
        ('[telegram]\napi_url = "api.telegram.org"', "begins with https://"),
        (
            '[[broadcasts]]\nto = "console:"\nquery = "a"\ndraft = "console:"',
            "buttons work on Telegram and Discord only",
        ),
        (
            '[[broadcasts]]\nto = "console:"\nquery = "a"\ndraft = "telegram:1"\ncadence = "hourly"',
            "leave cadence out, or draft",
        ),
        (
            '[[broadcasts]]\nto = "telegram:1"\nquery = "a"\ndraft = "telegram:1"',
            "so it cannot be the one that is sent to",
        ),
        ('[access]\nwho = "nobody"', "write 'everyone', 'allowlist' or 'admins'"),
        ('[access]\nallow = ["ann"]', "write telegram:ID or discord:ID"),
        ('[web]\nlisten = "8787"', "write host:port"),
        ('[web]\nlisten = "h:99999"', "write host:port"),
        ('[summary.llm]\nurl = "http://x/v1"', "needs both url and model; write model as well"),
        ('[summary.llm]\nmodel = "m"', "needs both url and model; write url as well"),
        ('[summary.llm]\nurl = "x"\nmodel = "m"', "is no web address"),
        ('[summary.llm]\napi_key = "a b"', "that is no key"),
        ('[summary.llm]\ntimeout = "2m"', "llm.timeout"),
        ('[[feeds]]\nurl = "http://a/"\n[[feeds]]\nurl = "http://a/"', "is listed twice"),
        ('[[broadcasts]]\nto = "console:"', "query: is missing"),
        ('[[broadcasts]]\nto = "irc:x"\nquery = "a"', "names no platform"),
        ('[[broadcasts]]\nto = 5\nquery = "a"', "must be a text"),
        ("[[broadcasts]]\nto = 'console:'\nquery = '\"a'", "at position 1"),
        (
            '[[broadcasts]]\nto = "console:"\nquery = "a"\ncadence = "daily"',
            "write instant, hourly, daily@08:00 or weekly@mon 08:00",
        ),
        (
            '[[broadcasts]]\nto = "console:"\nquery = "a"\n[[broadcasts]]\nto = "console:"\nquery = " A "',
            "twice",
        ),
        ("[[feeds]", "is no valid TOML"),
    ],
)
def test_a_problem_says_what_to_write(tmp_path: Path, text: str, told: str) -> None:
    [problem] = problems(tmp_path, text)
    assert told in problem
    assert problem.startswith("c.toml")


def test_an_unknown_variable_is_a_problem_with_a_suggestion(tmp_path: Path) -> None:
    found = problems(tmp_path, "", {"NEWSBELL_POLING__INTERVAL": "1m", "NEWSBELL_X": "1", "OTHER": "1"})
    assert (
        found[0]
        == "NEWSBELL_POLING__INTERVAL: is an unknown variable; did you mean NEWSBELL_POLLING__INTERVAL?"
    )
    assert "NEWSBELL_SECTION__KEY" in found[1]
    assert len(found) == 2


def test_a_problem_of_a_variable_names_the_variable(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, '[polling]\ninterval = "6m"', {"NEWSBELL_POLLING__INTERVAL": "soon"})
    assert problem.startswith('NEWSBELL_POLLING__INTERVAL: "soon" is no duration')


def test_wrong_json_in_a_variable_is_told(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, "", {"NEWSBELL_FEEDS": "[x"})
    assert problem.startswith("NEWSBELL_FEEDS: that is no valid JSON")


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name an existing file with --config"):
        load(tmp_path / "nowhere.toml", {})


def test_a_secret_whose_file_is_missing_or_given_twice_is_told(tmp_path: Path) -> None:
    found = problems(tmp_path, '[telegram]\ntoken_file = "nowhere"\n[discord]\ntoken = "a"\ntoken_file = "b"')
    assert any("telegram.token_file" in problem and "cannot be read" in problem for problem in found)
    assert "c.toml:5: discord.token_file: token is set, too; keep one of them." in found


def test_a_variable_and_its_file_together_are_told(tmp_path: Path) -> None:
    environ = {"NEWSBELL_WEB__TOKEN": "a", "NEWSBELL_WEB__TOKEN_FILE": "b"}
    [problem] = problems(tmp_path, "", environ)
    assert problem == "NEWSBELL_WEB__TOKEN and NEWSBELL_WEB__TOKEN_FILE are both set; keep one of them."


def test_no_report_shows_a_secret(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        database = "mysql://user:dbpass@host/name"
        [telegram]
        token = "123:sec ret"
        [[feeds]]
        url = "ftp://ann:feedpass@example.org/a"
        [[broadcasts]]
        to = "discord-webhook:https://discord.com/hooktoken"
        query = "a"
        """,
    )
    assert len(found) == 4
    for secret in ("dbpass", "sec ret", "feedpass", "hooktoken"):
        assert secret not in "\n".join(found)
