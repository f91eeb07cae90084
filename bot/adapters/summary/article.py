"""The report in a web page, found by trafilatura; none where the page asks not to be read on.

Pure and synchronous. May take as long and as much memory as a hostile page likes; ``reader`` bounds both.
"""

import json
import re
from collections.abc import Iterator

from lxml import etree, html
from trafilatura import bare_extraction

from bot.model.page import Article, PageRefused
from bot.query.piles import without_piles

MAX_TEXT = 20_000
_ACCESS = "isAccessibleForFree"
_NO = re.compile(r"(?:https?://schema\.org/)?false", re.IGNORECASE)
_NO_SNIPPET = re.compile(r"\bnosnippet\b|\bmax-snippet\s*:\s*0\b", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n]+")
_DEPTH = 12


def read_article(page: str) -> Article | PageRefused:
    """Return the report of a page given as HTML."""
    root = _tree(page)
    if root is None:
        return PageRefused("The page cannot be read as HTML.")
    if _is_closed(root):
        return PageRefused("The page is for paying readers only.")
    if _wants_no_snippet(root):
        return PageRefused("The page asks not to be quoted (nosnippet).")
    text = _report(root)
    return Article(text) if any(map(str.isalnum, text)) else PageRefused("No report was found in the page.")


def text_of(page: str) -> str:
    """Return the report of a page, whatever the page says about who may read it; empty where there is none."""
    root = _tree(page)
    return "" if root is None else _report(root)


def _tree(page: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, recover=True, huge_tree=False)
    try:
        return html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _report(root: html.HtmlElement) -> str:
    found = bare_extraction(root, include_comments=False, include_tables=False, with_metadata=False)
    text = getattr(found, "text", None) or ""
    lines = (_SPACES.sub(" ", line).strip() for line in _CONTROLS.sub("", without_piles(text)).split("\n"))
    return "\n".join(line for line in lines if line)[:MAX_TEXT]


def _is_closed(root: html.HtmlElement) -> bool:
    """Tell whether the page says of itself that it is not free to read (schema.org, Open Graph's content tier)."""
    marks = (each for script in _scripts(root) for each in _access(script, _DEPTH))
    inline = (str(each.get("content")) for each in root.iterfind(f".//*[@itemprop='{_ACCESS}']"))
    tiers = (str(each.get("content")) for each in root.iterfind(".//meta[@property='article:content_tier']"))
    return any(_NO.fullmatch(str(each).strip()) for each in (*marks, *inline)) or "locked" in tiers


def _scripts(root: html.HtmlElement) -> Iterator[object]:
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        try:
            yield json.loads(_CONTROLS.sub("", script.text or ""), strict=False)
        except (ValueError, RecursionError):
            continue


def _access(value: object, depth: int) -> Iterator[object]:
    """Yield what linked data says about access, of the report itself or of its parts."""
    inner: list[object] = []
    if isinstance(value, dict):
        if _ACCESS in value:
            yield value[_ACCESS]
        inner = list(value.values())
    elif isinstance(value, list):
        inner = value
    if depth:
        for each in inner:
            yield from _access(each, depth - 1)


def _wants_no_snippet(root: html.HtmlElement) -> bool:
    names = root.iterfind(".//meta[@name='robots']")
    return any(_NO_SNIPPET.search(str(each.get("content"))) for each in names)
