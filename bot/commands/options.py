"""Options that several commands share, and how they print. Light, for the commands that need no configuration."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration; else NEWSBELL_CONFIG, else config.toml here if it exists.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON, one object a line.")]


def chosen(context: typer.Context, config: Path | None) -> Path | None:
    """Return the configuration file asked for, before or after the command's name."""
    before = context.obj
    return config or (before if isinstance(before, Path) else None)


def say_json(value: Any) -> None:
    """Print a value as JSON in one line, readable where the terminal can show it."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # A lone surrogate, or a terminal that is not in UTF-8: the escaped form says the same.
        text = json.dumps(value)
    typer.echo(text)


def say(text: str) -> None:
    """Print a line; characters that the terminal lacks become question marks."""
    encoding = sys.stdout.encoding or "utf-8"
    typer.echo(text.encode(encoding, "replace").decode(encoding))


def complain(text: str) -> None:
    """Print a line on standard error."""
    typer.echo(text, err=True)


def read_text(path: Path) -> str:
    """Read a file, or standard input for ``-``, as UTF-8; a byte order mark is dropped, wrong bytes are replaced."""
    return read_bytes(path).decode("utf-8-sig", "replace")


def read_bytes(path: Path) -> bytes:
    """Read a file, or standard input for ``-``; a file that cannot be read ends the command with a usage error."""
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}.") from error
