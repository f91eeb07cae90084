"""What an alert is about in single words, for places that file by them: a forum's tags. Pure."""

import re
from collections.abc import Iterator, Sequence

from bot.model.alert import MatchedSubscription
from bot.model.entry import ParsedEntry
from bot.model.feed import Feed
from bot.pipeline.highlight import tame

MOST = 20
LONGEST = 40

_TOPIC = re.compile(r"\btopic:\s*(?:\"([^\"]+)\"|([^\s()\"]+))", re.IGNORECASE)
_PHRASE = re.compile(r"[^\W\d_][^:()\"|]*|\"[^\"]+\"")


def labels(entry: ParsedEntry, feed: Feed, subscriptions: Sequence[MatchedSubscription]) -> tuple[str, ...]:
    """Return the topics and words that matched, then the feed's tags, then what the feed itself files the entry under."""
    found = (tame(" ".join(each.split())) for each in _all(entry, feed, subscriptions))
    return tuple(dict.fromkeys(each for each in found if each and len(each) <= LONGEST))[:MOST]


def _all(entry: ParsedEntry, feed: Feed, subscriptions: Sequence[MatchedSubscription]) -> Iterator[str]:
    for each in subscriptions:
        yield from (quoted or bare for quoted, bare in _TOPIC.findall(each.query))
        # A query of one word or phrase names what it is about; of a longer one the words that were found do.
        if _PHRASE.fullmatch(each.query.strip()):
            yield each.query.strip().strip('"')
        yield from each.words
    yield from feed.tags
    yield from entry.categories
