"""``feeds discover``: the feeds of a site, or of a saved page without configuration and network."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.feeds.pages import find_links
from bot.commands.options import ConfigOption, JsonOption, chosen, read_bytes, say, say_json
from bot.config import load
from bot.finding import discovered
from bot.pipeline.feed_report import found_rate
from bot.settings.values import without_credentials


def discover(
    context: typer.Context,
    address: Annotated[
        str | None, typer.Argument(metavar="[URL]", help="The site to ask.", show_default=False)
    ] = None,
    *,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A saved page instead; - is standard input.")
    ] = None,
    url: Annotated[str, typer.Option(metavar="BASE", help="Where the saved page came from.")] = "",
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Find the feeds of a site, or of a saved page.

    With --json, one line: {"feeds": …}, each with "url", "title" and "type". Ends with 1 where there is none.

    Example: newsbell feeds discover bbc.com/news
    """
    if (address is None) == (html is None):
        raise typer.BadParameter("name either a URL to ask or a saved page with --html FILE.")
    if html is not None:
        found = find_links(read_bytes(html), url, {})
    else:
        found = asyncio.run(discovered(load(chosen(context, config), os.environ), address or ""))
    if as_json:
        say_json({"feeds": [{"url": each.url, "title": each.title, "type": each.type} for each in found]})
    else:
        for each in found:
            say(f"{without_credentials(each.url)}  {each.title}{found_rate(each)}  ({each.type})")
    if not found:
        raise typer.Exit(1)
