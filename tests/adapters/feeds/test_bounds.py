"""Places in the queue, and what the parser process may say."""

import asyncio
import pickle
import socket
import threading
from datetime import timedelta
from fractions import Fraction

import pytest
from aiohttp.abc import ResolveResult

from bot.adapters.feeds.identification import user_agent
from bot.adapters.feeds.resolver import SystemResolver
from bot.adapters.feeds.slots import Slots
from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed
from bot.model.hints import PollHints
from bot.workers.frames import read_result

NO_PAUSE = timedelta(0)


async def test_places_are_bounded_as_a_whole_and_by_host() -> None:
    slots = Slots(3, 2)
    here, most = {"a": 0, "b": 0}, {"a": 0, "b": 0, "all": 0}

    async def visit(host: str) -> None:
        async with slots.at(host, NO_PAUSE):
            here[host] += 1
            most[host] = max(most[host], here[host])
            most["all"] = max(most["all"], sum(here.values()))
            await asyncio.sleep(0)
            here[host] -= 1

    await asyncio.gather(*(visit(host) for host in "ab" * 10))
    assert most == {"a": 2, "b": 2, "all": 3}


async def test_a_place_is_kept_for_the_pause_and_free_afterwards() -> None:
    slots = Slots(8, 1)
    async with slots.at("a", timedelta(milliseconds=200)):
        pass
    second = asyncio.create_task(slots.at("a", timedelta(milliseconds=200)).__aenter__())
    async with slots.at("b", NO_PAUSE):
        await asyncio.sleep(0)
    assert not second.done()
    async with asyncio.timeout(10):
        await second


async def test_waiting_for_a_place_can_be_given_up() -> None:
    slots = Slots(1, 1)
    async with slots.at("a", NO_PAUSE):
        waiting = asyncio.create_task(slots.at("a", NO_PAUSE).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(5), slots.at("a", NO_PAUSE):
        pass


def test_a_parser_process_may_say_entries_only() -> None:
    good = ParsedFeed("T", None, None, (ParsedEntry(guid="1", title="x", link=None),))
    results, parts = (ParsedFeed, ParseFailed), (ParsedEntry, PollHints)
    assert read_result(pickle.dumps(good), results, parts) == good
    assert read_result(pickle.dumps(ParseFailed("no")), results, parts) == ParseFailed("no")
    for bad in (Fraction(1), print, [good], "text", ParsedEntry(guid="1", title="x", link=None)):
        with pytest.raises(pickle.UnpicklingError):
            read_result(pickle.dumps(bad), results, parts)


def test_the_program_says_who_it_is() -> None:
    assert user_agent(None).startswith("Newsbell/")
    assert user_agent("https://bot.example/").endswith("(+https://bot.example/)")


def known(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]


async def test_the_system_knows_this_machine() -> None:
    found = await SystemResolver().resolve("localhost", 80)
    assert {one["host"] for one in found} <= {"127.0.0.1", "::1"}
    assert found


async def test_a_name_that_cannot_be_looked_up_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="the name cannot be looked up"):
        await SystemResolver().resolve("x" * 300)


async def test_a_hanging_look_up_delays_no_other_and_may_be_left() -> None:
    stop = threading.Event()

    def slow(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        if host == "slow":
            stop.wait(30)
        return known(host, port, family)

    resolver = SystemResolver(slow)
    stuck = asyncio.create_task(resolver.resolve("slow"))
    assert (await resolver.resolve("fast"))[0]["host"] == "127.0.0.1"
    assert not stuck.done()
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    stop.set()
    assert (await resolver.resolve("fast"))[0]["host"] == "127.0.0.1"
