"""What commands share that need the configuration."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot import logs
from bot.commands.options import chosen
from bot.config import load
from bot.model.feed import Feed
from bot.settings.settings import Settings
from bot.settings.units import show_duration
from bot.settings.values import without_credentials


def settings_for(context: typer.Context, config: Path | None) -> Settings:
    """Read the configuration; warnings of the libraries underneath go to standard error, without secrets."""
    settings = load(chosen(context, config), os.environ)
    logs.configure(secrets=settings.secrets(), as_json=False, level="WARNING")
    return settings


def show(table: Table) -> None:
    """Print a table as wide as the terminal; as wide as it needs to be where there is none."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=220)
    console.print(table)


def plain_table(*columns: str) -> Table:
    """Return a table without lines."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def moment(at: datetime | None) -> str | None:
    """Return a moment for JSON: ISO 8601 in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def span(length: timedelta | None) -> str:
    """Return a length of time for people."""
    return "-" if length is None else show_duration(length)


def shown_url(feed: Feed) -> str:
    """Return a feed's address without a password in it."""
    return without_credentials(feed.url)
