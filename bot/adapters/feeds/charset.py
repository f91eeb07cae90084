"""Bytes to text: byte order mark, XML declaration, HTTP charset, with the labels of the WHATWG Encoding standard."""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

import webencodings

from bot.adapters.feeds.scripts import guess_codec

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML 1.0, appendix F: how "<?xml" or "<" begins where there is no byte order mark.
_FIRST_BYTES = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"{\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00{", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"{\x00", "utf-16-le"),
    (b"\x00{", "utf-16-be"),
)
_MARKS = tuple(mark for mark, _ in (*_BOMS, *_FIRST_BYTES))
_JAPANESE_ESCAPE = b"\x1b$"
_EBCDIC = b"\x4c\x6f\xa7\x94"
# What the standard means by these names, where Python's codec of the same name knows fewer characters.
_WIDER = {
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "iso-8859-8-i": "iso-8859-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
# Python counts these among its text encodings; no document is written in them.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_DECLARATION = re.compile(
    rb"""^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})\s*["']"""
)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]{1,40})""", re.IGNORECASE)
_META = re.compile(rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(
    rb"""(?:<(?:dc:)?language>\s*|\bxml:lang\s*=\s*["'])([A-Za-z]{2}(?:-[A-Za-z]{2,4})?)"""
)
_USUAL = {
    "ja": ("iso2022_jp", "euc_jp", "cp932"),
    "ko": ("cp949",),
    "zh": ("gb18030",),
    "zh-tw": ("big5hkscs",),
    "zh-hk": ("big5hkscs",),
    "zh-hant": ("big5hkscs",),
    "ru": ("windows-1251",),
    "uk": ("windows-1251",),
    "bg": ("windows-1251",),
    "pl": ("iso-8859-2",),
    "cs": ("windows-1250",),
    "hu": ("iso-8859-2",),
    "el": ("windows-1253",),
    "tr": ("windows-1254",),
    "he": ("windows-1255",),
    "ar": ("windows-1256",),
    "th": ("cp874",),
}
_UNTHINKING = frozenset({"windows-1252", "ascii"})
_HYPHENS = re.compile(r"[\s_-]")
_MULTIBYTE_PREFIX = ("utf-16", "utf-32")


def decode_document(body: bytes, content_type: str = "") -> str:
    """Return a document's text without byte order mark. Never fails: what cannot be read becomes U+FFFD."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    for mark, codec in _FIRST_BYTES:
        if body.startswith(mark):
            return body.decode(codec, "replace")
    claims = [codec for codec in _claims(body, content_type) if not codec.startswith(_MULTIBYTE_PREFIX)]
    text = _choose(body, list(dict.fromkeys(claims)) or ["utf-8"])
    # NEL ends lines on mainframes alone.
    return text.replace("\x85", "\n") if body.startswith(_EBCDIC) else text


def decode_page(body: bytes, content_type: str = "") -> str:
    """As ``decode_document``, for HTML: where the server names no charset, the page's own word counts."""
    found = None if _CHARSET.search(content_type) else _META.search(body[:4_096])
    return decode_document(body, f"text/html; charset={found[1].decode('ascii')}" if found else content_type)


def says_utf8(body: bytes, content_type: str = "") -> bool:
    """Tell whether ``decode_document`` decodes as UTF-8 whatever of this document is valid UTF-8 throughout."""
    if body.startswith(codecs.BOM_UTF8):
        return True
    if body.startswith(_MARKS):
        return False
    return next(_claims(body, content_type), "utf-8") == "utf-8" and not _is_escaped(body)


@lru_cache(maxsize=256)
def codec_for(label: str) -> str | None:
    """Return Python's codec for a charset label: the standard's meaning first, else Python's own; None if unknown."""
    known = webencodings.lookup(label)
    standard = "" if known is None else str(known.name)
    if standard not in ("", "replacement", "x-user-defined"):
        return _WIDER.get(standard, standard)
    for spelling in (label.strip(), _HYPHENS.sub("", label)):
        try:
            found = codecs.lookup(spelling)
        except (LookupError, ValueError):
            continue
        return found.name if found._is_text_encoding and found.name not in _NO_CHARSETS else None  # noqa: SLF001 - the only mark of codecs that make text
    return None


def _claims(body: bytes, content_type: str) -> Iterator[str]:
    """Yield the codecs that the document or its server names, UTF-8 first: text that decodes as UTF-8 is UTF-8."""
    head = body[:400]
    if body.startswith(_EBCDIC):
        head = head.decode("cp037", "replace").encode("utf-8")
    labels = [found[1].decode("ascii") for found in [_DECLARATION.match(head)] if found]
    labels += [found[1] for found in [_CHARSET.search(content_type)] if found]
    codecs_named = [codec for codec in map(codec_for, labels) if codec]
    # Programs write these without thinking; a server that names another was told to.
    codecs_named.sort(key=lambda codec: codec in _UNTHINKING)
    if "utf-8" in codecs_named or not codecs_named or codecs_named[0] in _UNTHINKING:
        yield "utf-8"
    yield from codecs_named


def _choose(body: bytes, claims: list[str]) -> str:
    if claims == ["utf-8"] and _is_escaped(body):
        return body.decode("iso2022_jp", "replace")
    for codec in claims:
        try:
            return body.decode(codec)
        except (UnicodeDecodeError, ValueError):
            continue
    others = [codec for codec in claims if codec != "utf-8"]
    if "utf-8" in claims:
        lenient = body.decode("utf-8", "replace")
        if not others or lenient.count("\ufffd") * 4 < _non_ascii(lenient):
            return lenient if _mostly_valid(lenient) else _by_language(body)
    return body.decode(others[0], "replace")


def _is_escaped(body: bytes) -> bool:
    """Tell whether ASCII holds the escapes of ISO-2022-JP, which nothing else holds."""
    return body.isascii() and _JAPANESE_ESCAPE[:1] in body and _JAPANESE_ESCAPE in body


def _by_language(body: bytes) -> str:
    """Decode what is not UTF-8 and names nothing else, by the charsets usual for its language, else by its script."""
    found = _LANGUAGE.search(body[:20_000])
    language = found[1].decode("ascii").lower() if found else ""
    for codec in _USUAL.get(language, ()) or _USUAL.get(language[:2], ()):
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    return body.decode(guess_codec(body) or "windows-1252", "replace")


def _mostly_valid(text: str) -> bool:
    """Tell whether a few damaged bytes stand among good characters (or alone in a long text)."""
    bad = text.count("\ufffd")
    good = len(text.encode("utf-8", "replace")) - len(text) - 2 * bad
    return bad <= good


def _non_ascii(text: str) -> int:
    return sum(1 for char in text if char > "\x7f")
