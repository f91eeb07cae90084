"""Golden pairs of Discord: a message of ``tests/data/golden``, and the exact JSON that creates it.

After a wanted change, ``python -m tests.adapters.discord.golden_pairs`` writes them anew; read every difference.
"""

import json
from pathlib import Path
from typing import Any

from bot.adapters.discord.render import rendered
from tests import golden

OUTPUTS = Path(__file__).parent / "golden"


def made(name: str) -> dict[str, Any]:
    """What is sent for an input."""
    return rendered(golden.message(name))


def expected(name: str) -> dict[str, Any]:
    """What was read and found right."""
    pair: dict[str, Any] = json.loads((OUTPUTS / f"{name}.json").read_text(encoding="utf-8"))
    for embed in pair["embeds"]:
        if "description" in embed:
            embed["description"] = "\n".join(embed["description"])
    return pair


def write() -> None:
    """Write what is made now; descriptions stand line by line, to be read."""
    OUTPUTS.mkdir(exist_ok=True)
    for name in golden.names():
        pair = made(name)
        for embed in pair["embeds"]:
            if "description" in embed:
                embed["description"] = embed["description"].split("\n")
        text = json.dumps(pair, ensure_ascii=False, indent=1)
        (OUTPUTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
