"""Names in what feeds write about authors: ``a@b.example (Name)``, ``Name <a@b.example>``, an address alone."""

import re

_ADDRESS = re.compile(r"(?:mailto:)?[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")
_SEPARATOR = re.compile(r"[,;]")
_MAX_TEXT = 1_000


def author_names(text: str) -> list[str]:
    """Return the names in a text, several where each has an address of its own."""
    parts = _SEPARATOR.split(text[:_MAX_TEXT])
    if len(parts) > 1 and all(map(_ADDRESS.search, parts)):
        return [_name(part) for part in parts]
    return [_name(text)]


def _name(text: str) -> str:
    """Return the name beside an address; the address where there is no name."""
    address = _ADDRESS.search(text[:_MAX_TEXT])
    if address is None:
        return text.strip()
    without = _ADDRESS.sub(" ", text[:_MAX_TEXT])
    name = without.replace("()", " ").replace("<>", " ").strip(" ()<>,;\t\n")
    if name.startswith('"') and name.endswith('"'):
        name = name.strip('"')
    return name or address[0].removeprefix("mailto:")
