"""The sentences about drafts; beside ``words.py`` a place a translation has to cover."""

NO_DRAFT = "That draft is not known any more; drafts are kept for 30 days."
NOT_YOURS = "Only an admin of the channel it is for, or of this bot, can decide about a draft."
PUBLISHED = "It is being published in {place}."
PUBLISHED_BY = "Published in {place} by {name}, {time}."
DISCARDED = "Dropped: it is not sent to {place}."
DISCARDED_BY = "Dropped by {name}, {time}."
WAS_PUBLISHED = "That draft was published in {place} already."
WAS_DISCARDED = "That draft was dropped."
REWRITTEN = "The draft has the new text. Publish sends it."
ASK = (
    "Reply to this message with the new text: the first line is the headline, what follows the text below it."
    " The link and the source stay."
)
KEEP_BUTTON = "Edit"
FORM_TITLE = "Edit the draft"
FORM_LABEL = "Headline, then the text"
