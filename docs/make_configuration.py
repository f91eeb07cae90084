"""Writes ``docs/configuration.md`` from the settings: ``python -m docs.make_configuration``."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.settings.problems import SECRETS
from bot.settings.sections import BroadcastSettings, FeedSettings
from bot.settings.settings import Settings
from bot.settings.units import show_duration, show_size

_SIZES_FROM = 10**6

HEAD = """# Configuration

<!-- Written by `python -m docs.make_configuration` from bot/settings; change the descriptions there. -->

Newsbell reads the file that `--config FILE` names, else the one that `NEWSBELL_CONFIG` names, else `config.toml` in the
current folder, else none. `config.example.toml` has every key with an explanation.

* Any key can be a variable: `NEWSBELL_SECTION__KEY`, for example `NEWSBELL_POLLING__INTERVAL=10m`. Lists are JSON or have
  commas between; `NEWSBELL_FEEDS` and `NEWSBELL_BROADCASTS` are JSON lists of tables. A variable wins over the file.
* Any secret can lie in a file of its own, named by `KEY_file` (`token_file = "/run/secrets/telegram"`) or by
  `NEWSBELL_SECTION__KEY_FILE`. Relative paths in the file start at the file's folder.
* Durations are texts with a unit: `"30s"`, `"5m"`, `"6h"`, `"1d"`, `"1h30m"`. Sizes: `"20MB"`, `"512KiB"` or a number of bytes.
* A wrong configuration ends the program with exit code 2 and all problems at once. `newsbell check` also tries tokens,
  permissions and feeds.
"""


def render() -> str:
    """Return the page."""
    parts = [HEAD, "## Top level\n", *_table(Settings)]
    for name, field in Settings.model_fields.items():
        if _is_table(field):
            parts += _section(f"[{name}]", field.annotation)
    parts += _section("[[feeds]]", FeedSettings)
    parts += _section("[[broadcasts]]", BroadcastSettings)
    return "\n".join(parts).rstrip() + "\n"


def _section(heading: str, model: Any) -> Iterator[str]:
    yield f"\n## `{heading}`\n"
    yield f"{(model.__doc__ or '').strip()}\n"
    yield from _table(model)
    for name, field in model.model_fields.items():
        if _is_table(field):
            yield from _section(f"{heading[:-1]}.{name}]", field.annotation)


def _is_table(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _table(model: type[BaseModel]) -> Iterator[str]:
    yield "| key | default | meaning |"
    yield "|---|---|---|"
    for name, field in model.model_fields.items():
        if field.description:
            secret = f" Also `{name}_file`." if name in SECRETS else ""
            yield f"| `{name}` | {_default(field)} | {field.description}{secret} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "(needed)"
    value = _shown(field.default)
    return f"`{value}`" if value else "(none)" if field.default is None else "(empty)"


def _shown(value: object) -> str:
    """Return a value the way TOML writes it; an empty one is an empty text."""
    match value:
        case None | () | "":
            shown = ""
        case bool():
            shown = str(value).lower()
        case timedelta():
            shown = f'"{show_duration(value)}"'
        case int():
            shown = f'"{show_size(value)}"' if value >= _SIZES_FROM else str(value)
        case SecretStr():
            shown = f'"{value.get_secret_value()}"'
        case _:
            shown = f'"{value}"'
    return shown


if __name__ == "__main__":
    Path(__file__).with_name("configuration.md").write_text(render(), encoding="utf-8")
