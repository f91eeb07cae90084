"""The sentences of ``/mute``, ``/why`` and ``/forget``; beside ``words.py`` the place a translation has to cover."""

from bot.chat.words import Forms
from bot.model.delivery import DeliveryKind
from bot.model.hold import HoldReason

# Muting
STORY_MUTED = "Muted: nothing more of the story {title} comes to {place}."
SOURCE_MUTED = "Snoozed: nothing from {title} comes to {place} until {time}."
MUTES = "Muted for {place}:"
MUTED_UNTIL = " until {time}"
MUTES_NONE = (
    "Nothing is muted for {place}. Reply to an alert with /mute to mute its story, or write /mute SOURCE 24h."
)
UNMUTED = "{title} is not muted any more for {place}."
UNMUTE_BUTTON = "Unmute {title}"
UNDO_MUTE = "Undo: unmute"
NO_ALERT = "That alert is not known any more; alerts can be asked about for 30 days."

# Why
NO_REASON = "Reply to an alert with /why, or write /why and the link of an article."
NO_ALERT_THERE = (
    "That message is no alert of the last 30 days; reply to an alert, or write /why and the article's link."
)
OTHER_CHANNEL = "That message stands in another channel; ask there."
WHY_DIGEST = "That digest tells of {n} alerts; /why and the link of one tells all about it."
WHY_DIGEST_MORE = Forms("{n} more alert is not shown.", "{n} more alerts are not shown.")
WHY_TITLE = "{title} ({source})"
WHY_MATCHED = "It matches {query}: {places}."
WHY_MATCHED_WORDS = "It matched {query} by {places}."
WHY_IN = "{words} in the {field}"
WHY_SEEN = "Published {published}; seen in {feed} {seen}."
WHY_SEEN_ONLY = "Seen in {feed} {seen}."
WHY_SENT = "Sent {time}."
WHY_MORE_SENT = "{what} was sent {time}."
WHY_WAITING = "{what} waits to be sent: due {time}."
WHY_DRAFT = "{what} is a draft: it waits for somebody to publish it."
WHY_SENDING = "{what} is being sent now."
WHY_DEAD = "{what} could not be sent: {reason}."
WHY_DROPPED = "{what} was given up by the one who runs the bot."
WHY_KINDS = {
    DeliveryKind.SEND: "It",
    DeliveryKind.EDIT: "A change of it",
    DeliveryKind.REPLY: "A follow-up to it",
    DeliveryKind.CROSSPOST: "What the channel's followers get",
    DeliveryKind.THREAD: "The thread under it",
}
WHY_ATTEMPT = "Attempt {n}, {time}: {outcome}."
WHY_PART_OF = "It was told as part of the alert {title}."
WHY_DECISION = "{query}: {verdict}."
WHY_NO_MATCH = "{query} does not match: {parts}."
WHY_NEWER = "{query} matches, but was subscribed only after the article had been seen."
WHY_SILENT = (
    "{query} matches, but the article was not news then: a feed's first poll and repeated entries are silent."
)
WHY_NOTHING_SUBSCRIBED = "There are no subscriptions for {place}."
WHY_MORE = Forms("{n} more subscription is not shown.", "{n} more subscriptions are not shown.")
WHY_NOT_SEEN = "No feed of this bot has shown that link in the last 30 days."
WHY_FEED_FAILED = "{feed} comes from there, and is failing: {reason}."
WHY_FEED_WELL = "{feed} comes from there: {report}."
WHY_NO_FEED = "No feed here comes from {host}; /addfeed {host} looks for one."
NO_LINK = (
    "'{text}' is no link; write /why and the whole address of the article, or reply to an alert with /why."
)
WHY_CALM = (
    "The subscription asks for urgent stories only; it is sent if this one becomes urgent until {time}."
)
WHY_BECAME_URGENT = "It waited until its story became urgent, {time}."
WHY_HELD_BACK = "Held until {time} for a digest: {reason}."
HOLD_REASONS = {
    HoldReason.CADENCE: "the subscription is not instant",
    HoldReason.QUIET: "it came in quiet hours",
    HoldReason.BURST: "too many alerts came at once",
}
VERDICTS = {"sent": "sent", "held": "held back", "merged": "told with another article of the story",
            "muted": "muted", "filtered": "left out"}  # fmt: skip
FIELDS = {"title": "title", "summary": "text", "source": "source's name", "author": "authors", "tag": "tags"}
OUTCOMES = {"sent": "sent", "retry": "not accepted", "rejected": "refused", "moved": "the chat has moved",
            "dead": "given up", "interrupted": "interrupted"}  # fmt: skip

# Forgetting
FORGET_ASK = "Forget everything about {place}: {subscriptions}, its settings, and the record of its alerts? This cannot be undone; /export keeps a copy."
FORGET_BUTTON = "Forget everything"
FORGOTTEN = "Everything about {place} is forgotten. /subscribe begins anew."
FORGET_NOTHING = "Nothing is stored about {place}."
FORGET_CONFIGURED = (
    "The configuration file sends alerts to {place}; the one who runs the bot can remove them there."
)

# Export and import
EXPORTED = "This file holds all that is stored about {place}: {subscriptions}, its settings, and the record of its alerts. /import reads it."
IMPORT_HOW = "Send the file of /export with /import as its caption, or reply to it with /import; or write /import and one query a line below."
IMPORT_LARGE = "That file is too large for subscriptions; a file of /export may have up to 1 MB."
IMPORT_OPML = (
    "That is a list of feeds; /addfeed adds a feed, and the one who runs the bot can import the whole list."
)
IMPORT_BROKEN = (
    "That file cannot be read; send a file of /export as it came, or a text file with one query a line."
)
IMPORTED = Forms("{n} subscription was added for {place}.", "{n} subscriptions were added for {place}.")
IMPORT_KNOWN = Forms("{n} was there already.", "{n} were there already.")
IMPORT_FULL = Forms(
    "{n} was left out, for this place is full; /unsubscribe makes room.",
    "{n} were left out, for this place is full; /unsubscribe makes room.",
)
IMPORT_FAULTS = Forms("{n} could not be read as a query:", "{n} could not be read as queries:")
UNDO_IMPORT = "Undo: remove what was added"
IMPORT_UNDONE = Forms(
    "{n} subscription for {place} was removed.", "{n} subscriptions for {place} were removed."
)
