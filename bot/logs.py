"""Logs on standard error: lines for people on a terminal, JSON lines otherwise; no secret in either.

Everything, the standard library's loggers included, passes one formatter, and the finished line is searched for
secrets at its very end, so that exceptions, nested values and library messages are covered, too.
"""

import logging
import sys
from collections.abc import Sequence
from typing import TextIO

import structlog
from structlog.types import Processor

from bot.masks import Masker

QUIET = {
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "telegram": "WARNING",
    "discord": "WARNING",
    "aiohttp": "WARNING",
    "asyncio": "WARNING",
    "alembic": "WARNING",
    "apscheduler": "CRITICAL",
}
"""From which level on libraries are heard. httpx logs whole URLs with tokens in them at INFO. What apscheduler tells is
no news: a tick left out while the last one runs, a tick cancelled at the end; a tick that fails is logged where it ticks.
"""


class _MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """Masks the finished line: nothing is added to it afterwards."""

    def __init__(self, masker: Masker, *, renderers: Sequence[Processor]) -> None:
        super().__init__(processors=renderers, foreign_pre_chain=_shared())
        self._masker = masker

    def format(self, record: logging.LogRecord) -> str:
        return self._masker(super().format(record))


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _renderers(*, as_json: bool, stream: TextIO) -> list[Processor]:
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if as_json:
        return [
            drop,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    colours = stream.isatty()
    plain = structlog.dev.ConsoleRenderer(
        colors=colours, exception_formatter=structlog.dev.plain_traceback, pad_event_to=24
    )
    return [drop, plain]


def configure(
    *,
    secrets: Sequence[str] = (),
    as_json: bool | None = None,
    level: str = "INFO",
    stream: TextIO | None = None,
) -> None:
    """Route all logging to ``stream`` (standard error); JSON where asked for, or where it is no terminal."""
    stream = stream or sys.stderr
    as_json = not stream.isatty() if as_json is None else as_json
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _MaskingFormatter(Masker(secrets), renderers=_renderers(as_json=as_json, stream=stream))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
