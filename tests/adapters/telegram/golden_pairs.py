"""Golden pairs of Telegram: a message of ``tests/data/golden``, and the exact text, entities and buttons made of it.

After a wanted change, ``python -m tests.adapters.telegram.golden_pairs`` writes them anew; read every difference.
"""

import json
from pathlib import Path
from typing import Any

from bot.adapters.telegram.render import render
from tests import golden
from tests.standins.telegram_rules import cut16

OUTPUTS = Path(__file__).parent / "golden"


def rendered(name: str) -> dict[str, Any]:
    """What is sent for an input. ``covers`` is no parameter: it shows people what an entity stands on."""
    made = render(golden.message(name))
    return {
        "text": made.text,
        "entities": [
            {**one.to_dict(), "covers": cut16(made.text, one.offset, one.length)} for one in made.entities
        ],
        "reply_markup": made.keyboard.to_dict() if made.keyboard else None,
    }


def expected(name: str) -> dict[str, Any]:
    """What was read and found right."""
    pair: dict[str, Any] = json.loads((OUTPUTS / f"{name}.json").read_text(encoding="utf-8"))
    pair["text"] = "\n".join(pair["text"])
    return pair


def write() -> None:
    """Write what is made now; the text stands line by line, to be read."""
    for name in golden.names():
        pair = rendered(name)
        pair["text"] = pair["text"].split("\n")
        text = json.dumps(pair, ensure_ascii=False, indent=1)
        (OUTPUTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
