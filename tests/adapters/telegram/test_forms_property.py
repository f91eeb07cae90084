"""In each form that Telegram has for a message nothing hostile is refused, and no shown text loses its link."""

from urllib.parse import urlsplit

from hypothesis import given, settings

from bot.adapters.telegram.render import render
from bot.model.message import Message
from bot.pipeline.drafts import decided, rewritten, waiting
from tests.adapters.telegram import oracle
from tests.adapters.telegram.test_render_property import params
from tests.linked import Linked, linked
from tests.standins.telegram_rules import check_content, cut16


def forms(message: Message) -> list[Message]:
    """A message, sent or edited, and as a draft before and after somebody decided."""
    return [message, waiting(message, "A place", "a" * 24), decided(message, "Dropped.")]


@settings(max_examples=60, deadline=None)
@given(linked())
def test_no_form_is_refused_and_no_shown_text_loses_its_link(made: Linked) -> None:
    for message in forms(made.message):
        rendered = render(message)
        given_params = params(rendered)
        check_content(given_params)
        if oracle.PRESENT:
            assert oracle.refusal(given_params["text"], given_params["entities"]) is None
        links = [
            (cut16(rendered.text, one.offset, one.length), urlsplit(str(one.url)).hostname)
            for one in rendered.entities
            if one.type == "text_link"
        ]
        for mark, host in made.targets.items():
            if mark in rendered.text:
                assert {to for text, to in links if mark in text} == {host}


@settings(max_examples=40, deadline=None)
@given(linked(), linked())
def test_whatever_an_admin_writes_is_taken(made: Linked, words: Linked) -> None:
    text = "\n".join(run.text for paragraph in words.message.summary for run in paragraph)
    check_content(params(render(rewritten(made.message, text))))
