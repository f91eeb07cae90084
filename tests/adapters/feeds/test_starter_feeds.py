"""The catalogue that a new installation starts from."""

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from bot.adapters.feeds.opml import Listing, read_listing
from bot.model.url import normalise

CATALOGUE = Path(__file__).resolve().parents[3] / "seeds/feeds.opml"
LANGUAGES = {"English": 50, "Japanese": 25, "Chinese": 25, "Korean": 20}
REGIONS = {"World", "East Asia"}
TOPICS = {"News", "Politics", "Business", "Security", "Technology", "Science", "Warnings"}


def catalogue() -> Listing:
    return read_listing(CATALOGUE.read_bytes())


def test_the_starter_feeds_are_many_and_none_is_there_twice() -> None:
    listing = catalogue()
    assert (listing.problems, listing.repeated) == ((), ())
    assert len(listing.feeds) >= 120
    addresses = {
        normalise(feed.url).removeprefix("http").removeprefix("s").rstrip("/") for feed in listing.feeds
    }
    titles = {(feed.title or "").casefold() for feed in listing.feeds}
    assert len(addresses) == len(titles) == len(listing.feeds)


def test_every_starter_feed_has_a_region_a_language_and_a_topic() -> None:
    for feed in catalogue().feeds:
        region, language, topic = feed.tags
        assert (region in REGIONS, language in LANGUAGES, topic in TOPICS) == (True, True, True), feed


def test_each_language_has_its_share_of_the_starter_feeds() -> None:
    counted = Counter(feed.tags[1] for feed in catalogue().feeds)
    assert {language: counted[language] >= least for language, least in LANGUAGES.items()} == dict.fromkeys(
        LANGUAGES, True
    )


def test_the_starter_feeds_are_public_web_addresses_of_many_hosts() -> None:
    hosts = Counter(urlsplit(feed.url).hostname or "" for feed in catalogue().feeds)
    assert all("." in host and not host.replace(".", "").isdigit() for host in hosts)
    assert len(hosts) >= 70
    assert max(hosts.values()) <= 12
