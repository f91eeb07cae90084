"""TDLib's own text functions, offline: what Telegram really accepts, and what it finds in a text by itself."""

import importlib
import importlib.util
import json
from collections.abc import Sequence
from functools import cache
from typing import Any

PRESENT = importlib.util.find_spec("tdjson") is not None
REASON = "the tdjson wheel is not there for this system"
TYPES = {"text_link": "TextUrl", "bold": "Bold", "italic": "Italic", "code": "Code"}


def ask(function: str, **fields: Any) -> dict[str, Any]:
    """Call a synchronous function of TDLib; an error is an answer of type ``error``."""
    answer: dict[str, Any] = json.loads(
        _library().td_execute(json.dumps({"@type": function, **fields}).encode())
    )
    return answer


@cache
def _library() -> Any:
    library = importlib.import_module("tdjson")
    library.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')
    return library


def refusal(text: str, entities: Sequence[dict[str, Any]]) -> str | None:
    """What TDLib has against a text with these Bot API entities, None where it takes them."""
    given = [
        {
            "@type": "textEntity",
            "offset": one["offset"],
            "length": one["length"],
            "type": {
                "@type": f"textEntityType{TYPES[one['type']]}",
                **({"url": one["url"]} if "url" in one else {}),
            },
        }
        for one in entities
    ]
    answer = ask("getMarkdownText", text={"@type": "formattedText", "text": text, "entities": given})
    return str(answer["message"]) if answer["@type"] == "error" else None


def cleaned(text: str) -> str:
    """A text as TDLib would store it; only for texts in which it finds no markup."""
    answer = ask("parseMarkdown", text={"@type": "formattedText", "text": text, "entities": []})
    return str(answer["text"])


def found(text: str) -> list[tuple[str, int, int]]:
    """What TDLib finds in a plain text by itself: kinds with their offsets and lengths in UTF-16 units."""
    answer = ask("getTextEntities", text=text)
    return [
        (one["type"]["@type"].removeprefix("textEntityType"), one["offset"], one["length"])
        for one in answer["entities"]
    ]
