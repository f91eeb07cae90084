"""What is new in a report on a known story: a number, a name, what happened."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.pipeline.stories.features import Features
from bot.pipeline.stories.terms import dates, folded, is_known, is_near
from bot.query.fold import fold

_TELLING = 0.55
_SETTLED = timedelta(hours=2)
_HAPPENED = {
    "died": r"\b(?:die[sd]?|dead|kill\w*|deaths?|bod(?:y|ies) found)\b|死|丧生|死亡|死去|去世|身亡|遇难|亡くなる|遗体|生命体征",
    "arrested": r"\b(?:arrest\w*|detain\w*)\b|逮捕|被捕|拘捕|拘留|抓获",
    "charged": r"\b(?:charged|indict\w*|sentenc\w*|convict\w*|jailed|acquitt\w*)\b|起诉|判决|有罪|无罪|判刑",
    "resigned": r"\b(?:resign\w*|quits?|steps? down|sacked|fired)\b|辞任|辞职|辞意|解任",
    "denied": r"\b(?:den(?:y|ies|ied)|reject\w*|refus\w*)\b|否定|否认|拒否|拒绝",
    "withdrawn": r"\b(?:withdr\w+|retract\w*|revers\w+|cancel\w*|scrap\w*|called off)\b|撤回|中止|取消|见送",
    "corrected": r"\b(?:correct(?:s|ed|ion)|clarif\w+)\b|订正|更正",
    "lifted": r"\b(?:lift(?:s|ed)|reopen\w*|resum\w+|restor\w+)\b|解除|再开|恢复|复旧",
    "found": r"\b(?:rescued|found|recovered|identified)\b|救出|救助|获救|发见|发现|身元",
    "agreed": r"\b(?:agree[sd]?|deal reached|signs?|signed|ceasefire)\b|合意|签署|达成|署名",
    "claimed": r"\b(?:claims? responsibility|admit\w*|confess\w*|apologi\w+)\b|声明を出|认罪|道歉|谢罪|陈谢",
}
_EVENTS = {name: re.compile(fold(pattern).text) for name, pattern in _HAPPENED.items()}
_COUNTED = re.compile(
    fold(
        r"\b(?:dead|deaths?|kill\w*|die[sd]?|toll|hurt|injur\w*|wound\w*|missing|arrest\w*|rescue\w*)\b|死|けが|伤|逮捕|不明|失踪|获救|遇难"
    ).text
)
_AGE = re.compile(r", \d{2},|\(\d{2}\)|\d{2}(?:歳|岁)")
_SMALL = 10
_SAME_TITLE = 0.7
_PLAIN = frozenset({"died", "arrested", "charged", "resigned", "withdrawn", "corrected"})
"""What is news at once; of the others an outlet may only have chosen another word."""
_SUPPOSED = re.compile(
    fold(
        r"\b(?:if|could|may|might|would|should|threat\w*|warn\w*|fear\w*|urg\w+|call\w* for|appeal\w*|plan\w*|vow\w*)\b|恐れ|おそれ|可能性|或将|警告|呼吁"
    ).text
)


def new_fact(new: Features, story: Sequence[Features], weights: Mapping[str, float]) -> str | None:
    """Return what a report's headline tells that the story's reports so far do not, None where it is nothing.

    While a story is young, outlets pick different details of one event: then only what cannot be such a choice counts.
    """
    settled = new.report.at - story[0].report.at >= _SETTLED
    if happened := _happened(new, story, settled=settled):
        return f"what happened: {happened}"
    if number := _new_number(new, story, settled=settled):
        return f"the number {number[1:]}"
    for date in sorted(dates(new.folded_title)):
        if not any(date in _text(told) for told in story) and not is_near(date, new.report.at):
            return f"the date {date}"
    if settled:
        known = {term for told in story for term in told.all_terms}
        for name in new.title_names:
            if name not in known and weights[name] > _TELLING:
                return f"the name {name}"
    return None


def _text(told: Features) -> str:
    return f"{told.folded_title} {folded(told.report.summary)}"


def _happened(new: Features, story: Sequence[Features], *, settled: bool) -> str | None:
    """Return what a headline says has happened, not what somebody fears or threatens."""
    if _SUPPOSED.search(new.folded_title):
        return None
    return next(
        (
            name
            for name, pattern in _EVENTS.items()
            if (settled or name in _PLAIN)
            and pattern.search(new.folded_title)
            and not any(pattern.search(_text(told)) for told in story)
        ),
        None,
    )


def _new_number(new: Features, story: Sequence[Features], *, settled: bool) -> str | None:
    """Return a number of a headline that is news on a story: a toll, another figure for the same thing, one more fact.

    A headline that repeats one of the story's figures beside another, or has the story's first, chose a detail.
    """
    known = {number for told in story for number in told.numbers}
    fresh = [number for number in _telling_numbers(new) if not is_known(number, known)]
    if not fresh or settled:
        return next(iter(fresh), None)
    titled = {number for told in story for number in told.title_numbers}
    if titled and _COUNTED.search(new.folded_title):
        most = max(float(number[1:]) for number in titled)
        return next((number for number in fresh if float(number[1:]) > most), None)
    if known.intersection(new.title_numbers):
        return None
    return fresh[0] if titled or any(_retold(new, told) for told in story) else None


def _retold(new: Features, told: Features) -> bool:
    """Tell whether a headline is one told before with something put in."""
    return len({*new.title} & {*told.title}) >= _SAME_TITLE * len(new.title)


def _telling_numbers(new: Features) -> list[str]:
    """Return the numbers of a headline that are facts: no ages, and small ones only where something is counted."""
    aged = {f"#{digits}" for age in _AGE.findall(new.folded_title) for digits in re.findall(r"\d+", age)}
    counted = _COUNTED.search(new.folded_title)
    return [
        number
        for number in new.title_numbers
        if number not in aged and (counted or float(number[1:]) >= _SMALL or "." in number)
    ]
