import asyncio

from bot.model.text import KeptText
from bot.stores.store import Store
from tests.contract.world import DAY, NOW, SECOND

KEY = b"0123456789abcdef"


async def test_a_text_is_claimed_once_and_then_found(store: Store, second: Store) -> None:
    assert await store.claim_text(KEY, NOW) is None
    assert await second.claim_text(KEY, NOW) == KeptText()
    await store.keep_text(KEY, KeptText("A report.", None))
    assert await second.claim_text(KEY, NOW) == KeptText("A report.")


async def test_of_many_who_claim_at_once_one_may_ask(store: Store, second: Store) -> None:
    claims = [each.claim_text(KEY, NOW) for each in (store, second) * 5]
    assert [await each for each in asyncio.as_completed(claims)].count(None) == 1


async def test_a_reason_is_kept_too_and_both_are_forgotten_in_time(store: Store) -> None:
    await store.claim_text(KEY, NOW)
    await store.keep_text(KEY, KeptText(reason="no"))
    assert await store.prune(NOW + 30 * DAY) == 0
    assert await store.claim_text(KEY, NOW) == KeptText(reason="no")
    assert await store.prune(NOW + 30 * DAY + SECOND) == 1
    assert await store.claim_text(KEY, NOW) is None
