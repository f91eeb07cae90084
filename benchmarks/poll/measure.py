"""CPU time of a poll's parsing, all in one process each: Newsbell, plain feedparser, reader."""

import hashlib
import io
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import feedparser

from benchmarks.poll.workload import document
from bot.adapters.feeds.document import parse_document
from bot.model.entry import ParsedFeed

URL = "http://127.0.0.1/feed"
HEADERS = {"content-type": "application/rss+xml; charset=utf-8"}
_PASSES = 3
PEER = Path(__file__).with_name("peer.py")


@dataclass(frozen=True, slots=True)
class Cost:
    """``milliseconds`` of CPU time a poll."""

    size: int
    kilobytes: int
    engine: str
    milliseconds: float


def costs(size: int, polls: int, python: str) -> list[Cost]:
    documents = [document(size, turn) for turn in range(polls + 1)]
    engines: dict[str, Callable[[], float | None]] = {
        "Newsbell": lambda: _newsbell(documents),
        "feedparser": lambda: _feedparser(documents),
        "reader (parses and stores)": lambda: _reader(documents, python),
    }
    # They take turns, and the least counts: whatever else the machine does only adds to it.
    passes = [{name: measure() for name, measure in engines.items()} for _ in range(_PASSES)]
    kilobytes = len(documents[0]) // 1000
    return [
        Cost(size, kilobytes, name, min(costs))
        for name in engines
        if (costs := [cost for each in passes if (cost := each[name]) is not None])
    ]


def _newsbell(documents: list[bytes]) -> float:
    known = _learned(parse_document(documents[0], URL, HEADERS, frozenset()))
    began = time.process_time()
    for body in documents[1:]:
        hashlib.sha256(body).hexdigest()
        parsed = parse_document(body, URL, HEADERS, known)
        assert isinstance(parsed, ParsedFeed)
        assert len(parsed.entries) == 1
        known = parsed.items
    return (time.process_time() - began) * 1000 / (len(documents) - 1)


def _feedparser(documents: list[bytes]) -> float:
    began = time.process_time()
    for body in documents[1:]:
        assert feedparser.parse(io.BytesIO(body), response_headers=HEADERS)["entries"]
    return (time.process_time() - began) * 1000 / (len(documents) - 1)


def _reader(documents: list[bytes], python: str) -> float | None:
    """Return None where the interpreter has no reader."""
    with tempfile.TemporaryDirectory() as folder:
        for turn, body in enumerate(documents):
            Path(folder, f"{turn}.xml").write_bytes(body)
        command = [python, str(PEER), folder, str(len(documents))]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)  # noqa: S603 - an interpreter that the caller names
    answer = json.loads(done.stdout)
    return None if answer is None else float(answer)


def _learned(parsed: object) -> frozenset[bytes]:
    assert isinstance(parsed, ParsedFeed)
    return parsed.items
