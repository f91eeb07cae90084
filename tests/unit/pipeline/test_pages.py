from dataclasses import replace

from bot.model.destination import DestinationSettings
from bot.model.hold import DigestPage, HoldReason
from bot.model.message import plain
from bot.pipeline.pages import pages
from tests.unit.pipeline.holds import held
from tests.unit.pipeline.samples import DAY, MINUTE, NOW, destination

PLACE = destination(timezone="Europe/Berlin")


def shown(page: DigestPage) -> list[str]:
    return [plain(page.message.title), *(plain(text) for text in page.message.summary)]


def links(found: tuple[DigestPage, ...]) -> list[str]:
    return [run.url for page in found for text in page.message.summary for run in text if run.url]


def test_a_digest_groups_by_what_matched_with_a_line_for_each_alert() -> None:
    holds = [
        held(1, "Takaichi to visit Washington", url="https://a.example/1", created_at=NOW - MINUTE),
        held(2, "Carrier in the Strait", queries=("Taiwan", "Takaichi"), url="https://a.example/2"),
        held(3, "Takaichi\nback  home", url="https://a.example/3", source="NHK", created_at=NOW - DAY),
    ]
    [page] = pages(PLACE, holds)
    assert shown(page) == [
        "Digest: 3 alerts",
        "Takaichi (2)\n• Takaichi back home (NHK, 1 Jan, 13:14)\n• Takaichi to visit Washington (Mainichi World, 13:13)",
        "Taiwan (1)\n• Carrier in the Strait (Mainichi World, 13:14)",
    ]
    assert links((page,)) == ["https://a.example/3", "https://a.example/1", "https://a.example/2"]
    assert page.holds == (3, 1, 2)
    assert page.message.alert


def test_a_single_alert_goes_out_as_it_would_have() -> None:
    hold = held(1)
    assert pages(PLACE, [hold]) == (DigestPage(hold.message, "n1", (1,), alert_id=101),)


def test_the_title_says_why_the_alerts_were_held() -> None:
    for reason, told in (
        (HoldReason.CADENCE, "Digest: 2 alerts"),
        (HoldReason.QUIET, "2 alerts from the quiet hours"),
        (HoldReason.BURST, "2 more alerts"),
    ):
        [page] = pages(PLACE, [held(1, reason=reason), held(2, reason=reason)])
        assert plain(page.message.title) == told
    [page] = pages(PLACE, [held(1, reason=HoldReason.QUIET), held(2, reason=HoldReason.BURST)])
    assert plain(page.message.title) == "Digest: 2 alerts"


def test_many_alerts_make_several_pages_with_every_alert_on_one_of_them() -> None:
    holds = [held(number, f"Story {number} " + "word " * 20, url=f"https://a.example/{number}") for number in range(1, 101)]  # fmt: skip
    found = pages(PLACE, holds)
    assert len(found) > 1
    assert [number for page in found for number in page.holds] == list(range(1, 101))
    assert links(found) == [f"https://a.example/{number}" for number in range(1, 101)]
    assert plain(found[0].message.title) == f"Digest: 100 alerts (1/{len(found)})"
    assert shown(found[0])[1].startswith("Takaichi (100)\n")
    assert shown(found[1])[1].startswith("Takaichi (continued)\n")
    assert len({page.nonce for page in found}) == len(found)
    assert all(len(page.nonce) <= 25 for page in found)


def test_the_same_holds_have_the_same_nonces() -> None:
    holds = [held(number) for number in range(100)]
    assert [page.nonce for page in pages(PLACE, holds)] == [page.nonce for page in pages(PLACE, holds)]


def test_a_digest_makes_a_sound_once_and_none_where_the_place_asks_for_silence() -> None:
    holds = [held(number, "word " * 30) for number in range(100)]
    sounds = [not page.message.silent for page in pages(PLACE, holds)]
    assert sounds[0]
    assert not any(sounds[1:])
    silent = replace(PLACE, settings=DestinationSettings(silent_digests=True))
    assert all(page.message.silent for page in pages(silent, holds))
    assert all(page.message.silent for page in pages(silent, holds[:1]))


def test_an_alert_with_an_address_too_long_for_a_line_goes_out_by_itself() -> None:
    long = held(2, url="https://a.example/" + "(" * 2000)
    found = pages(PLACE, [held(1), long, held(3)])
    assert [page.holds for page in found] == [(1, 3), (2,)]
    assert found[1].message.url == long.message.url
    assert found[1].alert_id == 102


def test_an_alert_without_a_visible_title_shows_its_address() -> None:
    [page] = pages(PLACE, [held(1, "\u200b\u2800"), held(2, "", url=None)])
    assert shown(page)[1] == (
        "Takaichi (2)\n• https://news.example/1 (Mainichi World, 13:14)\n• Takaichi (Mainichi World, 13:14)"
    )
