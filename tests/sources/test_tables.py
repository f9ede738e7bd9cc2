"""Tables of pages: JSON Lines and Parquet, whatever their columns are called, whole or damaged."""

from __future__ import annotations

import gzip
import json
import lzma
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest
import zstandard

from belta_spider.sources import Page, Reader, SourceError, Unread, check_columns, columns_of, find
from belta_spider.sources.files import PAGE_LIMIT
from belta_spider.sources.tables.rows import COLUMNS
from tests.factory.archives import causes, entries, pages

ROWS: list[dict[str, Any]] = [
    {"url": "https://deu.belta.by/a/view/b-1-2024", "text": "Eins.\nZwei.", "captured_at": "2024-04-30T10:00:00Z"},
    {"url": None, "text": "Drei.", "captured_at": None, "further": [1, {"a": 2}]},
    {"url": " ", "text": None, "captured_at": "unknown"},
]


def lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def parquet(path: Path, rows: list[dict[str, Any]], **options: Any) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path, **options)
    return path


@pytest.mark.parametrize("form", ["lines", "gzip", "zstd", "no end", "mark", "parquet", "parquet gzip"])
def test_each_row_is_a_page_whatever_the_form(tmp_path: Path, form: str) -> None:
    plain = lines(ROWS)
    whole = parquet(tmp_path / "b", ROWS).read_bytes()
    data = {
        "lines": plain,
        "gzip": gzip.compress(plain),
        "zstd": zstandard.compress(plain),
        "no end": plain.rstrip(),
        "mark": b"\xef\xbb\xbf" + plain,
        "parquet": whole,
        "parquet gzip": gzip.compress(whole),
    }[form]
    found = entries(tmp_path / "rows.jsonl", data)
    assert [one for one in found if isinstance(one, Page)] == found
    assert [(one.kind, one.uri, one.record, one.is_html) for one in found if isinstance(one, Page)] == [
        ("table", "rows.jsonl", str(number), False) for number in (1, 2, 3)
    ]
    assert [(one.body, one.url, one.captured_at) for one in found if isinstance(one, Page)] == [
        (b"Eins.\nZwei.", ROWS[0]["url"], "2024-04-30T10:00:00Z"),
        (b"Drei.", None, None),
        (b"", None, None),
    ]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_columns_may_have_other_names_and_html_goes_before_text(tmp_path: Path, kind: str) -> None:
    rows = [{"content": "t", "page": "<p>h</p>", "uri": "u", "date": "20240430100000"}, {"content": "t", "page": None}]
    path = tmp_path / "rows"
    if kind == "jsonl":
        path.write_bytes(lines(rows))
    else:
        parquet(path, rows)
    columns = columns_of("text:content, html:page,url:uri,captured_at:date")
    found = entries(path, **columns)
    assert [(one.body, one.is_html, one.url, one.captured_at) for one in found if isinstance(one, Page)] == [
        (b"<p>h</p>", True, "u", "2024-04-30T10:00:00Z"),
        (b"t", False, None, None),
    ]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_named_column_that_is_not_there_is_said_once(tmp_path: Path, kind: str) -> None:
    rows = [{"content": "t", "uri": "u"}] * 2
    path = tmp_path / "rows"
    if kind == "jsonl":
        path.write_bytes(lines(rows))
    else:
        parquet(path, rows)
    found = entries(path, **columns_of("text:content,url:link"))
    assert [one.detail for one in found if isinstance(one, Unread)] == [
        "columns=url:link: no such column among content uri"
    ]
    assert len(pages(found)) == 2


@pytest.mark.parametrize("argument", ["content", "text:", "title:x", "text:a,b", ":"])
def test_wrong_columns_are_wrong_use(argument: str) -> None:
    with pytest.raises(SourceError, match="columns="):
        columns_of(argument)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([datetime(2024, 4, 30, 10, tzinfo=UTC)]),
        pa.array([1714471200000000123], pa.timestamp("ns")),
        pa.array([1714471200], pa.int64()),
        pa.array([1714471200000], pa.int64()),
        pa.array(["2024-04-30 13:00:00+03:00"]),
        pa.array(["20240430100000"]).dictionary_encode(),
    ],
)
@pytest.mark.parametrize("name", ["captured_at", "timestamp", "fetch_time"])
def test_capture_times_come_in_many_forms(tmp_path: Path, column: Any, name: str) -> None:
    pq.write_table(pa.table({"text": ["x"], name: column}), tmp_path / "a.parquet")
    (page,) = entries(tmp_path / "a.parquet")
    assert isinstance(page, Page)
    assert page.captured_at == "2024-04-30T10:00:00Z"


def test_columns_of_letters_may_be_bytes(tmp_path: Path) -> None:
    row = {"text": [b"x"], "url": [b"https://deu.belta.by/"], "captured_at": [b"2024-04-30T10:00:00Z"]}
    pq.write_table(pa.table(row), tmp_path / "a.parquet")
    (page,) = entries(tmp_path / "a.parquet")
    assert isinstance(page, Page)
    assert (page.body, page.url, page.captured_at) == (b"x", "https://deu.belta.by/", "2024-04-30T10:00:00Z")


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (b'{"text": "cut', "not_json"),
        (b'{"text": "\xff\xfe"}', "not_json"),
        (b"[1, 2]", "missing_columns"),
        (b'{"url": "u"}', "missing_columns"),
        (b'{"text": 7}', "wrong_type"),
        (b'{"text": ["a"]}', "wrong_type"),
        (b'{"text": "' + b"x" * (33 * 2**20) + b'"}', "too_large"),
        (b"[" * 100_000, "not_json"),
    ],
)
def test_a_line_that_is_no_row_is_counted_and_the_others_are_read(tmp_path: Path, line: bytes, cause: str) -> None:
    good = b'{"text": "x"}\n'
    found = entries(tmp_path / "a.jsonl", good + line + b"\n\n" + good)
    assert pages(found) == ["1", "4"]
    assert [(one.cause, one.record) for one in found if isinstance(one, Unread)] == [(cause, "2")]


def test_lone_surrogates_and_large_cells_are_taken(tmp_path: Path) -> None:
    data = b'{"text": "a\\ud800b"}\n{"text": "' + b"x" * (17 * 2**20) + b'"}\n'
    found = entries(tmp_path / "a.jsonl", data)
    assert [(len(one.body), one.truncated) for one in found if isinstance(one, Page)] == [
        (3, False),
        (PAGE_LIMIT, True),
    ]


def test_damage_in_a_compressed_table_takes_its_line_alone(tmp_path: Path) -> None:
    members = [gzip.compress(lines([row]), mtime=0) for row in ROWS]
    hurt = bytearray(members[1])
    hurt[-6] ^= 1
    found = entries(tmp_path / "a.jsonl.gz", members[0] + bytes(hurt) + members[2])
    assert causes(found) == ["damaged_compression"]
    bodies = [one.body for one in found if isinstance(one, Page)]
    assert (bodies[0], bodies[-1]) == (b"Eins.\nZwei.", b"")


@pytest.mark.parametrize("cut", [8, 40, 400])
def test_a_parquet_file_that_is_cut_is_counted(tmp_path: Path, cut: int) -> None:
    data = parquet(tmp_path / "b", ROWS * 40).read_bytes()
    assert causes(entries(tmp_path / "a.parquet", data[:-cut])) == ["damaged_parquet"]


def test_a_damaged_row_group_is_counted_and_the_others_are_read(tmp_path: Path) -> None:
    rows = [{"text": f"Zeile {number} " * 30} for number in range(30)]
    path = parquet(
        tmp_path / "a.parquet",
        rows,
        row_group_size=10,
        write_statistics=False,
        write_page_checksum=True,
        use_dictionary=False,
    )
    column = pq.ParquetFile(path).metadata.row_group(1).column(0)
    data = bytearray(path.read_bytes())
    data[column.data_page_offset + column.total_compressed_size // 2] ^= 0x55
    found = entries(path, bytes(data))
    assert causes(found) == ["damaged_parquet"]
    assert pages(found)[:10] == [str(number) for number in range(1, 11)]
    assert pages(found)[-10:] == [str(number) for number in range(21, 31)]


@pytest.mark.parametrize("columns", [{"title": ["x"]}, {"text": [["a"]]}, {"text": [1]}])
def test_a_parquet_file_without_the_columns_is_counted_once(tmp_path: Path, columns: dict[str, Any]) -> None:
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    (found,) = entries(tmp_path / "a.parquet")
    assert isinstance(found, Unread)
    assert found.cause in {"missing_columns", "wrong_type"}


def test_a_cell_that_stands_a_thousand_times_in_few_bytes_is_no_bomb(tmp_path: Path) -> None:
    cell = pa.array(["x" * 2**20]).dictionary_encode()
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), cell.dictionary)
    pq.write_table(pa.table({"text": many}), tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 2**21
    assert len(entries_lazily(tmp_path / "a.parquet", 300)) == 300


def entries_lazily(path: Path, count: int) -> list[Any]:
    from itertools import islice

    from belta_spider.sources import Reader

    return [len(entry.body) for entry in islice(Reader([(path, "a")]), count) if isinstance(entry, Page)]


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "tsv", "parquet", "arrow", "orc", "jsonl.gz", "csv.xz"])
@pytest.mark.parametrize("ours", COLUMNS)
def test_a_named_column_that_no_table_has_is_wrong_use(tmp_path: Path, form: str, ours: str) -> None:
    rows = [{"content": "t", "uri": "u"}, {"content": "t", "uri": "u"}]
    table = pa.Table.from_pylist(rows)
    path = tmp_path / f"rows.{form}"
    if form in {"parquet", "orc"}:
        {"parquet": pq.write_table, "orc": pa.orc.write_table}[form](table, path)
    elif form == "arrow":
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    else:
        plain = {"j": lines(rows), "c": b"content,uri\nt,u\n", "t": b"content\turi\nt\tu\n"}[form[0]]
        plain = json.dumps(rows).encode() if form == "json" else plain
        path.write_bytes({"gz": gzip.compress, "xz": lzma.compress}.get(form[-2:], bytes)(plain))
    for source in (path, tmp_path):
        named = {"text": "content"} | {ours: "link"}
        said = f"columns={ours}:link: no such column in .*, which has content uri|nothing in it to read"
        with pytest.raises(SourceError, match=said):
            check_columns(find(str(source), named), named)
        named = {"text": "content", "url": "uri"}
        check_columns(find(str(source), named), named)
        assert [one for one in Reader(find(str(source), named), named) if isinstance(one, Page)]


def test_a_named_column_may_stand_in_a_later_row_or_another_table(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "x"}\n{"text": "y", "uri": "u"}\n')
    (tmp_path / "b.csv").write_bytes(b"text,when\nx,2024\n")
    check_columns(find(str(tmp_path)), {"url": "uri", "captured_at": "when"})


def test_a_named_column_that_is_not_there_ends_the_run_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "x"}\n')
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={tmp_path}/a.jsonl"]
    command += ["-a", "columns=captured_at:when", "-O", str(tmp_path / "out.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "columns=captured_at:when: no such column" in line


@pytest.mark.parametrize("head", ['url,te\rxt,"b', "url\rtext", '"url,text', "u" * 17_000_000 + ",url"], ids=len)
def test_a_table_whose_head_is_no_row_is_named(tmp_path: Path, head: str) -> None:
    (tmp_path / "a.csv").write_text(f"{head}\nhttps://deu.belta.by/a,b\n", encoding="utf-8", newline="")
    (found,) = Reader([(tmp_path / "a.csv", "a.csv")])
    assert isinstance(found, Unread)
    assert (found.cause, found.offset) == ("missing_columns", 0)
