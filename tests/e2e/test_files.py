"""``/export`` and ``/import`` as files on both platforms, through the real program."""

import json

from tests.e2e.town import ANN, WAIT, Town


async def test_subscriptions_travel_from_one_platform_to_the_other_as_a_file(town: Town) -> None:
    await town.open()
    await town.say("/subscribe Takaichi")
    await town.say('/subscribe "Taiwan Strait"')
    town.telegram.say(ANN, ANN, "/export")
    [(chat, name, content)] = await town.until(lambda: town.telegram.documents, "the file")
    assert chat == ANN
    assert name.endswith(".json")
    queries = [each["query"] for each in json.loads(content)["subscriptions"]]
    assert queries == ["Takaichi", '"Taiwan Strait"']
    said = await town.discord.slash(
        town.mika, town.channel, "import", file=("file", name, content), within=WAIT
    )
    assert "2 subscriptions were added" in said.text
    await town.discord.slash(town.mika, town.channel, "export", within=WAIT)
    [(_, copy)] = await town.until(lambda: town.discord.state.uploads, "the file on Discord")
    assert [each["query"] for each in json.loads(copy)["subscriptions"]] == queries
    town.telegram.add_chat(7002, title="Ben")
    town.telegram.say(7002, 7002, "/import", file=("copy.json", copy))
    await town.until(lambda: town.telegram.sent(7002), "an answer to the file")
    assert "2 subscriptions were added" in town.telegram.sent(7002)[-1].text
    await town.newsbell.stop()
