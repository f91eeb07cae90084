"""What kind of text a headline announces: news, or one of those that talk about news."""

import re
from enum import StrEnum

from bot.query.fold import fold


class Kind(StrEnum):
    """A kind of text."""

    NEWS = "news"
    OPINION = "opinion"
    ROUNDUP = "roundup"
    LIVE = "live"
    CORRECTION = "correction"


_MARKS = {
    Kind.CORRECTION: r"^\W*corrections?\b(?=.*\bstory\b|:)|^\W*(?:订正|更正|おわび)",
    Kind.OPINION: r"\b(?:opinion|editorial|analysis|explainer|commentary|column|viewpoint|q&a|fact.check)\s*[:|]|\bwhat (?:we know|you need to know|it means|to know)\b"
    r"|^(?:why|how|what|the case for|could|should|will|is|are|can|who|inside)\b.*|\?$|(?:snubs|takeaways|lessons|explained)\b"
    r"|^\W*(?:社说|论坛|解说|评论|社评|时评|锐评|视点|观点|主张|寄稿|コラム|天声人语)|评论[:：]|解读|如何看待|识者|専门家|专家(?:谈|解)|とは[?？]?$|はなぜ|のか[\s　]|怎么看|意味着什么|聚焦|深度",
    Kind.ROUNDUP: r"\b(?:(?:morning|evening|daily|weekly|weekend|news|market|afternoon|midday) (?:briefing|brief|wrap|roundup|update|digest|report|quiz|newsletter)|in pictures|this week|top stories|what to watch)\b"
    r"|^\W*(?:briefing|roundup|newsletter|quiz)\b|(?:正午|朝|夜|夕方|昼|今日|きょう|あす|あさ)の(?:ニュース|一言|天气|话题|まとめ|1面|运势)|まとめ$|早安|早报|晚报|要闻|速览|一览|盘点|每日|早知道|早餐|日历|一周",
    Kind.LIVE: r"^\W*(?:live|watch live|as it happened|live updates?|live blog)\b[:\s-]|\blive(?: updates| blog)\b|ライブ中継|生中继|文字直播|直播[:：]|详报中",
}
_PATTERNS = {kind: re.compile(fold(pattern).text) for kind, pattern in _MARKS.items()}


def kind_of(folded_title: str) -> Kind:
    """Return the kind of text that a folded title announces."""
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(folded_title)), Kind.NEWS)


_REACTION = re.compile(
    fold(
        r"\b(?:respond(?:s|ed)?|react(?:s|ed)?|reactions?|condemn(?:s|ed)?|(?<!grand )slam(?:s|med)?|criticis(?:es|ed)|criticiz(?:es|ed)|welcomes?)\b"
        r"|回应|谴责|坚决反对|强烈不满|反应|反响|反発|批判|談話|歓迎"
    ).text
)


def is_reaction(folded_title: str) -> bool:
    """Tell whether a folded title says what somebody thinks of an event, which is another event."""
    return _REACTION.search(folded_title) is not None
