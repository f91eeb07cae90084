"""The commands, written once: Telegram's menu, Discord's slash commands, ``/help`` and the documentation read them here.

Names and summaries keep to the narrower platform: Discord takes names of up to 32 lower-case letters and
summaries of 1 to 100 characters (Discord, "Application Commands"; Telegram allows 256 in ``setMyCommands``).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """A part of a command's argument. ``autocomplete`` means that ``ChatService.suggest`` completes it.

    ``file`` asks for a file, which comes beside the argument. One that is ``named`` stands as ``--NAME VALUE`` in it.
    """

    name: str
    summary: str
    required: bool = False
    autocomplete: bool = False
    file: bool = False
    named: bool = False

    @property
    def usage(self) -> str:
        """Return how the option is written: ``QUERY``, ``[SINCE]``, ``[--priority yes]``."""
        name = f"--{self.name} …" if self.named else self.name.upper()
        return name if self.required else f"[{name}]"


@dataclass(frozen=True, slots=True)
class Command:
    """A command. Its argument is its options in this order, joined with one space.

    ``details`` are sentences for ``/help NAME``; ``examples`` are whole commands. ``manages`` tells a command that
    changes the place it is typed in, which in a group or server is for its managers.
    """

    name: str
    summary: str
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()
    details: str = ""
    manages: bool = False

    @property
    def usage(self) -> str:
        """Return how the command is written: ``/preview QUERY [SINCE]``."""
        return " ".join([f"/{self.name}", *(each.usage for each in self.options)])


QUERY_HELP = 'Words all have to occur; "quotes" keep words together; OR, NOT and parentheses combine. Case and accents do not matter.'
CADENCE_HELP = "instant, hourly, daily@08:00 or weekly@mon 08:00"
SHORT_HELP = "--daily@08:00 and --priority are short for --cadence daily@08:00 and --priority yes, --urgent for --priority urgent."
CHANNEL_HELP = "In a private Telegram chat you can put the @name of a channel that you administer before the rest, to act there."

COMMANDS: tuple[Command, ...] = (
    Command(
        "start",
        "Say hello, and begin to receive alerts here again if they were switched off",
        details="If you had blocked or removed the bot, this switches its alerts on again.",
    ),
    Command(
        "help",
        "List the commands, or explain one of them",
        (Option("command", "The command to explain", autocomplete=True),),
        ("/help", "/help subscribe"),
    ),
    Command(
        "subscribe",
        "Send alerts here for news that match keywords",
        (
            Option("query", 'Keywords, such as Takaichi or "Taiwan Strait" OR TSMC', required=True),
            Option("cadence", f"When alerts come: {CADENCE_HELP}", autocomplete=True, named=True),
            Option("priority", "yes: alerts break through quiet hours; urgent: only urgent stories come, at once", autocomplete=True, named=True),
        ),
        (
            "/subscribe Takaichi",
            '/subscribe "Taiwan Strait" OR 台湾海峡',
            "/subscribe Nvidia NOT (stock OR shares)",
            "/subscribe Takaichi --daily@08:00",
            "/subscribe TSMC --priority",
            "/subscribe earthquake --urgent",
        ),
        f"Subscribes at once and shows what it would have sent in the last 7 days. {QUERY_HELP} {SHORT_HELP} {CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "unsubscribe",
        "Stop alerts for a subscription of this place",
        (Option("query", "The subscription, as its keywords or its number in the list", autocomplete=True),),
        ("/unsubscribe", "/unsubscribe Takaichi", "/unsubscribe 2"),
        f"Without anything after it, the command offers the list to choose from. {CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "subscriptions",
        "List the subscriptions of this place",
        examples=("/subscriptions",),
        details=f"Also shows the time zone and whether alerts are paused. {CHANNEL_HELP}",
    ),
    Command(
        "pause",
        "Stop all alerts here until you resume",
        examples=("/pause",),
        details=f"Alerts of the time meanwhile are not sent later. {CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "resume",
        "Send alerts here again after a pause",
        examples=("/resume",),
        details=CHANNEL_HELP,
        manages=True,
    ),
    Command(
        "preview",
        "Show what a query would have sent, without subscribing",
        (
            Option("query", "Keywords to try", required=True, autocomplete=True),
            Option("since", "How far back to look: 12h, 3d, 2w (7d when left out)", autocomplete=True),
        ),
        ("/preview Takaichi", '/preview "Taiwan Strait" 14d'),
        QUERY_HELP,
    ),
    Command(
        "mute",
        "Mute the story of an alert, or a source for a while",
        (
            Option("source", "The source: a feed's title or address", autocomplete=True),
            Option("span", "For how long: 12h, 3d, 2w (24h when left out)", autocomplete=True),
        ),
        ("/mute", "/mute NHK", "/mute NHK 3d"),
        "As a reply to an alert it mutes the alert's story. Without anything it lists what is muted, to unmute it."
        f" {CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "why",
        "Tell why an alert came, or why an article brought none",
        (Option("link", "The address of the article"),),
        ("/why https://news.example/article",),
        "As a reply to an alert (on Discord with the link of its message) it tells which words matched where, when the article was seen, and each attempt to send it."
        f" {CHANNEL_HELP}",
    ),
    Command(
        "feeds",
        "Show the feeds and how they are doing, failing ones first",
        (Option("search", "Show only feeds with this in title, address or tags", autocomplete=True),),
        ("/feeds", "/feeds NHK"),
    ),
    Command(
        "addfeed",
        "Add a feed by its address, or by the address of its site",
        (Option("url", "An address, or r/NAME, @USER@HOST, gnews:WORDS", required=True),),
        ("/addfeed https://www.nhk.or.jp/rss/news/cat0.xml", "/addfeed bbc.com/news", "/addfeed gnews:ja:台湾海峡"),
        "What the feed holds now is not sent; alerts begin with its next new entry.",
        manages=True,
    ),
    Command(
        "removefeed",
        "Remove a feed for everybody (for the bot's admins)",
        (Option("feed", "The feed's address or title", required=True, autocomplete=True),),
        ("/removefeed https://www.nhk.or.jp/rss/news/cat0.xml",),
        "Feeds of the configuration file are removed there.",
    ),
    Command(
        "broadcast",
        "Send alerts for a query to a channel that you manage",
        (
            Option("destination", "here, telegram:@channel, telegram:-100123:TOPIC or discord:CHANNEL", required=True),
            Option("query", 'Keywords, such as Takaichi or "Taiwan Strait"', required=True),
        ),
        ("/broadcast here Takaichi", '/broadcast telegram:@mychannel "Taiwan Strait"', "/broadcast discord:1234567890 TSMC"),
        "For admins of that channel or of the bot. The bot checks first that it may post there.",
    ),
    Command(
        "digest",
        "Show or set when alerts come: at once, or gathered in a digest",
        (
            Option("when", f"{CADENCE_HELP}; or silent on, silent off", autocomplete=True),
            Option("query", "Only this subscription, as its keywords or its number", autocomplete=True),
        ),
        (
            "/digest",
            "/digest hourly",
            "/digest daily 08:00",
            "/digest weekly mon 08:00 Takaichi",
            "/digest instant 2",
            "/digest silent on",
        ),
        "Without a subscription it is for all of this place, and for new ones. Times are those of its time zone. With silent on, "
        f"digests come without a sound. {CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "quiet",
        "Show or set quiet hours, after which one digest comes",
        (Option("hours", "22:00-07:00, perhaps with weekdays: 22:00-07:00 mon-fri; or off", autocomplete=True),),
        ("/quiet", "/quiet 22:00-07:00", "/quiet 22:00-07:00 mon-fri", "/quiet off"),
        "Alerts of quiet hours are held and come together at their end; those of subscriptions with --priority or --urgent come at once. "
        f"{CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "timezone",
        "Show or set the time zone in which times are written here",
        (Option("zone", "A city or a zone: Tokyo, Europe/Berlin, UTC", autocomplete=True),),
        ("/timezone", "/timezone Asia/Tokyo", "/timezone Berlin"),
        manages=True,
    ),
    Command(
        "export",
        "Get all that is stored about this place as a file",
        examples=("/export",),
        details=f"Subscriptions, settings, and the record of alerts. /import reads the file. {CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "import",
        "Add the subscriptions of a file of /export, or one query a line",
        (
            Option("queries", "Keywords, one query a line"),
            Option("file", "The file of /export, or a text file", file=True),
        ),
        ("/import",),
        "On Telegram send the file with /import as its caption, or reply to it with /import."
        f" What is there already stays as it is. {CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "forget",
        "Delete all that is stored about this place",
        examples=("/forget",),
        details=f"Asks once more before it does. {CHANNEL_HELP}",
        manages=True,
    ),
    Command(
        "language",
        "Show or set the language in which dates and times are written here",
        (Option("language", "Its name or code: English, ja, zh_Hant", autocomplete=True),),
        ("/language", "/language ja", "/language German"),
        CHANNEL_HELP,
        manages=True,
    ),
    Command(
        "settings",
        "Show and change the settings of this place",
        examples=("/settings",),
        details=f"Time zone, language, quiet hours, digests, and whether alerts come. {CHANNEL_HELP}",
    ),
    Command(
        "status",
        "Show how the bot is doing, and what waits for this place",
        examples=("/status",),
    ),
)  # fmt: skip


def find(name: str) -> Command | None:
    """Return the command with this name, with or without a slash, in any case."""
    wanted = name.strip().removeprefix("/").lower()
    return next((each for each in COMMANDS if each.name == wanted), None)
