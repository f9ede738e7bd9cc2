"""WACZ: read in place; what a hostile or damaged one does."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

from belta_spider.sources import Page, Unread
from tests.factory.archives import causes, entries, ids, packed, pages, record, zipped

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


def test_damage_in_a_member_is_named_where_it_stands_in_the_file(tmp_path: Path) -> None:
    """Of a member that is compressed, at its head."""
    whole = zipped(archive__a_warc_gz=ARCHIVE, archive__b_warc_gz=ARCHIVE)
    second = packed([record(1)])
    place = whole.rindex(second)
    found = entries(tmp_path / "a.wacz", whole[: place + 40] + b"\xff" + whole[place + 41 :])
    assert {one.offset for one in found if isinstance(one, Unread)} == {place, whole.rindex(ARCHIVE)}
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.html", b"<html><p>x")
        file.writestr("b.jsonl", b'{"text": "x"}\n{"te')
        place = file.infolist()[1].header_offset
    assert [one.offset for one in entries(tmp_path / "b.zip") if isinstance(one, Unread)] == [place]


def test_a_member_whose_own_head_is_damaged_is_read_by_the_directory(tmp_path: Path) -> None:
    whole = zipped(archive__data_warc_gz=ARCHIVE, datapackage_json=b"{}")
    for place in (0, 8, 18, 26, 29):
        found = entries(tmp_path / "a.wacz", whole[:place] + bytes([whole[place] ^ 0x11]) + whole[place + 1 :])
        assert pages(found) == ids(0, 1, 2)
        assert [(one.cause, one.offset) for one in found if isinstance(one, Unread)] == [("damaged_zip", 0)]


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
