from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import aiohttp
import pytest

from bot.adapters.web.page import MOST_FEEDS, NOTHING, Facts, page
from bot.model.delivery import DeliveryStatus, Settlement
from bot.model.entry import ParsedEntry
from tests.adapters.web.conftest import Serve
from tests.unit.chat.world import HOOK, NOW, World, entry

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}", "\u202egnp.exe", "' onmouseover='x", "<!--", "&lt;b&gt;", "\ud800",
]  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def names(self) -> set[str]:
        return {tag for tag, _ in self.seen}

    def links(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.seen if tag == "a"]


async def fetched(serve: Serve, client: aiohttp.ClientSession) -> str:
    server = await serve()
    async with client.get(server.url) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        return await answer.text()


async def test_an_empty_installation_has_a_page(serve: Serve, client: aiohttp.ClientSession) -> None:
    text = await fetched(serve, client)
    assert "There are no feeds yet." in text
    assert "Nothing matched so far." in text
    assert "Nothing waits, and nothing was given up." in text


async def test_feeds_stand_with_their_health_in_words_failing_ones_first(
    world: World, serve: Serve, client: aiohttp.ClientSession
) -> None:
    await world.feed("https://a.example/feed", title="Alpha")
    await world.feed("https://z.example/feed", title="Zulu", failure="The server answered 503.")
    text = await fetched(serve, client)
    assert "fine, checked 0 s ago" in text
    assert "never worked so far: The server answered 503" in text
    assert text.index("Zulu") < text.index("Alpha")


async def test_alerts_stand_with_link_source_and_matched_words(
    world: World, serve: Serve, client: aiohttp.ClientSession
) -> None:
    made = await world.subscribed("Takaichi")
    found = entry("Takaichi speaks")
    await world.feed("https://a.example/feed", found, title="Alpha", alert_for=[made])
    text = await fetched(serve, client)
    assert '<span class="chip"><bdi>Takaichi</bdi></span>' in text
    assert found.link in Tags(text).links()
    assert "<b>1</b>waiting" in text
    assert "20 Nov 2026, 12:00 UTC" in text


async def test_the_outbox_tells_what_was_given_up_and_why(
    world: World, serve: Serve, client: aiohttp.ClientSession
) -> None:
    made = await world.subscribed("Takaichi", HOOK)
    await world.feed("https://a.example/feed", entry("Takaichi speaks"), alert_for=[made])
    [row] = await world.store.claim_deliveries(
        NOW, platform=HOOK.platform, limit=1, lease=timedelta(minutes=1)
    )
    assert row.lease
    await world.store.settle(
        Settlement(row.id, row.lease, NOW, DeliveryStatus.DEAD, "rejected", "The webhook is gone.")
    )
    text = await fetched(serve, client)
    assert "The webhook is gone." in text
    assert "dead" in text
    assert "discord-webhook:77" in text
    assert "hook-token" not in text


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text(
    world: World, serve: Serve, client: aiohttp.ClientSession, text: str
) -> None:
    made = await world.subscribed("Takaichi")
    shown = text.encode("utf-8", "replace").decode()
    bad = ParsedEntry("1", shown, "javascript:alert(1)", shown)
    await world.feed("https://a.example/feed", bad, title=shown, failure=shown, alert_for=[made])
    page_text = await fetched(serve, client)
    tags = Tags(page_text)
    assert tags.names() <= {
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "span", "ul", "li", "b", "div",
        "table", "thead", "tbody", "tr", "th", "td", "bdi", "br", "p",
    }  # fmt: skip
    assert tags.links() == []
    assert not any(name.startswith("on") for _, attributes in tags.seen for name in attributes)
    assert "\u202e" not in page_text
    assert page_text.count("</style>") == 1


async def test_a_link_that_holds_a_password_is_shown_without_it(
    world: World, serve: Serve, client: aiohttp.ClientSession
) -> None:
    made = await world.subscribed("Takaichi")
    await world.feed(
        "https://user:hush@a.example/feed",
        ParsedEntry("1", "x", "https://user:hush@a.example/1"),
        alert_for=[made],
    )
    text = await fetched(serve, client)
    assert "hush" not in text
    assert Tags(text).links() == ["https://a.example/1"]


async def test_a_very_long_list_is_cut_and_counted(world: World) -> None:
    feed = await world.feed("https://a.example/feed")
    many = Facts(
        [replace(feed, id=number) for number in range(MOST_FEEDS + 3)],
        (), (), NOTHING.totals, NOTHING.stats, NOTHING.latency,
    )  # fmt: skip
    shown = page(many, {}, now=NOW, timezone="UTC")
    assert (len(shown.feeds), shown.feeds_left) == (MOST_FEEDS, 3)


async def test_long_texts_are_cut(world: World) -> None:
    feed = await world.feed("https://a.example/feed")
    facts = replace(NOTHING, feeds=[replace(feed, title="x" * 1000)])
    [row] = page(facts, {}, now=NOW, timezone="Asia/Tokyo").feeds
    assert len(row.title) == 200
    assert row.title.endswith("…")


def test_one_feed_is_singular() -> None:
    facts = replace(NOTHING, totals=replace(NOTHING.totals, feeds=1, subscriptions=2))
    names = [(figure.value, figure.name) for figure in page(facts, {}, now=NOW, timezone="UTC").figures]
    assert ("1", "feed") in names
    assert ("2", "subscriptions") in names
