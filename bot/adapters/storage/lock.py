"""One daemon a SQLite file: two would both think that the leases are theirs alone to free."""

import fcntl
import os
from pathlib import Path

from bot.errors import DatabaseInUse, StorageError


class FileLock:
    """A lock on ``<database>.lock``, held until released or until the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(f"{database.name}.lock")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageError(f"The lock file {path} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise DatabaseInUse(
                f"Another Newsbell is running on {database}; stop it first, or give this one a database of its own."
            ) from None

    def release(self) -> None:
        """Let others have the file; the lock file itself stays, for removing it would race with them."""
        os.close(self._descriptor)
