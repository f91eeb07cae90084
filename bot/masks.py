"""Takes secrets out of text before anybody sees it. Standard library only, so that any start can afford it."""

import json
import re
from collections.abc import Sequence
from urllib.parse import quote

MASK = "***"
_SHORTEST_SECRET = 4
_PATTERNS = (
    (re.compile(r"(?<!\d)(\d{5,20}):[A-Za-z0-9_-]{20,}"), rf"\1:{MASK}"),
    (re.compile(r"/bot(\d+):[^/\s\"'?]+"), rf"/bot\1:{MASK}"),
    (re.compile(r"(/websub/)[\w-]{8,}"), rf"\1{MASK}"),
    (re.compile(r"(/webhooks/\d+/)[\w.-]+"), rf"\1{MASK}"),
    (re.compile(r"(discord-webhook:\d+/)[\w.-]+"), rf"\1{MASK}"),
    (re.compile(r"(?<=://)([^\s/:@]*):[^\s/@]+@"), rf"\1:{MASK}@"),
    (re.compile(r"\b(Bot|Bearer) [\w.~+/-]{20,}=*"), rf"\1 {MASK}"),
)


class Masker:
    """Replaces secrets in text: those it was told, and whatever looks like a token or a webhook's address."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        texts = {form for secret in secrets for form in _forms(secret)}
        longest_first = sorted(
            (text for text in texts if len(text) >= _SHORTEST_SECRET), key=len, reverse=True
        )
        self._told = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        if self._told:
            text = self._told.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def _forms(secret: str) -> tuple[str, ...]:
    """Return a secret as it looks in a text, in a URL and in JSON."""
    return (
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    )
