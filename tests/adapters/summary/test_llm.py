"""The endpoint of a language model: asked as the protocol says, believed in nothing, never waited for too long."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.adapters.summary.llm import ChatCompletions, addresses
from bot.model.writing import NotWritten, Task, Written
from tests.standins.llm_server import LlmServer

TASK = Task("Summarise.", "The report.")
SOON = timedelta(seconds=0.3)
LONG = timedelta(seconds=30)


@pytest.fixture
async def llm() -> AsyncIterator[LlmServer]:
    async with LlmServer() as running:
        yield running


@pytest.fixture
async def model(llm: LlmServer) -> AsyncIterator[ChatCompletions]:
    opened = ChatCompletions(f"{llm.root}/v1", model="m", api_key=llm.key, timeout=LONG)
    yield opened
    await opened.close()


async def test_instructions_and_report_are_asked_apart_and_the_first_choice_is_the_answer(
    llm: LlmServer, model: ChatCompletions
) -> None:
    llm.say("It rained.")
    assert await model.write(TASK) == Written("It rained.")
    [call] = llm.asked
    assert call.body["model"] == "m"
    assert [each["role"] for each in call.body["messages"]] == ["system", "user"]
    assert [each["content"] for each in call.body["messages"]] == ["Summarise.", "The report."]


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://h:1/v1", ("http://h:1/v1/chat/completions",)),
        ("http://h:1/v1/", ("http://h:1/v1/chat/completions",)),
        ("http://h/a/chat/completions", ("http://h/a/chat/completions",)),
        ("http://h:1", ("http://h:1/v1/chat/completions", "http://h:1/chat/completions")),
    ],
)
def test_the_address_may_be_that_of_the_api_of_its_server_or_of_its_completions(
    url: str, asked: tuple[str, ...]
) -> None:
    assert addresses(url) == asked


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/chat/completions"])
async def test_without_a_path_both_usual_ones_are_tried_and_the_right_one_is_kept(path: str) -> None:
    async with LlmServer(path=path) as llm:
        model = ChatCompletions(llm.root, model="m", api_key=llm.key, timeout=LONG)
        assert await model.write(TASK) == Written("A summary.")
        assert await model.write(TASK) == Written("A summary.")
        assert len(llm.asked) == 2
        await model.close()


async def test_an_endpoint_that_hangs_is_given_up(llm: LlmServer) -> None:
    llm.hang()
    model = ChatCompletions(f"{llm.root}/v1", model="m", api_key=llm.key, timeout=SOON)
    assert await model.write(TASK) == NotWritten("The language model did not answer within 0.3 s.")
    await model.close()


@pytest.mark.parametrize(
    ("status", "word"), [(400, "400"), (401, "api_key"), (404, "404"), (500, "500"), (503, "503")]
)
async def test_a_refusal_is_a_sentence(
    llm: LlmServer, model: ChatCompletions, status: int, word: str
) -> None:
    llm.fail(status)
    match await model.write(TASK):
        case NotWritten(reason, None):
            assert word in reason
        case other:
            pytest.fail(repr(other))


async def test_an_endpoint_may_ask_to_be_left_alone(llm: LlmServer, model: ChatCompletions) -> None:
    llm.fail(429, Retry_After="120")
    match await model.write(TASK):
        case NotWritten(_, after):
            assert after == timedelta(seconds=120)
        case other:
            pytest.fail(repr(other))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>no</html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": {}}]}', b"[" * 100_000,
     b'{"choices": [{"message": {"content": null}}]}', b'{"choices": ' + b" " * 2_000_000],
    ids=range(9),
)  # fmt: skip
async def test_an_answer_in_another_shape_is_none(
    llm: LlmServer, model: ChatCompletions, body: bytes
) -> None:
    llm.answer_raw(body)
    assert isinstance(await model.write(TASK), NotWritten)


async def test_an_answer_that_was_cut_off_is_none(llm: LlmServer, model: ChatCompletions) -> None:
    llm.say("It rained and", finish="length")
    assert await model.write(TASK) == NotWritten("The language model's answer was cut off.")


async def test_an_endpoint_that_is_not_there_is_a_sentence_without_its_address_or_key() -> None:
    model = ChatCompletions("http://127.0.0.1:9/v1", model="m", api_key="sk-secret", timeout=LONG)
    match await model.write(TASK):
        case NotWritten(reason):
            assert "cannot be used" in reason
            assert "secret" not in reason
        case other:
            pytest.fail(repr(other))
    await model.close()
