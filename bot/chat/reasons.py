"""Which words of an article a query found, or which part of a query failed, in sentences."""

from collections.abc import Iterable

from bot.chat import history_words as words
from bot.chat.desk import Desk
from bot.chat.place import Place
from bot.chat.replay import document
from bot.chat.sample import name
from bot.chat.say import counted, rich, shorten
from bot.chat.unsubscribing import listed
from bot.model.alert import Alert, MatchedSubscription
from bot.model.decision import Decision
from bot.model.entry import Entry
from bot.model.message import Text
from bot.model.subscription import Subscription
from bot.query.explain import Explanation, Part, explain
from bot.query.explain import Place as Found
from bot.query.language import QueryError

_PLACES = 4
_WORDS = 60
_SUBSCRIPTIONS = 8


def matched(desk: Desk, alert: Alert, entry: Entry | None) -> list[Text]:
    """Tell by which words each subscription of an alert matched, and where while the article is still stored."""
    return [_matched(desk, each, entry) for each in alert.matches]


def _matched(desk: Desk, subscription: MatchedSubscription, entry: Entry | None) -> Text:
    told = _explanation(desk, subscription.query, entry)
    places = _places(told.root) if told and told.matched else []
    if places:
        return rich(words.WHY_MATCHED, query=name(subscription.query), places=", ".join(places))
    found = ", ".join(f"“{shorten(word, _WORDS)}”" for word in subscription.words)
    return rich(words.WHY_MATCHED_WORDS, query=name(subscription.query), places=found)


async def unmatched(desk: Desk, place: Place, entry: Entry) -> list[Text | str]:
    """Tell for each subscription of a place why there was no alert about an article."""
    known = await listed(desk, place)
    if not known:
        return [words.WHY_NOTHING_SUBSCRIBED.format(place=place.words)]
    decided = await desk.store.decisions(entry.id, [each.id for each in known])
    latest = {each.subscription_id: each for each in decided}
    # What was decided is told first: it is what the question is about where it can be answered so.
    known.sort(key=lambda each: each.id not in latest)
    told: list[Text | str] = [
        _reason(desk, each, entry, latest.get(each.id)) for each in known[:_SUBSCRIPTIONS]
    ]
    rest = len(known) - _SUBSCRIPTIONS
    return [*told, counted(rest, words.WHY_MORE)] if rest > 0 else told


def _reason(desk: Desk, subscription: Subscription, entry: Entry, decision: Decision | None) -> Text:
    query = name(subscription.query)
    if decision is not None:
        verdict = words.VERDICTS.get(decision.verdict, str(decision.verdict))
        said = f"{verdict} ({decision.detail})" if decision.detail else verdict
        return rich(words.WHY_DECISION, query=query, verdict=said)
    told = _explanation(desk, subscription.query, entry)
    if told is None or not told.matched:
        return rich(words.WHY_NO_MATCH, query=query, parts=_failed(told.failed if told else ()))
    newer = subscription.created_at > entry.seen_at
    return rich(words.WHY_NEWER if newer else words.WHY_SILENT, query=query)


def _explanation(desk: Desk, query: str, entry: Entry | None) -> Explanation | None:
    if entry is None:
        return None
    try:
        return explain(desk.query(query), document(entry))
    except QueryError:
        return None


def _places(root: Part) -> list[str]:
    told = dict.fromkeys(
        words.WHY_IN.format(
            words=f"“{shorten(found.words, _WORDS)}”", field=words.FIELDS.get(found.field, found.field)
        )
        for found in sorted(_found(root), key=_in_order)
    )
    return list(told)[:_PLACES]


def _in_order(found: Found) -> tuple[int, int]:
    fields = list(words.FIELDS)
    return (fields.index(found.field) if found.field in fields else len(fields), found.start)


def _found(part: Part) -> Iterable[Found]:
    if part.holds:
        yield from part.places
        for child in part.children:
            yield from _found(child)


def _failed(parts: Iterable[Part]) -> str:
    told = [f"{part.expression} {f'({part.reason})' if part.reason else ''}".strip() for part in parts]
    return "; ".join(told[:_PLACES])
