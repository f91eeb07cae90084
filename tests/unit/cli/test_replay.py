import json
from pathlib import Path

import pytest

from bot.cli import run

ENTRIES = [
    {
        "id": "a",
        "source": "one",
        "lang": "en",
        "title": "Bus plunges into ravine in Peru, at least 18 dead",
        "summary": "The coach left the road near Ayacucho.",
        "published": "2026-01-02T08:00:00Z",
    },
    {
        "id": 7,
        "source": "two",
        "lang": "en",
        "title": "At least 18 dead as bus plunges into Peru ravine",
        "summary": "The coach left the road near Ayacucho.",
        "published": "2026-01-02T09:00:00+00:00",
    },
    {"id": "c", "title": "Whale rescued in Cornwall"},
]


def replayed(tmp_path: Path, lines: list[str], *options: str) -> int:
    file = tmp_path / "stream.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return run(["stories", "replay", str(file), *options])


def test_a_stream_is_answered_line_by_line_with_its_own_ids(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replayed(tmp_path, [json.dumps(entry) for entry in ENTRIES], "--json") == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"id": "a", "story": "a", "update": False},
        {"id": 7, "story": "a", "update": False},
        {"id": "c", "story": "c", "update": False},
    ]


def test_without_json_each_entry_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replayed(tmp_path, [json.dumps(entry) for entry in ENTRIES]) == 0
    assert "The same event as 'Bus plunges into ravine in Peru, at least 18 dead'." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "it is no JSON"),
        ("[]", "it is no JSON object"),
        ('{"title": "x"}', '"id" must be a text or a number'),
        ('{"id": true}', '"id" must be a text or a number'),
        ('{"id": 1, "title": 5}', '"title" must be a text'),
        ('{"id": 1, "published": "yesterday"}', '"published" must be a time such as'),
        ('{"id": 1, "published": 12}', '"published" must be a time such as'),
        ('{"id": 1, "published": "0001-01-01T00:00:00+14:00"}', '"published" is out of range'),
    ],
)
def test_a_line_that_is_no_entry_is_named_and_the_others_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, complaint: str
) -> None:
    assert replayed(tmp_path, [line, json.dumps(ENTRIES[0])], "--json") == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("Line 1 is no entry: ")
    assert complaint in captured.err
    assert json.loads(captured.out)["id"] == "a"
