import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.summary.robots import read_robots

SITE = "https://news.example"


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("User-agent: *\nDisallow: /\nAllow: /news", "/news/1", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: Newsbell\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: newsbell/1.0\nDisallow: /", "/a", False),
        ("User-agent: other\nUser-agent: newsbell\nDisallow: /x", "/x", False),
        ("User-agent: other\nDisallow: /x\nUser-agent: newsbell\nAllow: /", "/x", True),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow: /a*b*c", "/aXbYcZ", False),
        ("User-agent: *\nDisallow: /a*b*c", "/acb", True),
        ("user-AGENT : * # all\n disallow : /x # no", "/x", False),
        ("\ufeffUser-agent: *\r\nDisallow: /x\r\n", "/x", False),
        ("User-agent: *\nDisallow: /ニュース", "/%E3%83%8B%E3%83%A5%E3%83%BC%E3%82%B9/1", False),
        ("Disallow: /", "/a", True),
        ("<html>Not found</html>", "/a", True),
    ],
)
def test_what_robots_may_read(rules: str, path: str, allowed: bool) -> None:
    assert read_robots(rules.encode(), "newsbell").allows(SITE + path) is allowed


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_rules_and_no_address_are_too_odd(body: bytes, path: str) -> None:
    assert read_robots(b"User-agent: *\nDisallow: /" + body, "newsbell").allows(f"{SITE}/{path}") in {
        True,
        False,
    }


def test_many_stars_take_no_time() -> None:
    rules = b"User-agent: *\nDisallow: /" + b"*a" * 400 + b"$\n"
    assert read_robots(rules * 500, "newsbell").allows(f"{SITE}/{'a' * 4000}b")
