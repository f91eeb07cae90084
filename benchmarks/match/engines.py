"""The engines that are compared. Each takes numbered queries and tells which match an entry.

Peers get the same normalised text and the same features as Newsbell's index, and its checks for what they cannot
express themselves, so that what is compared is the finding.
"""

import importlib
import re
import time
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, Protocol

from bot.query.atoms import GRAM
from bot.query.document import Document
from bot.query.fold import fold
from bot.query.index import QueryIndex
from bot.query.language import Query
from bot.query.lexicon import EVERYWHERE, Lexicon, is_special
from bot.query.programs import ALL, ANY, BAN, HINT, Program, needs, program_of
from bot.query.scan import Scan
from bot.query.text import is_run, tokens

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

    def expresses(self, query: Query) -> bool:
        return bool(query.canonical)

    def match(self, entry: Document) -> Iterable[int]:
        return self.index.ids(entry)


def is_boolean(program: Program) -> bool:
    """Tell whether a program is made of features alone, joined by and, or, not."""
    if isinstance(program, str):
        return True
    return program[0] in (ALL, ANY, BAN) and all(map(is_boolean, program[1:]))


def special(program: Program) -> Iterator[str]:
    """Yield the features of a program that a text has beside its words."""
    if isinstance(program, str):
        yield from [program] if is_special(program) else []
    elif program[0] in (ALL, ANY, BAN, HINT):
        for each in program[1:]:
            yield from special(each)
    else:
        yield from filter(is_special, needs(program))


class Mokaccino:
    name = "mokaccino"
    rebuilds = False

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._percolator = module.Percolator()
        self._lexicon = Lexicon()

    def build(self, queries: Queries) -> None:
        for number, query in queries:
            program = program_of(query.root)
            for feature in special(program):
                if feature[-1] != "*":
                    self._lexicon.enter(feature)
            self._percolator.add_query_id(self._translate(program), number)

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
        for feature in Scan(entry, self._lexicon).present:
            document.add_value("w", feature)
        found: list[int] = self._percolator.percolate_list(document)
        return found


class Tokens(Scan):
    """An entry that is only normalised and joined again; its features are found by a library."""

    def __init__(self, entry: Document) -> None:
        self.document = entry
        self.present = set()
        self._fields = [tokens(fold(text).text) for text in (entry.title, entry.summary) if text]


class Literals:
    """Finds the features that queries are filed under with a library, then lists and checks as Newsbell does."""

    rebuilds = True

    def __init__(self) -> None:
        self.index = QueryIndex()
        self.names: list[str] = []
        self.rebuilding = 0.0

    def build(self, queries: Queries) -> None:
        for number, query in queries:
            self.index.add(number, query)
        started = time.perf_counter()
        self.names = sorted(self.index.features() - {EVERYWHERE})
        self.compile([literal(name) for name in self.names])
        self.rebuilding = time.perf_counter() - started

    def compile(self, literals: list[str]) -> None:
        raise NotImplementedError

    def found(self, text: str) -> Iterable[int]:
        raise NotImplementedError

    def expresses(self, query: Query) -> bool:
        return " re:/" not in f" {query.canonical}"

    def match(self, entry: Document) -> Iterable[int]:
        scan = Tokens(entry)
        names = self.names
        scan.present = {names[place] for place in self.found(scan.joined)}
        return self.index.listed(scan, scan.present)


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

    def found(self, text: str) -> Iterable[int]:
        return {place for place, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}


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

    def found(self, text: str) -> Iterable[int]:
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
