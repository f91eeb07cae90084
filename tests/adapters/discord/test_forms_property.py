"""In each form that Discord has for a message nothing hostile is refused, and no shown text loses its link."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from hypothesis import given, settings

from bot.adapters.discord.forum import new_post
from bot.adapters.discord.identity import webhook_body
from bot.adapters.discord.render import rendered, revision
from bot.model.message import Message, Run
from bot.pipeline.drafts import decided, rewritten, waiting
from tests.linked import Linked, linked
from tests.standins.discord import bodies
from tests.standins.discord.markdown import Seen, seen

FORUM = {
    "flags": 16,
    "available_tags": [
        {"id": str(number), "name": name} for number, name in enumerate(("**", "@everyone", "x"), 1)
    ],
}


def forms(made: Linked) -> list[tuple[Any, dict[str, Any]]]:
    """Each form of a message, with what checks it as Discord does."""
    message = made.message
    return [
        (bodies.CREATE, rendered(message)),
        (bodies.EDIT, revision(message)),
        (bodies.POST, new_post(message, FORUM)),
        (bodies.WEBHOOK, webhook_body(message)),
        (bodies.WEBHOOK, webhook_body(message) | {"thread_name": new_post(message, FORUM)["name"]}),
        (bodies.CREATE, rendered(waiting(message, "A place", "a" * 24))),
        (bodies.EDIT, revision(decided(message, "Dropped."))),
    ]


@settings(max_examples=60, deadline=None)
@given(linked())
def test_no_form_is_refused_and_no_shown_text_loses_its_link(made: Linked) -> None:
    for check, body in forms(made):
        bodies.check_message(check, body)
        content = body.get("message", body)
        bodies.check_not_empty(content)
        [embed] = content["embeds"]
        if made.message.url:
            assert embed["url"] == made.message.url
        for mark, host in made.targets.items():
            assert set(_targets(embed, mark)) <= {host}


def _targets(embed: dict[str, Any], mark: str) -> Iterator[str | None]:
    """Where the texts with this mark lead; a text that looks like an address has its link right behind it."""
    parts = seen(embed.get("description", ""))
    for part, behind in pairwise([*parts, Seen("")]):
        if mark in part.text:
            target = part.target or behind.target or ""
            yield urlsplit(target.strip("<>")).hostname
    author = embed.get("author", {})
    if mark in author.get("name", ""):
        yield urlsplit(author.get("url", "")).hostname


def test_a_link_ends_where_brackets_of_the_text_follow() -> None:
    first, second = (Run(f"Q{number}Z", url=f"https://l{number}.example/") for number in (0, 1))
    text = (Run(""), first, Run("]("), second)
    message = Message(title=(Run("x"),), url=None, summary=(text,), footer=(Run("x"),))
    [embed] = rendered(message)["embeds"]
    assert [list(_targets(embed, mark)) for mark in ("Q0Z", "Q1Z")] == [["l0.example"], ["l1.example"]]


@settings(max_examples=60, deadline=None)
@given(linked(), linked())
def test_whatever_an_admin_writes_is_taken_and_keeps_its_link(made: Linked, words: Linked) -> None:
    text = "\n".join(run.text for paragraph in words.message.summary for run in paragraph)
    body = rendered(rewritten(made.message, text))
    bodies.check_message(bodies.CREATE, body)
    bodies.check_not_empty(body)
    assert body["embeds"][0].get("url") == made.message.url
