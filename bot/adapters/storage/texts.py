"""Texts that must not be asked for twice, by what they are the answer to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Part
from bot.adapters.storage.tables import kept_texts
from bot.model.text import KeptText


class Texts(Part):
    """The part of the store that keeps texts."""

    async def claim_text(self, key: bytes, now: datetime) -> KeptText | None:
        """Return what is kept under a key; None where nothing is, and the caller is the one who may get it now."""

        async def work(connection: AsyncConnection) -> KeptText | None:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            claim = dialect.insert(kept_texts).values(key=key, kept_at=now).on_conflict_do_nothing()
            if (await connection.execute(claim.returning(kept_texts.c.key))).first() is not None:
                return None
            found = sa.select(kept_texts.c.text, kept_texts.c.reason).where(kept_texts.c.key == key)
            row = (await connection.execute(found)).first()
            return KeptText() if row is None else KeptText(row.text, row.reason)

        return await self._database.write(work)

    async def keep_text(self, key: bytes, kept: KeptText) -> None:
        """Keep what was got under a key that was claimed."""

        async def work(connection: AsyncConnection) -> None:
            change = sa.update(kept_texts).where(kept_texts.c.key == key)
            await connection.execute(change.values(text=kept.text, reason=kept.reason))

        await self._database.write(work)
