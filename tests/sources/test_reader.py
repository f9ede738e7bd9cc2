"""Which reader a file goes to, and what a source names."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import zstandard

from belta_spider.api import read as pages
from belta_spider.sources import Page, PassedOver, Reader, SourceError, Unread, find
from belta_spider.sources.capture_times import utc
from tests.factory.archives import causes, entries, record, zipped

TEXT = b"Titel\n\nMINSK, 3. April (BelTA) - Der Chor sang.\n"
HTML = b"<!DOCTYPE html><p>x</p>"
KINDS = {
    "text": TEXT,
    "html": HTML,
    "warc": record(1),
    "table": b'{"text": "x"}\n',
    "wacz": zipped(archive__a_warc=record(1)),
}


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.warc", "a.wacz", "a.jsonl", "a.parquet", "a", "a.TXT.gz"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
@pytest.mark.parametrize("kind", ["html", "warc", "table", "wacz"])
def test_the_content_decides_whatever_the_name_says(tmp_path: Path, kind: str, name: str, pack: type[bytes]) -> None:
    if kind == "table" and name.endswith(("warc", "wacz", "parquet")):
        pytest.skip("JSON is text, and may stand in a file of any name")
    found = entries(tmp_path / name, pack(KINDS[kind]))
    assert [one.kind for one in found if isinstance(one, Page)] == [kind]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_text_goes_by_the_name(tmp_path: Path, pack: type[bytes]) -> None:
    (page,) = entries(tmp_path / "a.txt", pack(TEXT))
    assert isinstance(page, Page)
    assert (page.kind, page.body, page.record, page.captured_at) == ("text", TEXT, None, None)


def test_an_object_with_a_key_that_is_not_utf8_is_text(tmp_path: Path) -> None:
    (page,) = entries(tmp_path / "a.txt", b'{"\x80": 1}\n{"text": "x"}')
    assert isinstance(page, Page)
    assert page.kind == "text"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.parquet", TEXT),
        ("a.wacz", TEXT),
        ("a.warc.gz", gzip.compress(TEXT, mtime=0)),
        ("a.warc", b""),
        ("a.jsonl", TEXT.splitlines()[0]),
        ("a.csv", b"url,title\nu,t\n"),
        ("a.json", TEXT),
        ("a.arrow", TEXT),
        ("a.orc", TEXT),
        ("a.arc", TEXT),
        ("a.tar", TEXT),
        ("a.zip", TEXT),
        ("a.eml", TEXT.splitlines()[0]),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(400)),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_counted(tmp_path: Path, name: str, data: bytes) -> None:
    found = entries(tmp_path / name, data)
    assert len(causes(found)) == 1
    assert len(found) == 1


def test_links_to_files_are_read_and_links_to_folders_once(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "sub.txt").mkdir(parents=True)
    (tmp_path / "aside.txt").write_bytes(TEXT)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.txt").write_bytes(TEXT)
    targets = {"a.txt": "../aside.txt", "b.txt": "../none.txt", "c.txt": "c.txt", "d": "../elsewhere", "e.txt": "."}
    targets |= {"f": "../elsewhere"}
    for name, target in targets.items():
        (folder / name).symlink_to(target)
    (folder / "sub.txt" / ".hidden.txt").write_bytes(TEXT)
    found = find(f"{folder}/")
    assert [uri for _, uri in found] == [f"{folder}/a.txt", f"{folder}/d/x.txt"]
    left_out = Counter(one.reason for one in found.left_out if isinstance(one, PassedOver))
    assert left_out == {"broken_link": 2, "hidden": 1, "linked_folder": 2}


def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    for name in (
        ".git/a.txt",
        "b/1.txt",
        "a.html",
        "a/2.warc.gz",
        "a/10.jsonl.zst",
        "x.parquet",
        "y.wacz",
        "out.audit.jsonl",
        "n.md",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    os.mkfifo(tmp_path / "pipe.txt")
    found = Reader(find(f"{tmp_path}/"))
    uris = [one.uri for one in found if isinstance(one, (Page, Unread))]
    passed = Counter(one.reason for one in found if isinstance(one, PassedOver))
    assert passed == {"empty": 2, "hidden": 1, "own_output": 1, "special_file": 1}
    assert [uri.removeprefix(f"{tmp_path}/") for uri in uris if "10.jsonl" not in uri] == [
        "a.html",
        "a/2.warc.gz",
        "b/1.txt",
        "x.parquet",
        "y.wacz",
    ]


def test_a_file_that_cannot_be_opened_is_counted(tmp_path: Path) -> None:
    found = list(Reader([(tmp_path / "gone.txt", "gone.txt")]))
    assert [one.cause for one in found if isinstance(one, Unread)] == ["unreadable"]


def test_a_source_that_names_nothing_is_wrong_use(tmp_path: Path) -> None:
    for source in (f"{tmp_path}/none", f"{tmp_path}/*.txt", str(tmp_path), " , "):
        with pytest.raises(SourceError):
            find(source)


@pytest.mark.parametrize("data", list(KINDS.values()), ids=list(KINDS))
def test_standard_input_may_hold_any_of_them(data: bytes) -> None:
    code = "from belta_spider.sources import read; print([(p.kind, p.uri) for p in read('-')])"
    run = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    kind = next(kind for kind, one in KINDS.items() if one is data)
    assert run.stdout.decode().strip() == f"[('{kind}', '-')]"


def test_a_reader_knows_how_far_it_is(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(TEXT)
    reader = Reader(find(str(tmp_path)))
    done = [reader.done for _ in reader]
    assert done[-1] == reader.done == reader.total == 2 * len(TEXT)


def test_the_public_reader_yields_pages_alone_and_warns_of_the_rest(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "x"}\nno json\n')
    assert [page.record for page in pages(str(tmp_path))] == ["1"]
    assert "a.jsonl" in caplog.text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-04-30T10:00:00Z", "2024-04-30T10:00:00Z"),
        ("2024-04-30T10:00:00.999Z", "2024-04-30T10:00:00Z"),
        ("2024-04-30", "2024-04-30T00:00:00Z"),
        ("20240430100000", "2024-04-30T10:00:00Z"),
        ("2024-04-30 10:00:00 UTC", "2024-04-30T10:00:00Z"),
        ("1714471200", "2024-04-30T10:00:00Z"),
        (1714471200, "2024-04-30T10:00:00Z"),
        (1714471200_999, "2024-04-30T10:00:00Z"),
        (1714471200_999_999, "2024-04-30T10:00:00Z"),
        (1714471200_999_999_999, "2024-04-30T10:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (-1.5, "1969-12-31T23:59:58Z"),
        ("", None),
        ("99999999999999", None),
        (10**30, None),
        (float("nan"), None),
        (True, None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
        ([], None),
    ],
)
def test_capture_times(value: object, expected: str | None) -> None:
    assert utc(value) == expected


def test_reading_from_memory_needs_no_file() -> None:
    from belta_spider.sources.archives import warc
    from belta_spider.sources.unpacking import unpack

    data = record(1)
    assert (
        len(list(warc.read(unpack(io.BufferedReader(io.BytesIO(data)), data[:4]), "memory", "warc", lambda _: True)))
        == 1
    )


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_of_standard_input_the_bytes_read_are_known(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read_end, write_end = os.pipe()
    os.write(write_end, KINDS[kind])
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        monkeypatch.setattr(sys, "stdin", pipe)
        reader = Reader(find("-"))
        assert [one for one in reader if isinstance(one, Page)]
        assert (reader.done, reader.is_repeatable) == (len(KINDS[kind]), False)


@pytest.mark.parametrize(
    ("line", "kind"),
    [(b'{"\x80ext": "x"}\n{"text": "y"}\n', Page), (b'{"\x80ext": "x"}', Unread), (b"{\xff\n", Page)],
)
def test_a_first_line_of_damaged_json_stops_nothing(tmp_path: Path, line: bytes, kind: type) -> None:
    (tmp_path / "a.txt").write_bytes(line)
    assert [type(one) for one in Reader(find(str(tmp_path)))] == [kind]
