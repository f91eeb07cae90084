"""What is new in a report on a known story: a number, a name, what happened."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.pipeline.stories.features import Features
from bot.pipeline.stories.terms import dates, folded
from bot.query.fold import fold

_TELLING = 0.55
_SETTLED = timedelta(hours=3)
_HAPPENED = {
    "died": r"\b(?:die[sd]?|dead|kill\w*|deaths?)\b|死|丧生|死亡|死去|去世|身亡|遇难|亡くなる",
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


def new_fact(new: Features, story: Sequence[Features], weigh: Callable[[str], float]) -> str | None:
    """Return what a report's headline tells that the story's reports so far do not, None where it is nothing.

    A new name alone counts only some time after the story began: at first, outlets name different ones for one event.
    """
    texts = [f"{told.folded_title} {folded(told.report.summary)}" for told in story]
    for name, pattern in _EVENTS.items():
        if pattern.search(new.folded_title) and not any(pattern.search(text) for text in texts):
            return f"what happened: {name}"
    known = {term for told in story for term in told.all_terms}
    for number in _telling_numbers(new):
        if number not in known:
            return f"the number {number[1:]}"
    for date in sorted(dates(new.folded_title)):
        if not any(date in text for text in texts):
            return f"the date {date}"
    if new.report.at - story[0].report.at >= _SETTLED:
        for name in new.title_names:
            if name not in known and weigh(name) > _TELLING:
                return f"the name {name}"
    return None


def _telling_numbers(new: Features) -> list[str]:
    """Return the numbers of a headline that are facts: no ages, and small ones only where something is counted."""
    aged = {f"#{digits}" for age in _AGE.findall(new.folded_title) for digits in re.findall(r"\d+", age)}
    counted = _COUNTED.search(new.folded_title)
    return [
        number
        for number in new.title_numbers
        if number not in aged and (counted or float(number[1:]) >= _SMALL or "." in number)
    ]
