import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.url import normalise


@pytest.mark.parametrize(
    ("given_url", "known_as"),
    [
        ("https://example.com/feed", "https://example.com/feed"),
        ("  https://example.com/feed\n", "https://example.com/feed"),
        ("HTTPS://Example.COM/Feed?A=b", "https://example.com/Feed?A=b"),
        ("https://example.com:443/feed", "https://example.com/feed"),
        ("http://example.com:80/feed", "http://example.com/feed"),
        ("http://example.com:443/feed", "http://example.com:443/feed"),
        ("https://example.com:8443/feed", "https://example.com:8443/feed"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com?format=rss", "https://example.com/?format=rss"),
        ("https://example.com/feed#latest", "https://example.com/feed"),
        ("https://example.com/feed/", "https://example.com/feed/"),
        ("https://bücher.example/feed", "https://xn--bcher-kva.example/feed"),
        ("https://BÜCHER.example/feed", "https://xn--bcher-kva.example/feed"),
        ("https://日本語.example/", "https://xn--wgv71a119e.example/"),
        ("https://XN--BCHER-KVA.example/feed", "https://xn--bcher-kva.example/feed"),
        ("https://User:Pa%3Ass@Example.com/feed", "https://User:Pa%3Ass@example.com/feed"),
        ("http://[2001:DB8::1]:80/feed", "http://[2001:db8::1]/feed"),
        ("http://[2001:db8::1]:8080/feed", "http://[2001:db8::1]:8080/feed"),
        ("http://127.0.0.1:8000/a%20b", "http://127.0.0.1:8000/a%20b"),
        ("https://example.com/?", "https://example.com/"),
        ("https://example.com/日本?q=台湾", "https://example.com/日本?q=台湾"),
    ],
)
def test_equal_feeds_have_equal_addresses(given_url: str, known_as: str) -> None:
    assert normalise(given_url) == known_as


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Takaichi",
        "example.com/feed",
        "http://",
        "http://[::1",
        "http://example.com:port/",
        "http://a:99999/",
    ],
)
def test_what_is_no_url_comes_back_as_it_is(text: str) -> None:
    assert normalise(f" {text} ") == text


def test_a_host_that_no_registry_would_take_stays_readable() -> None:
    assert normalise("https://" + "ü" * 70 + ".example/") == "https://" + "ü" * 70 + ".example/"


@given(st.text(max_size=60).map(lambda rest: "https://" + rest) | st.text(max_size=60))
def test_normalising_twice_changes_nothing_more(url: str) -> None:
    once = normalise(url)
    assert normalise(once) == once
