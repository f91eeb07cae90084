import asyncio

from bot.pipeline.doubt import FEW, Doubt


async def _step() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_first_messages_go_one_at_a_time() -> None:
    doubt = Doubt(rate=30.0)
    await doubt.room()
    with doubt.asking(1):
        waiting = asyncio.create_task(doubt.room())
        await _step()
        assert not waiting.done()
    await waiting


async def test_an_answer_is_written_before_the_next_message_goes() -> None:
    doubt = Doubt(rate=30.0)
    with doubt.writing():
        waiting = asyncio.create_task(doubt.room())
        await _step()
        assert not waiting.done()
    await waiting


async def test_a_platform_that_answers_late_gets_as_many_as_its_rate_needs() -> None:
    doubt = Doubt(rate=1e6)
    for number in range(FEW):
        with doubt.asking(number):
            await asyncio.sleep(0.001)
    with doubt.asking(10), doubt.asking(11):
        await asyncio.wait_for(doubt.room(), 0.1)


async def test_a_message_without_answer_stops_the_others_for_a_moment_only() -> None:
    doubt = Doubt(rate=30.0)
    with doubt.asking(1):
        await asyncio.wait_for(doubt.room(), 20)
