"""The picture that a feed shows for itself."""

import pytest

from bot.adapters.feeds.jsonfeed import parse_json_feed
from bot.adapters.feeds.syndication import parse_xml_feed
from bot.model.entry import ParsedFeed

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{}<entry><id>1</id><title>x</title></entry></feed>'
RSS = '<rss version="2.0"><channel><title>T</title>{}<item><title>x</title></item></channel></rss>'
JSON = '{{"version": "https://jsonfeed.org/version/1.1", "title": "T", {}, "items": []}}'


@pytest.mark.parametrize(
    ("document", "icon"),
    [
        (
            RSS.format("<image><url>https://a.example/i.png</url><title>T</title></image>"),
            "https://a.example/i.png",
        ),
        (RSS.format("<image><url>/i.png</url></image>"), "https://news.example/i.png"),
        (RSS.format("<image><url>javascript:x</url></image>"), None),
        (RSS.format(""), None),
        (
            ATOM.format("<logo>https://a.example/wide.png</logo><icon>/i.ico</icon>"),
            "https://news.example/i.ico",
        ),
        (ATOM.format("<logo>https://a.example/wide.png</logo>"), "https://a.example/wide.png"),
        (JSON.format('"favicon": "https://a.example/f.ico", "icon": "i.png"'), "https://news.example/i.png"),
        (JSON.format('"favicon": "https://a.example/f.ico"'), "https://a.example/f.ico"),
    ],
)
def test_a_feeds_picture_is_read_from_its_document(document: str, icon: str | None) -> None:
    read = parse_json_feed if document.startswith("{") else parse_xml_feed
    parsed = read(document, "https://news.example/feed")
    assert isinstance(parsed, ParsedFeed)
    assert parsed.icon == icon
