"""Statements that are compiled once do what they would do otherwise, inside transactions with other statements, too."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Database
from bot.adapters.storage.prepared import Sized, prepared
from bot.adapters.storage.store import SqlStore, open_store
from bot.adapters.storage.tables import known_items, stories
from bot.adapters.storage.types import Moment
from bot.errors import StorageError
from bot.stores.store import Store
from tests.contract.world import NOW, World

_BEGIN = sa.insert(stories).values(begun_at=sa.bindparam("at", type_=Moment())).returning(stories.c.id)
_PREPARED_BEGIN = prepared(_BEGIN)
_LATER = (
    sa.select(stories)
    .where(stories.c.begun_at > sa.bindparam("since", type_=Moment()))
    .order_by(stories.c.id)
    .limit(sa.bindparam("most"))
)
_PREPARED_LATER = prepared(_LATER)
_THESE = Sized[sa.Select[Any], int](lambda ids: sa.select(stories.c.id).where(stories.c.id.in_(ids)))


@pytest.fixture
def database(store: Store) -> Database:
    assert isinstance(store, SqlStore)
    return store._database


async def begin(connection: AsyncConnection, many: int, statement: Any = _PREPARED_BEGIN) -> list[int]:
    rows = [await connection.execute(statement, {"at": NOW + n * timedelta(hours=1)}) for n in range(many)]
    return [row.scalar_one() for row in rows]


async def counted(database: Database) -> int:
    async def work(connection: AsyncConnection) -> int:
        return (await connection.execute(sa.select(sa.func.count()).select_from(stories))).scalar_one()

    return await database.read(work)


async def test_rows_are_the_same_whichever_way_they_are_read(database: Database) -> None:
    async def work(connection: AsyncConnection) -> list[list[Any]]:
        await begin(connection, 5)
        asked = {"since": NOW, "most": 3}
        ways = [await connection.execute(statement, asked) for statement in (_LATER, _PREPARED_LATER)]
        return [[dict(row) for row in rows.mappings()] for rows in ways]

    plain, ready = await database.write(work)
    assert plain == ready
    assert [row["begun_at"] for row in ready] == [NOW + n * timedelta(hours=1) for n in (1, 2, 3)]


@pytest.mark.parametrize("statement", [_LATER, _PREPARED_LATER])
async def test_rows_are_counted_and_named_alike(database: Database, statement: Any) -> None:
    async def work(connection: AsyncConnection) -> None:
        first, *_ = ids = await begin(connection, 3)

        async def found(most: int) -> Any:
            return await connection.execute(statement, {"since": NOW - timedelta(hours=1), "most": most})

        assert [row.id for row in await found(9)] == ids
        assert [row.id for row in (await found(9)).all()] == ids
        assert (await found(9)).scalars().all() == ids
        assert [tuple(row) for row in await found(2)] == [(first, NOW), (ids[1], NOW + timedelta(hours=1))]
        for one in (await found(9)).first(), (await found(1)).one(), (await found(1)).one_or_none():
            assert one is not None
            assert (one.id, one.begun_at) == (first, NOW)
        assert (await found(1)).scalar_one() == (await found(1)).scalar_one_or_none() == first
        assert (await found(1)).mappings().one()["begun_at"] == NOW
        assert (await found(0)).first() is None
        assert (await found(0)).mappings().one_or_none() is None
        assert (await found(0)).scalar_one_or_none() is None
        for none in await found(0), (await found(0)).mappings():
            with pytest.raises(sa.exc.NoResultFound):
                none.one()
        for several in await found(2), (await found(2)).mappings():
            with pytest.raises(sa.exc.MultipleResultsFound):
                several.one_or_none()
        with pytest.raises(sa.exc.MultipleResultsFound):
            (await found(2)).scalar_one()

    await database.write(work)


@pytest.mark.parametrize("many", [1, 2, 4, 5, 63, 64, 65, 1000])
async def test_a_statement_for_some_values_finds_exactly_those(database: Database, many: int) -> None:
    async def work(connection: AsyncConnection) -> tuple[list[int], set[int]]:
        ids = await begin(connection, many + 3)
        return ids, set((await connection.execute(*_THESE.of(ids[1 : many + 1]))).scalars())

    ids, found = await database.write(work)
    assert found == set(ids[1 : many + 1])


@pytest.mark.parametrize("one", [_BEGIN, _PREPARED_BEGIN])
@pytest.mark.parametrize("next_one", [_BEGIN, _PREPARED_BEGIN])
async def test_a_transaction_of_either_kind_is_kept_or_taken_back_as_a_whole(
    database: Database, second: Store, one: Any, next_one: Any
) -> None:
    async def kept(connection: AsyncConnection) -> None:
        await begin(connection, 1, one)
        await begin(connection, 1, next_one)

    async def given_up(connection: AsyncConnection) -> None:
        await kept(connection)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(given_up)
    assert await counted(database) == 0
    await database.write(kept)
    with pytest.raises(LookupError):
        await database.write(given_up)
    assert isinstance(second, SqlStore)
    assert await counted(second._database) == 2


async def test_an_error_is_the_same_sentence_without_values(
    database: Database, store: Store, world: World
) -> None:
    feed = await world.feed()
    twice = prepared(sa.insert(known_items))
    row = {"feed_id": feed.id, "digests": b"a secret", "whole_at": NOW}

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(twice, row)
        await connection.execute(twice, row)

    with pytest.raises(StorageError, match=r"refused a request \(code") as raised:
        await database.write(work)
    assert "secret" not in repr(raised.value)
    assert await store.known_items(feed.id) is None


async def test_many_rows_are_written_at_once(database: Database, store: Store, world: World) -> None:
    own = [await world.feed(f"https://{n}.example/") for n in range(3)]
    insert = prepared(sa.insert(known_items))

    async def work(connection: AsyncConnection) -> None:
        rows = [{"feed_id": one.id, "digests": bytes([n] * 16), "whole_at": NOW} for n, one in enumerate(own)]
        await connection.execute(insert, rows)

    await database.write(work)
    for number, one in enumerate(own):
        known = await store.known_items(one.id)
        assert known is not None
        assert (known.digests, known.whole_at) == (frozenset([bytes([number] * 16)]), NOW)


async def test_what_is_written_by_prepared_statements_alone_is_on_the_disk(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with await open_store(f"sqlite:///{file}") as store:
        await store._database.write(lambda connection: begin(connection, 2))
        other = sqlite3.connect(file)
        assert other.execute("SELECT count(*) FROM stories").fetchone() == (2,)
        other.close()
