"""The process that finds reports in pages: ``python -m bot.adapters.summary.worker CPU_SECONDS MEMORY_MB``."""

import sys

from bot.adapters.summary.article import read_article
from bot.model.page import Article, PageRefused
from bot.workers.serve import serve


def read(page: str) -> Article | PageRefused:
    """Find the report of one page; whatever the page provokes is a refusal."""
    try:
        return read_article(page)
    except MemoryError:
        return PageRefused("The page takes more memory to read than a page may.")
    except Exception as error:  # noqa: BLE001 - a page chooses the path through the libraries' code
        return PageRefused(f"The page cannot be read ({type(error).__name__}).")


if __name__ == "__main__":
    serve(read, float(sys.argv[1]), int(sys.argv[2]))
