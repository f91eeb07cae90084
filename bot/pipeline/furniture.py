"""What stands around the news in a text: headings, bylines, invitations to read on, notices of rights. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from bot.pipeline.sentences import ENDED, Span

# What publishing systems add to a text: no news, whatever the language.
_INVITATION = re.compile(
    r"The post .{1,300} (?:first appeared|appeared first) on .{1,100}|"
    r"\W*(?:continue reading|read (?:more|the full (?:article|story))|click here\b|view (?:image|entire post)|"
    r"share this (?:article|story|page|post)|sign up (?:for|to) (?:our|the|my) .{0,40}newsletters?|follow us on|"
    r"subscribe (?:now|to our|to the newsletter)|advertisement|story continues below|scroll to continue|"
    r"(?:file )?photo:|image (?:source|caption|credit)|related(?: articles| stories)?:|more (?:on|from) this story|"
    r"weiterlesen|lire la suite|leer más|続きを読む|続きはこちら|関連記事|あわせて読みたい|広告|"
    r"阅读全文|阅读更多|閱讀全文|閱讀更多|相关(?:阅读|新闻|报道)|相關(?:閱讀|新聞|報導)|延伸(?:阅读|閱讀)|广告|廣告|"
    r"자세히 보기|더 보기|관련기사|광고)"
    r"(?:\b|(?<=[:：])).{0,80}",
    re.IGNORECASE | re.DOTALL,
)
_RIGHTS = re.compile(
    r"\W*(?:©|ⓒ|Ⓒ|\(c\)\s*(?:copyright|\d{4})|copyright\b|all rights reserved\b|"
    r"this material may not be (?:published|reproduced)|版权所有|版權所有|著作権|無断(?:転載|複製)|禁无断|"
    r"未经(?:授权|许可)|未經(?:授權|許可)|저작권자|무단\s?전재).{0,300}",
    re.IGNORECASE | re.DOTALL,
)
_NAME = r"(?:[A-Z][\w.'’-]*|de|van|von|al|bin)"
_BYLINE = re.compile(
    r"\W*(?i:by|(?:additional )?reporting by|written by|edited by|editing by)\s+"
    rf"{_NAME}(?:(?:\s+|\s*,\s*|\s+and\s+|\s+in\s+|\s*;\s*(?i:editing|writing|additional reporting) by\s+){_NAME}){{1,14}}\W*|"
    r"[（(]?(?:责任编辑|責任編輯|编辑|編輯|校对|撰文|文|图|圖|写真|撮影|取材|執筆)\s*[:：／/].{1,40}|"
    r".{0,30}\S@\S{1,60}\.\w{2,20}\W*|\S{2,5} (?:특파원|기자)(?: = ?| ?\S{1,40}@\S{1,60})?",
    re.DOTALL,
)
_LONGEST = 500
_HEADING_WIDTH = 110


def is_furniture(sentence: str) -> bool:
    """Tell whether a sentence is no part of the report: an invitation, a byline or a notice of rights."""
    told = sentence.strip()
    return len(told) <= _LONGEST and any(each.fullmatch(told) for each in (_INVITATION, _RIGHTS, _BYLINE))


def headings(text: str, found: Sequence[Span]) -> frozenset[Span]:
    """Return which sentences are headings, captions or dates: short lines of their own without an end mark.

    Where no sentence of the text has one, its lines are all that it says, and none is a heading.
    """
    if not any(ENDED.search(text[start:end]) for start, end in found):
        return frozenset()
    edges = [(-1, 0), *found, (len(text), len(text))]
    around = ((text[a[1] : b[0]], text[b[1] : c[0]]) for (a, b), (_, c) in pairwise(pairwise(edges)))
    return frozenset(
        span
        for span, (before, after) in zip(found, around, strict=True)
        if _alone(before, after, first=span == found[0], last=span == found[-1])
        and not ENDED.search(text[slice(*span)])
        and _width(text[slice(*span)]) <= _HEADING_WIDTH
    )


def _alone(before: str, after: str, *, first: bool, last: bool) -> bool:
    return ("\n" in before or first) and ("\n" in after or last)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
