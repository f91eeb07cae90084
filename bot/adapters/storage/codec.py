"""Parts of the model as JSON. Reading is tolerant: a row of an older or newer Newsbell must still be deliverable."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.model.alert import MatchedSubscription
from bot.model.cadence import INSTANT, Cadence, CadenceError
from bot.model.destination import DestinationSettings
from bot.model.feed import Validators
from bot.model.hints import PollHints
from bot.model.message import Action, Message, Run, Source, Text
from bot.model.quiet import QuietError, QuietHours
from bot.model.rhythm import DAYS, HOURS, Rhythm

T = TypeVar("T")
Plain = dict[str, Any]


def message_to_plain(message: Message) -> Plain:
    """Return a Message as JSON values, without the fields that hold their defaults."""
    return _sparse(
        {
            "title": _runs_to_plain(message.title),
            "url": message.url,
            "summary": [_runs_to_plain(text) for text in message.summary],
            "sources": _sources_to_plain(message.sources),
            "footer": _runs_to_plain(message.footer),
            "actions": [_flat(action) for action in message.actions],
            "mentions": list(message.mentions),
            "silent": message.silent,
            "alert": message.alert,
            "further": _sources_to_plain(message.further),
            "related": _sources_to_plain(message.related),
            "labels": list(message.labels),
        }
    )


def message_from_plain(plain: Any) -> Message:
    """Read a Message; unknown fields are left out, missing and mistyped ones take their defaults."""
    data = plain if isinstance(plain, dict) else {}
    return Message(
        title=_runs_from_plain(data.get("title")),
        url=_text(data.get("url")) or None,
        summary=tuple(_runs_from_plain(text) for text in _items(data.get("summary"))),
        sources=_sources_from_plain(data.get("sources")),
        footer=_runs_from_plain(data.get("footer")),
        actions=tuple(_build(Action, part, label="") for part in _dicts(data.get("actions"))),
        mentions=tuple(str(mention) for mention in _items(data.get("mentions"))),
        silent=data.get("silent") is True,
        alert=data.get("alert") is True,
        further=_sources_from_plain(data.get("further")),
        related=_sources_from_plain(data.get("related")),
        labels=tuple(str(label) for label in _items(data.get("labels"))),
    )


def matches_to_plain(matches: Iterable[MatchedSubscription]) -> list[Plain]:
    """Return the matched subscriptions of an alert as JSON values."""
    return [
        {"subscription": match.subscription_id, "query": match.query, "words": list(match.words)}
        for match in matches
    ]


def matches_from_plain(plain: Any) -> tuple[MatchedSubscription, ...]:
    """Read the matched subscriptions of an alert."""
    return tuple(
        MatchedSubscription(
            subscription_id=number if isinstance(number := part.get("subscription"), int) else 0,
            query=_text(part.get("query")) or "",
            words=tuple(str(word) for word in _items(part.get("words"))),
        )
        for part in _dicts(plain)
    )


def settings_to_plain(settings: DestinationSettings) -> Plain:
    """Return the settings of a place as JSON values, without those that hold their defaults."""
    return _sparse(
        {
            "cadence": str(settings.cadence) if settings.cadence != INSTANT else None,
            "quiet": str(settings.quiet) if settings.quiet else None,
            "silent_digests": settings.silent_digests,
            "no_follow_ups": not settings.follow_ups,
            "discuss": settings.discuss,
        }
    )


def settings_from_plain(plain: Any) -> DestinationSettings:
    """Read the settings of a place."""
    data = plain if isinstance(plain, dict) else {}
    return DestinationSettings(
        cadence=cadence_from_text(_text(data.get("cadence"))),
        quiet=_quiet(_text(data.get("quiet"))),
        silent_digests=data.get("silent_digests") is True,
        follow_ups=data.get("no_follow_ups") is not True,
        discuss=data.get("discuss") is True,
    )


def cadence_from_text(text: str | None) -> Cadence:
    """Read a stored cadence; one that this version cannot read is instant, for late is worse than often."""
    try:
        return Cadence.parse(text) if text else INSTANT
    except CadenceError:
        return INSTANT


def _quiet(text: str | None) -> QuietHours | None:
    try:
        return QuietHours.parse(text) if text else None
    except QuietError:
        return None


def validators_to_plain(validators: Validators) -> Plain:
    """Return validators as JSON values; JSON keeps even bytes that are no UTF-8 (as lone surrogates)."""
    return _sparse({"etag": validators.etag, "last_modified": validators.last_modified})


def validators_from_plain(plain: Any) -> Validators:
    """Read validators."""
    data = plain if isinstance(plain, dict) else {}
    return Validators(etag=_text(data.get("etag")), last_modified=_text(data.get("last_modified")))


def hints_to_plain(hints: PollHints) -> Plain:
    """Return a document's wishes as JSON values, the pause in seconds."""
    return _sparse(
        {
            "pause": hints.pause.total_seconds() if hints.pause else None,
            "skip_hours": list(hints.skip_hours),
            "skip_days": list(hints.skip_days),
        }
    )


def hints_from_plain(plain: Any) -> PollHints:
    """Read a document's wishes."""
    data = plain if isinstance(plain, dict) else {}
    seconds = _number(data.get("pause"))
    return PollHints(
        pause=timedelta(seconds=seconds) if seconds else None,
        skip_hours=tuple(item for item in _items(data.get("skip_hours")) if item in range(HOURS)),
        skip_days=tuple(item for item in _items(data.get("skip_days")) if item in range(DAYS)),
    )


def rhythm_to_plain(rhythm: Rhythm) -> Plain:
    """Return a rhythm as JSON values, without the counts where nothing was counted."""
    return _sparse(
        {
            "since": rhythm.since.isoformat() if rhythm.since else None,
            "news_at": rhythm.news_at.isoformat() if rhythm.news_at else None,
            "hours": list(rhythm.hours) if any(rhythm.hours) else [],
            "days": list(rhythm.days) if any(rhythm.days) else [],
        }
    )


def rhythm_from_plain(plain: Any) -> Rhythm:
    """Read a rhythm."""
    data = plain if isinstance(plain, dict) else {}
    return Rhythm(
        since=_moment(data.get("since")),
        news_at=_moment(data.get("news_at")),
        hours=_counts(data.get("hours"), HOURS),
        days=_counts(data.get("days"), DAYS),
    )


def texts_from_plain(plain: Any) -> tuple[str, ...]:
    """Read a list of strings."""
    return tuple(str(item) for item in _items(plain))


def _sources_to_plain(sources: Iterable[Source]) -> list[Plain]:
    return [_flat(source) for source in sources]


def _sources_from_plain(plain: Any) -> tuple[Source, ...]:
    return tuple(_build(Source, part, name="") for part in _dicts(plain))


def _runs_to_plain(text: Text) -> list[Plain]:
    return [_flat(run) for run in text]


def _runs_from_plain(plain: Any) -> Text:
    return tuple(_build(Run, part, text="") for part in _dicts(plain))


def _flat(value: Run | Action | Source) -> Plain:
    return _sparse({field.name: getattr(value, field.name) for field in fields(value)})


def _build(kind: type[T], part: Mapping[str, Any], **defaults: Any) -> T:
    # Every field of these kinds is a text or a switch; a value of any other type is left out, and so is an empty
    # text, which is never written.
    switches = {field.name for field in fields(kind) if field.default is False}  # type: ignore[arg-type]  # all are dataclasses
    texts = {field.name for field in fields(kind)} - switches  # type: ignore[arg-type]  # as above
    fitting = {
        name: value
        for name, value in part.items()
        if (name in switches and isinstance(value, bool))
        or (name in texts and isinstance(value, str) and value)
    }
    return kind(**{**defaults, **fitting})


def _sparse(data: Plain) -> Plain:
    return {key: value for key, value in data.items() if value not in (None, False, [], "")}


def _items(plain: Any) -> list[Any]:
    return plain if isinstance(plain, list) else []


def _dicts(plain: Any) -> list[dict[str, Any]]:
    return [part for part in _items(plain) if isinstance(part, dict)]


def _counts(plain: Any, many: int) -> tuple[float, ...]:
    counts = tuple(_number(item) for item in _items(plain))
    return counts if len(counts) == many else (0.0,) * many


def _number(plain: Any) -> float:
    return float(plain) if isinstance(plain, int | float) and plain > 0 else 0.0


def _moment(plain: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(plain).astimezone(UTC) if isinstance(plain, str) else None
    except (ValueError, OverflowError):
        return None


def _text(plain: Any) -> str | None:
    return plain if isinstance(plain, str) else None
