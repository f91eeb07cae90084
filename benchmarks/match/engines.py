"""The engines that are compared. Each takes numbered queries and tells which match an entry.

Peers get the same normalised text and the same features as Newsbell's index, and its checks for what they cannot
express themselves, so that what is compared is the finding.
"""

import importlib
import re
import time
from collections.abc import Iterable
from itertools import pairwise
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from bot.query.atoms import GRAM
from bot.query.document import Document
from bot.query.index import QueryIndex
from bot.query.language import Query
from bot.query.programs import ALL, ANY, BAN, Program, program_of
from bot.query.scan import Scan
from bot.query.text import is_run

Queries = Iterable[tuple[int, Query]]


class Engine(Protocol):
    name: str
    rebuilds: bool

    def build(self, queries: Queries) -> None: ...

    def expresses(self, query: Query) -> bool: ...

    def match(self, entry: Document) -> Iterable[int]: ...


def peer(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


class Newsbell:
    name = "newsbell"
    rebuilds = False

    def __init__(self) -> None:
        self.index = QueryIndex()

    def build(self, queries: Queries) -> None:
        for number, query in queries:
            self.index.add(number, query)
        self.index.settle()

    def expresses(self, query: Query) -> bool:
        return bool(query.canonical)

    def match(self, entry: Document) -> Iterable[int]:
        return self.index.ids(entry)


def is_boolean(program: Program) -> bool:
    """Tell whether a program is made of features alone, joined by and, or, not."""
    if isinstance(program, str):
        return True
    return program[0] in (ALL, ANY, BAN) and all(map(is_boolean, program[1:]))


def features(scan: Scan) -> set[str]:
    """Return what an entry has that queries may look at, but for prefixes and the letters inside words."""
    found = {*scan.words, *scan.signed, *map(" ".join, pairwise(scan.words))}
    for word in scan.words:
        if is_run(word):
            found.update(word)
            found.update(map("".join, pairwise(word)))
    return found


class Mokaccino:
    name = "mokaccino"
    rebuilds = False

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._percolator = module.Percolator()

    def build(self, queries: Queries) -> None:
        for number, query in queries:
            self._percolator.add_query_id(self._translate(program_of(query.root)), number)

    def expresses(self, query: Query) -> bool:
        return is_boolean(program_of(query.root))

    def _translate(self, program: Program) -> Any:
        queries = self._module.Query
        if isinstance(program, str):
            return (
                queries.from_kprefix("w", program[:-1])
                if program[-1] == "*"
                else queries.from_kv("w", program)
            )
        parts = [self._translate(part) for part in program[1:]]
        if program[0] == BAN:
            return queries.from_not(parts[0])
        whole = parts[0]
        for part in parts[1:]:
            whole = whole & part if program[0] == ALL else whole | part
        return whole

    def match(self, entry: Document) -> Iterable[int]:
        document = self._module.Document()
        for feature in features(Scan(entry)):
            document.add_value("w", feature)
        found: list[int] = self._percolator.percolate_list(document)
        return found


class Literals:
    """Finds the features that queries are filed under with a library, then lists and checks as Newsbell does."""

    rebuilds = True

    def __init__(self) -> None:
        self.index = QueryIndex()
        self.numbers = np.zeros(0, np.int32)
        self.rebuilding = 0.0

    def build(self, queries: Queries) -> None:
        for number, query in queries:
            self.index.add(number, query)
        started = time.perf_counter()
        names = sorted(self.index.features())
        self.numbers = np.array([self.index.number(name) for name in names], np.int32)
        self.compile([literal(name) for name in names])
        self.rebuilding = time.perf_counter() - started

    def compile(self, literals: list[str]) -> None:
        raise NotImplementedError

    def found(self, text: str) -> list[int]:
        raise NotImplementedError

    def expresses(self, query: Query) -> bool:
        return " re:/" not in f" {query.canonical}"

    def match(self, entry: Document) -> Iterable[int]:
        scan = Scan(entry)
        return self.index.listed(scan, self.numbers.take(self.found(scan.joined)))


def literal(feature: str) -> str:
    """Return what stands in the joined tokens of a text where it has the feature."""
    if is_run(feature):
        return feature
    return f" {feature[:-1]}" if feature[-1] == "*" else f" {feature.removeprefix(GRAM)} "


class AhoCorasick(Literals):
    name = "ahocorasick_rs"

    def __init__(self, module: ModuleType) -> None:
        super().__init__()
        self._module = module
        self._automaton: Any = None

    def compile(self, literals: list[str]) -> None:
        self._automaton = self._module.AhoCorasick(literals, store_patterns=False)

    def found(self, text: str) -> list[int]:
        return [place for place, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)]


class Hyperscan(Literals):
    name = "hyperscan"

    def __init__(self, module: ModuleType) -> None:
        super().__init__()
        self._module = module
        self._database: Any = None

    def compile(self, literals: list[str]) -> None:
        module = self._module
        self._database = module.Database(mode=module.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[text.encode() for text in literals],
            ids=list(range(len(literals))),
            elements=len(literals),
            flags=module.HS_FLAG_SINGLEMATCH,
            literal=True,
        )

    def found(self, text: str) -> list[int]:
        places: list[int] = []

        def note(place: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            places.append(place)

        self._database.scan(text.encode(), match_event_handler=note)
        return places


class Loop:
    """What people write first: a compiled regular expression for each word of each query."""

    name = "loop over re"
    rebuilds = False

    def __init__(self) -> None:
        self._queries: list[tuple[int, Program]] = []

    def build(self, queries: Queries) -> None:
        self._queries = [(number, program_of(query.root)) for number, query in queries]

    def expresses(self, query: Query) -> bool:
        return is_boolean(program_of(query.root))

    def match(self, entry: Document) -> Iterable[int]:
        text = f"{entry.title}\n{entry.summary}"
        return [number for number, program in self._queries if self._holds(program, text)]

    def _holds(self, program: Program, text: str) -> bool:
        if isinstance(program, str):
            return expression(program).search(text) is not None
        if program[0] == BAN:
            return not self._holds(program[1], text)
        return (all if program[0] == ALL else any)(self._holds(part, text) for part in program[1:])


_expressions: dict[str, re.Pattern[str]] = {}


def expression(feature: str) -> re.Pattern[str]:
    found = _expressions.get(feature)
    if found is None:
        words = re.escape(feature.rstrip("*")).replace("\\ ", r"\W+")
        edges = words if is_run(feature) else rf"\b{words}" + ("" if feature[-1] == "*" else r"\b")
        found = _expressions[feature] = re.compile(edges, re.IGNORECASE)
    return found


def engines(size: int) -> tuple[list[Engine], list[str]]:
    """Return the engines for a size, Newsbell first, and the names of peers that are not installed."""
    found: list[Engine] = [Newsbell()]
    missing = []
    for name, kind in (("mokaccino", Mokaccino), ("ahocorasick_rs", AhoCorasick), ("hyperscan", Hyperscan)):
        module = peer(name)
        if module is None:
            missing.append(name)
        else:
            found.append(kind(module))
    if size <= 10_000:
        found.append(Loop())
    return found, missing
