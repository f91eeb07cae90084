"""Permissions, addresses, the table of errors: decisions without a network."""

import pytest

from bot.adapters.discord.failures import MEANINGS, Closed, meaning_of, outcome
from bot.adapters.discord.permissions import EVERYTHING, Permission, in_channel, in_guild, missing
from bot.adapters.discord.replies import Refused, Unanswered
from bot.adapters.discord.rest import described
from bot.adapters.discord.text import linkable
from bot.model.delivery import Rejected, RetryLater, Scope

VIEW, SEND, EMBED = (Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, Permission.EMBED_LINKS)


def guild(everyone: int = 0, **roles: int) -> dict[str, object]:
    listed = [{"id": "1", "permissions": str(everyone)}]
    listed += [{"id": name, "permissions": str(held)} for name, held in roles.items()]
    return {"id": "1", "owner_id": "owner", "roles": listed}


def channel(**overwrites: tuple[int, int]) -> dict[str, object]:
    return {
        "permission_overwrites": [
            {"id": name.removeprefix("_"), "allow": str(allow), "deny": str(deny)}
            for name, (allow, deny) in overwrites.items()
        ]
    }


def test_the_owner_and_administrators_may_everything() -> None:
    assert in_guild(guild(), "owner", []) == EVERYTHING
    assert in_guild(guild(admin=Permission.ADMINISTRATOR), "me", ["admin"]) == EVERYTHING
    assert in_channel(guild(), channel(_1=(0, VIEW)), "owner", []) == EVERYTHING


def test_a_channel_changes_everyone_then_roles_then_the_member() -> None:
    place = channel(_1=(0, VIEW | SEND), a=(SEND, 0), b=(0, SEND), me=(EMBED, 0))
    held = in_channel(guild(VIEW | SEND), place, "me", ["a", "b"])
    assert held == SEND | EMBED
    assert missing(held, 0) == ["View Channel"]
    assert in_channel(guild(VIEW | SEND), channel(_1=(0, SEND), me=(SEND, 0)), "me", []) == VIEW | SEND


def test_what_is_missing_depends_on_the_kind_of_channel() -> None:
    assert missing(VIEW | EMBED, 0) == ["Send Messages"]
    assert missing(VIEW | SEND | EMBED, 11) == ["Send Messages in Threads"]
    assert missing(VIEW | EMBED, 15) == ["Create Posts"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/1", "https://news.example/1"),
        (" https://news.example ", "https://news.example"),
        ("https://例え.example/パス", "https://xn--r8jz45g.example/%E3%83%91%E3%82%B9"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("https://news.example/a b", "https://news.example/a%20b"),
        ("http://intranet/", None),
        ("http://localhost:3000/", None),
        ("https://user:pw@news.example/", None),
        ("https://news.example:0/", None),
        ("https://news.example:99999/", None),
        ("javascript:alert(1)", None),
        ("ftp://news.example/", None),
        ("//news.example/", None),
        ("news.example", None),
        ("https://", None),
        ("", None),
        (None, None),
        ("https://news.example/" + "x" * 2100, None),
    ],
)
def test_only_addresses_that_discord_takes_become_links(url: str | None, expected: str | None) -> None:
    assert linkable(url) == expected


def test_every_meaning_is_a_sentence_that_can_go_on() -> None:
    for code, meaning in MEANINGS.items():
        assert meaning.reason[0].isupper(), code
        assert meaning.reason[-1].isalnum(), code


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_every_code_in_the_table_has_its_outcome(code: int) -> None:
    result = outcome(Refused(400, code, "no"))
    assert isinstance(result, RetryLater | Rejected)
    assert isinstance(MEANINGS[code], Closed) == (isinstance(result, Rejected) and result.destination_off)


def test_a_webhook_refused_by_the_edge_is_not_given_up() -> None:
    assert isinstance(outcome(Refused(403, 40333, "no"), webhook=True), RetryLater)
    assert isinstance(meaning_of(Refused(404, 40333, "no"), webhook=True), Closed)


def test_what_was_never_sent_concerns_the_platform_and_is_certain() -> None:
    assert outcome(Unanswered("Discord cannot be reached", uncertain=False)) == RetryLater(
        "Discord cannot be reached.", scope=Scope.PLATFORM
    )


def test_a_refused_form_is_told_field_by_field() -> None:
    body = {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "embeds": {"0": {"title": {"_errors": [{"code": "X", "message": "Must be 256 or fewer."}]}}}
        },
    }
    assert described(body) == "Invalid Form Body (embeds.0.title: Must be 256 or fewer.)"
    assert described({}) == "no reason given"
