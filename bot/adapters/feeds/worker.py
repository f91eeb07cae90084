"""The parser process: ``python -m bot.adapters.feeds.worker CPU_SECONDS MEMORY_MB``."""

import sys

from bot.adapters.feeds.document import parse_document
from bot.model.entry import ParsedFeed, ParseFailed
from bot.workers.serve import serve


def parse(
    body: bytes, url: str, headers: dict[str, str], known: frozenset[bytes] | None
) -> ParsedFeed | ParseFailed:
    """Parse one document; whatever it provokes is a refusal."""
    try:
        return parse_document(body, url, headers, known)
    except MemoryError:
        return ParseFailed("The document takes more memory to read than a feed may.")
    except RecursionError:
        return ParseFailed("The document is nested more deeply than a feed is.")
    except Exception as error:  # noqa: BLE001 - a document chooses the path through the parsers' code
        return ParseFailed(f"The document cannot be read ({type(error).__name__}).")


if __name__ == "__main__":
    serve(parse, float(sys.argv[1]), int(sys.argv[2]))
