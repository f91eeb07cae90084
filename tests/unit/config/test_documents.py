"""The example and the documentation say what the settings are."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.config import load
from bot.settings.problems import keys_of
from bot.settings.sections import BroadcastSettings, FeedSettings
from bot.settings.settings import Settings
from docs.make_configuration import render

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
# A key's line begins with "#" and the key itself; prose has a space after the "#".
ACTIVE = re.sub(r"^#(?=\S)", "", EXAMPLE, flags=re.MULTILINE)


def test_the_example_as_it_stands_changes_nothing() -> None:
    assert tomllib.loads(EXAMPLE) == {}


def test_the_example_with_every_key_active_loads(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(ACTIVE, encoding="utf-8")
    settings = load(path, {})
    defaults = load(None, {})
    kept = {name: value for name, value in settings if name not in {"feeds", "broadcasts"}}
    assert kept == {name: value for name, value in defaults if name not in {"feeds", "broadcasts"}}
    assert len(settings.feeds) == 1
    assert len(settings.broadcasts) == 1


@pytest.mark.parametrize("key", [key for key, _ in keys_of(Settings)], ids=str)
def test_the_example_has_every_key(key: tuple[str, ...]) -> None:
    found: object = tomllib.loads(ACTIVE)
    for part in key:
        assert isinstance(found, dict)
        assert part in found
        found = found[part]


@pytest.mark.parametrize("model", [FeedSettings, BroadcastSettings])
def test_the_example_has_every_key_of_lists(model: type[FeedSettings | BroadcastSettings]) -> None:
    name = "feeds" if model is FeedSettings else "broadcasts"
    assert set(tomllib.loads(ACTIVE)[name][0]) == set(model.model_fields)


def test_every_key_of_the_example_is_explained() -> None:
    lines = EXAMPLE.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#\w+ = ", line):
            above = lines[number - 1]
            assert above.startswith("#"), line


def test_the_documentation_is_what_the_settings_say() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == render()
