"""WACZ: read in place; what a hostile or damaged one does."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

from belta_spider.sources import Page, Unread
from tests.sources.making import causes, entries, ids, packed, pages, record, zipped

ARCHIVE = packed([record(number) for number in range(3)])


def test_the_archives_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    data = zipped(
        datapackage_json=b"{}",
        archive__b_warc=record(5),
        archive__a_warc_gz=ARCHIVE,
        pages__pages_jsonl=b'{"text":"x"}',
    )
    found = entries(tmp_path / "a.wacz", data)
    assert pages(found) == ids(0, 1, 2, 5)
    assert {one.kind for one in found if isinstance(one, Page)} == {"wacz"}
    assert {one.uri for one in found} == {"a.wacz"}
    assert [path.name for path in tmp_path.iterdir()] == ["a.wacz"]


def test_a_compressed_member_is_read_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.warc", b"".join([record(1), record(2)]))
    assert pages(entries(tmp_path / "a.wacz")) == ids(1, 2)


def test_a_wacz_that_lost_its_end_still_gives_its_records(tmp_path: Path) -> None:
    data = zipped(archive__data_warc_gz=ARCHIVE)
    found = entries(tmp_path / "a.wacz", data[:-40])
    assert pages(found) == ids(0, 1, 2)
    assert causes(found)[0] == "damaged_zip"


def test_a_damaged_member_is_counted_and_the_other_archive_read(tmp_path: Path) -> None:
    data = bytearray(zipped(archive__a_warc_gz=ARCHIVE, archive__b_warc_gz=packed([record(9)])))
    data[data.index(ARCHIVE) + 60] ^= 0x55
    found = entries(tmp_path / "a.wacz", bytes(data))
    assert pages(found) == ids(1, 2, 9)
    assert causes(found)[0] == "damaged_compression"
    assert "archive/a.warc.gz" in next(one.detail for one in found if isinstance(one, Unread))


def test_names_that_lead_elsewhere_and_bombs_do_no_harm(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../archive/evil.warc", record(1))
        file.writestr("archive/../../evil.warc", record(2))
        file.writestr("archive/zeros.warc.gz", gzip.compress(bytes(60 * 2**20)))
    found = entries(tmp_path / "a.wacz")
    assert pages(found) == ids(2)
    assert causes(found) == ["damaged_record"]
    assert not list(tmp_path.parent.glob("evil*"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.wacz"]


def test_a_zip_of_something_else_is_read_member_by_member(tmp_path: Path) -> None:
    found = entries(tmp_path / "a.zip", zipped(b_html=b"<html><p>x", a_txt=b"x", c_warc=record(7)))
    assert pages(found) == ["a.txt", "b.html", *ids(7)]
    assert [one.kind for one in found if isinstance(one, Page)] == ["text", "html", "warc"]
