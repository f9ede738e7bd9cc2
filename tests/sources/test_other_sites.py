"""Rows of other sites: passed over by their address and counted, in every form of table, wherever it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from belta_spider.sources import Page, Reader, Skipped, SourceError, columns_of
from belta_spider.sources.tables.rows import PRESETS
from tests.conftest import Crawl
from tests.factory.tables import FORMS, NESTED, OURS, ROWS, TEXT, WANTED


def read(folder: Path, name: str, data: bytes, wanted: Any = None, **columns: str) -> tuple[list[Page], int, list[Any]]:
    (folder / name).write_bytes(data)
    found = list(Reader([(folder / name, name)], columns, *([wanted] if wanted else [])))
    skipped = [one for one in found if isinstance(one, Skipped)]
    assert {one.cause for one in skipped} <= {"other_site"}
    assert all(one.count for one in skipped)
    others = [one for one in found if not isinstance(one, (Page, Skipped))]
    return [one for one in found if isinstance(one, Page)], sum(one.count for one in skipped), others


@pytest.mark.parametrize("name", FORMS)
def test_rows_of_other_sites_are_counted_and_the_others_keep_their_numbers(tmp_path: Path, name: str) -> None:
    pages, skipped, others = read(tmp_path, name, FORMS[name](ROWS))
    assert [str(page.record).rpartition(".")[2] for page in pages] == WANTED
    assert [page.body.decode() for page in pages] == [f"{TEXT} {number}" for number in WANTED]
    assert (skipped, others) == (len(ROWS) - len(WANTED), [])


@pytest.mark.parametrize("name", FORMS)
def test_a_table_of_other_sites_alone_is_only_counted(tmp_path: Path, name: str) -> None:
    rows = [row for row in ROWS if "deu.belta.by" not in row["url"]]
    assert read(tmp_path, name, FORMS[name](rows)) == ([], len(rows), [])


@pytest.mark.parametrize("name", FORMS)
def test_with_any_site_all_rows_are_read(tmp_path: Path, name: str) -> None:
    pages, skipped, _ = read(tmp_path, name, FORMS[name](ROWS), bool)
    assert (len(pages), skipped) == (len(ROWS), 0)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "url", ["", " ", "12345", "deu.belta.by/a/view/b-1-2024", "urn:uuid:1", "https://m.belta.by/x"]
)
def test_a_row_that_names_no_other_site_is_read(tmp_path: Path, name: str, url: str) -> None:
    pages, skipped, _ = read(tmp_path, name, FORMS[name]([{"url": url, "text": TEXT}, *ROWS[:1]]))
    assert (len(pages), skipped) == (1, 1)


@pytest.mark.parametrize("name", NESTED)
def test_columns_within_columns_are_named_with_dots(tmp_path: Path, name: str) -> None:
    rows = [
        {"content": row["text"], "warc_headers": {"warc-target-uri": row["url"], "warc-date": "2024-04-30T10:00:00Z"}}
        for row in ROWS
    ]
    pages, skipped, others = read(tmp_path, name, NESTED[name](rows), **columns_of("oscar"))
    assert [page.url for page in pages] == [OURS.format(number) for number in WANTED]
    assert {page.captured_at for page in pages} == {"2024-04-30T10:00:00Z"}
    assert (skipped, others) == (len(ROWS) - len(WANTED), [])


@pytest.mark.parametrize("name", NESTED)
def test_columns_may_lie_deeper_and_hold_dots_themselves(tmp_path: Path, name: str) -> None:
    rows = [{"text": row["text"], "meta": {"http": {"x.url": row["url"], "n": 1}}} for row in ROWS]
    pages, skipped, others = read(tmp_path, name, NESTED[name](rows), url="meta.http.x.url")
    assert (len(pages), skipped, others) == (len(WANTED), len(ROWS) - len(WANTED), [])


def test_a_map_s_keys_are_columns_too(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": [row["text"] for row in ROWS],
            "metadata": pa.array([[("url", row["url"])] for row in ROWS], pa.map_(pa.string(), pa.string())),
        }
    )
    pq.write_table(table, tmp_path / "x")
    pages, skipped, others = read(tmp_path, "a.parquet", (tmp_path / "x").read_bytes())
    assert (len(pages), skipped, others) == (len(WANTED), len(ROWS) - len(WANTED), [])


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet", "a.arrow", "b.arrow", "a.orc"])
def test_a_field_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    rows = [{"text": row["text"], "meta": {"uri": row["url"]}} for row in ROWS]
    pages, _, others = read(tmp_path, name, NESTED[name](rows), url="meta.address")
    assert len(pages) == len(ROWS)
    assert [one.detail for one in others] == ["columns=url:meta.address: no such column among meta text"]


CORPORA: dict[str, dict[str, Any]] = {
    "culturax": {"text": TEXT, "timestamp": "2021-02-03T04:05:06Z", "url": OURS.format(1), "source": "mC4"},
    "fineweb-2": {
        "text": TEXT,
        "id": "<urn:1>",
        "dump": "CC-MAIN",
        "url": OURS.format(1),
        "date": "2021-02-03T04:05:06Z",
    },
    "hplt": {"f": "./a.warc.gz", "o": 1, "u": OURS.format(1), "ts": "2021-02-03T04:05:06Z", "text": TEXT},
    "mc4": {"text": TEXT, "timestamp": "2021-02-03T04:05:06Z", "url": OURS.format(1)},
    "oscar": {
        "content": TEXT,
        "warc_headers": {"warc-target-uri": OURS.format(1), "warc-date": "2021-02-03T04:05:06Z"},
        "metadata": {"quality_warnings": None},
    },
}


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("form", ["a.jsonl", "a.parquet"])
def test_a_corpus_is_named_and_its_columns_are_known(tmp_path: Path, name: str, form: str) -> None:
    (page,), skipped, others = read(tmp_path, form, FORMS[form]([CORPORA[name]]), **columns_of(name.upper()))
    assert (page.body.decode(), page.url, page.captured_at) == (TEXT, OURS.format(1), "2021-02-03T04:05:06Z")
    assert (skipped, others) == (0, [])


def test_a_corpus_may_be_named_beside_columns() -> None:
    assert columns_of("hplt, captured_at:date") == PRESETS["hplt"] | {"captured_at": "date"}


@pytest.mark.parametrize("argument", ["fineweb", "hplt,oscars", "", "oscar:", "text"])
def test_a_corpus_that_is_not_known_is_wrong_use(argument: str) -> None:
    with pytest.raises(SourceError, match="nor a corpus: culturax fineweb-2 hplt mc4 oscar"):
        columns_of(argument)


async def test_a_run_counts_them_and_keeps_them_out_of_the_audit(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(FORMS["a.parquet"](ROWS))
    feeds = {str(tmp_path / "out" / "x.jsonl"): {"format": "jsonl"}}
    items, stats = await crawl({"FEEDS": feeds}, source=str(tmp_path / "a.parquet"))
    assert [item.source.record for item in items] == WANTED
    assert stats["belta/skipped/other_site"] == len(ROWS) - len(WANTED)
    assert "belta/drop/other_site" not in stats
    assert b"example.org" not in (tmp_path / "out" / "x.audit.jsonl").read_bytes()
