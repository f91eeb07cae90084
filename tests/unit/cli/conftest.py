from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import run


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


Newsbell = Callable[..., Ran]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and an environment that configures nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NEWSBELL_WEB__LISTEN", "127.0.0.1:0")
    return tmp_path


@pytest.fixture
def newsbell(folder: Path, capfd: pytest.CaptureFixture[str]) -> Newsbell:  # noqa: ARG001 - works in that folder
    """The program, in this process."""

    def call(*arguments: str) -> Ran:
        capfd.readouterr()
        code = run(list(arguments))
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return call
