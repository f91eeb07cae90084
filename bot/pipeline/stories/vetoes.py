"""What forbids that two reports are one story, however alike they look."""

import re

from bot.pipeline.stories.features import Features

_TOLL = re.compile(
    r"\b(?:dead|killed|kills|deaths?|died|dies|injured|hurt|wounded|missing|toll|evacuat\w+|homes|cases|arrest\w*)\b"
    "|死亡|死者|死去|负伤|受伤|伤者|不明|失踪|失联|遇难|丧生|身亡|避难|撤离|けが|逮捕"
)


def veto(new: Features, known: Features) -> str | None:
    """Return why two reports must not be one story, None where nothing forbids it."""
    for kind, mine in new.identifiers.items():
        theirs = known.identifiers.get(kind)
        if theirs and not mine & theirs:
            return f"{', '.join(sorted(mine))} is not {', '.join(sorted(theirs))}"
    if new.folded_title != known.folded_title and new.skeleton == known.skeleton:
        same_feed = new.report.source == known.report.source
        if same_feed or not _TOLL.search(new.folded_title):
            return "the titles differ only in their digits"
    if len(new.title) + len(known.title) == 0:
        return "the titles say nothing"
    return None


def swapped(new: Features, known: Features) -> bool:
    """Tell whether both titles name the same two and begin with another of them."""
    mine = [term for term in new.title if term in known.title]
    theirs = [term for term in known.title if term in new.title]
    names = set(new.title_names) & set(known.title_names)
    mine, theirs = [term for term in mine if term in names], [term for term in theirs if term in names]
    return len(mine) > 1 and mine[0] != theirs[0]
