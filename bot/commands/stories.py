"""``stories replay``: which entries of a stream Newsbell tells as one story, without configuration and network."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.options import ConfigOption, JsonOption, complain, read_text, say, say_json
from bot.pipeline.cluster import Clusterer
from bot.pipeline.stories.report import Report

_TEXTS = ("source", "title", "summary")


class _Unreadable(ValueError):
    """A line that is no entry; ``str()`` says why."""


def replay(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON lines in order of time; - reads standard input.")
    ] = Path("-"),
    *,
    as_json: JsonOption = False,
    config: ConfigOption = None,  # noqa: ARG001 - every command takes it
) -> None:
    """Read entries as JSON lines, and say of each which story it joins and whether it tells something new.

    A line: {"id", "source", "lang", "title", "summary", "published"}. With --json a line each: "id", "story" (the id of
    the entry that began it) and "update". A line that is no entry is named on standard error, and the end is exit 1.

    Example: newsbell stories replay stream.jsonl --json
    """
    clusterer = Clusterer()
    at = datetime.fromtimestamp(0, UTC)
    wrong = 0
    for number, line in _lines(read_text(file)):
        try:
            entry_id, report = _report(line, at)
        except _Unreadable as error:
            complain(f"Line {number} is no entry: {error}")
            wrong += 1
            continue
        at = report.at
        decision = clusterer.decide(report)
        story = report.id if decision.story is None else decision.story
        clusterer.add(report, story)
        _show(entry_id, json.loads(str(story)), decision.update, report.title, decision.why, as_json=as_json)
    if wrong:
        raise typer.Exit(1)


def _show(entry_id: Any, story: Any, update: bool, title: str, why: str, *, as_json: bool) -> None:
    if as_json:
        say_json({"id": entry_id, "story": story, "update": update})
    else:
        mark = "*" if entry_id == story else "!" if update else "+"
        say(f"{mark} {story}  {title}\n    {why}")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _report(line: str, before: datetime) -> tuple[Any, Report]:
    """Return an entry's id as it was written, and the entry; one without a date is as old as the one ``before``."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Unreadable(f"it is no JSON ({error}).") from None
    if not isinstance(value, dict):
        raise _Unreadable("it is no JSON object.")
    entry_id = value.get("id")
    if not isinstance(entry_id, str | int) or isinstance(entry_id, bool):
        raise _Unreadable('"id" must be a text or a number.')
    source, title, summary = (_text(value, name) for name in _TEXTS)
    lang = value.get("lang")
    report = Report(
        # The JSON form keeps the number 1 and the text "1" apart.
        id=json.dumps(entry_id),
        source=source,
        title=title,
        summary=summary,
        lang=lang if isinstance(lang, str) else None,
        at=_moment(value.get("published"), before),
    )
    return entry_id, report


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _Unreadable(f'"{name}" must be a text.')
    return text


def _moment(value: object, before: datetime) -> datetime:
    if value is None or value == "":
        return before
    if not isinstance(value, str):
        raise _Unreadable('"published" must be a time such as 2026-01-02T08:00:00Z.')
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _Unreadable(
            f'"published" must be a time such as 2026-01-02T08:00:00Z, not {value!r}.'
        ) from None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise _Unreadable(f'"published" is out of range: {value!r}.') from None
