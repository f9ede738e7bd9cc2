"""An output that holds several captures of one article is read rightly everywhere."""

from __future__ import annotations

import copy
import csv
import json
import sqlite3
from pathlib import Path

import pytest
from pyarrow import parquet

import belta_spider
from belta_spider.commands import export
from belta_spider.exporting import formats
from belta_spider.items import Article
from belta_spider.live import revisions as held
from belta_spider.output import revisions
from belta_spider.output.revisions import Captures, readings
from belta_spider.reporting.differences import Change, Totals, compare
from belta_spider.reporting.report import write as report
from tests.conftest import run_command
from tests.factory import outputs

DAYS = ("2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z", "2026-05-03T10:00:00Z")


def capture(number: int, day: str | None, title: str = "A bridge") -> Article:
    made = outputs.article(number)
    made.title, made.captured_at = title, day
    made.source.uri, made.source.digest = f"{day}/{number}", f"sha256:{day}{title}"
    return made


def history(number: int, *titles: str) -> list[Article]:
    return [capture(number, day, title) for day, title in zip(DAYS, titles, strict=False)]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Three articles in six captures; of the first the newest stands first."""
    first = history(1, "A", "B", "C")
    return outputs.write(tmp_path / "a.jsonl", [first[2], first[0], *history(2, "A", "A"), first[1], *history(3, "X")])


def test_the_newest_capture_of_each_article_goes_by_the_time(output: Path) -> None:
    captures = Captures(output, [])
    assert (captures.articles, captures.captures) == (3, 6)
    assert [(one.id, one.title) for one in captures.newest()] == [
        (capture(1, None).id, "C"),
        (capture(2, None).id, "A"),
        (capture(3, None).id, "X"),
    ]
    assert len(list(captures.of("all"))) == 6


def test_without_times_the_last_capture_is_the_newest(tmp_path: Path) -> None:
    path = outputs.write(tmp_path / "a.jsonl", [capture(1, None, "A"), capture(1, None, "B")])
    assert [one.title for one in Captures(path, []).newest()] == ["B"]


def test_damaged_lines_are_told_once(output: Path) -> None:
    with output.open("ab") as file:
        file.write(b'{"id": 7}\ntorn\n')
    bad: list = []
    assert len(list(Captures(output, bad).newest())) == 3
    assert [one.number for one in bad] == [7, 8]


def test_a_reading_lasts_from_its_first_capture_to_its_last_and_may_come_back() -> None:
    found = readings([*history(1, "A", "A", "B"), capture(1, "2026-05-04T10:00:00Z", "A")])
    assert [(one.article.title, one.first, one.last, one.captures) for one in found] == [
        ("A", DAYS[0], DAYS[1], 2),
        ("B", DAYS[2], DAYS[2], 1),
        ("A", "2026-05-04T10:00:00Z", "2026-05-04T10:00:00Z", 1),
    ]


@pytest.mark.parametrize("key", sorted(revisions.OF_A_CAPTURE))
def test_what_tells_of_the_capture_is_no_change_for_refresh_nor_for_diff(key: str, tmp_path: Path) -> None:
    old, new = capture(1, DAYS[0]), capture(1, DAYS[1])
    setattr(new, key, copy.deepcopy(getattr(outputs.article(33), key)))
    new.source.digest = "sha256:other"
    assert held.content(old) == held.content(new)
    assert _compared(tmp_path, [old], [new]) == []


@pytest.mark.parametrize("key", sorted(set(revisions.CONTENT) - {"id"}))
def test_what_the_article_says_is_a_change_for_refresh_and_for_diff(key: str, tmp_path: Path) -> None:
    old, new = capture(1, DAYS[0]), capture(1, DAYS[1])
    value = getattr(new, key)
    setattr(new, key, [*value, value[0]] if isinstance(value, list) and value else "x" if key != "dateline" else None)
    if key == "dateline":
        new.dateline = outputs.bare(1).dateline
    if key == "authors":
        new.authors = ["A Reporter"]
    assert held.content(old) != held.content(new)
    assert len(_compared(tmp_path, [old], [new])) == 1


def _compared(folder: Path, old: list[Article], new: list[Article]) -> list[Change]:
    paths = [outputs.write(folder / f"{name}.jsonl", one) for name, one in (("old", old), ("new", new))]
    return list(compare(paths[0], paths[1], Totals()))


def test_diff_of_an_output_with_itself_finds_nothing(output: Path) -> None:
    totals = Totals()
    assert list(compare(output, output, totals)) == []
    assert (totals.same, totals.kinds) == (3, {})


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("A", "AA", []),
        ("AA", "A", []),
        ("A", "AB", [("A", "B", DAYS[1])]),
        ("AB", "A", [("B", "A", "")]),
        ("AB", "AC", [("B", "C", DAYS[1])]),
        ("AB", "ABA", [("B", "A", DAYS[2])]),
        ("ABC", "ABC", []),
    ],
)
def test_diff_compares_histories(old: str, new: str, found: list[tuple[str, str, str]], tmp_path: Path) -> None:
    changes = _compared(tmp_path, history(1, *old), history(1, *new))
    assert [(*change.differences[0][1:], change.capture) for change in changes] == found


def test_the_same_captures_in_another_order_are_the_same(tmp_path: Path) -> None:
    assert _compared(tmp_path, history(1, "A", "B", "C"), history(1, "A", "B", "C")[::-1]) == []


def test_the_report_counts_articles_and_shows_the_newest_capture(output: Path) -> None:
    made = report.write(output, output.with_suffix(".html"))
    assert (made.counts.articles, made.counts.captures, made.counts.pages, made.shown) == (3, 6, 6, 3)
    page = output.with_suffix(".html").read_text(encoding="utf-8")
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert sorted(one["title"] for one in data["articles"]) == ["A", "C", "X"]
    assert {len({row[0] for row in one["rows"] if row[0] == 1}) for one in data["articles"]} == {1}


@pytest.mark.parametrize(("which", "number"), [("newest", 3), ("all", 6)])
def test_exports_hold_the_newest_or_all(output: Path, tmp_path: Path, which: str, number: int) -> None:
    for name in ("x.parquet", "x.sqlite", "x.csv", "x.jsonld"):
        records = Captures(output, []).of(which)
        assert formats.export(records, str(tmp_path / name), several=which == "all") == number
    assert parquet.read_table(tmp_path / "x.parquet").num_rows == number
    with sqlite3.connect(tmp_path / "x.sqlite") as database:
        assert database.execute("SELECT count(*) FROM articles").fetchone() == (number,)
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == number
    graph = json.loads((tmp_path / "x.jsonld").read_bytes())["@graph"]
    assert len({one["@id"] for one in graph}) == number


def test_the_api_tells_articles_from_captures(output: Path) -> None:
    assert [len(list(belta_spider.articles(output, which))) for which in ("newest", "all")] == [3, 6]
    assert len(list(belta_spider.articles(str(output)))) == 3
    with output.open("ab") as file:
        file.write(b"torn\n")
    with pytest.raises(ValueError, match="line 7"):
        list(belta_spider.articles(output))


def rows_of(path: Path) -> int:
    """How many records an export holds, whatever its format."""
    if path.is_dir():
        return len([one for one in path.rglob("*.txt") if one.name != "README.txt"]) or sum(
            parquet.read_table(one).num_rows
            for one in path.rglob("*.parquet")
            if "audit" not in str(one.relative_to(path))
        )
    if path.suffix == ".parquet":
        return int(parquet.read_table(path).num_rows)
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as database:
            return int(database.execute("SELECT count(*) FROM articles").fetchone()[0])
    text = path.read_text(encoding="utf-8-sig")
    counts = {
        ".csv": lambda: len(list(csv.DictReader(text.splitlines()))),
        ".jsonld": lambda: len(json.loads(text)["@graph"]),
        ".xml": lambda: text.count("<TEI"),
        ".vert": lambda: text.count("<doc "),
        ".ndjson": lambda: text.count('{"index":'),
    }
    return counts[path.suffix]()


@pytest.mark.parametrize(
    "target", ["x.sqlite", "x.parquet", "x.csv", "x.jsonld", "x.tei.xml", "x.vert", "x.ndjson", "texts/", "dataset/"]
)
@pytest.mark.parametrize(("which", "number"), [("newest", 3), ("all", 6)])
def test_every_export_says_how_many_it_wrote_and_holds_as_many(
    output: Path, target: str, which: str, number: int, capsys: pytest.CaptureFixture
) -> None:
    to = output.parent / target
    written = run_command(
        export.Command(), [output, "--to", f"{to}/" if target.endswith("/") else to, "--revisions", which]
    )
    assert written == 0
    told = capsys.readouterr().out.splitlines()[0]
    assert told.startswith(
        {
            3: "3 articles (the newest capture of each; --revisions all for 3 earlier ones)",
            6: "3 articles in 6 captures",
        }[number]
    )
    assert rows_of(to) == number
