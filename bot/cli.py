"""The commands of the program, by name. A command's module is imported when it is called, and only then.

So that ``newsbell query check`` starts in a moment, nothing here knows a database, a platform or a web library.
"""

import importlib
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from bot.commands.options import ConfigOption, chosen, complain
from bot.errors import ConfigError, NewsbellError
from bot.masks import Masker
from bot.model.address import AddressError
from bot.model.cadence import CadenceError
from bot.query.error import QueryError

USAGE = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is written (``module:function``, below ``bot.commands``), and what it does in one line.

    ``takes_query`` lets an argument begin with a hyphen, as ``-trade Takaichi`` does.
    """

    target: str
    summary: str
    takes_query: bool = False


FEEDS = {
    "add": Entry("feeds:add", "Add a feed by its address, or by the address of its site."),
    "remove": Entry("feeds:remove", "Remove a feed."),
    "list": Entry("feeds:list_", "List the feeds and how they are doing."),
    "poll": Entry("poll:poll", "Poll a feed now, and say what came of it."),
    "discover": Entry("discover:discover", "Find the feeds of a site or of a saved page."),
    "import": Entry("opml:import_", "Add the feeds of an OPML file."),
    "export": Entry("opml:export", "Write the feeds as OPML."),
    "parse": Entry("parse:parse", "Show what Newsbell reads in a feed's bytes."),
}
SUBSCRIPTIONS = {
    "list": Entry("subscriptions:list_", "List subscriptions."),
    "add": Entry("subscriptions:add", "Subscribe a destination to a query.", takes_query=True),
    "remove": Entry("subscriptions:remove", "Remove a subscription."),
}
OUTBOX = {
    "list": Entry("outbox:list_", "Show what waits to be delivered, and why."),
    "retry": Entry("outbox:retry", "Deliver again, now."),
    "drop": Entry("outbox:drop", "Give deliveries up."),
}
QUERY = {
    "check": Entry("query:check", "Check a query, and whether it matches a text.", takes_query=True),
    "batch": Entry("query:batch", "Check many queries: JSON lines in, JSON lines out."),
}
STORIES = {
    "replay": Entry("stories:replay", "Show which entries of a stream are told as one story."),
}
COMMANDS: Mapping[str, Entry | tuple[str, Mapping[str, Entry]]] = {
    "demo": Entry("demo:demo", "See alerts arrive: offline, without tokens, in a few seconds."),
    "start": Entry("start:start", "Run the daemon."),
    "check": Entry("check:check", "Check configuration, database, tokens, broadcasts and feeds."),
    "try": Entry("try_:try_", "Show what a query would have sent.", takes_query=True),
    "feeds": ("Add, remove, list, find, import and export feeds.", FEEDS),
    "subscriptions": ("List, add and remove subscriptions.", SUBSCRIPTIONS),
    "status": Entry("status:status", "Show feeds, outbox and latency."),
    "outbox": ("Look at what waits to be delivered.", OUTBOX),
    "backup": Entry("database:backup", "Copy the database while it is in use."),
    "migrate": Entry("database:migrate", "Bring the database to this version's schema."),
    "query": ("Try the query language.", QUERY),
    "stories": ("See how entries become stories.", STORIES),
    "summarise": Entry("summarise:summarise", "Show the sentences that an alert would show of a text."),
}


class LazyGroup(TyperGroup):
    """A group that imports a command's module when the command is asked for."""

    entries: Mapping[str, Entry | tuple[str, Mapping[str, Entry]]] = {}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the library's signature
        """Return the names, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ARG002 - as above
        """Return a command, its module imported now; for the list of a help page a summary is enough."""
        match self.entries.get(cmd_name):
            case None:
                return None
            case Entry() as entry if getattr(self, "_listing", False):
                return TyperCommand(cmd_name, help=entry.summary)
            case Entry() as entry:
                return _command(cmd_name, entry)
            case (help_text, entries):
                return group(cmd_name, help_text, entries)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        self._listing = True
        super().format_help(ctx, formatter)


def _command(name: str, entry: Entry) -> TyperCommand | TyperGroup:
    module, _, function = entry.target.partition(":")
    single = typer.Typer(add_completion=False, rich_markup_mode="rich")
    single.command(name, context_settings={"ignore_unknown_options": entry.takes_query})(
        getattr(importlib.import_module(f"bot.commands.{module}"), function)
    )
    return _built(single)


def group(name: str, help_text: str, entries: Mapping[str, Any]) -> TyperGroup:
    """Return a group of commands that takes ``--config`` before a command's name."""
    cls = type(f"{name.title()}Group", (LazyGroup,), {"entries": entries})
    app = typer.Typer(
        name=name,
        cls=cls,
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
    )

    @app.callback()
    def remember(context: typer.Context, *, config: ConfigOption = None) -> None:
        context.obj = chosen(context, config)

    built = _built(app)
    if not isinstance(built, TyperGroup):
        raise TypeError(f"{name} is no group")
    return built


def _built(app: typer.Typer) -> TyperCommand | TyperGroup:
    command = typer.main.get_command(app)
    if not isinstance(command, TyperCommand | TyperGroup):
        raise TypeError("typer builds commands of its own kind")
    return command


def run(arguments: list[str] | None = None) -> int:
    """Run the program; return its exit code: 0 done, 1 failed, 2 wrong use or wrong configuration."""
    help_text = "Newsbell: keyword alerts from news feeds to Telegram and Discord."
    try:
        code = group("newsbell", help_text, COMMANDS)(
            args=arguments, prog_name="newsbell", standalone_mode=True
        )
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    except ConfigError as error:
        complain("The configuration is wrong:")
        for problem in error.problems:
            complain(f"  {problem}")
        return USAGE
    except (QueryError, AddressError, CadenceError) as error:
        complain(str(error))
        return USAGE
    except NewsbellError as error:
        complain(Masker()(str(error)))
        return 1
    except Exception:  # noqa: BLE001 - the last resort: a traceback, without the secrets that may be in it
        complain(Masker()(traceback.format_exc()))
        return 1
    return code if isinstance(code, int) else 0


def main() -> None:
    """Run the program and end the process with its exit code."""
    sys.exit(run())
