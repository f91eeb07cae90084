"""TOML, environment and secrets in files become one frozen ``Settings``, or one report of everything wrong.

A variable ``NEWSBELL_SECTION__KEY`` wins over the file; ``KEY_file`` names a file that holds a secret's value.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from bot.errors import ConfigError
from bot.settings.origins import Key, Origins, find_lines
from bot.settings.problems import SECRETS, keys_of, sentences
from bot.settings.settings import Settings
from bot.settings.values import nearest

PREFIX = "NEWSBELL_"
DEFAULT_FILE = Path("config.toml")
_OURS_BUT_NO_SETTING = frozenset({"NEWSBELL_CONFIG", "NEWSBELL_PYTHON"})
_VARIABLES = {(PREFIX + "__".join(map(str, key))).upper(): (key, secret) for key, secret in keys_of(Settings)}

Tree = dict[str, Any]
Problems = list[tuple[int, str]]


def find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the configuration file to read: the one asked for, NEWSBELL_CONFIG, ``config.toml`` here, or none."""
    if path:
        return path
    if named := environ.get("NEWSBELL_CONFIG"):
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the configuration; raises ConfigError with all problems, in the order of the file."""
    problems: Problems = []
    file = find(path, environ)
    text = _read(file, problems) if file else ""
    tree = _parse(file, text, problems)
    given = _variables(environ, problems)
    origins = Origins(file, find_lines(text), {_VARIABLES[name][0]: name for name in given})
    _read_secret_files(tree, (), origins, problems)
    _merge(tree, _Environment(given)())
    try:
        settings = Settings(**tree)
    except ValidationError as error:
        problems += sentences(error, origins)
    if problems:
        raise ConfigError([text for _, text in sorted(problems, key=lambda each: each[0])])
    return settings


class _Environment(EnvSettingsSource):
    """The library's reading of variables, over a mapping instead of the process."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._given.items()}


def _read(path: Path, problems: Problems) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        problems.append(
            (0, f"{path}: cannot be read ({error.strerror}); name an existing file with --config.")
        )
    except UnicodeDecodeError:
        problems.append((0, f"{path}: is not in UTF-8; save it in that encoding."))
    return ""


def _parse(path: Path | None, text: str, problems: Problems) -> Tree:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append((0, f"{path}: is no valid TOML: {error}; correct that place."))
        return {}


def _variables(environ: Mapping[str, str], problems: Problems) -> dict[str, str]:
    """Pick our variables, reading what ``…_FILE`` names; empty ones count as unset."""
    found: dict[str, str] = {}
    files: dict[str, str] = {}
    for given, value in environ.items():
        name = given.upper()
        if not name.startswith(PREFIX) or name in _OURS_BUT_NO_SETTING or not value:
            continue
        if name in _VARIABLES:
            found[name] = value
        elif _VARIABLES.get(name.removesuffix("_FILE"), ((), False))[1]:
            files[name.removesuffix("_FILE")] = value
        else:
            problems.append((0, f"{given}: {_unknown_variable(name)}"))
    for name, value in files.items():
        if name in found:
            problems.append((0, f"{name} and {name}_FILE are both set; keep one of them."))
        elif (secret := _secret(Path(value), f"{name}_FILE", problems)) is not None:
            found[name] = secret
    return found


def _unknown_variable(name: str) -> str:
    known = [*_VARIABLES, *(f"{each}_FILE" for each, (_, secret) in _VARIABLES.items() if secret)]
    if near := nearest(name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known]):
        return f"is an unknown variable; did you mean {PREFIX}{near}?"
    return "is an unknown variable; write NEWSBELL_SECTION__KEY, such as NEWSBELL_POLLING__INTERVAL."


def _read_secret_files(table: Tree, key: Key, origins: Origins, problems: Problems) -> None:
    """Replace ``KEY_file`` by ``KEY`` everywhere in the tree. Relative paths start at the configuration file."""
    base = origins.path.parent if origins.path else Path()
    for name, value in list(table.items()):
        here = (*key, name)
        match value:
            case dict():
                _read_secret_files(value, here, origins, problems)
            case list():
                for index, item in enumerate(value):
                    if isinstance(item, dict):
                        _read_secret_files(item, (*here, index), origins, problems)
            case str() if name.endswith("_file") and name.removesuffix("_file") in SECRETS:
                del table[name]
                if table.get(name.removesuffix("_file")):
                    both = (
                        f"{origins.place(here)}: {name.removesuffix('_file')} is set, too; keep one of them."
                    )
                    problems.append((origins.line(here), both))
                elif (secret := _secret(base / value, origins.place(here), problems)) is not None:
                    table[name.removesuffix("_file")] = secret


def _secret(path: Path, place: str, problems: Problems) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        problems.append((0, f"{place}: {path} cannot be read ({reason}); name a readable file."))
        return None


def _merge(tree: Tree, over: Mapping[str, Any]) -> None:
    for name, value in over.items():
        if isinstance(value, dict) and isinstance(tree.get(name), dict):
            _merge(tree[name], value)
        else:
            tree[name] = value
