"""Queries and entries as a large installation has them, made up from a seed: the same in every run."""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from random import Random

from bot.query.document import Document
from bot.query.language import Query, parse

SYLLABLES = [
    a + b
    for a in ("b", "ch", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z")
    for b in "aeiou"
]
HAN = [chr(0x4E00 + 7 * number) for number in range(2500)]


class Zipf:
    """Draws ranks with a probability that falls as rank ** -exponent."""

    def __init__(self, size: int, exponent: float, offset: float = 2.7) -> None:
        self._sums = list(accumulate((rank + offset) ** -exponent for rank in range(size)))

    def __call__(self, chance: Random) -> int:
        return bisect(self._sums, chance.random() * self._sums[-1])


class Workload:
    """A vocabulary, a stream of entries of about 1 kB, and a stream of distinct queries."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self.words = words or list(self._vocabulary(400_000))
        self._spoken = Zipf(60_000, 1.05)
        self._wanted = Zipf(len(self.words), 0.5, 100)
        self._written = Zipf(len(HAN), 0.9)

    @staticmethod
    def _vocabulary(size: int) -> Iterator[str]:
        chance = Random(1)  # noqa: S311  # made-up data
        seen: set[str] = set()
        while len(seen) < size:
            word = "".join(chance.choices(SYLLABLES, k=1 + min(4, len(seen) // 400 + chance.randrange(2))))
            if word not in seen:
                seen.add(word)
                yield word

    def spoken(self, chance: Random) -> str:
        return self.words[self._spoken(chance)]

    def wanted(self, chance: Random) -> str:
        return self.words[self._wanted(chance)]

    def long(self, chance: Random) -> str:
        return next(word for word in iter(lambda: self.wanted(chance), "") if len(word) > 5)

    def characters(self, chance: Random, count: int) -> str:
        return "".join(HAN[self._written(chance)] for _ in range(count))

    def entries(self, count: int, seed: int) -> list[Document]:
        chance = Random(seed)  # noqa: S311  # made-up data
        return [self._entry(chance, chinese=number % 7 == 6) for number in range(count)]

    def _entry(self, chance: Random, *, chinese: bool) -> Document:
        if chinese:
            parts = [self.characters(chance, chance.randint(3, 20)) for _ in range(26)]
            return Document(title=parts[0], summary="，".join(parts[1:]))
        words = [self.spoken(chance) for _ in range(158)]
        marked = [word.capitalize() + "." if number % 13 == 0 else word for number, word in enumerate(words)]
        return Document(title=" ".join(marked[:12]), summary=" ".join(marked[12:]))

    def texts(self, count: int, seed: int = 2) -> Iterator[str]:
        chance = Random(seed)  # noqa: S311  # made-up data
        kinds, weights = zip(*self._kinds(), strict=True)
        seen: set[int] = set()
        while len(seen) < count:
            text = chance.choices(kinds, weights)[0](chance)
            if hash(text) not in seen:
                seen.add(hash(text))
                yield text

    def queries(self, count: int, seed: int = 2) -> Iterator[tuple[int, Query]]:
        return ((number, parse(text)) for number, text in enumerate(self.texts(count, seed)))

    def _kinds(self) -> list[tuple[Callable[[Random], str], float]]:
        one, han, said = self.wanted, self.characters, self.spoken
        return [
            (one, 20),
            (lambda c: f'"{one(c)} {one(c)}"', 12),
            (lambda c: f'"{said(c)} {said(c)}"', 10),
            (lambda c: f'"{one(c)} {said(c)} {one(c)}"', 8),
            (lambda c: f"{one(c)} {one(c)}", 12),
            (lambda c: f"{one(c)} OR {one(c)}", 7),
            (lambda c: f'{one(c)} OR {one(c)} OR "{one(c)} {said(c)}"', 5),
            (lambda c: f"{one(c)} -{one(c)}", 5),
            (lambda c: f"({one(c)} OR {one(c)}) {one(c)}", 4),
            (lambda c: han(c, c.randint(2, 5)), 10),
            (lambda c: f"{one(c)[: c.randint(4, 6)]}*" if c.random() < 0.9 else f"{one(c)}x*", 3),
            (lambda c: f"{one(c)} NEAR/{c.randint(2, 9)} {said(c)}", 3.5),
            (lambda c: f"re:/{self.long(c)}\\s+(?:{one(c)}|{one(c)})/", 0.5),
        ]
