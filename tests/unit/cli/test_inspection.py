"""``query check``, ``query batch``, ``feeds parse``, ``feeds discover``: data in, data out, nothing else needed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Newsbell

ROOT = Path(__file__).resolve().parents[3]
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>A &amp; B</title><link>https://a.example/</link>
<language>en</language><item><title>One</title><link>/one</link><guid>g1</guid>
<pubDate>Fri, 02 Jan 2026 15:00:00 +0100</pubDate><description>&lt;p&gt;Text&lt;/p&gt;</description></item></channel></rss>"""


def through(stdin: str | bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    data = stdin.encode("utf-8", "surrogatepass") if isinstance(stdin, str) else stdin
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        input=data,
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )


def lines(output: str | bytes) -> list[Any]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_query_is_checked_against_a_text(newsbell: Newsbell) -> None:
    ran = newsbell("query", "check", '"Taiwan Strait" OR x', "--text", "台 Taiwan\u00a0Strait", "--json")
    assert ran.code == 0
    [answer] = lines(ran.out)
    assert answer["match"] is True
    assert [answer["spans"][0][0], answer["spans"][-1][1]] == [2, 15]
    assert answer["canonical"]


def test_no_match_is_an_answer_and_a_failure_only_where_asked_for(newsbell: Newsbell) -> None:
    ran = newsbell("query", "check", "a", "--text", "b", "--json")
    assert ran.code == 0
    assert lines(ran.out)[0]["match"] is False
    assert lines(ran.out)[0]["spans"] == []
    assert newsbell("query", "check", "a", "--text", "b", "--exit-code").code == 1
    assert newsbell("query", "check", "a", "--text", "a", "--exit-code").code == 0


def test_a_wrong_query_is_answered_with_its_position_and_ends_with_2(newsbell: Newsbell) -> None:
    ran = newsbell("query", "check", "(a OR", "--json")
    assert ran.code == 2
    [answer] = lines(ran.out)
    assert set(answer) == {"error", "position"}
    assert answer["position"] >= 1
    assert newsbell("query", "check", "(a OR").err.strip()


def test_a_query_may_begin_with_a_hyphen(newsbell: Newsbell) -> None:
    ran = newsbell("query", "check", "-b a", "--text", "a", "--json")
    assert lines(ran.out)[0]["match"] is True


def test_an_explanation_names_the_parts(newsbell: Newsbell) -> None:
    ran = newsbell("query", "check", "a b", "--text", "a", "--explain")
    assert "no match" in ran.out
    assert "b: not found" in ran.out


def test_the_configuration_may_be_named_before_and_after_and_is_not_read(newsbell: Newsbell) -> None:
    for arguments in (
        ("--config", "none.toml", "query", "check", "a"),
        ("query", "--config", "none.toml", "check", "a"),
        ("query", "check", "a", "--config", "none.toml"),
    ):
        assert newsbell(*arguments).code == 0


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        '{"text": "a"}',
        '{"query": "a", "fields": 5}',
        '{"query": "a", "fields": {"title": 3}}',
    ],
)
def test_a_line_of_a_batch_that_cannot_be_read_is_answered_and_the_next_one_too(line: str) -> None:
    ran = through(line + '\n{"query": "a", "text": "a"}\n', "query", "batch", "--json")
    assert ran.returncode == 0, ran.stderr
    broken, well = lines(ran.stdout)
    assert set(broken) == {"error", "position"}
    assert well["match"] is True


def test_a_batch_answers_every_line_in_order() -> None:
    asked = [
        {"query": "台湾", "text": "訪台湾"},
        {"query": "(", "text": ""},
        {"query": "title:summit", "text": "no", "fields": {"title": "A summit"}},
        {"query": "lang:ja", "text": "x", "lang": "ja"},
        {"query": "a", "text": "\ud800 a"},
    ]
    ran = through("\n".join(map(json.dumps, asked)) + "\n\n", "query", "batch", "--json")
    assert ran.returncode == 0, ran.stderr
    answers = lines(ran.stdout)
    assert answers[0] == {"match": True, "spans": [[1, 3]], "canonical": "台湾"}
    assert set(answers[1]) == {"error", "position"}
    assert [answers[2]["match"], answers[2]["spans"]] == [True, []]
    assert answers[3]["match"] is True
    assert answers[4]["spans"] == [[2, 3]]
    assert len(answers) == len(asked)


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "5",
        '{"text": "a"}',
        '{"query": 1, "text": "a"}',
        '{"query": "a", "fields": 3}',
        "[" * 9000,
    ],
)
def test_a_batch_answers_a_line_that_it_cannot_read(folder: Path, newsbell: Newsbell, line: str) -> None:
    (folder / "q.jsonl").write_text(f'{line}\n{{"query": "a", "text": "a"}}\n', encoding="utf-8")
    first, second = lines(newsbell("query", "batch", "q.jsonl", "--json").out)
    assert "error" in first
    assert second["match"] is True


def test_a_feed_on_standard_input_is_shown_as_data() -> None:
    ran = through(RSS, "feeds", "parse", "--url", "https://a.example/feed", "--json")
    assert ran.returncode == 0, ran.stderr
    assert lines(ran.stdout) == [
        {
            "file": "-",
            "feed": {"title": "A & B", "link": "https://a.example/", "language": "en"},
            "entries": [
                {
                    "id": "g1",
                    "title": "One",
                    "link": "https://a.example/one",
                    "published": "2026-01-02T14:00:00Z",
                    "summary": "Text",
                    "authors": [],
                    "categories": [],
                }
            ],
            "error": None,
        }
    ]


def test_feeds_are_shown_in_the_order_given_and_a_wrong_one_is_told(folder: Path, newsbell: Newsbell) -> None:
    for number in range(5):
        (folder / f"{number}.xml").write_bytes(RSS.replace(b"One", b"Number %d" % number))
    (folder / "bad.xml").write_bytes(b"hello")
    names = ["4.xml", "bad.xml", *(f"{number}.xml" for number in range(4))]
    ran = newsbell("feeds", "parse", *names, "--json")
    assert ran.code == 1
    answers = lines(ran.out)
    assert [answer["file"] for answer in answers] == names
    assert answers[1]["entries"] == []
    assert answers[1]["error"]
    assert answers[0]["entries"][0]["title"] == "Number 4"
    assert "bad.xml" in newsbell("feeds", "parse", *names).out


def test_a_header_decides_the_charset(folder: Path, newsbell: Newsbell) -> None:
    (folder / "f.xml").write_bytes(
        RSS.replace(b'<?xml version="1.0"?>', b"").replace(b"One", "日本".encode("shift_jis"))
    )
    ran = newsbell(
        "feeds", "parse", "f.xml", "--header", "Content-Type: text/xml; charset=shift_jis", "--json"
    )
    assert lines(ran.out)[0]["entries"][0]["title"] == "日本"
    assert newsbell("feeds", "parse", "f.xml", "--header", "nonsense").code == 2


def test_the_feeds_of_a_saved_page_are_found(folder: Path, newsbell: Newsbell) -> None:
    page = '<link rel="alternate" type="application/rss+xml" title="News" href="/feed"><p>x'
    (folder / "p.html").write_text(f"<html><head>{page}", encoding="utf-8")
    ran = newsbell("feeds", "discover", "--html", "p.html", "--url", "https://a.example/x/", "--json")
    assert ran.code == 0
    assert lines(ran.out) == [
        {"feeds": [{"url": "https://a.example/feed", "title": "News", "type": "application/rss+xml"}]}
    ]
    (folder / "p.html").write_text("<html><p>nothing", encoding="utf-8")
    ran = newsbell("feeds", "discover", "--html", "p.html", "--url", "https://a.example/", "--json")
    assert ran.code == 1
    assert lines(ran.out) == [{"feeds": []}]


def test_a_file_that_cannot_be_read_is_a_usage_error(newsbell: Newsbell) -> None:
    assert newsbell("feeds", "parse", "nowhere.xml").code == 2
    assert newsbell("feeds", "discover").code == 2


def test_inspection_loads_neither_platforms_nor_the_database() -> None:
    program = (
        "import sys\nfrom bot.cli import run\nrun(['query', 'check', 'a', '--text', 'a'])\n"
        "run(['feeds', 'parse', 'seeds/demo/asanagi.rdf'])\n"
        "print([name for name in ('telegram', 'discord', 'sqlalchemy', 'apscheduler', 'pydantic_settings') if name in sys.modules])"
    )
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, cwd=ROOT, timeout=60, check=True, text=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_text_is_summarised_by_its_first_sentences_and_the_one_with_the_match() -> None:
    text = "One came. Two came. Three came. Four saw the Taiwan Strait. Five left."
    ran = through(text, "summarise", "-", "--query", '"Taiwan Strait"', "--sentences", "3", "--json")
    assert ran.returncode == 0
    assert lines(ran.stdout) == [{"sentences": ["One came.", "Two came.", "Four saw the Taiwan Strait."]}]


def test_of_a_page_only_the_report_is_summarised(newsbell: Newsbell, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(
        "<html><head><meta charset=shift_jis><title>訪米</title></head><body><nav><a href=/>ホーム</a></nav><article>"
        "<h1>首相訪米へ</h1><p>高市首相は28日、訪米すると述べた。</p><p>会談は4月の予定だ。</p><p>台湾海峡も議題になる。</p>"
        "</article><footer>例報</footer></body></html>".encode("shift_jis")
    )
    ran = newsbell("summarise", str(page), "--query", "台湾", "--sentences", "2", "--json")
    assert lines(ran.out) == [{"sentences": ["高市首相は28日、訪米すると述べた。", "台湾海峡も議題になる。"]}]


def test_a_summary_needs_no_query_and_no_text(newsbell: Newsbell, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("One came. Two came.", "utf-8")
    assert newsbell("summarise", str(file), "--sentences", "1").out == "One came.\n"
    file.write_text("", "utf-8")
    assert lines(newsbell("summarise", str(file), "--query", "x", "--json").out) == [{"sentences": []}]
    assert newsbell("summarise", str(file), "--query", '"x', "--json").code == 2
    assert newsbell("summarise", str(tmp_path / "none.txt")).code == 2


def test_a_text_broken_at_a_column_is_read_as_whole_sentences(newsbell: Newsbell, tmp_path: Path) -> None:
    file = tmp_path / "wrapped.txt"
    file.write_text(
        "Leaders meet\n\nThe prime minister flies to\nWashington in April for a\ntalk on trade. He is glad.\n",
        "utf-8",
    )
    assert lines(newsbell("summarise", str(file), "--json").out) == [
        {"sentences": ["The prime minister flies to Washington in April for a talk on trade.", "He is glad."]}
    ]
