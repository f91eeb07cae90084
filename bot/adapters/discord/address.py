"""Where Discord's API is: the official one, or what ``[discord] api_url`` says. Pure."""

from urllib.parse import urlsplit

API_PATH = "/api/v10"
OFFICIAL = f"https://discord.com{API_PATH}"


def api_base(api_url: str | None) -> str:
    """Return the address of the API without a slash at its end.

    ``http://host:port``, ``http://host:port/api`` and ``http://host:port/api/v10`` mean the same place; another
    path is the root of a proxy that has the API under it. Raises ValueError with a sentence.
    """
    if not api_url or not api_url.strip():
        return OFFICIAL
    text = api_url.strip().rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"[discord] api_url must look like {OFFICIAL}, without a question mark or '#'.")
    if parts.path.endswith(API_PATH):
        return text
    if parts.path.endswith("/api"):
        return text.removesuffix("/api") + API_PATH
    return text + API_PATH
