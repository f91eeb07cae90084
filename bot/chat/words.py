"""Every sentence that the commands say, apart from the catalogue's own: the one place a translation has to cover.

Names in braces are filled in by ``say.rich`` or ``str.format``. A sentence that counts has two forms.
"""

from typing import NamedTuple

from bot.model.address import Platform


class Forms(NamedTuple):
    """A sentence or a phrase for one and for any other number; ``{n}`` is the number."""

    one: str
    many: str


PLATFORMS = {
    Platform.TELEGRAM: "Telegram",
    Platform.DISCORD: "Discord",
    Platform.DISCORD_WEBHOOK: "Discord webhooks",
    Platform.CONSOLE: "the console",
}
HERE = "this chat"
YOU = "you"

# Refusals
NOT_ADMITTED = "This bot is not open to everybody; ask the one who runs it to allow {id}."
MANAGERS_ONLY = (
    "Only those who manage this place can change what it receives; ask an admin of the group or server."
)
ADMINS_ONLY = "Only an admin of the bot can do that."
NOT_YOUR_CHANNEL = "Only an admin of that channel can do that; ask one of them, or become an admin there."
PLATFORM_OFF = "This bot is not connected to {platform}; choose a destination on another platform."
UNKNOWN_COMMAND = "There is no command /{name}; /help lists them all."
UNKNOWN_COMMAND_NEAR = "There is no command /{name}; did you mean /{near}?"
UNKNOWN_BUTTON = "That button no longer works; type the command instead, /help lists them."
OUT_OF_DATE = "That offer is no longer there; type the command again."
TROUBLE = "Something went wrong on our side and has been logged; try again in a minute."
TOO_LONG = "That is too long for keywords: {limit} characters are the limit; shorten it."
HOW_TO = "Write it like this:"

# Greeting and help
GREETING = "Hello. I watch news feeds and tell {place} when something matches your keywords."
GREETING_FIRST = "{subscribe} begins alerts, {help} lists all commands."
GREETING_PLAIN = "You can also just send me the keywords."
GREETING_TRY = "Press an example to see what it would have sent:"
GREETING_AGAIN = "Alerts are switched on here again."
GREETING_OFF = "Alerts are switched off here; somebody who manages this place can switch them on with /start."
GREETING_COUNT = Forms(
    "{n} subscription is waiting for news here.", "{n} subscriptions are waiting for news here."
)
PREVIEW_BUTTON = "Try {query}"
HELP_TITLE = "Commands"
HELP_MORE = "/help and a command's name tells more about it."
HELP_EXAMPLES = "Examples:"

# Queries
READ_AS = "I read it as {canonical}."
SUBSCRIBED = "Subscribed: alerts for {query} come to {place}."
SUBSCRIBED_CADENCE = "They come {cadence}."
SUBSCRIBED_PRIORITY = "They break through quiet hours."
SUBSCRIBED_URGENT = (
    "Only urgent stories come: at once when one is or becomes urgent, and through quiet hours."
)
ALREADY = "Alerts for {query} come to {place} already."
ALREADY_CHANGED = "Alerts for {query} come to {place} {cadence} now."
FULL = Forms(
    "This place has its {n} subscription already; /unsubscribe makes room.",
    "This place has its {n} subscriptions already; /unsubscribe makes room.",
)
PAUSED_NOTE = "Alerts are paused there; /resume sends them again."
SUBSCRIBE_BUTTON = "Subscribe to {query}"
UNSUBSCRIBE_BUTTON = "Unsubscribe"
UNDO_SUBSCRIBE = "Undo: unsubscribe"
OFFER = "Shall I send alerts for {query} to {place}?"
OFFER_LONG = 'That is long for keywords; send a few words, such as Takaichi or "Taiwan Strait".'
OFFER_FEED = "Shall I look for a feed at {url}?"
OFFER_FEED_BUTTON = "Add this feed"

# Looking back
SPAN_DAYS = Forms("the last day", "the last {n} days")
SPAN_HOURS = Forms("the last hour", "the last {n} hours")
FOUND = Forms("In {span} {query} would have sent {n} alert:", "In {span} {query} would have sent {n} alerts.")
FOUND_AT_LEAST = Forms(
    "In {span} {query} would have sent at least {n} alert:",
    "In {span} {query} would have sent at least {n} alerts.",
)
FOUND_NEWEST = "The newest:"
FOUND_NONE = "In {span} {query} would have sent nothing."
FOUND_NONE_PARTLY = (
    "In the newest entries of {span} nothing matches {query}; older ones were too many to look at."
)
NO_FEEDS = "There are no feeds yet; /addfeed adds one."
ITEM_FOOT = " ({source}, {time})"
SINCE_WRONG = "'{text}' is no span of time; write hours, days or weeks up to 30 days, such as 12h, 3d or 2w."

# Unsubscribing
NOTHING_SUBSCRIBED = "There are no subscriptions for {place}; /subscribe adds one."
CHOOSE = "Which subscription of {place} shall end?"
UNSUBSCRIBED = "Unsubscribed: no more alerts for {query} to {place}."
UNSUBSCRIBED_WEBHOOK = "Unsubscribed: no more alerts for {query} to that webhook."
NOT_SUBSCRIBED = "There is no such subscription for {place}; /subscriptions lists them."
NOT_SUBSCRIBED_NEAR = "There is no such subscription for {place}; did you mean {near}?"
IN_CONFIGURATION = (
    "That subscription stands in the configuration file; the one who runs the bot can remove it there."
)
UNDO_UNSUBSCRIBE = "Undo: subscribe again"
NEXT_PAGE = "Next"
PREVIOUS_PAGE = "Back"

# The list of subscriptions
SUBSCRIPTIONS = Forms("{n} subscription for {place}:", "{n} subscriptions for {place}:")
OPTION_CADENCE = "cadence {cadence}"
OPTION_PRIORITY = "priority"
OPTION_URGENT = "urgent stories only"
OPTION_FEEDS = "only {feeds}"
OPTION_MENTIONS = "mentions {mentions}"
OPTION_CONFIG = "from the configuration file"
ZONE = "Times are written for {zone}."
QUIET = "Quiet hours are {hours}."
STATE_PAUSED_SINCE = "Alerts are paused since {since}; /resume sends them again."
STATE_PAUSED = "Alerts are paused; /resume sends them again."
STATE_OFF = "Alerts are switched off: {reason} /start switches them on again."
STATE_OFF_PLAIN = "Alerts are switched off; /start switches them on again."

# Pausing
PAUSED = "Paused: no alerts for {place} until /resume. What would have come meanwhile is not sent later."
PAUSED_ALREADY = "Alerts for {place} are already paused since {since}; /resume sends them again."
PAUSED_ALREADY_PLAIN = "Alerts for {place} are already paused; /resume sends them again."
RESUMED = "Alerts for {place} are on again. What came meanwhile is not sent."
RESUMED_ALREADY = "Alerts for {place} are on; there is nothing to resume."
RESUME_BUTTON = "Resume"
PAUSE_BUTTON = "Undo: pause again"

# Feeds
FEEDS = Forms("{n} feed", "{n} feeds")
FEEDS_FAILING = Forms(", {n} of them failing:", ", {n} of them failing:")
FEEDS_WELL = Forms(", doing well:", ", all of them well:")
FEEDS_ONE_FAILING = ", failing:"
FEEDS_NONE_FOUND = "No feed has '{search}' in its title, address or tags; /feeds lists them all."
FEEDS_MORE = Forms(
    "{n} more is not shown; add a word to /feeds.", "{n} more are not shown; add a word to /feeds."
)
ADDRESS_REFUSED = "That address is not allowed; give the public http or https address of a feed or a site."
ADDED = "Added {feed}. What it holds now is not sent; alerts begin with its next new entry."
KNOWN_FEED = "{feed} is on the list already."
SEVERAL = Forms("I found {n} feed; choose it:", "I found {n} feeds; choose one:")
SEVERAL_LEFT = Forms(
    "{n} more was found; give its own address.", "{n} more were found; give the address of one."
)
NO_FEED_THERE = "There is no feed at that address; give the address of the feed itself."
DISCOVERY_SLOW = (
    "That address does not answer in time; try again later, or give the address of the feed itself."
)
QUOTA_FEEDS = "This chat has added many feeds today; go on tomorrow, or ask an admin of the bot."
CHAT_FEEDS_FULL = "The list of feeds is full; ask an admin of the bot to add this one."
REMOVED = "Removed {feed}."
UNKNOWN_FEED = "There is no such feed; /feeds lists them all."
UNKNOWN_FEED_NEAR = "There is no such feed; did you mean {near}?"
FEED_IN_CONFIGURATION = "That feed stands in the configuration file; remove it there."
UNDO_ADD = "Undo: remove it"
UNDO_REMOVE = "Undo: add it again"

# Broadcasts
BROADCASTING = "Alerts for {query} are broadcast to {place}."
BROADCAST_UNDO = "The button ends it; so does {command} there."
BROADCAST_UNDO_CHANNEL = "The button ends it; so does {command} in our private chat."
BROADCAST_UNDO_ADMIN = "The button ends it."
WEBHOOK_ADMINS = "Only an admin of the bot can use a webhook, in a private chat with it."
WEBHOOK_IN_PUBLIC = "A webhook's address is a secret: delete your message, and give the address in a private chat with the bot."
WEBHOOK_SCHEME = "Write discord-webhook: in front of a webhook's address, and do so in a private chat only."

# Time zones
ZONE_NOW = "The time zone is {zone}; it is {time} there."
ZONE_SET = "Times are now written for {zone}; it is {time} there."
ZONE_CHANGE = "To change it: {command}"
ZONE_UNKNOWN = (
    "There is no time zone '{text}'; write a city such as Tokyo, or Area/City such as Europe/Berlin."
)
ZONE_NEAR = "There is no time zone '{text}'; did you mean {near}?"
ZONE_SEVERAL = "'{text}' could be {near}; write one of them."

# Status
STATUS_FEEDS = Forms("Watching {n} feed", "Watching {n} feeds")
STATUS_SENT = Forms("{n} alert was sent in the last 24 hours.", "{n} alerts were sent in the last 24 hours.")
STATUS_FAILING = Forms(
    ", {n} of them failing; /feeds shows which.", ", {n} of them failing; /feeds shows which."
)
STATUS_ALL_WELL = Forms(", doing well.", ", all of them well.")
STATUS_ONE_FAILING = ", failing; /feeds shows why."
STATUS_WAITING_NONE = "Nothing waits to be sent here."
STATUS_WAITING = Forms("{n} message waits to be sent here", "{n} messages wait to be sent here")
WHY_OFF = ": alerts are switched off here."
WHY_HELD = ": the platform asked for patience until {time}."
WHY_FAILED = ": the last attempt failed ({reason}), the next one is due {time}."
WHY_SOON = Forms(": it is due now.", ": they are due now, one after the other.")
STATUS_ADMIN = "For admins of the bot:"
STATUS_OUTBOX = "Outbox: {states}."
STATUS_EMPTY = "Outbox: empty."
STATUS_BY_PLATFORM = "Waiting by platform: {platforms}."
STATUS_OLDEST = "The oldest message has been due since {time}."
STATUS_LATENCY = (
    "In the median an entry is seen {seen} after it was published, and sent {sent} after it was seen."
)
STATUS_LATENCY_SENT = "In the median an entry is sent {sent} after it was seen."
STATUS_ID = "Your id is {id}."
STATUS_STORED = "Stored: {entries}, {queries}, {subscriptions}, {destinations}."
ENTRIES = Forms("{n} entry", "{n} entries")
QUERIES = Forms("{n} query", "{n} queries")
SUBSCRIPTIONS_COUNTED = Forms("{n} subscription", "{n} subscriptions")
DESTINATIONS = Forms("{n} destination", "{n} destinations")
