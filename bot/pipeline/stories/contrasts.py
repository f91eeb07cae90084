"""Words of which a headline has one or another, and which make two events of what is told in like words."""

import re

from bot.query.fold import fold

_CLASSES = (
    (r"\b(?:rais\w+|hik\w+) (?:\w+ ){0,2}rates?\b|利上げ(?!を?見送)|加息", r"\b(?:cut\w*|lower\w*) (?:\w+ ){0,2}rates?\b|利下げ(?!を?見送)|降息",
     r"\b(?:hold\w*|keep\w*|leav\w+) (?:\w+ ){0,2}rates?\b|据え置き|按兵不动|维持利率"),
    (r"\b(?:men'?s?|boys'?)\b|男子|男単|男单|男双|男团|男足|男篮|男排", r"\b(?:wom[ae]n'?s?|girls'?)\b|女子|女単|女单|女双|女团|女足|女篮|女排"),
    (r"\bgold\b(?=.*\b(?:medal|wins?|olympic))|金牌|金メダル", r"\bsilver\b|银牌|銀メダル", r"\bbronze\b|铜牌|銅メダル"),
    (r"\bquarter-?finals?\b|準々決勝|四分之一决赛|1/4决赛", r"\bsemi-?finals?\b|準決勝|半决赛"),
    (r"\b(?:first|1st)[- ]quarter\b|\bq1\b|1〜3月期|一季度", r"\b(?:second|2nd)[- ]quarter\b|\bq2\b|4〜6月期|二季度",
     r"\b(?:third|3rd)[- ]quarter\b|\bq3\b|7〜9月期|三季度", r"\b(?:fourth|4th)[- ]quarter\b|\bq4\b|10〜12月期|四季度"),
    (r"\bsenate\b|参院|参議院|参议院", r"\bhouse (?:passes|votes|approves|speaker|republicans|democrats|panel|committee)\b|衆院|衆議院|众议院"),
    (r"\b(?:opens?|opening)\b(?=.*\b(?:shares|stocks|index|points|lower|higher)\b)|寄り付き|开盘|早盘", r"前引け|午盘|午间",
     r"\b(?:clos(?:es|ed?|ing)|ends?)\b(?=.*\b(?:shares|stocks|index|points|lower|higher|down|up)\b)|大引け|終値|收盘|尾盘"),
    (r"一審|一审|地裁|district court", r"二審|二审|高裁|appeals court", r"最高裁|最高法院|supreme court"),
    (r"\b(?:launch|lift(?:s|ed)? off|lift-?off)\b|打ち上げ|发射", r"\bdock(?:s|ed|ing)?\b|ドッキング|对接", r"\bsplash(?:es)? ?down\b|\breturn(?:s|ed)? to earth\b|帰還|返回|着陆"),
    (r"\bsunrise|\bmorning\b|朝刊|早报|早安|朝の", r"\bevening\b|夕刊|晚报|晚安|夜の"),
)  # fmt: skip
_PATTERNS = tuple(tuple(re.compile(fold(form).text) for form in forms) for forms in _CLASSES)


def sides(folded_title: str) -> tuple[tuple[int, int], ...]:
    """Return which of the words that exclude each other a folded title has: the class of each and its place there."""
    return tuple(
        (number, place)
        for number, patterns in enumerate(_PATTERNS)
        for place, pattern in enumerate(patterns)
        if pattern.search(folded_title)
    )


def contrasted(mine: tuple[tuple[int, int], ...], theirs: tuple[tuple[int, int], ...]) -> bool:
    """Tell whether two titles have words of one class, and none in common."""
    classes = {number for number, _ in mine} & {number for number, _ in theirs}
    return any(
        {place for each, place in mine if each == number}.isdisjoint(
            place for each, place in theirs if each == number
        )
        for number in classes
    )
