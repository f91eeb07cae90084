"""Destinations: places with their settings, found again when they move."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.addresses import address_values, at_address
from bot.adapters.storage.database import Part
from bot.adapters.storage.outbox_tables import destinations, relocations
from bot.adapters.storage.relocation import relocate
from bot.adapters.storage.rows import insert_unless_there
from bot.model.address import Address, Platform
from bot.model.destination import Destination, DestinationSettings, DestinationState

# Under this prefix a destination's columns stand beside those of another table.
PREFIX = "to_"
BESIDE = [column.label(f"{PREFIX}{column.name}") for column in destinations.c]


class Destinations(Part):
    """The part of the store that keeps destinations."""

    async def ensure_destination(
        self, address: Address, *, title: str, timezone: str, language: str, now: datetime
    ) -> Destination:
        """Return the destination with this address, made with these settings where it is new.

        One that is off stays off; whoever wants it on again saves it so.
        """

        async def work(connection: AsyncConnection) -> Destination:
            row = await ensure(connection, address, title=title, timezone=timezone, language=language, at=now)
            return destination_from_row(row)

        return await self._database.write(work)

    async def destination(self, address: Address) -> Destination | None:
        """Return the destination with this address."""

        async def work(connection: AsyncConnection) -> Destination | None:
            row = await find(connection, address)
            return None if row is None else destination_from_row(row)

        return await self._database.read(work)

    async def know_as(self, address: Address, name: str | None, *, numbered: Address) -> None:
        """Note that a chat, known by a name or by its number so far, has this number and goes by this name.

        A destination of the name becomes that of the number; where both are there they are made one.
        """

        async def work(connection: AsyncConnection) -> None:
            row = await find(connection, address)
            if row is None:
                return
            place = row["id"]
            if destination_from_row(row).address != numbered:
                place = await relocate(connection, place, numbered)
            if name is not None:
                await _name(connection, place, numbered, name)

        await self._database.write(work)

    async def destinations(self) -> list[Destination]:
        """Return all destinations, oldest first."""

        async def work(connection: AsyncConnection) -> list[Destination]:
            found = await connection.execute(sa.select(destinations).order_by(destinations.c.id))
            return [destination_from_row(row) for row in found.mappings()]

        return await self._database.read(work)

    async def save_destination(self, destination: Destination) -> None:
        """Write title, language, timezone, state, reason, not_before and settings of a destination."""

        async def work(connection: AsyncConnection) -> None:
            current = await current_id(connection, destination.id)
            change = sa.update(destinations).where(destinations.c.id == current)
            await connection.execute(
                change.values(
                    title=destination.title,
                    language=destination.language,
                    timezone=destination.timezone,
                    state=destination.state.value,
                    reason=destination.reason,
                    off_at=sa.case(
                        (destinations.c.state == destination.state.value, destinations.c.off_at), else_=None
                    ),
                    not_before=destination.not_before,
                    settings=destination.settings,
                )
            )

        await self._database.write(work)


async def current_id(connection: AsyncConnection, destination_id: int) -> int:
    """Return the number that a destination has now, after it was merged into others perhaps."""
    query = sa.select(relocations.c.new_id).where(relocations.c.old_id == destination_id)
    return (await connection.execute(query)).scalar_one_or_none() or destination_id


async def ensure(
    connection: AsyncConnection, address: Address, *, title: str, timezone: str, language: str, at: datetime
) -> sa.RowMapping:
    """Return the row of the destination with this address, made where it is new."""
    known = await find(connection, address)
    if known is not None:
        return known
    values = {
        **address_values(address),
        "title": title,
        "timezone": timezone,
        "language": language,
        "state": DestinationState.ACTIVE.value,
        "settings": DestinationSettings(),
        "created_at": at,
    }
    await insert_unless_there(connection, destinations, values)
    return (await connection.execute(sa.select(destinations).where(at_address(address)))).mappings().one()


async def find(connection: AsyncConnection, address: Address) -> sa.RowMapping | None:
    """Return the row of a destination by its address, or by the name that its chat goes by."""
    exact = (await connection.execute(sa.select(destinations).where(at_address(address)))).mappings()
    row = exact.one_or_none()
    if row is not None or not address.is_name:
        return row
    named = sa.select(destinations).where(
        destinations.c.platform == address.platform.value,
        destinations.c.thread == (address.thread or ""),
        destinations.c.alias == address.chat.lower(),
    )
    return (await connection.execute(named.order_by(destinations.c.id).limit(1))).mappings().one_or_none()


async def _name(connection: AsyncConnection, place: int, address: Address, name: str) -> None:
    """Give a chat its name, which no other chat has any more."""
    alias = name.lower()
    others = sa.and_(
        destinations.c.platform == address.platform.value,
        destinations.c.alias == alias,
        destinations.c.chat != address.chat,
    )
    await connection.execute(sa.update(destinations).where(others).values(alias=None))
    this = sa.update(destinations).where(destinations.c.id == place)
    await connection.execute(this.values(alias=alias))


def destination_from_row(row: sa.RowMapping, prefix: str = "") -> Destination:
    """Return the destination that a row holds in columns with this prefix."""
    return Destination(
        id=row[f"{prefix}id"],
        address=Address(
            Platform(row[f"{prefix}platform"]),
            row[f"{prefix}chat"],
            row[f"{prefix}thread"] or None,
            row[f"{prefix}secret"] or None,
        ),
        title=row[f"{prefix}title"],
        created_at=row[f"{prefix}created_at"],
        language=row[f"{prefix}language"],
        timezone=row[f"{prefix}timezone"],
        state=DestinationState(row[f"{prefix}state"]),
        reason=row[f"{prefix}reason"],
        not_before=row[f"{prefix}not_before"],
        settings=row[f"{prefix}settings"],
    )
