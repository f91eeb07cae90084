"""Markup to plain text: tags gone, references decoded, white space collapsed, paragraphs as lines, controls out."""

import html
import re
from html.entities import html5

import nh3

from bot.query.piles import without_piles

_BLOCK_NAMES = (
    "address article aside blockquote br center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset({"td", "th"})
_SILENT_NAMES = (
    "script style template noscript iframe object embed svg head title applet audio video "
    "canvas noframes noembed"
)
_SILENT = frozenset(_SILENT_NAMES.split())
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q rp rt ruby s samp small span strike "
    "strong sub sup time tt u var wbr label caption colgroup iframe script style"
)
_KNOWN = _BLOCKS | _CELLS | frozenset(_INLINE_NAMES.split())
_TAG = re.compile(r"<(/?)([a-z0-9]+)>")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_CLOSING = re.compile(r"</([A-Za-z][A-Za-z0-9]{0,15})\s*>")
_VOID = re.compile(r"<(?:br|hr|img|p)\b[^<>]*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_AMPERSAND = re.compile(rf"{_REFERENCE.pattern}|&")
# A noncharacter, which ``clean`` leaves in no text. nh3 takes time that grows with the square of a row of references.
_STAND_IN = "\ufdd0"
_MARKUP = re.compile(r"[<&]")
_BLOCKS_ALONE = nh3.Cleaner(
    tags=set(_BLOCKS | _CELLS),
    attributes={},
    clean_content_tags=set(_SILENT),
    strip_comments=True,
    link_rel=None,
)


def clean(text: str) -> str:
    """Remove control characters (but line breaks and tabs), lone surrogates, noncharacters and marks without end."""
    return without_piles(_without_controls(text))


def _without_controls(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)


def one_line(text: str) -> str:
    """Collapse all white space to single spaces."""
    return " ".join(clean(text).split())


def text_of_html(markup: str) -> str:
    """Return the text of HTML, a line for each block. Scripts, styles and the like leave nothing."""
    if "<" not in markup and "&" not in markup:
        return _lines(_paragraphs(clean(markup), "\u2029").replace("\u2029", "\n"))
    cleaned = _without_controls(markup)
    bare = _AMPERSAND.sub(_reference, _without_elements(cleaned) if "<" in cleaned else _escaped(cleaned))
    flat = bare.replace("\n", " ") if _TAG.search(bare) else _paragraphs(bare, "<p>")
    told = _TAG.sub(_break, flat)
    # Only a reference can bring back what has been cleaned away.
    return _lines(clean(html.unescape(told)) if "&" in told else without_piles(told))


def _paragraphs(text: str, between: str) -> str:
    """Return text on one line, with a mark where its empty lines were."""
    return _PARAGRAPH.sub(between, text).replace("\n", " ") if "\n" in text else text


def _break(tag: re.Match[str]) -> str:
    return " " if tag[2] in _CELLS else "\n"


def _without_elements(markup: str) -> str:
    """Return HTML with the tags of its blocks alone; references stay as they are written."""
    return _BLOCKS_ALONE.clean(markup.replace("&", _STAND_IN)).replace(_STAND_IN, "&")


def _escaped(text: str) -> str:
    """Return text without tags as ``_without_elements`` would: a no-break space parts no paragraphs."""
    return text.replace("\xa0", "&nbsp;")


def text_of_plain(text: str) -> str:
    """Return plain text, line breaks kept; text that is HTML all the same (tags that close) is read as HTML."""
    return text_of_html(text) if has_tags(text) else _lines(clean(text))


def title_of_html(markup: str) -> str:
    """Return a title as one line; what still holds references or closed tags is decoded once more, and no further."""
    first = one_line(text_of_html(markup)) if _MARKUP.search(markup) else one_line(markup)
    if first == one_line(markup):
        return first
    return _second_pass(first)


def title_of_plain(text: str) -> str:
    """Return a title that is declared as plain text; references and closed tags are decoded all the same."""
    return _second_pass(one_line(text))


def _second_pass(text: str) -> str:
    if has_tags(text):
        return one_line(text_of_html(text))
    return one_line(html.unescape(_AMPERSAND.sub(_reference, text))) if _REFERENCE.search(text) else text


def _reference(found: re.Match[str]) -> str:
    """Escape what only resembles a reference: ``&copy=2`` is part of an address, ``&notit;`` of nothing."""
    whole = found[0]
    known = whole[1:2] == "#" or whole[1:] in html5
    return whole if known else f"&amp;{whole[1:]}"


def has_tags(text: str) -> bool:
    """Tell whether text holds HTML: an element of HTML that is closed, or one that needs no closing."""
    if "<" not in text:
        return False
    low = text.lower()
    closed = any(
        f"<{name.lower()}" in low and name.lower() in _KNOWN for name in _CLOSING.findall(text[:20_000])[:50]
    )
    return closed or bool(_VOID.search(text))


def _lines(text: str) -> str:
    if "\n" not in text:
        return " ".join(text.split())
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n".join([line for line in lines if line])
