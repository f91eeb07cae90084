"""The tables of the configuration, one class each.

The descriptions are the source of ``docs/configuration.md``.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    field_validator,
    model_validator,
)

from bot.model.address import Address, Platform
from bot.model.cadence import INSTANT, Cadence
from bot.query.language import Query
from bot.settings.units import show_duration
from bot.settings.values import (
    ALLOWED,
    HOST,
    BaseAddress,
    Duration,
    Key,
    Listen,
    NoAddressYet,
    Size,
    Token,
    WebAddress,
    Words,
    people,
    read_address,
    read_cadence,
    read_chat,
    read_listen,
    read_query,
    without_credentials,
)


class Section(BaseModel):
    """A table of the configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TelegramSettings(Section):
    """The Telegram bot; without a token Telegram is not used."""

    token: Token = Field(default=None, description="The bot's token, from @BotFather.")
    api_url: BaseAddress = Field(default="https://api.telegram.org", description="The Bot API server to use.")
    admins: Words = Field(
        default=(),
        description="Numeric ids of people who may do everything, in every chat; `/status` tells people theirs.",
    )
    mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="How updates arrive: `polling` asks Telegram; `webhook` has Telegram post them to `[web] public_url`.",
    )

    @field_validator("admins")
    @classmethod
    def _admins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return people(value, Platform.TELEGRAM)


class DiscordSettings(Section):
    """The Discord bot; without a token only webhooks are served there."""

    token: Token = Field(default=None, description="The bot's token, from Discord's developer portal.")
    api_url: BaseAddress = Field(
        default="https://discord.com/api/v10",
        description="The REST API to use, for the bot and for webhooks.",
    )
    admins: Words = Field(
        default=(), description="Numeric ids of people who may do everything, in every server."
    )

    @field_validator("admins")
    @classmethod
    def _admins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return people(value, Platform.DISCORD)


class PollingSettings(Section):
    """How feeds are asked for news."""

    interval: Duration = Field(
        default=timedelta(minutes=5),
        description="The usual pause between two polls of a feed; lively feeds are asked more often, quiet ones less."
        " As short as `min_interval`: every feed at this beat.",
    )
    min_interval: Duration = Field(
        default=timedelta(minutes=1), description="No feed is asked more often than this."
    )
    max_interval: Duration = Field(
        default=timedelta(hours=24), description="A failing or quiet feed is asked at least this often."
    )
    concurrency: int = Field(default=32, ge=1, le=1000, description="Feeds asked at the same time.")
    per_host: int = Field(default=2, ge=1, le=100, description="Feeds asked at the same time on one host.")
    timeout: Duration = Field(
        default=timedelta(seconds=60), description="The longest a whole request may take."
    )
    max_body: Size = Field(default=20_000_000, description="The largest feed read, in bytes after unpacking.")
    contact: str = Field(
        default="",
        description="An address or web page in the User-Agent, so that a feed's owner can reach you.",
    )
    allow_private_hosts: Words = Field(
        default=(),
        description="Hosts (`host` or `host:port`) that feeds may reach although their addresses are private.",
    )

    @field_validator("allow_private_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [host for host in value if not HOST.fullmatch(host)]:
            raise ValueError(
                f"{', '.join(wrong)}: not a host; write host or host:port, without http:// and path."
            )
        return value

    @field_validator("contact")
    @classmethod
    def _contact(cls, value: str) -> str:
        if re.search(r"[\x00-\x1f\x7f()]|[^\x00-\xff]", value):
            raise ValueError("a header cannot carry this; write a plain e-mail address or a web address.")
        return value.strip()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.min_interval <= self.interval <= self.max_interval:
            shown = {
                name: show_duration(getattr(self, name))
                for name in ("min_interval", "interval", "max_interval")
            }
            raise ValueError(
                "the intervals are out of order; write them so that min_interval <= interval <= max_interval"
                f" (now {shown['min_interval']}, {shown['interval']}, {shown['max_interval']})."
            )
        return self


class AccessSettings(Section):
    """Who may use the bot."""

    who: Literal["everyone", "allowlist", "admins"] = Field(
        default="everyone",
        description="Whose commands are answered: `everyone`, `allowlist` (see `allow`) or `admins`.",
    )
    allow: Words = Field(
        default=(),
        description="With `allowlist`: users, chats and servers, as `telegram:ID` and `discord:ID`.",
    )
    max_subscriptions: int = Field(
        default=100, ge=1, le=100_000, description="The most subscriptions of one destination."
    )

    @field_validator("allow")
    @classmethod
    def _allow(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [item for item in value if not ALLOWED.fullmatch(item)]:
            raise ValueError(
                f"{', '.join(wrong)}: cannot be allowed; write telegram:ID or discord:ID with numbers."
            )
        return value


class WebSettings(Section):
    """The status page, health and metrics."""

    listen: Annotated[InstanceOf[Listen] | None, BeforeValidator(read_listen)] = Field(
        default=Listen("127.0.0.1", 8787),
        description='`host:port` of the status page, `/healthz` and `/metrics`; `""` switches the web side off.',
    )
    public_url: NoAddressYet = Field(
        default=None,
        description="Where the web side is reached from outside, through a proxy with TLS, such as `https://news.example`."
        " With it, hubs that feeds name push news to `/websub/…` (WebSub). `http://` works for hubs in your own network.",
    )
    token: Token = Field(
        default=None,
        description="Asked for on the status page and the metrics, as `?token=…` or as a bearer token.",
    )


class LlmSettings(Section):
    """A language model that writes the summaries; without an address none is asked. See `docs/summaries.md`."""

    url: NoAddressYet = Field(
        default=None,
        description="An OpenAI-compatible API, such as `http://127.0.0.1:11434/v1`; `/chat/completions` is asked below it.",
    )
    model: str = Field(default="", description="The model's name there.")
    api_key: Key = Field(default=None, description="The key for that API, if it wants one.")
    timeout: Duration = Field(
        default=timedelta(seconds=8),
        le=timedelta(seconds=60),
        description="The longest that an alert waits for the model; then it shows the report's own sentences.",
    )
    translate: bool = Field(
        default=True, description="Whether a report in another language is told in the destination's."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.url) != bool(self.model):
            missing = "model" if self.url else "url"
            raise ValueError(
                f"a language model needs both url and model; write {missing} as well, or neither."
            )
        return self


class SummarySettings(Section):
    """What of a story an alert shows."""

    sentences: int = Field(
        default=3, ge=1, le=10, description="How many sentences of a report an alert shows."
    )
    full_text: bool = Field(
        default=False,
        description="Whether to choose them from the linked page instead of the feed's own text. It is read once, as its"
        " site allows; alerts wait for it at most 15 seconds.",
    )
    llm: LlmSettings = Field(default_factory=LlmSettings, description="")


class FeedSettings(Section):
    """A feed of the configuration."""

    url: WebAddress = Field(description="The feed's address.")
    title: str | None = Field(default=None, description="Its name in alerts; otherwise the feed's own title.")
    tags: Words = Field(
        default=(), description="Words to group feeds by; broadcasts and subscriptions can name them."
    )
    interval: Duration | None = Field(
        default=None,
        description="Its own pause between polls, instead of `polling.interval` and its rhythm; what its server or its"
        " document asks for still holds.",
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Show the address without a password in it."""
        yield from ((name, without_credentials(self.url) if name == "url" else value) for name, value in self)


class BroadcastSettings(Section):
    """A query that is always sent to one place."""

    to: Annotated[InstanceOf[Address], BeforeValidator(read_address)] = Field(
        description="`telegram:@channel`, `telegram:-100123[:TOPIC]`, `discord:CHANNEL`, `discord-webhook:URL` or `console:`."
    )
    query: Annotated[InstanceOf[Query], BeforeValidator(read_query)] = Field(
        description="What to look for, as after `/subscribe`."
    )
    cadence: Annotated[InstanceOf[Cadence], BeforeValidator(read_cadence)] = Field(
        default=INSTANT,
        description="When to send: `instant`, `hourly`, `daily@08:00` or `weekly@mon 08:00`, in the destination's time zone.",
    )
    priority: bool = Field(default=False, description="Whether its alerts break through quiet hours.")
    urgent: bool = Field(
        default=False, description="Whether only urgent stories are sent, at once and through quiet hours."
    )
    mentions: Words = Field(
        default=(), description="Who is pinged, in the platform's own notation, such as `<@&ROLE>`."
    )
    draft: Annotated[InstanceOf[Address] | None, BeforeValidator(read_chat)] = Field(
        default=None,
        description="A chat, as `telegram:CHAT` or `discord:CHANNEL`, that gets each alert first, with the buttons Publish,"
        " Edit and Drop; what nobody publishes within 24 hours is dropped.",
    )
    feeds: Words = Field(default=(), description="Only these feeds, by address, title or tag; otherwise all.")

    @model_validator(mode="after")
    def _approvable(self) -> Self:
        if self.draft is not None and self.cadence != INSTANT:
            raise ValueError("drafts are put before you one by one; leave cadence out, or draft.")
        if self.draft is not None and self.urgent:
            raise ValueError("a draft is put before you at once, urgent or not; leave urgent out, or draft.")
        if self.draft is not None and self.draft == self.to:
            raise ValueError("draft is the chat that approves, so it cannot be the one that is sent to.")
        return self
