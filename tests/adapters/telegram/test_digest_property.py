"""Whatever a digest holds, Telegram takes its pages, and each alert that they show is a link."""

from urllib.parse import urlsplit

from hypothesis import given, settings

from bot.adapters.telegram.render import render
from bot.adapters.telegram.text import linkable
from bot.model.hold import DigestPage, Hold
from bot.pipeline.compose import safe_url
from tests.adapters.telegram import oracle
from tests.adapters.telegram.test_render_property import params
from tests.digests import digests
from tests.standins.telegram_rules import check_content


@settings(max_examples=60, deadline=None)
@given(digests())
def test_no_page_is_refused_and_no_alert_loses_its_link(
    made: tuple[list[Hold], tuple[DigestPage, ...]],
) -> None:
    holds, pages = made
    linked: list[str | None] = []
    for page in pages:
        given_params = params(render(page.message))
        check_content(given_params)
        if oracle.PRESENT:
            assert oracle.refusal(given_params["text"], given_params["entities"]) is None
        linked += sorted(
            {urlsplit(one["url"]).hostname for one in given_params["entities"] if one["type"] == "text_link"}
        )
    wanted = [url for hold in holds if (url := linkable(safe_url(hold.message.url)))]
    assert sorted(map(str, linked)) == sorted(str(urlsplit(url).hostname) for url in wanted)
