"""A small language for what a JSON body may hold; faults are collected the way Discord reports them."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.standins.discord.errors import invalid_form

Check = Callable[[Any, "Faults", tuple[str, ...]], None]

_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\.?", re.IGNORECASE
)
_URL_CHARACTERS = re.compile(r"[!-~]+")


class Faults:
    """The errors found so far, in the nested form of code 50035."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {}

    def add(self, path: tuple[str, ...], code: str, message: str) -> None:
        node = self.tree
        for step in path:
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})


def enforce(check: Check, body: Any) -> None:
    """Raise Invalid Form Body where a body is not what the check asks for."""
    faults = Faults()
    check(body, faults, ())
    if faults.tree:
        raise invalid_form(faults.tree)


def nullable(check: Check) -> Check:
    def inner(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
        if value is not None:
            check(value, faults, path)

    return inner


def text(most: int, least: int = 0) -> Check:
    """A string whose length, trimmed and in code points, lies within bounds."""

    def inner(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
        if not isinstance(value, str):
            faults.add(path, "BASE_TYPE_BAD_TYPE", "Must be a string.")
        elif any(0xD800 <= ord(char) <= 0xDFFF for char in value):
            faults.add(path, "BASE_TYPE_BAD_TYPE", "Not valid Unicode.")
        elif len(value.strip()) > most:
            faults.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif len(value.strip()) < least:
            faults.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    return inner


def pattern(expression: str, most: int) -> Check:
    def inner(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
        if not isinstance(value, str) or len(value) > most or not re.fullmatch(expression, value):
            faults.add(path, "STRING_TYPE_REGEX", "String value did not match validation regex.")

    return inner


def integer(least: int = 0, most: int = (1 << 63) - 1) -> Check:
    def inner(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            faults.add(path, "NUMBER_TYPE_COERCE", f"Must be a number from {least} to {most}.")

    return inner


def one_of(*values: Any) -> Check:
    def inner(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
        if isinstance(value, bool) or value not in values:
            faults.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {values}.")

    return inner


def boolean(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
    if not isinstance(value, bool):
        faults.add(path, "BASE_TYPE_BAD_TYPE", "Must be either true or false.")


def snowflake(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and int(value) < 1 << 63):
        faults.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def url(most: int, schemes: tuple[str, ...] = ("http", "https")) -> Check:
    """An address in ASCII with a host that has a dot or is an IP address."""

    def inner(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
        if not isinstance(value, str) or len(value) > most:
            faults.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not well_formed(value, schemes):
            faults.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")

    return inner


def well_formed(value: str, schemes: tuple[str, ...]) -> bool:
    if not _URL_CHARACTERS.fullmatch(value) or any(char in value for char in '<>"\\^`{|}'):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in schemes and bool(_HOST.fullmatch(host) or _is_ip(host))


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def array(of: Check, most: int, least: int = 0, *, unique: bool = False) -> Check:
    def inner(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
        if not isinstance(value, list):
            faults.add(path, "BASE_TYPE_BAD_TYPE", "Only iterables may be used in a ListType.")
            return
        if not least <= len(value) <= most:
            faults.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        if unique and len({str(item) for item in value}) != len(value):
            faults.add(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value.")
        for index, item in enumerate(value):
            of(item, faults, (*path, str(index)))

    return inner


def fields(known: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    """An object with these fields and no others: a misspelt field must not pass silently."""

    def inner(value: Any, faults: Faults, path: tuple[str, ...]) -> None:
        if not isinstance(value, dict):
            faults.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType.")
            return
        for name in required:
            if value.get(name) is None:
                faults.add((*path, name), "BASE_TYPE_REQUIRED", "This field is required")
        for name, item in value.items():
            check = known.get(name)
            if check is None:
                faults.add((*path, name), "UNKNOWN_FIELD", "The stand-in knows no such field here.")
            elif item is not None or name in required:
                check(item, faults, (*path, name))

    return inner
