"""The labelled streams: entries in order of time, each with the story that it tells."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.pipeline.stories.report import Report

DATA = Path(__file__).parent / "data"
STREAMS = ("world", "held_out", "wire", "later")


@dataclass(frozen=True, slots=True)
class Labelled:
    """An entry, the story that it truly tells, and whether it brings something new there."""

    report: Report
    label: str
    update: bool


def load(name: str) -> list[Labelled]:
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_labelled(json.loads(line)) for line in lines]


def _labelled(row: dict[str, str]) -> Labelled:
    report = Report(
        id=row["id"],
        source=row["source"],
        lang=row["lang"],
        title=row["title"],
        summary=row["summary"],
        at=datetime.fromisoformat(row["published"]),
    )
    return Labelled(report, row["label"], bool(row["update"]))


def halves(stream: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Return the stream of every second story, and that of the others."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys(each.label for each in stream))}
    return (
        [each for each in stream if numbers[each.label] % 2 == 0],
        [each for each in stream if numbers[each.label] % 2 == 1],
    )
