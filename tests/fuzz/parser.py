"""``python -m tests.fuzz.parser [--minutes 10] [--seed 1] [--keep FOLDER]``: damaged feeds through the real parser process.

Each document is read whole, learning, and with a part of its items known. A finding is a document that makes the
parser raise, lose its process (time or memory), or break what ``tests.fuzz.oracle`` says; it is kept in FOLDER.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random

from bot.adapters.feeds.parser import FeedParser
from bot.model.entry import ParseFailed
from tests.fuzz.mutations import damaged, seeds
from tests.fuzz.oracle import Parse, Parsed, examine

URL = "https://f.example/feeds/x"
HEADERS = {"content-type": "text/xml"}
LOST = "more time or memory"


async def run(minutes: float, seed: int, keep: Path) -> Counter[str]:
    """Examine documents until the time is up; return how they were answered."""
    documents, ended = seeds(), time.monotonic() + minutes * 60
    answers: Counter[str] = Counter()
    parser = FeedParser(cpu_seconds=10.0, memory_mb=512)

    async def parse(body: bytes, known: frozenset[bytes] | None) -> Parsed:
        return await parser.parse(body, url=URL, headers=HEADERS, known=known)

    while time.monotonic() < ended:
        chance = Random(f"{seed}:{answers.total()}")  # noqa: S311 - the same documents in every run
        body = damaged(chance, documents)
        answers[await _answer(parse, body, chance, keep)] += 1
        if answers.total() % 2000 == 0:
            print(answers.total(), dict(answers), flush=True)
    await parser.close()
    return answers


async def _answer(parse: Parse, body: bytes, chance: Random, keep: Path) -> str:
    try:
        result = await examine(parse, body, chance)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
        return _finding(body, f"{type(error).__name__}: {str(error)[:200]}", keep)
    if isinstance(result, ParseFailed):
        return _finding(body, result.reason, keep) if LOST in result.reason else "refused"
    return "read with faults" if result.warning else "read"


def _finding(body: bytes, what: str, keep: Path) -> str:
    path = keep / f"{sha256(body).hexdigest()[:16]}.xml"
    path.write_bytes(body)
    print(f"{path}: {what}", flush=True)
    return "FINDING"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, default=None, help="where findings are kept; a new folder")
    given = options.parse_args()
    keep = given.keep or Path(tempfile.mkdtemp(prefix="newsbell-fuzz-"))
    answers = asyncio.run(run(given.minutes, given.seed, keep))
    print(f"{answers.total()} documents, each read three times: {dict(answers)}")


if __name__ == "__main__":
    main()
