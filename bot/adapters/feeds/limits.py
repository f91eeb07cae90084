"""How much of an entry is kept. No feed needs more, and no hostile one gets more."""

from hashlib import sha256

MAX_ENTRIES = 5_000
MAX_TITLE = 2_000
MAX_SUMMARY = 100_000
MAX_MARKUP = 400_000
MAX_GUID = 2_048
MAX_LINK = 4_096
MAX_NAMES = 50
MAX_NAME = 200
MAX_DERIVED_TITLE = 120


def short_guid(guid: str) -> str:
    """Return a guid of bounded length that still differs from every other."""
    if len(guid) <= MAX_GUID:
        return guid
    return f"{guid[: MAX_GUID - 80]}…sha256:{sha256(guid.encode('utf-8', 'replace')).hexdigest()}"


def derived_title(text: str) -> str:
    """Make a title of the text of an entry that has none: its first line, cut at a word."""
    first = text.partition("\n")[0]
    if len(first) <= MAX_DERIVED_TITLE:
        return first
    head = first[:MAX_DERIVED_TITLE]
    cut = head.rfind(" ")
    return (head[:cut] if cut > MAX_DERIVED_TITLE // 2 else head).rstrip(" ,;:–-") + "…"
