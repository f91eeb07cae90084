"""What can go wrong beyond the expected outcomes. Every text is a sentence for a person, without secrets.

    NewsbellError
    ├── ConfigError         problems: all of them, one sentence each
    ├── StorageError
    │   ├── SchemaTooNew    the database was written by a newer Newsbell
    │   ├── SchemaTooOld    migrations are waiting and were not asked for
    │   └── DatabaseInUse   another daemon holds this SQLite file
    ├── LeaseLost           somebody else took over the row meanwhile; drop the work
    └── UserError           what a person asked cannot be done, and what to do instead

Outside this tree stand ``bot.query.language.QueryError``, ``bot.model.address.AddressError`` and
``bot.model.cadence.CadenceError``, ``bot.model.quiet.QuietError``: values that are wrong by themselves, raised where
they are read.
"""

from collections.abc import Sequence


class NewsbellError(Exception):
    """The root of the tree."""


class ConfigError(NewsbellError):
    """The configuration is wrong; ``problems`` lists every fault at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StorageError(NewsbellError):
    """The database cannot be used as it is."""


class SchemaTooNew(StorageError):
    """The database was written by a newer Newsbell."""


class SchemaTooOld(StorageError):
    """The database needs ``newsbell migrate`` first."""


class DatabaseInUse(StorageError):
    """Another daemon works on this SQLite file."""


class LeaseLost(NewsbellError):
    """The row's lease ran out and somebody else holds it now."""


class UserError(NewsbellError):
    """A request that cannot be carried out; the text says what to do instead."""
