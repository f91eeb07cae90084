import pytest

from bot.adapters.feeds.document import parse_document
from bot.adapters.feeds.hubs import header_links
from bot.model.entry import ParsedFeed
from bot.model.push import HubOffer

HERE = "https://news.example/feed"
RSS = (
    '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>N</title>{}'
    "<item><title>One</title><guid>1</guid></item></channel></rss>"
)
BOTH = '<a:link rel="hub" href="https://hub.example/?a=1&amp;b"/><a:link rel="self" href="https://news.example/all?x"/>'


def offer(document: str, link: str = "") -> HubOffer | None:
    parsed = parse_document(document.encode(), HERE, {"link": link})
    assert isinstance(parsed, ParsedFeed)
    return parsed.offer


def test_a_document_names_hub_and_topic() -> None:
    assert offer(RSS.format(BOTH)) == HubOffer("https://hub.example/?a=1&b", "https://news.example/all?x")
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><link rel="hub" href="/hub"/></feed>'
    assert offer(atom) == HubOffer("https://news.example/hub", HERE)
    json = '{"items": [], "feed_url": "https://a.example/", "hubs": [{"type": "rssCloud", "url": "https://no.example/"}, {"type": "WebSub", "url": "https://h.example/"}]}'
    assert offer(json) == HubOffer("https://h.example/", "https://a.example/")


def test_link_headers_come_before_the_document() -> None:
    link = '<https://first.example/>; rel="hub", <https://topic.example/>; rel=self'
    assert offer(RSS.format(BOTH), link) == HubOffer("https://first.example/", "https://topic.example/")
    assert offer(RSS.format(""), link) == HubOffer("https://first.example/", "https://topic.example/")
    hub_only = HubOffer("https://first.example/", "https://news.example/all?x")
    assert offer(RSS.format(BOTH), "<https://first.example/>; rel=hub") == hub_only


@pytest.mark.parametrize(
    "href", ["", "ftp://hub.example/", "javascript:alert(1)", "https://user:password@hub.example/", "http://", "http://[", "https://hub.example/ x"],
)  # fmt: skip
def test_what_cannot_be_asked_is_no_hub(href: str) -> None:
    assert offer(RSS.format(f'<a:link rel="hub" href="{href}"/>')) is None


def test_the_links_of_an_entry_offer_nothing() -> None:
    entry = '<item><title>Two</title><a:link rel="hub" href="https://hub.example/"/></item>'
    assert offer(RSS.format(entry)) is None


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ("<a>; rel=hub", [("hub", "a")]),
        ('<a>; title="x, <b>; rel=self"; rel="Hub self"', [("hub", "a"), ("self", "a")]),
        ("<a>;REL = hub , <b>; rel='x'", [("hub", "a"), ("'x'", "b")]),
        ("<a>, <b>; rel", []),
        ('<a>; rel="hub', []),
        ("", []),
    ],
)
def test_link_headers_are_read(header: str, links: list[tuple[str, str]]) -> None:
    assert list(header_links(header)) == links


def test_a_hostile_header_is_read_in_no_time() -> None:
    assert list(header_links('<a>;"' * 3_000)) == []
    assert list(header_links("<" * 16_000)) == []
