"""Text that should be XML, made well-formed where that is certain; feedparser's loose parser takes what is left."""

import html
import re
from xml.parsers import expat

from bot.adapters.feeds.balance import ENTRY, balance

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Controls that XML 1.0 allows and nobody means: Windows' quotes and dashes, taken for Latin-1.
C1_CONTROLS = re.compile("[\x80-\x9f]")
_UNMEANT = re.compile(f"{_ILLEGAL.pattern}|{C1_CONTROLS.pattern}")
_PROLOG = re.compile(r"(?:\s++|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
_CDATA_START = re.compile(r"<!\[CDATA\[", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_DECLARATION = re.compile(r"\A<\?xml\b[^>]*\?>", re.IGNORECASE)
_DECLARED_UTF8 = b'<?xml version="1.0" encoding="utf-8"?>\n'
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z))", re.DOTALL)
_AMPERSAND = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{0,30});|(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};))")
_PREFIX = re.compile(
    r"</?([A-Za-z_][\w.-]{0,40}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,40}):[A-Za-z_][\w.-]*\s*=\s*[\"']"
)
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,40})\s*=")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_ENTITY = re.compile(
    r"<!ENTITY\s+([A-Za-z][\w.-]{0,30})\s+(?:\"([^\"<&%]{0,200}|&#\w{1,8};)\"|'([^'<&%]{0,200}|&#\w{1,8};)')\s*>"
)
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
_MAX_ENTITIES, _MAX_USES = 20, 1_000
_MAX_CODE_POINT = 0x10FFFF
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativecommons": "http://backend.userland.com/creativeCommonsRssModule",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xlink": "http://www.w3.org/1999/xlink",
}


def prepare(text: str) -> tuple[bytes, str | None]:
    """Return a document as UTF-8 for feedparser, and in words what was wrong with it as XML, if anything."""
    cleaned = _without_noise(text)
    fault = xml_fault(cleaned)
    if fault is not None:
        cleaned = _repaired(cleaned)
        if xml_fault(cleaned) is not None and xml_fault(balanced := balance(cleaned)) is None:
            cleaned = balanced
    return _DECLARED_UTF8 + cleaned.encode("utf-8"), fault


def prepare_clean(text: str) -> bytes:
    """Return a document, of which ``is_clean`` is true, as ``prepare`` would where there is nothing wrong with it."""
    return _DECLARED_UTF8 + _without_declaration(text).encode("utf-8")


def xml_fault(text: str) -> str | None:
    """Say why a text (without a DTD) is not namespace-well-formed XML; None where it is."""
    parser = expat.ParserCreate("utf-8", " ")
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        return f"The document is not well-formed XML: {expat.ErrorString(error.code)}, line {error.lineno}."
    return None


def is_clean(text: str) -> bool:
    """Tell whether a piece of a document holds no character or reference that ``prepare`` would drop or replace."""
    return not _UNMEANT.search(text) and all(
        _legal_reference(found) == found[0] for found in _REFERENCE.finditer(text)
    )


def _without_noise(text: str) -> str:
    """Drop what stands before the first tag, the declaration, and characters that XML cannot hold."""
    legal = C1_CONTROLS.sub(lambda found: _meant(ord(found[0])), _ILLEGAL.sub("", text))
    return _REFERENCE.sub(_legal_reference, _without_doctype(_without_declaration(legal)))


def _without_declaration(text: str) -> str:
    return _DECLARATION.sub("", text[max(text.find("<"), 0) :], count=1).lstrip()


def _without_doctype(text: str) -> str:
    """Drop the DTD; of its entities only short ones that name nothing else are put in place, so often and no oftener."""
    place = prolog.end() if (prolog := _PROLOG.match(text)) else 0
    root = _ROOT.search(text, place)
    found = (
        _DOCTYPE.search(text, place, root.start() if root else len(text))
        if "<!DOCTYPE" in text[place : place + 2000].upper()
        else None
    )
    if found is None:
        return text
    entities = {name: double or single for name, double, single in _ENTITY.findall(found[0])}
    rest = text[: found.start()] + text[found.end() :]
    for name, value in [*entities.items()][:_MAX_ENTITIES]:
        rest = rest.replace(f"&{name};", value, _MAX_USES)
    return rest


def _legal_reference(found: re.Match[str]) -> str:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    code = int(digits[-12:], base)
    if 0x80 <= code <= 0x9F:  # noqa: PLR2004 - what HTML makes of these, too
        return _meant(code)
    if code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xDFFF < code < 0xFFFE:  # noqa: PLR2004 - XML 1.0, Char
        return found[0]
    return found[0] if 0xFFFF < code <= _MAX_CODE_POINT else ""  # noqa: PLR2004 - as above


def _meant(code: int) -> str:
    return bytes((code,)).decode("windows-1252", "ignore")


def _repaired(text: str) -> str:
    parts = _CDATA.split(_CDATA_START.sub("<![CDATA[", text))
    for place in range(0, len(parts), 2):
        parts[place] = _AMPERSAND.sub(_reference, parts[place])
    return _with_namespaces(_without_tail("".join(parts)))


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name in _PREDEFINED:
        return found[0]
    char = html.unescape(found[0])
    return char if char != found[0] else f"&amp;{name};"


def _without_tail(text: str) -> str:
    """Cut what follows the end of the root element, unless there are entries in it."""
    root = _ROOT.search(text)
    if root is None:
        return text
    end = f"</{root[1]}>"
    place = text.rfind(end)
    if place < 0 or ENTRY.search(text, place):
        return text
    return text[: place + len(end)]


def _with_namespaces(text: str) -> str:
    """Declare on the root the prefixes that are used and nowhere declared."""
    declared = {*_DECLARED.findall(text), "xml", "xmlns"}
    used = {one or other for one, other in _PREFIX.findall(text)}
    missing = sorted(used - declared)
    root = _ROOT.search(text) if missing else None
    if root is None:
        return text
    added = "".join(
        f' xmlns:{prefix}="{NAMESPACES.get(prefix.lower(), f"urn:undeclared:{prefix}")}"'
        for prefix in missing
    )
    return text[: root.end()] + added + text[root.end() :]
