"""What is held and comes sooner now: a further report came on its story, or made the story urgent."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model.hold import Held
from bot.model.story import Placement
from bot.model.subscription import SubscriptionOptions
from bot.pipeline import hold
from bot.pipeline.match import Match
from bot.stores.store import Store

Plans = tuple[tuple[int, Held], ...]


async def hasten(
    store: Store,
    placements: Sequence[Placement],
    matches: Mapping[int, Sequence[Match]],
    urgent: Sequence[bool],
    now: datetime,
) -> Plans:
    """Return the new plans of what is held about the stories of these placements, by the number of the hold.

    ``matches`` are those of the fresh entries, by index; ``urgent`` tells of each entry whether its story is.
    """
    plans: dict[int, Held] = {}
    for index, placement in enumerate(placements):
        found = matches.get(index, ())
        if placement.story_id is None or not (found or urgent[index]):
            continue
        wanted = {match.destination.id: match.options for match in found}
        plans |= await _sooner(store, placement.story_id, wanted, now, urgent=urgent[index])
    return tuple(plans.items())


async def _sooner(
    store: Store,
    story_id: int,
    wanted: Mapping[int, Sequence[SubscriptionOptions]],
    now: datetime,
    *,
    urgent: bool,
) -> dict[int, Held]:
    plans: dict[int, Held] = {}
    for each in await store.story_holds(story_id):
        if not urgent and each.destination_id not in wanted:
            continue
        subscribers = await store.subscriptions(each.destination_id)
        known = hold.wanting(each, (one.subscription for one in subscribers))
        options = [*(one.options for one in known), *wanted.get(each.destination_id, ())]
        for place in (one.destination for one in subscribers[:1]):
            if plan := hold.hastened(each, place, options, now, urgent=urgent):
                plans[each.id] = plan
    return plans
