"""What a run showed: a row for each kind of destination, and the lines that must be met. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.crash.places import Kind
from benchmarks.crash.run import Result


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one kind of destination; ``repeated`` counts every copy beyond the first."""

    kind: str
    places: int
    written: int
    arrived: int
    lost: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Line:
    """A promise with the figure measured."""

    what: str
    value: int
    most: int

    @property
    def met(self) -> bool:
        """Tell whether it was kept."""
        return self.value <= self.most


def rows(result: Result) -> list[Row]:
    """Count, for each kind, what was written and how often it arrived where it belongs."""
    return [_row(kind, result) for kind in Kind]


def _row(kind: Kind, result: Result) -> Row:
    own = [place for place in result.places if place.kind is kind]
    arrived = {id(place): place.arrived() for place in own}
    copies = [arrived[id(place)][number] for number, place in result.written.items() if place.kind is kind]
    return Row(
        kind,
        len(own),
        len(copies),
        sum(copies),
        sum(count == 0 for count in copies),
        sum(max(count - 1, 0) for count in copies),
    )


def lines(result: Result) -> list[Line]:
    """Return the promises: nothing lost, no repeat where a nonce is known, few elsewhere."""
    counted = {row.kind: row for row in rows(result)}
    others = _repeated(row for kind, row in counted.items() if kind != Kind.CHANNEL)
    return [
        Line("messages lost", sum(row.lost for row in counted.values()), 0),
        Line("deliveries not recorded as sent", result.unsettled, 0),
        Line("repeats in Discord channels", counted[Kind.CHANNEL].repeated, 0),
        Line("repeats on Telegram and webhooks", others, result.kills),
    ]


def _repeated(some: Iterable[Row]) -> int:
    return sum(row.repeated for row in some)


def shown(result: Result) -> str:
    """Return the table and the lines as text."""
    head = ("", "places", "written", "arrived", "lost", "repeated")
    table = [f"{head[0]:<26}" + "".join(f"{word:>10}" for word in head[1:])]
    for row in rows(result):
        counts = (row.places, row.written, row.arrived, row.lost, row.repeated)
        table.append(f"{row.kind:<26}" + "".join(f"{count:>10}" for count in counts))
    table.append(f"{result.kills} kills in {result.seconds:.0f} s")
    table += [
        f"  {line.what}: {line.value}, wanted <= {line.most}: {'met' if line.met else 'NOT MET'}"
        for line in lines(result)
    ]
    return "\n".join(table)
