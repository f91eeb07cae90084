"""What a further report on a story changes for a destination that was told of it already. Pure.

One alert a story: a further source is added to the alert's message, a new fact is told as a short reply to it.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model.alert import Alert, MatchedSubscription
from bot.model.decision import Verdict
from bot.model.delivery import DeliveryKind, NewChange
from bot.model.entry import ParsedEntry
from bot.model.feed import Feed
from bot.model.message import Message, Source
from bot.model.story import Told
from bot.pipeline.compose import safe_url
from bot.pipeline.highlight import tame
from bot.pipeline.match import Match, Passed
from bot.pipeline.stories.features import read
from bot.pipeline.stories.report import Report
from bot.pipeline.stories.terms import terms
from bot.query.fold import fold

MOST_FURTHER = 20
MOST_REPLIES = 5
REPLY_PAUSE = timedelta(minutes=10)
RELATED = 3


@dataclass(frozen=True, slots=True)
class Sorting:
    """The matches of an entry: those to alert, those who were told of its story, and what keeps the others silent."""

    new: tuple[Match, ...]
    told: tuple[tuple[Match, Told], ...]
    silent: Mapping[int, tuple[Verdict, str]]

    def verdict(self, passed: Passed) -> Passed:
        """Return the decision about a subscription, now that the story is known."""
        found = self.silent.get(passed.subscription_id)
        return passed if found is None else replace(passed, verdict=found[0], detail=found[1])


def sort(
    matches: Sequence[Match], told: Mapping[int, Told], muted: Container[int], alerted: Container[int]
) -> Sorting:
    """Sort matches by their destinations: told of the story, having muted it, alerted of it by this very poll."""
    new: list[Match] = []
    known: list[tuple[Match, Told]] = []
    silent: dict[int, tuple[Verdict, str]] = {}
    for match in matches:
        place = match.destination.id
        if place in muted:
            _note(silent, match, Verdict.MUTED, "the story was muted")
        elif place in told:
            known.append((match, told[place]))
            _note(silent, match, Verdict.MERGED, told[place].alert.title)
        elif place in alerted:
            _note(silent, match, Verdict.MERGED, "another article of the same poll")
        else:
            new.append(match)
    return Sorting(tuple(new), tuple(known), silent)


def _note(silent: dict[int, tuple[Verdict, str]], match: Match, verdict: Verdict, detail: str) -> None:
    silent.update({each.subscription_id: (verdict, detail) for each in match.subscriptions})


def may_follow(told: Told, now: datetime) -> bool:
    """Tell whether a destination may get another reply about a story: few of them, and not one after the other."""
    if told.calm or told.replies >= MOST_REPLIES:
        return False
    return told.replied_at is None or now - told.replied_at >= REPLY_PAUSE


def further(told: Told, feed: Feed, link: str | None, nonce: str, now: datetime) -> NewChange | None:
    """Return the edit that adds a source; None where the message names it already or has many."""
    source = Source(tame(feed.title), link)
    named = {each.name for each in (*told.message.sources, *told.message.further)}
    if source.name in named or len(told.message.further) >= MOST_FURTHER:
        return None
    message = replace(told.message, further=(*told.message.further, source))
    return NewChange(told.alert.id, DeliveryKind.EDIT, message, nonce, now)


def follow_up(told: Told, message: Message, nonce: str, now: datetime) -> NewChange:
    """Return the reply that tells a new fact: the new report's message, shorter, without what the first one has."""
    short = replace(message, summary=message.summary[:1], actions=(), related=(), mentions=())
    return NewChange(told.alert.id, DeliveryKind.REPLY, short, nonce, now)


def related(
    entry: ParsedEntry, matches: Sequence[MatchedSubscription], earlier: Sequence[Alert], now: datetime
) -> tuple[Source, ...]:
    """Return up to three earlier stories that share a subscription and a name besides the words that matched."""
    queries = {each.query for each in matches}
    matched = {term for each in matches for word in each.words for term in terms(fold(word).text)}
    names = _names(entry.title, entry.summary, entry.language, now) - matched
    found: dict[str, Source] = {}
    for alert in earlier:
        if len(found) == RELATED:
            break
        same = queries & {match.query for match in alert.matches}
        if same and alert.link and names & _names(alert.title, "", entry.language, now):
            found.setdefault(alert.title, Source(tame(alert.title), safe_url(alert.link)))
    return tuple(found.values())


def _names(title: str, summary: str, language: str | None, now: datetime) -> frozenset[str]:
    read_ = read(Report("", "", title, now, summary, language))
    return read_.names | frozenset(read_.title_names)
