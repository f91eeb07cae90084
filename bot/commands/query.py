"""``query check`` and ``query batch``: what a query means for a text, without configuration and network."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeGuard

import typer

from bot.commands.options import ConfigOption, JsonOption, complain, read_text, say, say_json
from bot.query.explain import explain as explain_query
from bot.query.inspect import as_document
from bot.query.inspect import check as check_query
from bot.query.language import parse
from bot.query.topics import Topics
from bot.starters import starter_topics

WRONG = 2


def check(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The query.", show_default=False)],
    *,
    text: Annotated[
        str, typer.Option("--text", metavar="T", help="The text to look in; - reads standard input.")
    ] = "",
    lang: Annotated[str | None, typer.Option(help="The text's language, such as ja.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say which part matched where, or which part failed.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 where the text does not match.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,  # noqa: ARG001 - every command takes it
) -> None:
    """Check a query, and whether it matches a text.

    Ends with 0, with 2 where the query itself is wrong, and with 1 for no match only where --exit-code asks for it.

    Example: newsbell query check 'Takaichi NOT trade' --text 'Takaichi flies to Washington' --explain
    """
    given = read_text(Path("-")) if text == "-" else text
    result = check_query(query, given, lang=lang, topics=starter_topics())
    if explain and "match" in result:
        parsed = parse(query, topics=starter_topics())
        result["explanation"] = explain_query(parsed, as_document(given, lang=lang)).lines()
    if as_json:
        say_json(result)
    else:
        _tell(result, given)
    if "error" in result:
        raise typer.Exit(WRONG)
    if exit_code and not result["match"]:
        raise typer.Exit(1)


def _tell(result: Mapping[str, Any], text: str) -> None:
    if "error" in result:
        complain(result["error"])
        return
    say(f"query: {result['canonical']}")
    if text:
        say("match" if result["match"] else "no match")
    for line in result.get("explanation", ()):
        say(f"  {line}")


def batch(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", show_default=False)] = None,
    *,
    as_json: JsonOption = False,
    config: ConfigOption = None,  # noqa: ARG001 - every command takes it
) -> None:
    """Check many queries: lines of JSON in, a line of JSON out for each.

    A line is an object with "query", "text" and, where wanted, "lang" and "fields" (title, source, author, tag,
    lang, link). A line that cannot be read is answered with an "error", like a wrong query. Blank lines are skipped.

    Example: newsbell query batch --json queries.jsonl
    """
    topics = starter_topics()
    for line in _lines(files or [Path("-")]):
        result = _answer(line, topics)
        if as_json:
            say_json(result)
        else:
            say(
                result.get("error")
                or f"{'match   ' if result['match'] else 'no match'}  {result['canonical']}"
            )


def _lines(files: list[Path]) -> Iterator[str]:
    for path in files:
        # Standard input is answered line by line, so that a program can hold a conversation.
        lines = iter(sys.stdin.buffer) if str(path) == "-" else iter(read_text(path).encode().split(b"\n"))
        yield from (text for line in lines if (text := line.decode("utf-8-sig", "replace")).strip())


def _answer(line: str, topics: Topics) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        given = None
    match given:
        case {"query": str(query), **others}:
            text, lang, fields = (others.get(name) for name in ("text", "lang", "fields"))
            if isinstance(text, str | None) and isinstance(lang, str | None) and _are_fields(fields):
                return check_query(query, text or "", lang=lang, fields=fields, topics=topics)
    return {
        "error": 'The line is no object with "query" and "text"; write one JSON object a line.',
        "position": 0,
    }


def _are_fields(value: object) -> TypeGuard[Mapping[str, str | Sequence[str] | None] | None]:
    if value is None:
        return True
    return isinstance(value, dict) and all(isinstance(each, str | list | None) for each in value.values())
