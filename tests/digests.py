"""Digests of hostile alerts, for the property tests of every platform."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.model.address import Address
from bot.model.destination import Destination
from bot.model.hold import DigestPage, Held, Hold, HoldReason
from bot.model.message import Message, Run, Source
from bot.pipeline.pages import pages

NOW = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
PLACE = Destination(1, Address.parse("telegram:5"), "Room", NOW, timezone="Asia/Kathmandu")

_ODD = (
    "\n\t\r\x00\u200b\u200d\u2028\u202e\u2066\u2069\u2060\u00a0\u2800\u3000\u0301\u030a\ufe0f\U0001f3fd@＠/#$<>&*_`[]()~|\\ .!?。:-"
    "😀🇯🇵👩‍👧𠮷aåZ9高台אל\ud800"
)
_LETTERS = st.text(st.one_of(st.sampled_from(_ODD), st.characters()), max_size=60)
_WORDS = st.one_of(
    _LETTERS,
    st.builds(lambda text, times: text * times, _LETTERS, st.integers(0, 20)),
    st.sampled_from(["@everyone", "https://evil.example/a", "[x](https://evil.example)", "/start@bot", "*" * 200, "😀" * 200, "1. ", "`"]),
)  # fmt: skip
_PATHS = st.one_of(
    st.text(st.sampled_from("abc/?=&%()[]*_~'é語"), max_size=80),
    st.builds(lambda text, times: text * times, st.sampled_from(["x", "(", "*", "語", "%E8"]), st.integers(0, 700)),
)  # fmt: skip


@st.composite
def digests(draw: st.DrawFn) -> tuple[list[Hold], tuple[DigestPage, ...]]:
    """Held alerts with links of their own each, and the digest of them."""
    queries = draw(st.lists(_WORDS, min_size=1, max_size=4))
    alerts = draw(st.lists(st.tuples(_WORDS, _PATHS, _WORDS, st.integers(0, 3)), min_size=2, max_size=70))
    holds = [
        _hold(number, title, path, source, queries[which % len(queries)])
        for number, (title, path, source, which) in enumerate(alerts)
    ]
    return holds, pages(PLACE, holds)


def _hold(number: int, title: str, path: str, source: str, query: str) -> Hold:
    url = f"https://news{number}.example/{path}"
    return Hold(
        id=number,
        alert_id=number,
        destination_id=1,
        held=Held(NOW, HoldReason.QUIET),
        message=Message(title=(Run(title),), url=url, sources=(Source(source, url),), alert=True),
        nonce=f"n{number}",
        subscriptions=(1,),
        queries=(query,),
        created_at=NOW - timedelta(minutes=number),
    )
