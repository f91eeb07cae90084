"""The whole configuration. Frozen, validated, passed down; nothing global.

Reading files and variables is ``bot.config``'s work.
"""

from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.model.retention import RETENTION
from bot.settings.delivery import DeliverySettings
from bot.settings.sections import (
    AccessSettings,
    BroadcastSettings,
    DiscordSettings,
    FeedSettings,
    PollingSettings,
    SummarySettings,
    TelegramSettings,
    WebSettings,
)
from bot.settings.values import Duration, check_database, nearest, tables, without_credentials


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        env_prefix="NEWSBELL_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        enable_decoding=False,
    )

    database: Annotated[SecretStr, AfterValidator(check_database)] = Field(
        default=SecretStr("sqlite:///newsbell.db"),
        description="Where everything is kept: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.",
    )
    language: str = Field(
        default="en", description="The language of new destinations, such as `en`, `ja` or `zh_Hant`."
    )
    timezone: str = Field(
        default="UTC", description="The time zone of new destinations, such as `Asia/Tokyo`."
    )
    retention: Duration = Field(
        default=RETENTION,
        description="How long entries, alerts and what was sent are kept; what is still to be sent, and stories of the"
        " last 48 hours, stay in any case.",
    )
    telegram: TelegramSettings = Field(default_factory=TelegramSettings)
    discord: DiscordSettings = Field(default_factory=DiscordSettings)
    polling: PollingSettings = Field(default_factory=PollingSettings)
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    access: AccessSettings = Field(default_factory=AccessSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    summary: SummarySettings = Field(default_factory=SummarySettings)
    feeds: Annotated[tuple[FeedSettings, ...], BeforeValidator(tables)] = Field(default=(), description="")
    broadcasts: Annotated[tuple[BroadcastSettings, ...], BeforeValidator(tables)] = Field(
        default=(), description=""
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library passes all by these names
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what ``bot.config`` hands over, so that one place decides what is read."""
        return (init_settings,)

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        try:
            Locale.parse(value.replace("-", "_"))
        except (UnknownLocaleError, ValueError) as error:
            raise ValueError(
                f'"{value}" is no known language; write a code such as "en", "ja" or "zh".'
            ) from error
        return value

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        if value not in available_timezones():
            near = nearest(value, available_timezones()) or "Asia/Tokyo"
            raise ValueError(f'"{value}" is no time zone; write an IANA name such as "{near}".')
        return value

    @field_validator("feeds")
    @classmethod
    def _feeds_once(cls, value: tuple[FeedSettings, ...]) -> tuple[FeedSettings, ...]:
        urls = [feed.url for feed in value]
        if twice := sorted({url for url in urls if urls.count(url) > 1}):
            raise ValueError(
                f"{', '.join(map(without_credentials, twice))} is listed twice; keep one of them."
            )
        return value

    @field_validator("broadcasts")
    @classmethod
    def _broadcasts_once(cls, value: tuple[BroadcastSettings, ...]) -> tuple[BroadcastSettings, ...]:
        pairs = [(each.to, each.query.canonical) for each in value]
        if twice := next((each for each in value if pairs.count((each.to, each.query.canonical)) > 1), None):
            raise ValueError(f"{twice.query.text} is sent to {twice.to} twice; keep one of them.")
        return value

    @model_validator(mode="after")
    def _webhook_reachable(self) -> Self:
        public = self.web.public_url
        if self.telegram.mode == "webhook" and not (
            self.web.listen and public and public.startswith("https://")
        ):
            raise ValueError(
                'telegram.mode "webhook" needs [web] listen and a [web] public_url that begins with https://; '
                'write them, or mode = "polling".'
            )
        return self

    def secrets(self) -> tuple[str, ...]:
        """Return every text that must never be shown: tokens, keys, passwords in addresses, webhook tokens."""
        keys = (self.telegram.token, self.discord.token, self.web.token, self.summary.llm.api_key)
        addresses = (
            self.database.get_secret_value(),
            self.summary.llm.url or "",
            *(feed.url for feed in self.feeds),
        )
        webhooks = (each.to.secret for each in self.broadcasts)
        passwords = (urlsplit(address).password for address in addresses)
        found = [*(key.get_secret_value() for key in keys if key), *passwords, *webhooks]
        return tuple(dict.fromkeys(text for text in found if text))
