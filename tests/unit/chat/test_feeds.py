from dataclasses import replace

import pytest

from bot.chat.feed_list import CHOICES
from bot.chat.feeds import PAGE
from bot.errors import UserError
from bot.model.feed import FeedOrigin, FoundFeed
from tests.unit.chat.world import ADMIN, BOB, GROUP, World, button, buttons, runs, said

SITE = "https://nhk.example/news"
FEED = "https://nhk.example/feed.xml"


def found(url: str, title: str = "NHK News") -> FoundFeed:
    return FoundFeed(url, title, "application/rss+xml")


async def test_feeds_are_listed_with_their_health_failing_ones_first(world: World) -> None:
    await world.feed("https://a.example/feed", title="Alpha")
    await world.feed("https://z.example/feed", title="Zulu", failure="The server answered 503.")
    lines = said(await world.say("/feeds")).split("\n")
    assert lines[0] == "2 feeds, 1 of them failing:"
    assert lines[1].startswith("Zulu: never worked so far: The server answered 503")
    assert lines[2] == "Alpha: fine, checked 0 s ago; less than an entry a week; next poll in 60 min"


async def test_one_feed_is_singular_and_well(world: World) -> None:
    await world.feed("https://a.example/feed", title="Alpha")
    assert said(await world.say("/feeds")).startswith("1 feed, doing well:")


async def test_feeds_are_searched_by_title_and_address(world: World) -> None:
    await world.feed("https://a.example/feed", title="Alpha")
    await world.feed("https://b.example/feed", title="Bravo")
    assert "Bravo" not in said(await world.say("/feeds alpha"))
    assert "Alpha" not in said(await world.say("/feeds B.EXAMPLE"))
    assert "No feed has 'xyz'" in said(await world.say("/feeds xyz"))


async def test_no_feed_at_all_says_how_to_add_one(world: World) -> None:
    assert "/addfeed adds one" in said(await world.say("/feeds"))


async def test_a_long_list_of_feeds_is_paged_with_its_search(world: World) -> None:
    for number in range(PAGE + 2):
        await world.feed(f"https://a.example/{number}", title=f"Alpha {number:02}")
    await world.feed("https://b.example/", title="Bravo")
    first = await world.say("/feeds alpha")
    second = await world.press(button(first, "Next"))
    assert second.replaces
    assert "Alpha 15" in said(second)
    assert "Alpha 14" not in said(second)
    assert "Bravo" not in said(second)
    assert "Alpha 00" in said(await world.press(button(second, "Back")))


async def test_a_search_too_long_for_a_button_counts_the_rest(world: World) -> None:
    for number in range(PAGE + 1):
        await world.feed(f"https://a.example/{number}", title=f"{'long ' * 12}{number:02}")
    answer = await world.say(f"/feeds {'long ' * 12}")
    assert "1 more is not shown" in said(answer)
    assert buttons(answer) == []


async def test_no_password_of_an_address_is_shown_or_searched(world: World) -> None:
    await world.feed("https://user:hush@a.example/feed")
    assert "hush" not in said(await world.say("/feeds"))
    assert "No feed has" in said(await world.say("/feeds hush"))
    assert all("hush" not in (run.url or "") for run in runs(await world.say("/feeds")))


async def test_a_feed_is_added_silently_by_its_address(world: World) -> None:
    world.finder.pages[FEED] = [found(FEED)]
    answer = await world.say(f"/addfeed {FEED}")
    assert "Added NHK News. What it holds now is not sent" in said(answer)
    [feed] = await world.store.feeds()
    assert (feed.url, feed.origin, feed.poll.seeded_at) == (FEED, FeedOrigin.CHAT, None)
    assert buttons(answer) == []


async def test_a_bare_domain_is_asked_over_https(world: World) -> None:
    world.finder.pages["https://nhk.example"] = [found(FEED)]
    await world.say("/addfeed nhk.example")
    assert world.finder.asked == ["https://nhk.example"]


async def test_several_feeds_are_offered_as_buttons(world: World) -> None:
    long = f"https://nhk.example/{'x' * 300}.xml"
    world.finder.pages[SITE] = [found(FEED, "News"), found(long, "Sport")]
    world.finder.pages[long] = [found(long, "Sport")]
    answer = await world.say(f"/addfeed {SITE}")
    assert "I found 2 feeds; choose one:" in said(answer)
    assert await world.store.feeds() == []
    chosen = await world.press(button(answer, "Sport"))
    assert chosen.replaces
    assert [feed.url for feed in await world.store.feeds()] == [long]


async def test_more_feeds_than_buttons_are_counted(world: World) -> None:
    world.finder.pages[SITE] = [found(f"{FEED}{number}") for number in range(CHOICES + 2)]
    answer = await world.say(f"/addfeed {SITE}")
    assert len(buttons(answer)) == CHOICES
    assert "2 more were found" in said(answer)


async def test_a_known_feed_is_not_asked_for_again(world: World) -> None:
    await world.feed(FEED, title="NHK")
    assert "NHK is on the list already. (fine, checked" in said(await world.say(f"/addfeed {FEED}"))
    assert world.finder.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "file:///etc/passwd",
        "ftp://a.example/x",
        "https://",
        "http://[::1",
        "two words",
        "javascript:alert(1)",
    ],
)
async def test_an_address_that_is_none_is_refused_in_one_sentence(world: World, text: str) -> None:
    assert said(await world.say(f"/addfeed {text}")).startswith("That address is not allowed;")
    assert world.finder.asked == []


async def test_what_the_finder_says_is_passed_on(world: World) -> None:
    assert "tried the page itself" in said(await world.say("/addfeed https://none.example/"))


async def test_a_finder_that_finds_nothing_is_a_sentence(world: World) -> None:
    world.finder.pages[SITE] = []
    assert "There is no feed at that address" in said(await world.say(f"/addfeed {SITE}"))


async def test_addfeed_without_an_address_shows_how_to(world: World) -> None:
    assert "/addfeed URL" in said(await world.say("/addfeed"))


async def test_in_a_group_only_managers_add_feeds(world: World) -> None:
    world.finder.pages[FEED] = [found(FEED)]
    assert "Only those who manage" in said(await world.say(f"/addfeed {FEED}", world.as_(BOB, GROUP)))
    assert await world.store.feeds() == []
    await world.say(f"/addfeed {FEED}", replace(world.as_(BOB, GROUP), may_manage=True))
    assert len(await world.store.feeds()) == 1


async def test_one_chat_adds_a_bounded_number_of_feeds_a_day_but_an_admin_may_go_on(world: World) -> None:
    chat = world.chat()
    request = replace(world.request, command="addfeed")
    for number in range(21):
        url = f"https://a.example/{number}"
        world.finder.pages[url] = [found(url)]
        answer = await chat.answer(replace(request, argument=url))
    assert "many feeds today" in said(answer)
    assert len(await world.store.feeds()) == 20
    await chat.answer(replace(request, argument=url, who=ADMIN))
    assert len(await world.store.feeds()) == 21


async def test_an_admin_may_undo_adding(world: World) -> None:
    world.finder.pages[FEED] = [found(FEED)]
    answer = await world.say(f"/addfeed {FEED}", world.as_(ADMIN))
    await world.press(button(answer, "Undo"), world.as_(ADMIN))
    assert await world.store.feeds() == []


@pytest.mark.parametrize("text", [FEED, "NHK News", "nhk news"])
async def test_an_admin_removes_a_feed_by_address_or_title_and_may_undo(world: World, text: str) -> None:
    await world.feed(FEED, title="NHK News")
    answer = await world.say(f"/removefeed {text}", world.as_(ADMIN))
    assert "Removed NHK News." in said(answer)
    assert await world.store.feeds() == []
    undone = await world.press(button(answer, "Undo"), world.as_(ADMIN))
    assert undone.replaces
    assert [feed.url for feed in await world.store.feeds()] == [FEED]
    assert world.finder.asked == []


async def test_only_an_admin_of_the_bot_removes_feeds(world: World) -> None:
    feed = await world.feed(FEED)
    for refused in (
        await world.say(f"/removefeed {FEED}"),
        await world.chat().press(f"unfeed:{feed.id}", world.request),
    ):
        assert "Only an admin of the bot" in said(refused)
    assert len(await world.store.feeds()) == 1


async def test_only_an_admin_of_the_bot_restores_feeds(world: World) -> None:
    await world.feed(FEED)
    answer = await world.say(f"/removefeed {FEED}", world.as_(ADMIN))
    assert "Only an admin of the bot" in said(await world.press(button(answer, "Undo")))
    assert await world.store.feeds() == []


async def test_a_feed_of_the_configuration_stays(world: World) -> None:
    await world.feed(FEED, origin=FeedOrigin.CONFIG)
    assert "configuration file" in said(await world.say(f"/removefeed {FEED}", world.as_(ADMIN)))
    assert len(await world.store.feeds()) == 1


async def test_an_unknown_feed_is_answered_with_near_ones(world: World) -> None:
    await world.feed(FEED, title="NHK News")
    assert "did you mean NHK News?" in said(await world.say("/removefeed NHK Nws", world.as_(ADMIN)))
    assert "/feeds lists them all" in said(await world.say("/removefeed qqq", world.as_(ADMIN)))
    assert "/removefeed FEED" in said(await world.say("/removefeed", world.as_(ADMIN)))


async def test_a_refused_address_tells_nothing_about_the_network(world: World) -> None:
    class Refusing:
        async def discover(self, url: str) -> list[FoundFeed]:
            assert url
            raise UserError("That address is not allowed.")

    world.finder = Refusing()  # type: ignore[assignment]  # only discover is called
    assert said(await world.say("/addfeed http://192.0.2.1/")) == "That address is not allowed."


@pytest.mark.parametrize(
    "text", ["gnews:Taiwan Strait", "gnews:ja:台湾海峡", "r/taiwan", "u/ann", "@ann@mastodon.example"]
)
async def test_a_short_form_reaches_the_finder_as_it_was_typed(world: World, text: str) -> None:
    world.finder.pages[text] = [found(FEED)]
    assert "Added NHK News" in said(await world.say(f"/addfeed {text}"))
    assert world.finder.asked == [text]


@pytest.mark.parametrize("text", ["a.example", "http://www.a.example/", "https://A.example"])
async def test_the_site_of_a_known_feed_is_that_feed(world: World, text: str) -> None:
    await world.feed("https://feeds.example/a.xml", title="Alpha", site="https://www.a.example/")
    assert "Alpha is on the list already" in said(await world.say(f"/addfeed {text}"))
    assert world.finder.asked == []


async def test_a_site_with_several_known_feeds_is_asked(world: World) -> None:
    for name in ("a", "b"):
        await world.feed(f"https://feeds.example/{name}.xml", title=name, site=SITE)
    world.finder.pages[SITE] = [found(FEED)]
    assert "Added NHK News" in said(await world.say(f"/addfeed {SITE}"))


async def test_feeds_that_are_offered_say_how_much_they_bring(world: World) -> None:
    world.finder.pages[SITE] = [replace(found(FEED, "News"), per_day=48.2), found(f"{FEED}2", "Sport")]
    told = said(await world.say(f"/addfeed {SITE}"))
    assert "News (48 entries a day) https://nhk.example/feed.xml" in told
    assert "Sport https://nhk.example/feed.xml2" in told
