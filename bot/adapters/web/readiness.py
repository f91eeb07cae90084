"""What has to be up before this process is of use, asked when somebody wants to know."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot.stores.store import Store

DATABASE = "database"
SECONDS = 5.0

Check = Callable[[], str | None]
"""Returns None where its part is up, else a sentence without secrets that says what is missing."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Readiness:
    """The database and the named parts of the process: pollers, platforms."""

    store: Store
    checks: Mapping[str, Check] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Return everything that is looked at."""
        return (DATABASE, *self.checks)

    async def troubles(self) -> dict[str, str]:
        """Return what is not up, with the reason; empty where all is well."""
        found = {DATABASE: reason} if (reason := await self._database()) else {}
        return found | {name: reason for name, check in self.checks.items() if (reason := check())}

    async def _database(self) -> str | None:
        try:
            async with asyncio.timeout(SECONDS):
                await self.store.totals()
        except Exception as error:  # noqa: BLE001  # whatever keeps the database from answering is the answer
            log.warning("database_not_ready", error=type(error).__name__)
            return "the database does not answer."
        return None
