"""Where well-known sites keep their feeds: from what a person types to addresses. Pure; nothing here asks anybody.

    gnews:Taiwan Strait   r/taiwan   @user@mastodon.example   youtube.com/@handle   github.com/owner/name

A lead is a guess: what it names is asked, and where nothing answers, the page itself is looked into as any other.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, quote_plus, unquote, urlencode, urlsplit

_REDDIT = "https://www.reddit.com"
_YOUTUBE = "https://www.youtube.com"
_NAME = r"[\w.-]+"
_SUBREDDIT = re.compile(r"/?(r/[\w+]+)/?", re.IGNORECASE)
_REDDIT_USER = re.compile(r"/?u(?:ser)?/([\w-]+)/?", re.IGNORECASE)
_HANDLE = re.compile(rf"@({_NAME})@([\w-]+(?:\.[\w-]+)+(?::\d+)?)")
_CHANNEL = re.compile(r"UC[\w-]{22}")
# Google News editions: language of the query -> (hl, gl, ceid).
_EDITIONS = {
    "en": ("en-US", "US", "US:en"),
    "ja": ("ja", "JP", "JP:ja"),
    "zh": ("zh-CN", "CN", "CN:zh-Hans"),
    "zh-cn": ("zh-CN", "CN", "CN:zh-Hans"),
    "zh-tw": ("zh-TW", "TW", "TW:zh-Hant"),
    "zh-hk": ("zh-HK", "HK", "HK:zh-Hant"),
    "ko": ("ko", "KR", "KR:ko"),
    "de": ("de", "DE", "DE:de"),
    "es": ("es", "ES", "ES:es"),
    "fr": ("fr", "FR", "FR:fr"),
    "it": ("it", "IT", "IT:it"),
    "pt": ("pt-BR", "BR", "BR:pt-419"),
    "ru": ("ru", "RU", "RU:ru"),
    "uk": ("uk", "UA", "UA:uk"),
    "vi": ("vi", "VN", "VN:vi"),
}
_GITHUB_PAGES = frozenset(
    ("about", "apps", "collections", "contact", "customer-stories", "enterprise", "events", "explore", "features",
     "issues", "login", "marketplace", "new", "notifications", "orgs", "pricing", "pulls", "search", "security",
     "settings", "signup", "site", "sponsors", "topics", "trending")
)  # fmt: skip
_SORTS = frozenset(("hot", "new", "rising", "top", "controversial", "best"))


@dataclass(frozen=True, slots=True)
class Lead:
    """Feeds that an address probably has, and the page to look into where none of them answers."""

    feeds: tuple[str, ...]
    page: str | None = None


def lead(text: str) -> Lead | None:
    """Return where the feeds of a well-known site lie; None for any other address."""
    typed = text.strip()
    if short := _shorthand(typed):
        return Lead((short,))
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("old.")
    except ValueError:
        return None
    rule = _RULES.get(host, _any_host)
    # Some servers decide by the trailing slash; none of these does.
    feeds = tuple(rule(parts, [unquote(part) for part in parts.path.split("/") if part]))
    return Lead(feeds, parts.geturl()) if feeds else None


def feeds_in_page(url: str, html: str) -> tuple[str, ...]:
    """Return the feeds of a page that names its channel but not its feed: those of YouTube."""
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    if host not in {"youtube.com", "youtu.be"}:
        return ()
    marks = r'(?:"externalId":"|"channelId":"|/channel/|itemprop="(?:identifier|channelId)" content=")'
    found = re.search(rf"{marks}({_CHANNEL.pattern})", html)
    return (_channel(found[1]),) if found else ()


def google_news(query: str) -> str:
    """Return the feed of a Google News search; ``ja:`` and the like before the words choose the edition."""
    code, mark, rest = query.strip().partition(":")
    edition = _EDITIONS.get(code.strip().lower()) if mark else None
    words = rest if edition else query
    language, country, edition_id = edition or _EDITIONS["en"]
    asked = urlencode(
        {"q": " ".join(words.split()), "hl": language, "gl": country, "ceid": edition_id},
        quote_via=quote_plus,
    )
    return f"https://news.google.com/rss/search?{asked}"


def _shorthand(typed: str) -> str | None:
    scheme, mark, rest = typed.partition(":")
    if mark and scheme.lower() == "gnews" and rest.strip(" /"):
        return google_news(rest)
    if found := _SUBREDDIT.fullmatch(typed):
        return f"{_REDDIT}/{found[1]}/new/.rss"
    if found := _REDDIT_USER.fullmatch(typed):
        return f"{_REDDIT}/user/{found[1]}/.rss"
    if found := _HANDLE.fullmatch(typed):
        return f"https://{found[2].lower()}/@{found[1]}.rss"
    return None


def _channel(channel: str) -> str:
    return f"{_YOUTUBE}/feeds/videos.xml?channel_id={channel}"


def _youtube(parts: SplitResult, path: list[str]) -> Iterator[str]:
    query = parse_qs(parts.query)
    if playlist := query.get("list"):
        yield f"{_YOUTUBE}/feeds/videos.xml?playlist_id={quote(playlist[0])}"
    elif path[:1] == ["channel"] and len(path) > 1 and _CHANNEL.fullmatch(path[1]):
        yield _channel(path[1])
    elif path[:1] == ["user"] and len(path) > 1:
        yield f"{_YOUTUBE}/feeds/videos.xml?user={quote(path[1])}"


def _reddit(parts: SplitResult, path: list[str]) -> Iterator[str]:
    if path and path[-1].endswith(".rss"):
        return
    match path:
        case ["r", name]:
            yield f"{_REDDIT}/r/{quote(name, safe='+')}/new/.rss"
        case ["r", name, "search"]:
            yield f"{_REDDIT}/r/{quote(name, safe='+')}/search.rss" + _query(parts)
        case ["r", name, sort] if sort in _SORTS:
            yield f"{_REDDIT}/r/{quote(name, safe='+')}/{sort}/.rss" + _query(parts)
        case ["r", name, "comments", post, *_]:
            yield f"{_REDDIT}/r/{quote(name, safe='+')}/comments/{quote(post)}/.rss"
        case ["u" | "user", name, *_]:
            yield f"{_REDDIT}/user/{quote(name)}/.rss"
        case ["search"]:
            yield f"{_REDDIT}/search.rss" + _query(parts)


def _github(parts: SplitResult, path: list[str]) -> Iterator[str]:
    del parts
    if not path or path[0] in _GITHUB_PAGES or path[-1].endswith(".atom"):
        return
    home = "https://github.com/" + "/".join(quote(part) for part in path[:2])
    match path[2:]:
        case [] if len(path) == 1:
            yield f"{home}.atom"
        case []:
            home = home.removesuffix(".git")
            yield from (f"{home}/{kind}.atom" for kind in ("releases", "commits", "tags"))
        case ["releases" | "tags" as kind, *_]:
            yield f"{home}/{kind}.atom"
        case ["commits"]:
            yield f"{home}/commits.atom"
        case ["commits" | "tree", *branch]:
            yield f"{home}/commits/{'/'.join(quote(part) for part in branch)}.atom"


def _google(parts: SplitResult, path: list[str]) -> Iterator[str]:
    if path and path[0] in {"search", "topics", "publications", "topstories", "home"}:
        where = "" if path[0] in {"home", "topstories"} else "/" + "/".join(path)
        yield f"https://news.google.com/rss{where}{_query(parts)}"


def _medium(parts: SplitResult, path: list[str]) -> Iterator[str]:
    del parts
    if path and path[0] not in {"feed", "m", "me", "tag"}:
        yield f"https://medium.com/feed/{quote(path[0], safe='@')}"
    elif path[:1] == ["tag"] and len(path) > 1:
        yield f"https://medium.com/feed/tag/{quote(path[1])}"


def _any_host(parts: SplitResult, path: list[str]) -> Iterator[str]:
    """Profiles and hashtags as Mastodon and its kin lay them out."""
    home = f"{parts.scheme}://{parts.netloc}"
    match path:
        case [profile, *rest] if re.fullmatch(rf"@{_NAME}", profile) and not profile.endswith(".rss"):
            if not rest or rest in (["with_replies"], ["media"]):
                yield f"{home}/{quote(profile, safe='@')}.rss"
        case ["users", name] if re.fullmatch(_NAME, name) and not name.endswith(".rss"):
            yield f"{home}/@{name}.rss"


def _query(parts: SplitResult) -> str:
    return f"?{parts.query}" if parts.query else ""


_Rule = Callable[[SplitResult, list[str]], Iterator[str]]
_RULES: dict[str, _Rule] = {
    "youtube.com": _youtube,
    "youtu.be": _youtube,
    "reddit.com": _reddit,
    "new.reddit.com": _reddit,
    "github.com": _github,
    "news.google.com": _google,
    "medium.com": _medium,
}
