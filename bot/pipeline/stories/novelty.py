"""What is new in a report on a known story: a number, a name, what happened."""

import re
from collections.abc import Callable, Sequence

from bot.pipeline.stories.features import Features

_TELLING = 0.55
_HAPPENED = {
    "died": r"\b(?:dies|died|dead|killed|death)\b|死亡|死去|去世|身亡|遇难|亡くなる",
    "arrested": r"\b(?:arrest\w*|detain\w*)\b|逮捕|被捕|拘留|抓获",
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
_EVENTS = {name: re.compile(pattern) for name, pattern in _HAPPENED.items()}


def new_fact(new: Features, story: Sequence[Features], weigh: Callable[[str], float]) -> str | None:
    """Return what a report's headline tells that the story's reports so far do not, None where it is nothing."""
    known = {term for told in story for term in told.all_terms}
    for number in new.title_numbers:
        if number not in known and any(told.title_numbers or told.numbers for told in story):
            return f"the number {number[1:]}"
    texts = [terms_text(told) for told in story]
    for name, pattern in _EVENTS.items():
        if pattern.search(new.folded_title) and not any(pattern.search(text) for text in texts):
            return f"what happened: {name}"
    for name in new.title_names:
        if name not in known and weigh(name) > _TELLING:
            return f"the name {name}"
    return None


def terms_text(told: Features) -> str:
    """Return a report's folded words."""
    return f"{told.folded_title} {told.folded_summary}"
