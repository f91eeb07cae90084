"""A stretch of text as runs, with what matched in bold. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from bot.model.message import Run, Text

Span = tuple[int, int]

# Overrides and isolates of Unicode's bidirectional algorithm (UAX 9, section 2) can turn the rest of a message
# around; marks (LRM, RLM) cannot, and stay.
_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def highlight(text: str, start: int, end: int, spans: Sequence[Span]) -> Text:
    """Return ``text[start:end]`` as runs; ``spans`` are sorted, free of overlaps, and count from the text's start."""
    return tuple(
        Run(shown, bold=bold) for a, b, bold in _stretches(start, end, spans) if (shown := tame(text[a:b]))
    )


def tame(text: str) -> str:
    """Return a text without the controls that could reorder what stands around it."""
    return text.translate(_BIDI_CONTROLS)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans sorted, with those that overlap or touch joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _stretches(start: int, end: int, spans: Sequence[Span]) -> Iterator[tuple[int, int, bool]]:
    at = start
    for begin, stop in spans:
        bold_from, bold_to = max(begin, at), min(stop, end)
        if bold_from >= bold_to:
            continue
        yield at, bold_from, False
        yield bold_from, bold_to, True
        at = bold_to
    yield at, end, False
