"""Whatever a digest holds, Discord takes its pages, and each alert that they show is a link."""

import re

from hypothesis import given, settings

from bot.adapters.discord.render import rendered
from bot.adapters.discord.text import linkable
from bot.model.hold import DigestPage, Hold
from bot.pipeline.compose import safe_url
from tests.digests import digests
from tests.standins.discord import bodies

_TARGET = re.compile(r"(?:\]\(|<)https://(news\d+\.example)/[^\s<>()]*[)>]")


@settings(max_examples=60, deadline=None)
@given(digests())
def test_no_page_is_refused_and_no_alert_loses_its_link(
    made: tuple[list[Hold], tuple[DigestPage, ...]],
) -> None:
    holds, pages = made
    linked: list[str] = []
    for page in pages:
        body = rendered(page.message)
        bodies.check_message(bodies.CREATE, body)
        [embed] = body["embeds"]
        own = re.fullmatch(r"https://(news\d+\.example)/.*", embed.get("url", ""))
        linked += [own[1]] if own else _TARGET.findall(embed["description"])
    wanted = [hold for hold in holds if linkable(safe_url(hold.message.url))]
    assert sorted(linked) == sorted(f"news{hold.id}.example" for hold in wanted)
