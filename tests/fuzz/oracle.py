"""What holds for any bytes: the parser answers, what it answers is clean, and known items change nothing about the others."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random

from bot.adapters.feeds.inspect import as_json
from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed

Parsed = ParsedFeed | ParseFailed
Parse = Callable[[bytes, frozenset[bytes] | None], Awaitable[Parsed]]


async def examine(parse: Parse, body: bytes, chance: Random) -> Parsed:
    """Read a document whole, learning, and with a part of it known. Raises AssertionError with what does not hold."""
    slow = await parse(body, None)
    assert isinstance(slow, ParsedFeed | ParseFailed)
    learned = await parse(body, frozenset())
    if isinstance(slow, ParseFailed) or isinstance(learned, ParseFailed):
        assert slow == learned
        return slow
    assert replace(learned, items=frozenset()) == slow, "learning changes what is read"
    as_json("x", slow)
    for entry in slow.entries:
        clean(entry)
    known = frozenset(chance.sample(sorted(learned.items), chance.randint(0, len(learned.items))))
    fast = await parse(body, known)
    assert isinstance(fast, ParsedFeed)
    assert len(fast.entries) + fast.skipped == len(slow.entries), "an item is lost or read twice"
    rest = iter(slow.entries)
    assert all(entry in rest for entry in fast.entries), "a new item is read otherwise beside known ones"
    assert fast == replace(slow, entries=fast.entries, items=fast.items, skipped=fast.skipped)
    assert fast.items == learned.items, "other items are recognised the next time"
    return slow


def clean(entry: ParsedEntry) -> None:
    """Check that an entry can be stored and shown."""
    named = (
        entry.title,
        entry.summary,
        entry.guid or "",
        entry.link or "",
        *entry.authors,
        *entry.categories,
    )
    for text in named:
        text.encode("utf-8")
        assert "\x00" not in text
    assert entry.link is None or entry.link.lower().startswith(("http://", "https://"))
    assert "newsbell-base" not in f"{entry.link}{entry.image}"
