"""Golden pairs of Discord: a message of ``tests/data/golden``, and the exact JSON that each form of it is.

Each message is paired with what creates it; some also with what makes it a forum's post, a webhook's message, an edit, a
draft, and what passes it on to followers. After a wanted change, ``python -m tests.adapters.discord.golden_pairs`` writes
them anew; read every difference.
"""

import json
from pathlib import Path
from typing import Any

from bot.adapters.discord import routes
from bot.adapters.discord.forum import new_post
from bot.adapters.discord.identity import webhook_body
from bot.adapters.discord.render import rendered, revision
from bot.model.message import Message
from bot.pipeline.drafts import waiting
from tests import golden

OUTPUTS = Path(__file__).parent / "golden"
FORMS = OUTPUTS / "forms"
FORUM = {
    "flags": 16,
    "available_tags": [
        {"id": str(number), "name": name, "moderated": False}
        for number, name in enumerate(("Weather", "🏯 Takaichi", "World", "高市"), 1)
    ],
}
IN_FORMS = ("17-markup-in-title", "32-digest", "33-story-that-grew", "34-names-that-cannot-be")


def _crosspost(_: Message) -> dict[str, Any]:
    route = routes.crosspost("500", "600")
    return {"method": route.method, "path": route.path}


FORM = {
    "post": lambda message: new_post(message, FORUM),
    "webhook": webhook_body,
    "edit": revision,
    "draft": lambda message: rendered(waiting(message, "#news (Newsroom)", "a" * 24)),
    "crosspost": _crosspost,
}
FORM_NAMES = [(form, name) for form in FORM for name in (IN_FORMS if form != "crosspost" else IN_FORMS[:1])]


def made(name: str) -> dict[str, Any]:
    """What is sent for an input."""
    return rendered(golden.message(name))


def formed(form: str, name: str) -> dict[str, Any]:
    """What is sent for an input in a form."""
    body: dict[str, Any] = FORM[form](golden.message(name))
    return body


def expected(name: str) -> dict[str, Any]:
    """What was read and found right."""
    return _read(OUTPUTS / f"{name}.json")


def expected_form(form: str, name: str) -> dict[str, Any]:
    """What was read and found right for a form."""
    return _read(FORMS / f"{form}-{name}.json")


def _read(path: Path) -> dict[str, Any]:
    pair: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for embed in pair.get("message", pair).get("embeds", []):
        if "description" in embed:
            embed["description"] = "\n".join(embed["description"])
    return pair


def _write(path: Path, pair: dict[str, Any]) -> None:
    for embed in pair.get("message", pair).get("embeds", []):
        if "description" in embed:
            embed["description"] = embed["description"].split("\n")
    path.write_text(json.dumps(pair, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write() -> None:
    """Write what is made now; descriptions stand line by line, to be read."""
    FORMS.mkdir(parents=True, exist_ok=True)
    for name in golden.names():
        _write(OUTPUTS / f"{name}.json", made(name))
    for form, name in FORM_NAMES:
        _write(FORMS / f"{form}-{name}.json", formed(form, name))


if __name__ == "__main__":
    write()
