"""What holds for all commands: admission, failures, buttons that nobody made, completions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.chat import buttons, presses, service
from bot.chat.access import Access, Policy
from bot.chat.buttons import FeedsPage, Press, Verb
from bot.chat.catalogue import COMMANDS
from bot.errors import StorageError
from bot.model.address import Address, Platform
from bot.model.feed import Feed, FeedOrigin, FoundFeed
from bot.model.request import Request
from tests.unit.chat.world import ADMIN, ANN, BOB, GROUP, HOOK_URL, PRIVATE, World, said


def request(who: object = ANN, groups: tuple[str, ...] = ()) -> Request:
    assert who in {ANN, BOB, ADMIN}
    chosen = next(each for each in (ANN, BOB, ADMIN) if each == who)
    return Request("status", "", PRIVATE, "x", chosen, private=True, may_manage=True, groups=groups)


def test_every_command_of_the_catalogue_has_a_handler_and_no_other() -> None:
    assert set(service.HANDLERS) == {"", *(each.name for each in COMMANDS)}


def test_every_button_has_a_handler() -> None:
    assert set(presses.HANDLERS) == set(Verb)


@pytest.mark.parametrize(
    ("access", "who", "groups", "admitted"),
    [
        (Access(), BOB, (), True),
        (Access(Policy.ALLOWLIST, frozenset({"telegram:1002"})), BOB, (), True),
        (Access(Policy.ALLOWLIST, frozenset({"telegram:1002"})), ANN, (), False),
        (Access(Policy.ALLOWLIST, frozenset({"telegram:-500"})), ANN, ("telegram:-500",), True),
        (Access(Policy.ALLOWLIST, frozenset({"telegram:-500"})), ANN, ("-500",), True),
        (Access(Policy.ALLOWLIST, frozenset({"discord:-500"})), ANN, ("-500",), False),
        (Access(Policy.ALLOWLIST, admins=frozenset({"telegram:1"})), ADMIN, (), True),
        (Access(Policy.ADMINS, frozenset({"telegram:1002"})), BOB, (), False),
        (Access(Policy.ADMINS, admins=frozenset({"telegram:1"})), ADMIN, (), True),
    ],
)
async def test_access_admits_whom_the_policy_names(
    world: World, access: Access, who: object, groups: tuple[str, ...], admitted: bool
) -> None:
    world.access = access
    asked = request(who, groups)
    assert access.admits(asked) is admitted
    turned_away = "not open to everybody"
    assert (turned_away not in said(await world.chat().answer(asked))) is admitted
    assert (turned_away not in said(await world.chat().press("feeds:0:", asked))) is admitted
    assert bool(await world.chat().suggest("help", "command", "", asked)) is admitted


@pytest.mark.parametrize(
    "button",
    [
        Press(Verb.SUBSCRIBE, 12, None, "0123abcd"),
        Press(Verb.SUBSCRIBE, 12, Address(Platform.TELEGRAM, "-1001234567890", "7"), "0123abcd"),
        Press(Verb.UNSUBSCRIBE, 12, Address(Platform.DISCORD, "1234567890123456789")),
        Press(Verb.PAUSE),
        Press(Verb.RESUME, place=Address(Platform.TELEGRAM, "-1001234567890")),
        Press(Verb.CHOOSE, 20),
        Press(Verb.DROP, 5),
        FeedsPage(15, "日本: @x"),
        FeedsPage(0),
    ],
)
def test_a_button_is_read_as_it_was_written(button: Press | FeedsPage) -> None:
    assert buttons.read(str(button)) == button
    assert buttons.fits(button)


@pytest.mark.parametrize(
    "data",
    [
        "", "sub", "sub:", "sub:1", "sub:01.0123abcd", "sub:-1.0123abcd", "sub:1.0123ABCD", "sub:1.0123abcd@", "unsub:1 ",
        "unsub:1.0123abcd", "drop:1@telegram:5", "pause:1", "pause@telegram:@name", "pause@console:1", "pause@telegram:5:",
        "pause@discord-webhook:1", "pause@discord:5:6", "nonsense:1", "feeds:1", "feeds:x:", "unsub:٣",
        "unsub:1\n", "x" * 65, "feeds:0:" + "日" * 20, "unsub:9999999999999999999",
    ],
)  # fmt: skip
async def test_data_that_no_button_of_ours_has_is_declined_politely(world: World, data: str) -> None:
    answer = await world.chat().press(data, world.request)
    assert said(answer) == "That button no longer works; type the command instead, /help lists them."
    assert not answer.replaces


@given(st.text())
def test_no_data_breaks_the_reading_of_buttons(data: str) -> None:
    read = buttons.read(data)
    assert read is None or str(read) == data


@pytest.mark.parametrize(
    "command", ["subscribe", "preview", "unsubscribe", "addfeed", "timezone", "broadcast", "help", ""]
)
@pytest.mark.parametrize(
    "argument", ["\ud800", "\0", "\u202e(", "a" * 5000, "%s {0} {query}", "-100", '"' * 99]
)
async def test_hostile_arguments_are_answered(world: World, command: str, argument: str) -> None:
    answer = said(await world.chat().answer(replace(world.request, command=command, argument=argument)))
    assert answer
    assert "went wrong" not in answer


async def test_a_failure_inside_is_a_sentence_and_a_log_line_without_what_was_typed(world: World) -> None:
    class Broken:
        async def discover(self, url: str) -> list[FoundFeed]:
            raise RuntimeError(url)

    world.finder = Broken()  # type: ignore[assignment]  # only discover is called
    with capture_logs() as logs:
        answer = await world.say("/addfeed https://a.example/?key=hush")
    assert "went wrong on our side" in said(answer)
    [line] = logs
    assert (line["event"], line["command"], line["error"]) == ("command_failed", "addfeed", "RuntimeError")
    assert "discover" in line["trace"]
    assert "hush" not in str(logs)


async def test_a_completion_that_fails_is_logged_and_empty(world: World) -> None:
    class Broken:
        async def feeds(self) -> list[Feed]:
            raise StorageError("The database cannot be read.")

    world.store = Broken()  # type: ignore[assignment]  # only feeds is called
    with capture_logs() as logs:
        assert await labels(world, "feeds", "search", "") == []
        assert "went wrong on our side" in said(await world.say("/feeds"))
    assert [line["command"] for line in logs] == ["suggest feeds", "feeds"]


async def test_no_secret_of_a_webhook_reaches_a_log(world: World) -> None:
    with capture_logs() as logs:
        await world.say(f"/broadcast discord-webhook:{HOOK_URL} Takaichi", world.as_(ADMIN))
        world.webhooks.places.clear()
        await world.say(f"/broadcast discord-webhook:{HOOK_URL} TSMC", world.as_(ADMIN))
    assert "hook-token" not in str(logs)


async def labels(
    world: World, command: str, option: str, prefix: str, asked: Request | None = None
) -> list[str]:
    found = await world.chat().suggest(command, option, prefix, asked or world.request)
    assert len(found) <= 25
    assert all(0 < len(each.label) <= 100 and 0 < len(each.value) <= 100 for each in found)
    return [each.label for each in found]


async def test_every_option_that_the_catalogue_marks_is_completed(world: World) -> None:
    await world.subscribed("Takaichi")
    await world.feed("https://a.example/feed", title="Alpha")
    for command in COMMANDS:
        for option in command.options:
            found = await labels(world, command.name, option.name, "", replace(world.request, who=ADMIN))
            assert bool(found) is option.autocomplete, f"{command.name} {option.name}"


async def test_completions_begin_with_or_contain_the_prefix(world: World) -> None:
    for query in ("Nvidia", "Takaichi", "Sanae Takaichi"):
        await world.subscribed(query)
    assert await labels(world, "unsubscribe", "query", "taka") == ["Takaichi", "Sanae Takaichi"]
    assert await labels(world, "unsubscribe", "query", "xyz") == []
    assert (await labels(world, "timezone", "zone", "tok"))[0] == "Asia/Tokyo"
    assert (await labels(world, "timezone", "zone", "new y"))[0] == "America/New_York"
    assert await labels(world, "preview", "since", "1") == ["12h", "1d", "14d"]
    assert await labels(world, "help", "command", "sub") == ["subscribe", "subscriptions", "unsubscribe"]
    assert await labels(world, "nonsense", "query", "") == []


async def test_the_queries_of_other_places_are_not_suggested(world: World) -> None:
    await world.subscribed("hush", GROUP)
    assert await labels(world, "unsubscribe", "query", "") == []
    assert await labels(world, "preview", "query", "") == []


async def test_a_long_query_is_suggested_by_its_id(world: World) -> None:
    made = await world.subscribed(" OR ".join(f"word{number}" for number in range(40)))
    [found] = await world.chat().suggest("unsubscribe", "query", "word", world.request)
    assert found.value == f"#{made.id}"
    await world.say(f"/unsubscribe {found.value}")
    assert await world.queries() == []


async def test_feeds_to_remove_are_suggested_to_admins_only(world: World) -> None:
    await world.feed("https://a.example/feed", title="Alpha")
    await world.feed("https://b.example/feed", title="Bravo", origin=FeedOrigin.CONFIG)
    await world.feed("https://user:hush@c.example/feed", title="Charlie")
    assert await labels(world, "removefeed", "feed", "") == []
    found = await world.chat().suggest("removefeed", "feed", "", world.as_(ADMIN))
    assert [each.value for each in found][:1] == ["https://a.example/feed"]
    assert "hush" not in str(found)
    await world.say(f"/removefeed {found[1].value}", world.as_(ADMIN))
    assert [feed.title for feed in await world.store.feeds()] == ["Alpha", "Bravo"]
