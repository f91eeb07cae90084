"""A request on its way through redirects (RFC 9110, section 15.4)."""

from dataclasses import dataclass, field, replace

from bot.adapters.feeds.refusals import Refused
from bot.adapters.feeds.target import Target, read_target
from bot.model.feed import Validators

_MAX_HOPS = 8


@dataclass(slots=True)
class Journey:
    """Where the request stands. ``budget`` is the time left in seconds, ``moved`` is how far only permanent ones led."""

    target: Target
    validators: Validators
    budget: float
    seen: set[str] = field(default_factory=set)
    moved: Target | None = None
    permanent: bool = True


def follow(journey: Journey, location: str, *, permanent: bool) -> None:
    """Take a redirect: resolve it, keep credentials within the origin, note how far only permanent ones led."""
    journey.seen.add(journey.target.url)
    if len(journey.seen) > _MAX_HOPS:
        raise Refused(f"The address redirects more than {_MAX_HOPS} times.")
    if not location.strip():
        raise Refused("The address redirects to nowhere (no Location).")
    old = journey.target
    new = read_target(location.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), base=old.url)
    if new.url in journey.seen:
        raise Refused("The address redirects in a circle.")
    if old.userinfo and new.host == old.host and (old.scheme, new.scheme) == ("https", "http"):
        raise Refused("The address redirects from https to http, where the password would be readable.")
    keeps = new.origin == old.origin or _is_upgrade(old, new)
    journey.target = replace(
        new,
        authorization=old.authorization if keeps else None,
        userinfo=old.userinfo if keeps else None,
    )
    journey.permanent = journey.permanent and permanent
    if journey.permanent:
        journey.moved = journey.target


def _is_upgrade(old: Target, new: Target) -> bool:
    return old.origin == ("http", new.host, 80) and new.origin == ("https", old.host, 443)
