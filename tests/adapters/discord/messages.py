"""Messages for tests."""

from bot.model.address import Address, Platform
from bot.model.message import Action, Message, Run, Source
from tests.standins.discord_server import Channel, Webhook


def alert(title: str = "Takaichi visits", **more: object) -> Message:
    fields: dict[str, object] = {
        "title": (Run(title, bold=False),),
        "url": "https://news.example/1",
        "summary": ((Run("She said "), Run("Takaichi", bold=True), Run(" was there.")),),
        "sources": (Source("Example Times", "https://news.example/"),),
        "footer": (Run("14:05 UTC · Takaichi"),),
        "alert": True,
    }
    return Message(**(fields | more))  # type: ignore[arg-type] # tests override single fields


def answer(*lines: str, actions: tuple[Action, ...] = ()) -> Message:
    return Message(title=(Run(lines[0]),), summary=tuple((Run(line),) for line in lines[1:]), actions=actions)


def at(channel: Channel) -> Address:
    return Address(Platform.DISCORD, channel.id)


def through(webhook: Webhook) -> Address:
    return Address(Platform.DISCORD_WEBHOOK, webhook.id, secret=webhook.token)
