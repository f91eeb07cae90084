"""What may stand in [discord] api_url."""

import pytest

from bot.adapters.discord.address import OFFICIAL, api_base


@pytest.mark.parametrize("text", [None, "", "  "])
def test_nothing_means_discord_itself(text: str | None) -> None:
    assert api_base(text) == OFFICIAL == "https://discord.com/api/v10"


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:8080/api",
        "http://127.0.0.1:8080/api/",
        "http://127.0.0.1:8080/api/v10",
        " http://127.0.0.1:8080/api/v10/ ",
    ],
)
def test_every_way_to_write_an_address_means_the_same(text: str) -> None:
    assert api_base(text) == "http://127.0.0.1:8080/api/v10"


def test_a_proxy_may_have_a_path() -> None:
    assert api_base("https://proxy.example/discord") == "https://proxy.example/discord/api/v10"
    assert api_base("https://discord.com/api/v10") == OFFICIAL


@pytest.mark.parametrize(
    "text", ["discord.com", "ftp://discord.com", "http://", "http://x.example/?a=1", "http://x/#a"]
)
def test_what_is_no_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="api_url must look like"):
        api_base(text)
