"""The messages that every platform's golden pairs begin with: ``tests/data/golden/*.json``.

A file is a Message as JSON; fields that have their default value are left out.
"""

import json
from pathlib import Path
from typing import Any

from bot.model.message import Action, Message, Run, Source, Text

INPUTS = Path(__file__).parent / "data" / "golden"


def names() -> list[str]:
    """The names of the inputs, in order."""
    return sorted(path.stem for path in INPUTS.glob("*.json"))


def message(name: str) -> Message:
    """Read one input."""
    return read(json.loads((INPUTS / f"{name}.json").read_text(encoding="utf-8")))


def read(data: dict[str, Any]) -> Message:
    """Turn JSON into a Message."""
    return Message(
        title=_text(data.get("title", [])),
        url=data.get("url"),
        summary=tuple(_text(paragraph) for paragraph in data.get("summary", [])),
        sources=tuple(Source(**source) for source in data.get("sources", [])),
        footer=_text(data.get("footer", [])),
        actions=tuple(Action(**action) for action in data.get("actions", [])),
        mentions=tuple(data.get("mentions", [])),
        silent=data.get("silent", False),
        alert=data.get("alert", False),
        further=tuple(Source(**source) for source in data.get("further", [])),
        related=tuple(Source(**source) for source in data.get("related", [])),
        labels=tuple(data.get("labels", [])),
    )


def _text(runs: list[dict[str, Any]]) -> Text:
    return tuple(Run(**run) for run in runs)
