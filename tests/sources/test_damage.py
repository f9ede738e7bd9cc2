"""Any archive of three records, cut or flipped at any byte: the others come out, and the damage is named."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import lz4.frame
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from belta_spider.editions.addresses import is_of_the_site
from belta_spider.sources import Page, Skipped, Unread
from belta_spider.sources.dispatch import read
from belta_spider.sources.place import Place, Wants
from tests.factory.archives import HTML, entries, http, record, url
from tests.factory.containers import ROWS, arc, separated, tarred


def _with_digest(number: int) -> bytes:
    block = http(HTML.format(f"Seite {number} " + "Wort " * 10).encode())
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    return record(number, block, WARC_Block_Digest=f"sha1:{digest}")


def _arc_parts() -> list[bytes]:
    whole = arc(0, 1, 2)
    starts = [whole.index(b"https://deu.belta.by/society/view/page-%d" % number) for number in range(3)]
    return [whole[: starts[0]], whole[starts[0] : starts[1]], whole[starts[1] : starts[2]], whole[starts[2] :]]


RECORDS = [_with_digest(number) for number in range(3)]
PACK = zstandard.ZstdCompressor(write_checksum=True).compress
ARCS = _arc_parts()
LINES = [json.dumps(row).encode() + b"\n" for row in ROWS]
ARRAY = [b"[" + LINES[0].strip() + b",", LINES[1].strip() + b",", LINES[2].strip() + b"]"]
FILES = {f"{number}.html": HTML.format(f"Seite {number} " + "Wort " * 90).encode() for number in range(3)}


def _gzipped(parts: list[bytes]) -> list[bytes]:
    return [gzip.compress(one, mtime=0) for one in parts]


def _lz4(one: bytes) -> bytes:
    packed: bytes = lz4.frame.compress(one, content_checksum=True, store_size=False)
    return packed


def _csv_parts() -> list[bytes]:
    """The head with the first row, and the other rows: text over many lines, in quotes."""
    return [separated(",", ROWS[:1]), *(separated(",", [row]).partition(b"\r\n")[2] for row in ROWS[1:])]


def _tar_parts() -> list[bytes]:
    whole, size = tarred(FILES, tarfile.USTAR_FORMAT), 1536
    return [whole[:size], whole[size : 2 * size], whole[2 * size : 3 * size], whole[3 * size :]]


def _zip_parts(method: int) -> list[bytes]:
    """The members, and the directory behind them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in FILES.items():
            file.writestr(name, data)
        starts = [*(one.header_offset for one in file.infolist()), buffer.tell()]
    whole = buffer.getvalue()
    return [whole[start:end] for start, end in zip(starts, [*starts[1:], len(whole)], strict=True)]


def _wacz_parts() -> list[bytes]:
    """An archive of three records in a member, and the directory behind it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("archive/data.warc.gz", b"".join(_gzipped(RECORDS)))
        file.writestr("datapackage.json", b"{}")
    whole = buffer.getvalue()
    starts = [0, *(whole.index(one) for one in _gzipped(RECORDS)[1:]), whole.index(b"PK", 4), len(whole)]
    return [whole[start:end] for start, end in pairwise(starts)]


def _ends(parts: list[bytes]) -> list[int]:
    return [sum(map(len, parts[: number + 1])) for number in range(len(parts))]


FORMS = {
    "a.warc": RECORDS,
    "a.warc.bz2": [bz2.compress(one) for one in RECORDS],
    "a.warc.xz": [lzma.compress(one) for one in RECORDS],
    "a.wacz": _wacz_parts(),
    "d.zip": _zip_parts(zipfile.ZIP_LZMA),
    "a.tar.bz2": [bz2.compress(one) for one in _tar_parts()],
    "a.tar.xz": [lzma.compress(one) for one in _tar_parts()],
    "a.jsonl.bz2": [bz2.compress(one) for one in LINES],
    "a.jsonl.zst": [PACK(one) for one in LINES],
    "a.warc.gz": _gzipped(RECORDS),
    "a.warc.zst": [PACK(one) for one in RECORDS],
    "a.warc.lz4": [_lz4(one) for one in RECORDS],
    "a.arc": [ARCS[0] + ARCS[1], *ARCS[2:]],
    "a.arc.gz": [gzip.compress(ARCS[0], mtime=0) + gzip.compress(ARCS[1], mtime=0), *_gzipped(ARCS[2:])],
    "a.zip": _zip_parts(zipfile.ZIP_STORED),
    "b.zip": _zip_parts(zipfile.ZIP_DEFLATED),
    "c.zip": _zip_parts(zipfile.ZIP_BZIP2),
    "a.tar": _tar_parts(),
    "a.tar.gz": _gzipped(_tar_parts()),
    "a.jsonl": LINES,
    "a.jsonl.gz": _gzipped(LINES),
    "a.json": ARRAY,
    "a.json.gz": _gzipped(ARRAY),
    "a.csv": _csv_parts(),
    "a.csv.gz": _gzipped(_csv_parts()),
}
"""Each form of three records: the bytes of each, and what stands behind them."""
_EMPTY = {"a.arc": (len(ARCS[0]) - 1, len(ARCS[0])), "a.arc.gz": (len(gzip.compress(ARCS[0], mtime=0)),)}
"""Where a cut leaves a whole archive, of no page."""
SUMMED = [name for name in FORMS if name.endswith(("gz", "zst", "lz4", "bz2", "xz", "zip", "wacz"))]
"""Forms that hold sums: in the others a letter that is flipped is another letter."""
PACKS = {
    "gz": (lambda data: gzip.compress(data, mtime=0), lambda data: zlib.decompressobj(31).decompress(data)),
    "bz2": (bz2.compress, lambda data: bz2.BZ2Decompressor().decompress(data)),
    "xz": (lzma.compress, lambda data: lzma.LZMADecompressor().decompress(data)),
    "zst": (PACK, lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    "lz4": (_lz4, lambda data: lz4.frame.LZ4FrameDecompressor().decompress(data)),
}
"""Each compression, and what the start of a stream holds."""
STREAMS = {
    f"a.{form}.{pack}": parts
    for form, parts in (("jsonl", LINES), ("csv", _csv_parts()), ("warc", RECORDS), ("tar", _tar_parts()))
    for pack in PACKS
}
"""All records in one stream: nothing can be read behind damage, and what stands before it is whole."""
MANY = settings(max_examples=300, deadline=None)

_Pages = list[tuple[str | None, bytes]]


def _found(name: str, data: bytes) -> list[object]:
    return list(read(io.BufferedReader(io.BytesIO(data)), Place(name, name), Wants({}, is_of_the_site, read)))


def _read(name: str, data: bytes) -> tuple[_Pages, list[Unread]]:
    found = _found(name, data)
    pages = [(one.url, one.body) for one in found if isinstance(one, Page) and not one.truncated]
    return pages, [one for one in found if isinstance(one, Unread)]


def _flip(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]


def _hurt(name: str, place: int) -> set[int]:
    """The records that a byte belongs to: of CSV the line end of a row is the start of the next, too."""
    starts = [0, *_ends(FORMS[name])]
    hurt = max(number for number, start in enumerate(starts[:-1]) if start <= place)
    return {hurt, hurt + 1} if name == "a.csv" and place + 2 >= starts[hurt + 1] else {hurt}


def _check_flip(name: str, place: int, bit: int) -> None:
    parts = FORMS[name]
    whole = b"".join(parts)
    good, _ = _read(name, whole)
    hurt = min(_hurt(name, place))
    flipped = _flip(whole, place, bit)
    pages, unread = _read(name, flipped)
    assert {one for number, one in enumerate(good) if number not in _hurt(name, place)} <= set(pages)
    if name in SUMMED and hurt < len(good) and good[hurt] not in pages:
        start = ([0, *_ends(parts)])[hurt]
        assert unread
        offsets = [one.offset is not None and start <= one.offset <= len(whole) for one in unread]
        assert any(offsets) if name == "a.wacz" else all(offsets)  # whose member says that its sum is wrong, too
    elif len(pages) < len(good) and name not in {"a.warc", "a.arc"}:  # an address, flipped, is another site's
        assert unread or any(isinstance(one, Skipped) for one in _found(name, flipped))


def _check_cut(name: str, place: int) -> None:
    parts = FORMS[name]
    whole = b"".join(parts)
    good, _ = _read(name, whole)
    pages, unread = _read(name, whole[:place])
    complete = min(sum(end <= place for end in _ends(parts)), len(good))
    assert pages[:complete] == good[:complete]
    is_within = place not in _ends(parts) and len(pages) == complete < len(good)
    is_empty = place in _EMPTY.get(name, ())
    if is_within and not is_empty and place > len(parts[0]) - len(ARCS[1]) - 60 and not name.startswith("a.csv"):
        assert unread
        assert all(one.offset is not None for one in unread)


def _first_to_flip(name: str) -> int:
    """Behind what all records need: the head of a table, the mark of an array."""
    if name == "a.csv.gz":
        return len(FORMS[name][0])
    return {"a.csv": FORMS["a.csv"][0].index(b"\n") + 1, "a.json": len(b"[")}.get(name, 0)


@MANY
@given(data=st.data(), name=st.sampled_from(list(FORMS)))
def test_a_flipped_bit_costs_no_other_record(data: st.DataObject, name: str) -> None:
    place = data.draw(st.integers(_first_to_flip(name), len(b"".join(FORMS[name])) - 1))
    _check_flip(name, place, data.draw(st.integers(0, 7)))


@MANY
@given(data=st.data(), name=st.sampled_from(list(FORMS)))
def test_a_cut_costs_no_record_before_it(data: st.DataObject, name: str) -> None:
    _check_cut(name, data.draw(st.integers(1, len(b"".join(FORMS[name])))))


@pytest.mark.faults
@pytest.mark.parametrize("name", FORMS)
def test_each_byte_of_an_archive_may_be_the_last_or_the_damaged_one(name: str) -> None:
    size = len(b"".join(FORMS[name]))
    for place in range(1, size):
        _check_cut(name, place)
    for place in range(_first_to_flip(name), size):
        _check_flip(name, place, place % 8)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), name=st.sampled_from(list(STREAMS)), is_cut=st.booleans())
def test_in_one_stream_the_records_before_the_damage_come_out(data: st.DataObject, name: str, is_cut: bool) -> None:
    place = data.draw(st.integers(1, len(_stream(name)) - 1))
    _check_stream(name, place, None if is_cut else data.draw(st.integers(0, 7)))


@pytest.mark.faults
@pytest.mark.parametrize("name", STREAMS)
def test_each_byte_of_a_stream_may_be_the_last_or_the_damaged_one(name: str) -> None:
    for place in range(1, len(_stream(name))):
        _check_stream(name, place, None)
        _check_stream(name, place, place % 8)


def _stream(name: str) -> bytes:
    return bytes(PACKS[name.rpartition(".")[2]][0](b"".join(STREAMS[name])))


def _check_stream(name: str, place: int, bit: int | None) -> None:
    """Cut a stream, or flip a bit of it."""
    whole, parts = _stream(name), STREAMS[name]
    good, _ = _read(name, whole)
    pages, unread = _read(name, whole[:place] if bit is None else _flip(whole, place, bit))
    before = len(PACKS[name.rpartition(".")[2]][1](whole[: max(0, place - 20)]))
    complete = min(sum(end <= before for end in _ends(parts)), len(good))
    if name.startswith("a.warc"):  # what follows a record tells that it is whole
        complete = max(0, complete - 1)
    assert good[:complete] == pages[:complete]
    if len(pages) < len(good):
        assert unread
        assert any(one.offset is not None for one in unread)


# Two records in a row

_FOUR = [record(number) for number in range(4)]
_VERSIONS = [b"?ARC/1.1\r\n", b"WARC?1.1\r\n", b"WARC/1.1\r?", b"WARC/9.9\r\n", b"\0\0\0\0\0\0\0\0\r\n"]


@pytest.mark.parametrize("version", _VERSIONS)
def test_two_records_in_a_row_whose_version_is_damaged_are_each_named(version: bytes, tmp_path: Path) -> None:
    hurt = [version + one[10:] for one in _FOUR[1:3]]
    found = entries(tmp_path / "a.warc", b"".join([_FOUR[0], *hurt, _FOUR[3]]))
    assert [one.url for one in found if isinstance(one, Page)] == [url(0), url(3)]
    start = len(_FOUR[0])
    assert [one.offset for one in found if isinstance(one, Unread)] == [start, start + len(hurt[0])]


@pytest.mark.parametrize("form", ["gz", "zst", "bz2", "xz"])
def test_two_damaged_members_in_a_row_are_each_named(form: str, tmp_path: Path) -> None:
    pack: Callable[[bytes], bytes] = {
        "gz": lambda data: gzip.compress(data, mtime=0),
        "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
    }[form]
    members = [pack(one) for one in _FOUR]
    starts = [sum(map(len, members[:at])) for at in range(4)]
    silent = []
    for place in range(20, min(len(members[1]), len(members[2]))):
        hurt = [bytearray(one) for one in members]
        hurt[1][place] ^= 0x20
        hurt[2][place] ^= 0x20
        found = entries(tmp_path / f"a.warc.{form}", b"".join(map(bytes, hurt)))
        pages = [one.url for one in found if isinstance(one, Page)]
        named = {one.offset for one in found if isinstance(one, Unread)}
        assert pages[0] == url(0)
        assert pages[-1] == url(3)
        lost = [start for number, start in enumerate(starts) if url(number) not in pages]
        silent += [place] * (not named.issuperset(lost))
    assert silent == []


def test_a_thousand_damaged_members_in_turn_are_named_and_no_more(tmp_path: Path) -> None:
    start = gzip.compress(b"", mtime=0)[:10]
    found = entries(tmp_path / "a.warc.gz", (start + b"\xff" * 9) * 3000 + gzip.compress(_FOUR[0], mtime=0))
    assert [one.url for one in found if isinstance(one, Page)] == [url(0)]
    assert 1000 <= len([one for one in found if isinstance(one, Unread)]) <= 1002
