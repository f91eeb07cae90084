"""Where the files lie that a new installation starts from."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.query.topics import Topics


def seeds() -> Traversable:
    """Return the folder of seeds: inside the installed package, or in the repository beside it."""
    packaged = files("bot") / "seeds"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[1] / "seeds"


@cache
def starter_topics() -> Topics:
    """Return the named topics that come with Newsbell, without any where the file is missing."""
    found = seeds() / "topics.toml"
    return Topics.load(found.read_text(encoding="utf-8")) if found.is_file() else Topics.none()
