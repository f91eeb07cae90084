"""The real program in a process of its own, with a configuration that knows only stand-ins on loopback."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.e2e.forked import begin, ended

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 5.0


class Newsbell:
    """An installation in a folder: a configuration, a database, a log, and at most one running daemon."""

    def __init__(self, folder: Path, configuration: str) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.log_file = folder / "newsbell.log"
        self.configure(configuration)
        self._process: ForkServerProcess | None = None

    def configure(self, configuration: str) -> None:
        """Write the configuration; a running daemon keeps the old one until it is started again."""
        self.config.write_text(configuration, encoding="utf-8")

    @property
    def log(self) -> str:
        """Everything every daemon of this installation wrote, on both streams."""
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    async def start(self, *arguments: str) -> None:
        """Start the daemon."""
        assert self._process is None, "already running"
        command = ("start", "--config", str(self.config), *arguments)
        self._process = await asyncio.to_thread(
            begin, command, folder=self.folder, environment=environment(), log=self.log_file
        )

    async def stop(self) -> None:
        """Ask it to stop, as an init system does; it has five seconds and must end with 0."""
        process = self._take()
        process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                code = await ended(process)
        except TimeoutError:
            process.kill()
            await ended(process)
            raise AssertionError(f"did not stop within {STOP_SECONDS:.0f} s\n{self.log}") from None
        assert code == 0, self.log

    async def kill(self) -> None:
        """End it without a warning."""
        process = self._take()
        assert process.pid is not None
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:  # so young that it has no session of its own yet
            process.kill()
        await ended(process)

    async def close(self) -> None:
        """End whatever still runs, after a failed test too."""
        if self._process is not None and self._process.exitcode is None:
            await self.kill()

    def alive(self) -> bool:
        """Tell whether the daemon runs."""
        return self._process is not None and self._process.exitcode is None

    async def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """Run another command of the program beside it; return its exit code and both outputs."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments, "--config", str(self.config)),
            cwd=self.folder,
            env=environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            out, err = await process.communicate(stdin.encode())
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    def _take(self) -> ForkServerProcess:
        assert self._process is not None, "not running"
        process, self._process = self._process, None
        assert process.exitcode is None, f"ended by itself with {process.exitcode}\n{self.log}"
        return process


def environment() -> Mapping[str, str]:
    """The test's environment without what could configure the program, and with the checkout importable.

    The program keeps what it compiles, as it does where it is installed, or every start would compile it anew.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBELL_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def configuration(
    folder: Path,
    *,
    feeds: Sequence[str],
    allowed: str,
    telegram: tuple[str, str] | None = None,
    discord: tuple[str, str] | None = None,
    more: str = "",
) -> str:
    """Return a ``config.toml``; ``telegram`` and ``discord`` are (token, api_url), ``allowed`` a host with port.

    ``more`` is further tables, in TOML.
    """
    lines = [
        f'database = "sqlite:///{folder}/newsbell.db"',
        "[polling]",
        'interval = "1s"',
        'min_interval = "1s"',
        'timeout = "3s"',
        "per_host = 8",
        f'allow_private_hosts = ["{allowed}"]',
    ]
    for name, access in (("telegram", telegram), ("discord", discord)):
        if access:
            lines += [f"[{name}]", f'token = "{access[0]}"', f'api_url = "{access[1]}"', 'admins = ["1"]']
    if "[delivery]" not in more:
        # These tests count alerts, and publish more of them in a minute than any place should get singly.
        lines += ["[delivery]", "max_burst = 0"]
    if "[web]" not in more:
        lines += ["[web]", 'listen = ""']
    lines.append(more)
    for url in feeds:
        lines += ["[[feeds]]", f'url = "{url}"']
    return "\n".join(lines) + "\n"


def web_address(log: str) -> str | None:
    """Find where the daemon says that it listens."""
    for word in log.replace('"', " ").replace(",", " ").split():
        if word.startswith("http://127.0.0.1:"):
            return word.rstrip("/")
    return None
