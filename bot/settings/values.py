"""What a setting's value may look like: durations, sizes, lists, addresses, tokens, people.

Each reader takes what TOML or an environment variable holds and raises ValueError with a sentence that ends with
what to write instead.
"""

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from bot.model.address import Address, Platform
from bot.model.cadence import Cadence
from bot.query.language import parse
from bot.settings.units import read_duration, read_size
from bot.starters import starter_topics

_PERSON = re.compile(r"(?:(telegram|discord):)?(-?\d{1,20})")
ALLOWED = re.compile(r"(?:telegram|discord):-?\d{1,20}")
_LISTEN = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:/\[\]]*)):(\d{1,5})")
_HIGHEST_PORT = 65535
HOST = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[^\s/:@\[\]]+)(?::\d{1,5})?|[0-9a-fA-F:]+:[0-9a-fA-F:]*")


def _duration(value: object) -> object:
    if isinstance(value, str):
        return read_duration(value)
    if isinstance(value, timedelta):
        return value
    raise ValueError(f'{value!r} has no unit; write a text such as "30s", "5m", "6h" or "1d".')


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError('nothing happens in no time; write a duration above zero, such as "30s".')
    return value


def _size(value: object) -> object:
    return read_size(value) if isinstance(value, str) else value


def many(value: object) -> object:
    """Turn a text from the environment, JSON or comma separated, into a list; single numbers into texts."""
    if isinstance(value, str):
        value = from_json(value) if value.lstrip().startswith("[") else value.split(",")
    if isinstance(value, list | tuple):
        items = (str(item) if type(item) is int else item for item in value)
        return tuple(item.strip() if isinstance(item, str) else item for item in items if item != "")
    return value


def tables(value: object) -> object:
    """Turn JSON from the environment into a list of tables."""
    return from_json(value) if isinstance(value, str) else value


def from_json(text: str) -> object:
    """Read JSON that stands in one environment variable."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"that is no valid JSON ({error}); write a JSON list in one line.") from error


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(
            f'"{without_credentials(value)}" is no web address; write one that begins with https:// or http://.'
        )
    return value.rstrip("/") if parts.path in {"", "/"} else value


def _base_address(value: str) -> str:
    return _web_address(value).rstrip("/")


def _token(value: SecretStr | None) -> SecretStr | None:
    text = value.get_secret_value().strip() if value else ""
    if re.search(r"[\s/]|[^\x21-\x7e]", text):
        raise ValueError("that is no token; copy it whole, without spaces, quotes or a URL around it.")
    return SecretStr(text) if text else None


def _key(value: SecretStr | None) -> SecretStr | None:
    text = value.get_secret_value().strip() if value else ""
    if re.search(r"[^\x21-\x7e]", text):
        raise ValueError("that is no key; copy it whole, without spaces or line breaks.")
    return SecretStr(text) if text else None


Duration = Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_positive)]
Size = Annotated[int, BeforeValidator(_size), Field(ge=1024)]
Words = Annotated[tuple[str, ...], BeforeValidator(many)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
BaseAddress = Annotated[str, AfterValidator(_base_address)]
NoAddressYet = Annotated[BaseAddress | None, BeforeValidator(lambda value: value or None)]
Key = Annotated[SecretStr | None, AfterValidator(_key)]
Token = Annotated[SecretStr | None, AfterValidator(_token)]


def people(values: Sequence[str], platform: Platform) -> tuple[str, ...]:
    """Bring admins to ``platform:ID``, the form of ``Person.key``."""
    found = [(value, _PERSON.fullmatch(value)) for value in values]
    wrong = [value for value, match in found if not match or match[1] not in {None, platform}]
    if wrong:
        raise ValueError(
            f"{', '.join(wrong)}: not a {platform.title()} user id; write numbers, such as [123456789]."
        )
    return tuple(f"{platform}:{match[2]}" for _, match in found if match)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the web side listens; port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return ``host:port``, as it is written."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_listen(value: object) -> object:
    """Read ``host:port`` or ``[ipv6]:port``; an empty text is None."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    found = _LISTEN.fullmatch(value.strip())
    if not found or int(found[3]) > _HIGHEST_PORT:
        raise ValueError(f'"{value}" is no place to listen; write host:port, such as "127.0.0.1:8787".')
    return Listen(found[1] or found[2] or "0.0.0.0", int(found[3]))  # noqa: S104 - ":8787" asks for every interface


def read_address(value: object) -> object:
    """Read a destination; the text of an error never repeats a webhook's token."""
    return Address.parse(value) if isinstance(value, str) else value


def read_chat(value: object) -> object:
    """Read a chat in which the bot can be answered; empty for none."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    address = Address.parse(value)
    if address.platform not in {Platform.TELEGRAM, Platform.DISCORD}:
        raise ValueError("buttons work on Telegram and Discord only; write telegram:CHAT or discord:CHANNEL.")
    return address


def read_cadence(value: object) -> object:
    """Read how often to send."""
    return Cadence.parse(value) if isinstance(value, str) else value


def read_query(value: object) -> object:
    """Read a query."""
    return parse(value, topics=starter_topics()) if isinstance(value, str) else value


def check_database(value: SecretStr) -> SecretStr:
    """Check a database's URL without opening it."""
    scheme, _, rest = value.get_secret_value().partition("://")
    if scheme not in {"sqlite", "postgresql", "postgres"} or not rest.strip("/"):
        raise ValueError(
            "that is no database; write sqlite:///newsbell.db or postgresql://USER:PASSWORD@HOST/NAME."
        )
    return value


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was probably meant to be."""
    spelled = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), spelled, n=1, cutoff=0.6)
    return spelled[found[0]] if found else None


def without_credentials(url: str) -> str:
    """Return an address without ``user:password@``."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
