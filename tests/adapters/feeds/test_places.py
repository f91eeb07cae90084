"""Where well-known sites keep their feeds."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.feeds.places import feeds_in_page, google_news, lead
from bot.adapters.feeds.target import read_target

YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
REDDIT = "https://www.reddit.com"
CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("typed", "feeds"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}", [f"{YOUTUBE}?channel_id={CHANNEL}"]),
        (f"youtube.com/channel/{CHANNEL}/videos", [f"{YOUTUBE}?channel_id={CHANNEL}"]),
        ("https://m.youtube.com/playlist?list=PL123", [f"{YOUTUBE}?playlist_id=PL123"]),
        ("https://www.youtube.com/watch?v=x&list=PL9", [f"{YOUTUBE}?playlist_id=PL9"]),
        ("https://www.youtube.com/user/NASA", [f"{YOUTUBE}?user=NASA"]),
        ("r/taiwan", [f"{REDDIT}/r/taiwan/new/.rss"]),
        ("/r/taiwan+japan/", [f"{REDDIT}/r/taiwan+japan/new/.rss"]),
        ("https://old.reddit.com/r/taiwan/", [f"{REDDIT}/r/taiwan/new/.rss"]),
        ("reddit.com/r/taiwan/top/?t=day", [f"{REDDIT}/r/taiwan/top/.rss?t=day"]),
        ("https://www.reddit.com/r/a/search?q=strait&restrict_sr=on", [f"{REDDIT}/r/a/search.rss?q=strait&restrict_sr=on"]),
        ("https://www.reddit.com/r/a/comments/1b2c/title_of_it/", [f"{REDDIT}/r/a/comments/1b2c/.rss"]),
        ("u/spez", [f"{REDDIT}/user/spez/.rss"]),
        ("https://www.reddit.com/user/spez/submitted", [f"{REDDIT}/user/spez/.rss"]),
        ("github.com/python/cpython", [f"https://github.com/python/cpython/{kind}.atom" for kind in ("releases", "commits", "tags")]),
        ("https://github.com/python/cpython.git", [f"https://github.com/python/cpython/{kind}.atom" for kind in ("releases", "commits", "tags")]),
        ("https://github.com/python/cpython/releases/latest", ["https://github.com/python/cpython/releases.atom"]),
        ("https://github.com/python/cpython/tags", ["https://github.com/python/cpython/tags.atom"]),
        ("https://github.com/python/cpython/commits", ["https://github.com/python/cpython/commits.atom"]),
        ("https://github.com/python/cpython/tree/feature/x", ["https://github.com/python/cpython/commits/feature/x.atom"]),
        ("https://github.com/torvalds", ["https://github.com/torvalds.atom"]),
        ("@Gargron@mastodon.social", ["https://mastodon.social/@Gargron.rss"]),
        ("https://mastodon.social/@Gargron", ["https://mastodon.social/@Gargron.rss"]),
        ("mastodon.social/@Gargron/with_replies", ["https://mastodon.social/@Gargron.rss"]),
        ("https://mastodon.social/users/Gargron", ["https://mastodon.social/@Gargron.rss"]),
        ("https://medium.com/@someone/story-1", ["https://medium.com/feed/@someone"]),
        ("https://medium.com/tag/asia", ["https://medium.com/feed/tag/asia"]),
        ("https://news.google.com/search?q=x&hl=ja", ["https://news.google.com/rss/search?q=x&hl=ja"]),
        ("https://news.google.com/topics/ABC?hl=ko", ["https://news.google.com/rss/topics/ABC?hl=ko"]),
        ("https://news.google.com/home", ["https://news.google.com/rss"]),
    ],
)  # fmt: skip
def test_the_feeds_of_a_site_are_where_it_keeps_them(typed: str, feeds: list[str]) -> None:
    found = lead(typed)
    assert found is not None
    assert list(found.feeds) == feeds


@pytest.mark.parametrize(
    "typed",
    [
        "", "bbc.com/news", "https://example.org/", "https://www.youtube.com/@NASA", "https://www.youtube.com/watch?v=x",
        "https://github.com/", "https://github.com/topics/rss", "https://github.com/a/b/releases.atom",
        "https://github.com/a/b/issues/1", "https://www.reddit.com/", "https://www.reddit.com/r/a/.rss",
        "https://mastodon.social/@Gargron/1234", "https://mastodon.social/@Gargron.rss", "gnews:", "gnews: ",
        "http://[::1", "user@example.org",
    ],
)  # fmt: skip
def test_other_addresses_lead_nowhere(typed: str) -> None:
    assert lead(typed) is None


@pytest.mark.parametrize(
    ("typed", "words", "edition"),
    [
        ("gnews:Taiwan Strait", "Taiwan Strait", ("en-US", "US", "US:en")),
        ("GNews: ja: 台湾海峡 ", "台湾海峡", ("ja", "JP", "JP:ja")),
        ("gnews:zh-TW:台海", "台海", ("zh-TW", "TW", "TW:zh-Hant")),
        ("gnews:zh:台海", "台海", ("zh-CN", "CN", "CN:zh-Hans")),
        ("gnews:ko:대만 해협", "대만 해협", ("ko", "KR", "KR:ko")),
        ("gnews:site:nhk.or.jp 選挙 & more", "site:nhk.or.jp 選挙 & more", ("en-US", "US", "US:en")),
        ('gnews:"Taiwan Strait" when:1d', '"Taiwan Strait" when:1d', ("en-US", "US", "US:en")),
    ],
)
def test_a_news_search_is_asked_in_its_language(typed: str, words: str, edition: tuple[str, ...]) -> None:
    found = lead(typed)
    assert found is not None
    [url] = found.feeds
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("https://news.google.com/rss/search?q=")
    assert query["q"] == [words]
    assert (query["hl"][0], query["gl"][0], query["ceid"][0]) == edition


@pytest.mark.parametrize(
    "html",
    [
        f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
        f'<script>{{"externalId":"{CHANNEL}"}}</script>',
        f'<meta itemprop="identifier" content="{CHANNEL}">',
    ],
)
def test_a_page_of_youtube_names_its_channel(html: str) -> None:
    assert feeds_in_page("https://www.youtube.com/@NASA", html) == (f"{YOUTUBE}?channel_id={CHANNEL}",)
    assert feeds_in_page("https://example.org/@NASA", html) == ()
    assert feeds_in_page("https://www.youtube.com/@NASA", "<html>Before you continue</html>") == ()


@given(st.text(max_size=60))
def test_no_search_upsets_the_address(query: str) -> None:
    read_target(google_news(query))


@given(st.one_of(st.text(max_size=60), st.from_regex(r"https://(github|youtube|reddit)\.com/.{0,30}")))
def test_no_text_upsets_the_rules(text: str) -> None:
    lead(text)
