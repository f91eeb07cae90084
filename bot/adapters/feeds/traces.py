"""Which items leave no trace in feedparser, so that the items after them are read alike without them.

feedparser keeps one state for a whole document; an element that ends inside an element of the same kind, a namespace
declared in the midst, a picture of the channel's kind may change how later items are read. What is listed here as
harmless was found so in its handlers; everything else counts as leaving a trace and is simply parsed again.
"""

import re

from bot.adapters.feeds.items import Tag
from bot.adapters.feeds.repair import NAMESPACES

_PREFIXES = re.compile(r"""\sxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""")
_DEFAULTS = re.compile(r"""\sxmlns\s*=\s*["']([^"']*)["']""")
_CHANNELS_OWN = frozenset({"image", "textinput", "channel", "feed", "rss", "rdf"})
_PEOPLE = frozenset({"author", "contributor"})
_OF_A_PERSON = frozenset({"name", "email", "uri"})
# Atom's namespace is left out: declared where no other is, it makes the whole document Atom.
_LASTING = {prefix: uri for prefix, uri in NAMESPACES.items() if prefix != "atom"}
_HTML = re.compile(
    r"a|abbr|b|blockquote|br|cite|code|d[dlt]|del|div|em|figcaption|figure|h[1-6]|hr|i|img|ins|li|ol|p|pre|q|s|small|"
    r"span|strong|su[bp]|table|tbody|t[dhrt]|tfoot|thead|u|ul"
)


def leaves_no_trace(inside: list[Tag], context: str) -> bool:
    """Tell whether a well-formed item of these tags can be left out without any effect on its neighbours."""
    within: list[Tag] = []
    declares = any("xmlns" in tag.attributes for tag in inside)
    declared = dict(_PREFIXES.findall(context)) if declares else {}
    for tag in inside:
        if tag.ends:
            if not within:
                return False
            within.pop()
            continue
        if not (_is_harmless(tag, within) and _declares_the_usual(tag, declared)):
            return False
        if not tag.empty:
            within.append(tag)
    return True


def _is_harmless(tag: Tag, within: list[Tag]) -> bool:
    match len(within):
        case 0:
            return True
        case 1:
            return tag.local not in _CHANNELS_OWN
        case 2 if within[1].local in _PEOPLE:
            return tag.local in _OF_A_PERSON
        case _ if all(outer.name.startswith("media:") for outer in within[1:]):
            return tag.name.startswith("media:")
        case _:
            return _HTML.fullmatch(tag.local) is not None


def _declares_the_usual(tag: Tag, declared: dict[str, str]) -> bool:
    """Tell whether what a tag declares is what its prefix stands for anyway; feedparser never forgets a prefix."""
    if "xmlns" not in tag.attributes:
        return True
    usual = all(uri == NAMESPACES["xhtml"] for uri in _DEFAULTS.findall(tag.attributes))
    return usual and all(
        uri == _LASTING.get(prefix) == declared.get(prefix, uri)
        for prefix, uri in _PREFIXES.findall(tag.attributes)
    )
