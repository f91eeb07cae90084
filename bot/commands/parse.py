"""``feeds parse``: what Newsbell reads in a feed's bytes, without configuration and network."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.feeds.inspect import as_json as as_json_object
from bot.adapters.feeds.parser import FeedParser
from bot.commands.options import ConfigOption, JsonOption, read_bytes, say, say_json
from bot.model.entry import ParsedFeed, ParseFailed


def parse(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", show_default=False)] = None,
    *,
    url: Annotated[
        str, typer.Option(metavar="BASE", help="Where the bytes came from; resolves relative links.")
    ] = "",
    header: Annotated[
        list[str] | None, typer.Option(metavar="K: V", help="A header they came with; may be repeated.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,  # noqa: ARG001 - every command takes it
) -> None:
    """Show the title, link and entries that Newsbell reads in feeds; - or nothing reads standard input.

    With --json, one line a file: "file", "feed", "entries", "error". Ends with 1 where a file is no feed.

    Example: curl -s https://example.org/feed.xml | newsbell feeds parse --url https://example.org/feed.xml
    """
    headers = dict(_header(each) for each in header or ())
    failed = asyncio.run(_parse_all(files or [Path("-")], url, headers, as_json=as_json))
    if failed:
        raise typer.Exit(1)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise typer.BadParameter(f"{text} is no header; write 'Content-Type: text/xml'.")
    return name.strip().lower(), value.strip()


async def _parse_all(files: Sequence[Path], url: str, headers: Mapping[str, str], *, as_json: bool) -> bool:
    """Parse every file, as many at once as there are processors, and print in the order given."""
    workers = min(len(files), os.cpu_count() or 1)
    parser = FeedParser(workers=workers)
    failed = False
    try:
        for start in range(0, len(files), workers):
            some = files[start : start + workers]
            jobs = (parser.parse(read_bytes(file), url=url, headers=headers) for file in some)
            for file, parsed in zip(some, await asyncio.gather(*jobs), strict=True):
                failed |= isinstance(parsed, ParseFailed)
                if as_json:
                    say_json(as_json_object(str(file), parsed))
                else:
                    _tell(file, parsed)
    finally:
        await parser.close()
    return failed


def _tell(file: Path, parsed: ParsedFeed | ParseFailed) -> None:
    match parsed:
        case ParseFailed(reason):
            say(f"{file}: {reason}")
        case ParsedFeed():
            say(f"{file}: {parsed.title or 'without a title'} ({len(parsed.entries)} entries)")
            if parsed.warning:
                say(f"  {parsed.warning}")
            for entry in parsed.entries:
                date = f"{entry.published:%Y-%m-%d %H:%M} UTC" if entry.published else "no date"
                say(f"  {date:20}  {entry.title}")
                say(f"  {'':20}  {entry.link or 'no link'}")
