"""What buttons carry. The data of a button comes back as text that anybody may have written, so it is read strictly.

    sub:QUERY.CHECK[@PLACE]  subscribe to a remembered query
    unsub:SUBSCRIPTION[@PLACE]
    drop:SUBSCRIPTION        unsubscribe whatever place it serves; for the bot's admins
    choose:OFFSET[@PLACE]    a page of the list that ``/unsubscribe`` offers
    list:OFFSET[@PLACE]      a page of ``/subscriptions``
    pause[@PLACE]  resume[@PLACE]
    set:PRESET[@PLACE]       set or show what ``presets`` has under that number
    preview:QUERY.CHECK      what a remembered query would have sent
    feeds:OFFSET:SEARCH      a page of ``/feeds``
    addfeed:QUERY.CHECK      look for the feed at the address that is remembered as a query
    unfeed:FEED              remove a feed; for the bot's admins
    refeed:QUERY.CHECK       add a removed feed again; for the bot's admins
    unmute:MUTE[@PLACE]      end a mute
    forget:DESTINATION[@PLACE]  forget everything about the place
    unimport:QUERY.CHECK[@PLACE]  remove the subscriptions whose numbers are remembered as a query
    mute:NONCE  snooze:NONCE  why:NONCE  under an alert: its delivery's nonce names it
    publish:NONCE  rewrite:NONCE  discard:NONCE  under a draft

PLACE is an address such as ``telegram:-100123:7``; without it the button acts on the chat it stands in. CHECK is a
digest of the remembered text, so that nobody reads the queries of others by counting. No secret ever stands in a
button. The whole is at most 64 bytes (Telegram, ``callback_data``).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from bot.model.address import Address
from bot.model.draft import DraftAction
from bot.pipeline.actions import AlertAction

DATA_BYTES = 64
_NUMBER = r"0|[1-9][0-9]{0,17}"
_PRESS = re.compile(
    rf"(?P<verb>[a-z]+)(?::(?P<number>{_NUMBER})(?:\.(?P<check>[0-9a-f]{{8}}))?)?"
    r"(?:@(?P<place>(?:telegram:-?[0-9]{1,20}(?::[0-9]{1,20})?|discord:[0-9]{1,20})))?"
)
_FEEDS = re.compile(rf"feeds:(?P<offset>{_NUMBER}):(?P<search>.*)", re.DOTALL)

_DRAFT = re.compile(rf"(?P<action>{'|'.join(DraftAction)}):(?P<nonce>[a-z2-7]{{24}})")
_ALERT = re.compile(rf"(?P<verb>{'|'.join(AlertAction)}):(?P<nonce>[a-z2-7]{{24}})")


class Verb(StrEnum):
    """What a button does; its first word."""

    SUBSCRIBE = "sub"
    UNSUBSCRIBE = "unsub"
    DROP = "drop"
    CHOOSE = "choose"
    LIST = "list"
    PAUSE = "pause"
    RESUME = "resume"
    SETTING = "set"
    PREVIEW = "preview"
    ADD_FEED = "addfeed"
    REMOVE_FEED = "unfeed"
    RESTORE_FEED = "refeed"
    UNMUTE = "unmute"
    FORGET = "forget"
    UNDO_IMPORT = "unimport"


_BARE = frozenset({Verb.PAUSE, Verb.RESUME})
_CHECKED = frozenset({Verb.SUBSCRIBE, Verb.PREVIEW, Verb.ADD_FEED, Verb.RESTORE_FEED, Verb.UNDO_IMPORT})
_PLACED = frozenset(
    {
        Verb.SUBSCRIBE,
        Verb.UNSUBSCRIBE,
        Verb.CHOOSE,
        Verb.LIST,
        Verb.UNMUTE,
        Verb.FORGET,
        Verb.UNDO_IMPORT,
        Verb.SETTING,
        *_BARE,
    }
)


@dataclass(frozen=True, slots=True)
class Press:
    """A button with at most one number and a place; ``number`` is 0 for the verbs that have none."""

    verb: Verb
    number: int = 0
    place: Address | None = None
    check: str = ""

    def __str__(self) -> str:
        """Return the data of the button."""
        number = "" if self.verb in _BARE else f":{self.number}"
        check = f".{self.check}" if self.check else ""
        return f"{self.verb}{number}{check}{f'@{self.place}' if self.place else ''}"


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """The button to a page of ``/feeds``."""

    offset: int
    search: str = ""

    def __str__(self) -> str:
        """Return the data of the button."""
        return f"feeds:{self.offset}:{self.search}"


@dataclass(frozen=True, slots=True)
class AlertPress:
    """A button under an alert."""

    verb: AlertAction
    nonce: str

    def __str__(self) -> str:
        """Return the data of the button."""
        return f"{self.verb}:{self.nonce}"


@dataclass(frozen=True, slots=True)
class DraftPress:
    """A button under a draft."""

    action: DraftAction
    nonce: str

    def __str__(self) -> str:
        """Return the data of the button."""
        return f"{self.action}:{self.nonce}"


def digest(text: str) -> str:
    """Return the check of a remembered text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def fits(button: Press | FeedsPage) -> bool:
    """Tell whether the data of this button is short enough for every platform."""
    return len(str(button).encode("utf-8", "surrogatepass")) <= DATA_BYTES


def read(data: str) -> Press | FeedsPage | AlertPress | DraftPress | None:
    """Return the button that has this data; None where no button of ours can have it."""
    if len(data.encode("utf-8", "surrogatepass")) > DATA_BYTES:
        return None
    if page := _FEEDS.fullmatch(data):
        return FeedsPage(int(page["offset"]), page["search"])
    if under := _ALERT.fullmatch(data):
        return AlertPress(AlertAction(under["verb"]), under["nonce"])
    if draft := _DRAFT.fullmatch(data):
        return DraftPress(DraftAction(draft["action"]), draft["nonce"])
    found = _PRESS.fullmatch(data)
    if not found or found["verb"] not in set(Verb):
        return None
    press = Press(
        Verb(found["verb"]),
        int(found["number"] or 0),
        Address.parse(found["place"]) if found["place"] else None,
        found["check"] or "",
    )
    return press if str(press) == data and _whole(press) else None


def _whole(press: Press) -> bool:
    """Tell whether a press has just the parts that its verb asks for."""
    checked = bool(press.check) is (press.verb in _CHECKED)
    return checked and (press.place is None or press.verb in _PLACED)
