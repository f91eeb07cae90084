"""Feeds as a news site writes them, the same in every run; each document has one entry more than the last, and drops one."""

import re
from random import Random

WORDS = re.findall(
    r"\w+",
    "minister parliament election summit strait island harbour semiconductor export tariff budget alliance defence "
    "typhoon earthquake railway airport currency pension court ruling protest visit talks agreement statement report",
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>World News</title><link>http://127.0.0.1/</link>'
    '<atom:link href="http://127.0.0.1/feed" rel="self" type="application/rss+xml"/>'
    "<description>News from everywhere</description><language>en</language><lastBuildDate>{built}</lastBuildDate>\n"
)


def document(size: int, turn: int) -> bytes:
    """Return the feed at its ``turn``: entries ``turn`` to ``turn + size``, newest first."""
    items = "\n".join(item(number) for number in range(turn + size - 1, turn - 1, -1))
    built = f"Sun, 01 Nov 2026 10:{turn % 60:02}:00 GMT"
    return f"{HEAD.format(built=built)}{items}\n</channel></rss>\n".encode()


def item(number: int) -> str:
    chance = Random(number)  # noqa: S311 - the same texts in every run

    def text(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    paragraphs = "".join(f"<p>{text(60)} “{text(5)}” — 高市首相.</p>" for _ in range(2))
    return (
        f"<item><title>{text(8).title()} {number}</title><link>http://127.0.0.1/story/{number}?a=1&amp;b=2</link>"
        f'<guid isPermaLink="false">story-{number}</guid><pubDate>Sun, 01 Nov 2026 {number // 60 % 24:02}:{number % 60:02}'
        f":00 GMT</pubDate><dc:creator>{text(2).title()}</dc:creator><category>Politics</category><category>Asia</category>"
        f"<description>{text(40)} &amp; more.</description><content:encoded><![CDATA[{paragraphs}]]></content:encoded>"
        f'<media:content url="http://127.0.0.1/{number}.jpg" medium="image" type="image/jpeg"/></item>'
    )
