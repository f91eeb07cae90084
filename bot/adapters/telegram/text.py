"""Text as Telegram keeps it: characters it would remove, mentions it would find, lengths as it counts them. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote, urlsplit

from bot.model.message import Run, Text, plain

URL_LIMIT = 2048
# A word joiner behind @ or / is invisible and keeps Telegram from finding a mention or a command there.
_GUARD = "\u2060"
_MENTION = re.compile(r"(?<![A-Za-z0-9_])[@＠](?=\w)")
_MENTION_OR_COMMAND = re.compile(r"(?<![A-Za-z0-9_])[@＠](?=\w)|(?<![\w/<>])/(?=[A-Za-z0-9_])")
# TDLib takes combining rings away, also the one of a decomposed letter; composed first, the letter keeps it.
_RINGED = re.compile(r"\w\u030a")
# What TDLib removes (clean_input_string in td/telegram/misc.cpp), and the isolates, which a title may leave open.
_REMOVED = re.compile("[\r\u2028-\u202e\u2066-\u2069\u0333\u033f\u030a]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSAFE_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_HOST = re.compile(r"[^\s/?#%@:\[\]<>\"\\^`{|}]+")


def units(text: str) -> int:
    """Return the length in UTF-16 units, the measure of entity offsets (Bot API, MessageEntity)."""
    return len(text) + sum(char > "\uffff" for char in text)


def visible(text: str) -> bool:
    """Tell whether anything of a text can be seen; Telegram refuses a text where nothing can."""
    return any(unicodedata.category(char)[0] not in "CZM" and char not in _BLANKS for char in text)


def clean(text: str) -> str:
    """Return a text without the characters that Telegram would remove or that turn what follows around."""
    composed = _RINGED.sub(lambda ringed: unicodedata.normalize("NFC", ringed[0]), text.replace("\r\n", "\n"))
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", _REMOVED.sub("", composed)))


def one_line(text: str) -> str:
    """Return a clean text with every stretch of white space made one space."""
    return re.sub(r"\s+", " ", clean(text))


def few_lines(text: str) -> str:
    """Return a clean text with at most one empty line in a row and single spaces; a no-break space stays."""
    return re.sub(r"\n\s*\n", "\n\n", re.sub(r"[ \t]+", " ", re.sub(r"[ \t]*\n[ \t]*", "\n", clean(text))))


def linkable(url: str | None) -> str | None:
    """Return a URL that Telegram accepts in a link or a button, None where there is none.

    Telegram refuses a whole message for a link to a host without a point (``http://intranet/``), another scheme
    or an impossible port. White space and controls are percent-encoded.
    """
    if not url or len(url) > URL_LIMIT:
        return None
    safe = _UNSAFE_IN_URL.sub(lambda char: quote(char[0], errors="replace"), url.strip())
    try:
        parts = urlsplit(safe)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or port == 0 or len(safe) > URL_LIMIT:
        return None
    if "@" in parts.netloc or parts.netloc.endswith(":"):
        return None
    return safe if _HOST.fullmatch(host) and "." in host.strip(".") else None


def guarded(text: Text, *, commands: bool = False) -> Text:
    """Return a text in which Telegram finds no mention and, where asked, no command; code is left alone."""
    pattern = _MENTION_OR_COMMAND if commands else _MENTION
    places = [found.end() for found in pattern.finditer(plain(text))]
    return tuple(_split_in(text, places)) if places else text


def unguarded(text: str) -> str:
    """Return what a person typed, or copied from a message of ours, without our guards."""
    return text.replace(_GUARD, "")


def _split_in(text: Text, places: Iterable[int]) -> Iterator[Run]:
    begin, waiting = 0, list(places)
    for run in text:
        end = begin + len(run.text)
        inside = [place - begin for place in waiting if begin < place <= end]
        yield run if run.code else replace(run, text=_with_guards(run.text, inside))
        begin = end


def _with_guards(text: str, places: list[int]) -> str:
    for place in reversed(places):
        text = text[:place] + _GUARD + text[place:]
    return text
