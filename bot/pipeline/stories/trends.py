"""Which way a headline says that something went: up or down."""

import re

from bot.query.fold import fold

_UP = re.compile(
    fold(
        r"\b(?:ris(?:es?|ing)|rose|climb\w*|gain(?:s|ed)?|jump\w*|surg\w+|soar\w*|rall(?:y|ies|ied)|rebound\w*|higher|edg\w+ up|up|advanc\w+|hik\w+|rais\w+)\b"
        r"|続伸|反発|上昇|値上|急騰|最高値|増益|増収|円高|引き上げ|上涨|涨|上调|走高|飙升|攀升|增长|大增|突破|站上|上行|回升"
    ).text
)
_DOWN = re.compile(
    fold(
        r"\b(?:fall(?:s|ing)?|fell|drop\w*|declin\w+|slid(?:e|es|ing)?|slip\w*|plung\w+|tumbl\w+|sink\w*|sank|lower|edg\w+ down|down|eas(?:e|es|ed|ing)|retreat\w*|cuts?|slash\w*)\b"
        r"|続落|反落|下落|値下|急落|最安値|減益|減収|円安|引き下げ|下跌|跌|下调|走低|暴跌|下滑|下降|大减|失守|下行|回落"
    ).text
)
_OF_PEOPLE = re.compile(
    fold(r"\b(?:tolls?|dead|deaths?|kill\w*|injur\w*|missing)\b|死|けが|伤|不明|失踪").text
)


def trend(folded_title: str) -> int:
    """Return 1 where a folded title only speaks of a rise, -1 where only of a fall, else 0.

    What happens to people is no trend: a bus that plunges and a toll that rises are one accident.
    """
    if _OF_PEOPLE.search(folded_title):
        return 0
    return bool(_UP.search(folded_title)) - bool(_DOWN.search(folded_title))
