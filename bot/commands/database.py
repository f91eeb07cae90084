"""``backup`` and ``migrate``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.storage.backup import backup as copy
from bot.adapters.storage.store import migrate as upgrade
from bot.commands.configured import settings_for
from bot.commands.options import ConfigOption, say


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.", show_default=False)],
    *,
    config: ConfigOption = None,
) -> None:
    """Copy the database into a file, complete and consistent, also while the daemon runs.

    It holds webhook addresses and people's subscriptions: keep it as safe as the database itself.

    Example: newsbell backup newsbell-backup.db
    """
    settings = settings_for(context, config)
    asyncio.run(copy(settings.database.get_secret_value(), file))
    say(f"Copied to {file}.")


def migrate(context: typer.Context, *, config: ConfigOption = None) -> None:
    """Bring the database to this version's schema; stop the daemon first. 'start' does the same by itself.

    Example: newsbell migrate
    """
    settings = settings_for(context, config)
    before, after = asyncio.run(upgrade(settings.database.get_secret_value()))
    if before == after:
        say(f"The database is up to date (schema {after}).")
    else:
        say(f"The database went from {before or 'empty'} to schema {after}.")
