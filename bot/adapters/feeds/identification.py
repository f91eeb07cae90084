"""How the program names itself and what it can read."""

from bot.version import VERSION

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)

ACCEPT_PAGES = "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.5, */*;q=0.1"


def user_agent(contact: str | None) -> str:
    """Return product, version and whom to write to (RFC 9110, section 10.1.5)."""
    about = f"+{contact}" if contact else "self-hosted news alert bot"
    return f"Newsbell/{VERSION} ({about})"


def standing_headers(contact: str | None, accept: str = ACCEPT) -> dict[str, str]:
    """Return the headers that every request carries."""
    return {"User-Agent": user_agent(contact), "Accept": accept, "Accept-Encoding": "gzip, deflate, br"}
