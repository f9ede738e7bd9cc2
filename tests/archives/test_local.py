"""An index on this machine: beside its WARC files, or as a query of Common Crawl's columnar index gives it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.archives.conftest import feeds, records, without_source
from tests.conftest import Crawl
from tests.factory.archive_history import History, write_cdxj
from tests.factory.archive_server import Archive
from tests.factory.site import ROOT

DOCS = (ROOT / "docs" / "archives.md").read_text(encoding="utf-8")


def write_cdx(history: History, path: Path) -> Path:
    """The eleven fields of a CDX file, by its legend."""
    lines = [" CDX N b a m s k r M S V g"]
    for row in history.rows:
        named = ("urlkey", "timestamp", "url", "mime", "status", "digest", "-", "-", "length", "offset", "filename")
        lines.append(" ".join(str(row.get(name, "-")) for name in named))
    path.write_text("\n".join(lines) + "\n")
    return path


def in_parts(history: History, folder: Path) -> None:
    """A folder of packed indexes, one of each WARC file."""
    lines = write_cdxj(history, folder / "whole").read_text().splitlines(keepends=True)
    (folder / "whole").unlink()
    for path in history.folder.iterdir():
        mine = "".join(line for line in lines if f'"{path.name}"' in line)
        (folder / f"{path.name}.cdxj.gz").write_bytes(gzip.compress(mine.encode()))


@pytest.mark.parametrize("form", ["cdxj", "cdxj.gz", "cdx", "cdx.gz", "a folder", "beside the files"])
async def test_an_index_beside_its_files_gives_what_they_give(
    form: str, crawl: Crawl, history: History, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / f"i.{form}"
    given = {"base": str(history.folder)}
    if form == "a folder":
        in_parts(history, path.parent)
        path = path.parent
    elif form == "beside the files":
        given = {}
        for one in history.folder.iterdir():
            (path.parent / one.name).symlink_to(one)
        path = write_cdxj(history, path.with_name("i.cdxj"))
    elif form.endswith(".gz"):
        write = write_cdxj if "cdxj" in form else write_cdx
        path.write_bytes(gzip.compress(write(history, tmp_path / "plain").read_bytes()))
    else:
        (write_cdxj if form == "cdxj" else write_cdx)(history, path)
    assert len(list(history.folder.iterdir())) > 1
    _, stats = await crawl(feeds(tmp_path / "a.jsonl"), source=f"cdx:{path}", **given)
    await crawl(feeds(tmp_path / "b.jsonl"), source=str(history.folder))
    assert without_source(tmp_path / "a.jsonl") == without_source(tmp_path / "b.jsonl")
    assert not [name for name in stats if name.startswith("belta/unread/")]


async def test_a_file_that_is_missing_is_named_and_the_others_are_read(
    crawl: Crawl, history: History, tmp_path: Path
) -> None:
    for one in list(history.folder.iterdir())[1:]:
        (tmp_path / one.name).symlink_to(one)
    out = tmp_path / "out" / "a.jsonl"
    items, stats = await crawl(feeds(out), source=f"cdx:{write_cdxj(history, tmp_path / 'i.cdxj')}", base=str(tmp_path))
    assert items
    assert stats["belta/unread/unreadable"] > 0
    named = {Path(row["uri"]).name for row in records(out.with_name("a.unread.jsonl"))}
    assert named == {next(iter(history.folder.iterdir())).name}


@pytest.mark.parametrize(
    ("shift", "length"), [(1, "0"), (-1, "0"), (10**9, "0"), (0, "short")], ids=["later", "earlier", "behind", "short"]
)
async def test_places_that_are_off_are_named_and_the_others_are_read(
    shift: int, length: str, crawl: Crawl, history: History, tmp_path: Path
) -> None:
    lines = write_cdxj(history, tmp_path / "i.cdxj").read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if "/view/page-9-" in line and '"200"' in line)
    head, _, told = lines[number].partition("{")
    row = json.loads("{" + told)
    row["offset"] = str(max(0, int(row["offset"]) + shift))
    row["length"] = str(int(row["length"]) // 2) if length == "short" else row["length"]
    lines[number] = head + json.dumps(row)
    (tmp_path / "i.cdxj").write_text("\n".join(lines))
    out = tmp_path / "a.jsonl"
    _, stats = await crawl(feeds(out), source=f"cdx:{tmp_path / 'i.cdxj'}", base=str(history.folder))
    assert len(records(out)) >= history.articles - 1
    is_told = [name for name in stats if name.startswith("belta/unread/")]
    is_flagged = [one for one in records(out) if "truncated" in one["flags"]]
    assert is_told or is_flagged


# Common Crawl's columnar index


def columnar(history: History, folder: Path) -> None:
    """The table below `folder`, in the places and columns of Common Crawl's."""
    rows = [
        {
            "url": row["url"],
            "url_host_registered_domain": "belta.by",
            "url_path": "/" + row["url"].split("/", 3)[3].partition("?")[0],
            "fetch_time": re.sub(r"(....)(..)(..)(..)(..)(..)", r"\1-\2-\3 \4:\5:\6", row["timestamp"]),
            "fetch_status": int(row["status"]),
            "content_digest": row["digest"],
            "content_mime_type": row["mime"],
            "content_mime_detected": row["mime"],
            "warc_filename": row["filename"],
            "warc_record_offset": int(row["offset"]),
            "warc_record_length": int(row["length"]),
        }
        for row in history.rows
        if "status" in row
    ]
    table = pa.Table.from_pylist(rows)
    place = table.schema.get_field_index("fetch_time")
    table = table.set_column(place, "fetch_time", table["fetch_time"].cast(pa.timestamp("ms")))
    path = folder / "cc-index/table/cc-main/warc/crawl=CC-MAIN-2024-10/subset=warc/part-00000.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(table, path)


SQL = re.findall(r"^```sql\n(.*?)^```$", DOCS, re.DOTALL | re.MULTILINE)


async def test_the_recipe_for_duckdb_gives_coordinates(
    crawl: Crawl, archive: Archive, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columnar(history, tmp_path)
    monkeypatch.chdir(tmp_path)
    (code,) = [one for one in SQL if "read_parquet" in one]
    with duckdb.connect() as database:
        database.sql(code.replace("s3://commoncrawl/", ""))
    monkeypatch.chdir(ROOT)
    out = tmp_path / "a.jsonl"
    given = {"source": f"records:{tmp_path / 'coordinates.parquet'}", "base": archive.base}
    await crawl(archive.settings | feeds(out), **given)
    await crawl(feeds(tmp_path / "b.jsonl"), source=str(history.folder))
    assert without_source(out) == without_source(tmp_path / "b.jsonl")
    assert len(archive.captures) == history.articles + history.gave_way


def test_the_recipes_for_athena_and_spark_ask_for_the_same_columns(history: History, tmp_path: Path) -> None:
    columnar(history, tmp_path)
    others = [one for one in SQL if "read_parquet" not in one]
    assert len(others) == 2
    with duckdb.connect() as database:
        where = tmp_path / "cc-index/table/cc-main/warc/*/*/*.parquet"
        database.sql("CREATE SCHEMA ccindex")
        for name in ("ccindex", "ccindex.ccindex"):
            database.sql(f"CREATE VIEW {name} AS FROM read_parquet('{where}', hive_partitioning = true)")
        found = [database.sql(one[one.index("SELECT") :]).to_arrow_table() for one in others]
    assert found[0].num_rows > history.articles
    assert found[0].num_rows == found[1].num_rows
    names = {"url", "fetch_time", "warc_filename", "warc_record_offset", "warc_record_length"}
    assert names <= set(found[0].column_names) == set(found[1].column_names)
