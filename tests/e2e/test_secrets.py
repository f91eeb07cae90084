"""After every kind of failure, no token, password or webhook address stands in anything the program wrote."""

from aiohttp import ClientSession

from tests.e2e.newsbell import configuration, web_address
from tests.e2e.town import ANN, NEWS, WAIT, Town
from tests.standins.discord_server import Drop, Fault, Garbage, Hang, Limit, Refuse, Trouble
from tests.standins.feed_server import Item, Mode

PASSWORD = "correct-horse-battery"
FAULTS: tuple[tuple[str, Fault], ...] = (
    ("server_error", Trouble()),
    ("garbage", Garbage()),
    ("dropped", Drop()),
    ("lost", Hang(1.0)),
    ("flood", Limit(1.0)),
    ("no_thread", Refuse(403, 50013)),
    ("refused", Refuse(400, 50035)),
    ("unauthorized", Refuse(401, 0)),
)
"""What goes wrong, one after the other; a refused token holds the whole platform and so comes last."""


def secrets_of(town: Town, hook: str) -> tuple[str, ...]:
    return (town.telegram.token, town.telegram.token.partition(":")[2], town.discord.token, hook, PASSWORD)


async def outputs(town: Town) -> str:
    """Return what every command that looks at an installation prints."""
    shown = []
    for command in (
        ["status"],
        ["status", "--json"],
        ["outbox", "list"],
        ["feeds", "list"],
        ["subscriptions", "list"],
        ["check"],
    ):
        _, out, err = await town.newsbell.run(*command)
        shown += [out, err]
    return "\n".join(shown)


async def test_no_secret_is_written_whatever_fails(town: Town) -> None:
    hook = town.discord.add_webhook(town.discord.add_channel(town.guild, "hooked"))
    private = town.feeds.url("/private.xml").replace("http://", f"http://reader:{PASSWORD}@")
    town.feeds.publish("/private.xml", Item("Quiet"))
    more = (
        '[web]\nlisten = "127.0.0.1:0"\n'
        f'[[feeds]]\nurl = "{private}"\n'
        f'[[broadcasts]]\nto = "discord-webhook:https://discord.com/api/webhooks/{hook.id}/{hook.token}"\nquery = "Takaichi"\n'
    )
    town.newsbell.configure(town.configuration(more))
    await town.open()
    await town.subscribe_both("Takaichi")
    town.feeds.behave("/private.xml", Mode.DIE)
    for number, (telegram, discord) in enumerate(FAULTS):
        title = f"Takaichi, part {number}"
        town.telegram.fail(ANN, telegram, times=1)
        faults = [town.discord.fail(place, discord, times=1) for place in (town.channel, hook)]
        town.feeds.publish(NEWS, Item(title))
        await town.until(lambda: not town.telegram.faults or town.telegram.faults[-1].times == 0, telegram)
        await town.until(lambda: faults[0].hits, str(discord))  # noqa: B023 - awaited inside the loop
        if discord == Refuse(403, 50013):
            # Only what is closed can be opened again.
            await town.until(lambda: "code 50013" in town.newsbell.log, "the end of the channel")
            await town.discord.slash(town.mika, town.channel, "start", within=WAIT)
    written = town.newsbell.log + await outputs(town)
    await town.newsbell.stop()
    assert [secret for secret in secrets_of(town, hook.token) if secret in written + town.newsbell.log] == []
    assert "poll_failed" in town.newsbell.log


async def test_a_wrong_token_is_named_without_being_shown(town: Town) -> None:
    wrong = (
        "1111111111:AAwrongwrongwrongwrongwrongwrongwrong",
        "MTIzNDU2Nzg5MDEyMzQ1Njc4.Wrong1.wrongwrongwrongwrongwrong",
    )
    town.newsbell.configure(
        configuration(
            town.folder,
            feeds=[town.feeds.url(NEWS)],
            allowed=town.feeds.host,
            telegram=(wrong[0], town.telegram.url),
            discord=(wrong[1], town.discord.api_url),
        )
    )
    code, out, err = await town.newsbell.run("check")
    assert code == 1
    assert "telegram" in out.lower()
    assert "discord" in out.lower()
    await town.newsbell.start()
    await town.polled(2)
    assert town.newsbell.alive()
    await town.newsbell.stop()
    assert [
        each for token in wrong for each in (token, token[-20:]) if each in out + err + town.newsbell.log
    ] == []


async def test_the_status_page_shows_no_secret(town: Town) -> None:
    town.newsbell.configure(
        town.configuration('[web]\nlisten = "127.0.0.1:0"\ntoken = "page-token-of-the-test"\n')
    )
    await town.open()
    url = await town.until(lambda: web_address(town.newsbell.log), "the web address in the log")
    assert url is not None
    async with ClientSession() as session:
        for path in ("/", "/metrics"):
            async with session.get(url + path) as answer:
                assert answer.status == 401
            async with session.get(
                url + path, headers={"Authorization": "Bearer page-token-of-the-test"}
            ) as answer:
                assert answer.status == 200
                page = await answer.text()
            assert town.telegram.token not in page
            assert town.discord.token not in page
        for path in ("/healthz", "/readyz"):
            async with session.get(url + path) as answer:
                assert answer.status == 200, await answer.text()
    assert "newsbell_" in page
    await town.newsbell.stop()
    assert "page-token-of-the-test" not in town.newsbell.log
