"""Hostile messages in which every link has a mark of its own, for the property tests of every platform."""

from dataclasses import dataclass

from hypothesis import strategies as st

from bot.model.message import Message, Run, Source
from tests.digests import NOW, PLACE

_HOSTILE = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", " ", "\n", "**", "`", "[x](https://evil.example)", "](", "@everyone", "/start@bot", "<@1>", "\u202e", "\u200b", "😀" * 30, "]", "||", "https://evil.example/a_b", "\\", "> ", "*" * 90]
    ),
)  # fmt: skip
_LONG = st.builds(lambda text, times: text * times, _HOSTILE, st.integers(1, 150))
_PATH = st.one_of(
    st.text(st.sampled_from("abc/?=&%()[]*_~'é語"), max_size=40), st.just("x" * 300), st.just("(" * 60)
)

__all__ = ["NOW", "PLACE", "Linked", "linked"]


@dataclass(frozen=True)
class Linked:
    """A message, and the address that each mark in it leads to."""

    message: Message
    targets: dict[str, str]


@st.composite
def linked(draw: st.DrawFn) -> Linked:
    """A message with links in its text, its sources, further outlets and related stories."""
    targets: dict[str, str] = {}

    def address() -> tuple[str, str]:
        mark, host = f"Q{len(targets)}Z", f"l{len(targets)}.example"
        targets[mark] = host
        return mark, f"https://{host}/{draw(_PATH)}"

    def run() -> Run:
        mark, url = address()
        before, after = draw(_HOSTILE), draw(_HOSTILE)
        return Run(f"{before}{mark}{after}", bold=draw(st.booleans()), italic=draw(st.booleans()), url=url)

    def text(most: int) -> tuple[Run, ...]:
        runs = [Run(draw(st.one_of(_HOSTILE, _LONG)), bold=draw(st.booleans()))]
        for _ in range(draw(st.integers(0, most))):
            runs += [run(), Run(draw(_HOSTILE), code=draw(st.booleans()))]
        return tuple(runs)

    def sources(most: int) -> tuple[Source, ...]:
        made = []
        for _ in range(draw(st.integers(0, most))):
            mark, url = address()
            made.append(
                Source(
                    f"{draw(_HOSTILE)}{mark}",
                    url,
                    draw(st.sampled_from([None, url, "http://x", "javascript:x"])),
                )
            )
        return tuple(made)

    message = Message(
        title=(Run(draw(_LONG)),),
        url=draw(st.sampled_from([None, "https://title.example/a(b)"])),
        summary=tuple(text(4) for _ in range(draw(st.integers(0, 3)))),
        sources=sources(3),
        footer=(Run(draw(_HOSTILE)),),
        alert=draw(st.booleans()),
        further=sources(6),
        related=sources(3),
        labels=tuple(draw(st.lists(_HOSTILE, max_size=5))),
        mentions=tuple(draw(st.lists(_HOSTILE, max_size=3))),
    )
    return Linked(message, targets)
