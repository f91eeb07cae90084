"""Summaries through the real program: of the linked page, and by a language model that is believed in nothing."""

from pathlib import Path

import pytest

from tests.e2e.town import ANN, NEWS, Town
from tests.standins.feed_server import Item
from tests.standins.llm_server import LlmServer

TITLE = "A visit to Washington"
OWN = "Takaichi travels."
HTML = {"Content-Type": "text/html; charset=utf-8"}
REPORT = (
    "She landed at noon.",
    "It rained all day.",
    "About 300 people waited.",
    "Prime Minister Takaichi waved.",
    "The plane left.",
)
UNFAITHFUL = {
    "A number": "Takaichi landed before 500 people.",
    "A person": "Takaichi landed and met Macron.",
    "A quotation": 'Takaichi landed and said "we will win".',
    "A void": "",
    "A page": "<html><body><p>Takaichi landed at noon.</p></body></html>",
    "A flood": "Takaichi landed at noon. " * 800,
}
NOTICE = "Summary written by a language model; check the original."


def page(*paragraphs: str, head: str = "") -> bytes:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<html><head><title>T</title>{head}</head><body><nav><a href=/>Home</a></nav><article><h1>{TITLE}</h1>"
        f"{body}</article><footer>About us</footer></body></html>"
    ).encode()


async def test_an_alert_tells_the_linked_page_which_is_asked_for_once_by_two_feeds(tmp_path: Path) -> None:
    other = "/other.xml"
    async with Town(tmp_path, paths=(NEWS, other), more="[summary]\nfull_text = true") as town:
        town.feeds.respond(
            "/robots.txt", body=b"User-agent: *\nDisallow: /closed", headers={"Content-Type": "text/plain"}
        )
        town.feeds.respond("/report", body=page(*REPORT), headers=HTML)
        town.feeds.respond("/closed", body=page(*REPORT), headers=HTML)
        await town.open()
        await town.subscribe_both("Takaichi")
        town.feeds.publish(NEWS, Item(TITLE, link=town.feeds.url("/report"), summary=OWN))
        await town.alerted(TITLE)
        [told] = town.telegram_alerts(TITLE)
        shown = "She landed at noon.\n\nIt rained all day. … Prime Minister Takaichi waved."
        assert shown in told.text
        assert "Takaichi" in told.styled("bold")
        link = town.feeds.url("/report?utm_source=rss")
        town.feeds.publish(other, Item("The same elsewhere", link=link, summary=OWN))
        town.feeds.publish(NEWS, Item("Behind closed doors", link=town.feeds.url("/closed"), summary=OWN))
        await town.alerted("The same elsewhere")
        await town.alerted("Behind closed doors")
        assert OWN in town.telegram_alerts("Behind closed doors")[0].text
        assert len(town.feeds.asked("/report")) == 1
        assert len(town.feeds.asked("/robots.txt")) == 1
        assert town.feeds.asked("/closed") == []
        await town.newsbell.stop()


async def test_a_page_that_may_not_or_cannot_be_read_leaves_the_feeds_own_text(
    tmp_path: Path,
) -> None:
    async with Town(tmp_path, more="[summary]\nfull_text = true") as town:
        town.feeds.respond("/robots.txt", status=404)
        town.feeds.respond(
            "/paid",
            body=page(*REPORT, head='<meta itemprop="isAccessibleForFree" content="false">'),
            headers=HTML,
        )
        town.feeds.respond("/gone", status=500)
        await town.open()
        await town.subscribe_both("Takaichi")
        for path in ("/paid", "/gone", "/nowhere"):
            town.feeds.publish(NEWS, Item(f"News of {path[1:]}", link=town.feeds.url(path), summary=OWN))
        for path in ("/paid", "/gone", "/nowhere"):
            await town.alerted(f"News of {path[1:]}")
            assert OWN in town.telegram_alerts(f"News of {path[1:]}")[0].text
        await town.newsbell.stop()


@pytest.mark.parametrize("base", ["/v1", ""])
async def test_a_language_model_is_shown_where_it_keeps_to_the_report_and_not_where_it_does_not(
    tmp_path: Path, base: str
) -> None:
    async with LlmServer() as llm:
        key = "sk-secret/key+1234"
        llm.key = key
        table = f'[summary.llm]\nurl = "{llm.root}{base}"\nmodel = "m"\napi_key = "{key}"\ntimeout = "3s"'
        async with Town(tmp_path, more=table) as town:
            await town.open()
            await town.subscribe_both("Takaichi")
            summary = "<p>Takaichi landed at noon. About 300 people waited. She will leave on Monday.</p>"
            llm.say("Takaichi has landed; 300 people waited.")
            town.feeds.publish(NEWS, Item(TITLE, summary=summary))
            await town.alerted(TITLE)
            [told] = town.telegram_alerts(TITLE)
            assert "Takaichi has landed; 300 people waited." in told.text
            assert NOTICE in told.text
            [shown] = town.discord_alerts(TITLE)
            assert "check the original" in shown.embeds[0]["description"]
            assert len(llm.asked) == 1
            for name, answer in UNFAITHFUL.items():
                llm.say(answer)
                town.feeds.publish(NEWS, Item(name, summary=summary))
                await town.alerted(name)
                [kept] = town.telegram_alerts(name)
                assert "Takaichi landed at noon. About 300 people waited." in kept.text
                assert NOTICE not in kept.text
                assert "check the original" not in town.discord_alerts(name)[0].embeds[0]["description"]
            _, out, _ = await town.newsbell.run("check")
            assert "ok      language model m" in out
            llm.hang()
            town.feeds.publish(NEWS, Item("A silence", summary=summary))
            await town.alerted("A silence")
            assert NOTICE not in town.telegram_alerts("A silence", chat=ANN)[0].text
            assert key not in town.newsbell.log
            assert "the number 500 is not in the source" in town.newsbell.log
            await town.newsbell.stop()
