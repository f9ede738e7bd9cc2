"""WARC and WET: what stands in them, and what becomes of each kind of damage."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from belta_spider.sources import Dropped, Page, Skipped, Unread
from belta_spider.sources.archives import warc
from belta_spider.sources.unpacking import unpack
from tests.factory.archives import HTML, causes, entries, http, ids, packed, pages, record, url

BODY = HTML.format("Der Chor sang auf dem Markt. " * 30).encode()
COUNT = 6
RECORDS = [record(number) for number in range(COUNT)]
OFFSETS = [len(b"".join(RECORDS[:number])) for number in range(COUNT + 1)]
PACKED_OFFSETS = [len(packed(RECORDS[:number])) for number in range(COUNT + 1)]


def chunked(body: bytes, extension: bytes = b"") -> bytes:
    parts = [body[start : start + 100] for start in range(0, len(body), 100)]
    return b"".join(b"%x%b\r\n%b\r\n" % (len(part), extension, part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("form", ["plain", "members", "one member", "zstd", "blocks"])
def test_a_record_becomes_a_page_whatever_the_compression(tmp_path: Path, version: str, form: str) -> None:
    records = [record(number, version=version) for number in range(COUNT)]
    plain = b"".join(records)
    data = {
        "plain": plain,
        "members": packed(records),
        "one member": gzip.compress(plain),
        "zstd": zstandard.compress(plain),
        "blocks": b"".join(gzip.compress(plain[start : start + 700]) for start in range(0, len(plain), 700)),
    }[form]
    found = entries(tmp_path / "a.warc.gz", data)
    assert pages(found) == ids(*range(COUNT))
    assert len(found) == COUNT
    page = found[0]
    assert isinstance(page, Page)
    assert (page.kind, page.uri, page.url, page.is_html) == ("warc", "a.warc.gz", url(0), True)
    assert (page.captured_at, page.charset, page.truncated) == ("2024-04-30T10:00:00Z", "utf-8", False)
    assert page.body.startswith(b"<!DOCTYPE html>")


def test_a_resource_holds_the_page_itself_and_a_conversion_its_text(tmp_path: Path) -> None:
    resource = record(1, BODY, "resource", Content_Type="text/html; charset=windows-1251")
    conversion = record(2, b"Ein Text.\nNoch einer.", "conversion", Content_Type="text/plain")
    first, second = entries(tmp_path / "a.warc", resource + conversion)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert (first.kind, first.body, first.is_html, first.charset) == ("warc", BODY, True, "windows-1251")
    assert (second.kind, second.body, second.is_html) == ("wet", b"Ein Text.\nNoch einer.", False)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (("Content-Encoding: gzip",), gzip.compress(BODY)),
        (("Content-Encoding: br",), brotli.compress(BODY)),
        (("Content-Encoding: deflate",), zlib.compress(BODY)),
        (("Content-Encoding: zstd",), zstandard.compress(BODY)),
        (("Transfer-Encoding: chunked",), chunked(BODY)),
        (("Transfer-Encoding: chunked", "Content-Encoding: gzip"), chunked(gzip.compress(BODY))),
        (("Transfer-Encoding: chunked",), chunked(BODY, b" ; name=value")),
        (("Transfer-Encoding: chunked", "Content-Encoding: gzip"), chunked(gzip.compress(BODY), b";x")),
        (("Content-Encoding: gzip",), BODY),
        (("Transfer-Encoding: chunked",), BODY),
        (("Transfer-Encoding: chunked", "Content-Encoding: br"), BODY),
        (("Content-Encoding: x-unknown",), BODY),
    ],
)
def test_a_body_is_dechunked_and_decompressed_and_a_header_that_lies_does_no_harm(
    tmp_path: Path, headers: tuple[str, ...], body: bytes
) -> None:
    (page,) = entries(tmp_path / "a.warc", record(1, http(body, "Content-Type: text/html", *headers)))
    assert isinstance(page, Page)
    assert page.body == BODY


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]


@pytest.mark.parametrize(
    ("coding", "body"), [("gzip", flipped(gzip.compress(BODY), 40)), ("zstd", flipped(zstandard.compress(BODY), 20))]
)
def test_a_body_that_cannot_be_decoded_is_counted(tmp_path: Path, coding: str, body: bytes) -> None:
    block = http(body, "Content-Type: text/html", f"Content-Encoding: {coding}")
    found = entries(tmp_path / "a.warc", record(1, block) + record(2))
    assert (causes(found), pages(found)) == (["damaged_http"], ids(2))


LONG = HTML.format("".join(hashlib.sha256(b"%d" % n).hexdigest() for n in range(4000))).encode()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(LONG)[:-3000]),
        ("x-gzip", gzip.compress(LONG)[:-3000]),
        ("deflate", zlib.compress(LONG)[:-3000]),
        ("deflate", zlib.compress(LONG)[2:-3000]),
        ("br", brotli.compress(LONG)[:-3000]),
        ("zstd", zstandard.compress(LONG, 1)[:-300]),
        ("identity", LONG[:-3000]),
    ],
)
def test_a_body_that_was_cut_gives_what_there_is_of_it_and_counts_as_damaged(
    tmp_path: Path, coding: str, body: bytes
) -> None:
    length = f"Content-Length: {len(body) + 3000}"
    block = http(body, "Content-Type: text/html", f"Content-Encoding: {coding}", length)
    found = entries(tmp_path / "a.warc", record(1, block) + record(2))
    assert [(one.cause, one.offset) for one in found if isinstance(one, Unread)] == [("truncated", 0)]
    first, second = (one for one in found if isinstance(one, Page))
    assert (first.truncated, second.truncated) == (True, False)
    assert LONG.startswith(first.body)
    assert first.body.startswith(b"<!DOCTYPE html>") or coding == "zstd"


def test_a_body_that_ends_within_a_chunk_is_truncated(tmp_path: Path) -> None:
    block = http(chunked(BODY)[:-60], "Content-Type: text/html", "Transfer-Encoding: chunked")
    unread, page = entries(tmp_path / "a.warc", record(1, block))
    assert isinstance(unread, Unread)
    assert isinstance(page, Page)
    assert (unread.cause, page.truncated) == ("truncated", True)
    assert BODY.startswith(page.body)


def test_a_body_that_unpacks_without_limit_is_cut(tmp_path: Path) -> None:
    block = http(gzip.compress(b"<html>" + bytes(40 * 2**20)), "Content-Type: text/html", "Content-Encoding: gzip")
    found = entries(tmp_path / "a.warc", record(1, block) + record(2))
    assert causes(found) == ["too_large"]
    assert [(one.truncated, len(one.body) > 2**24) for one in found if isinstance(one, Page)] == [
        (True, False),
        (False, False),
    ]


def test_records_that_hold_no_page_of_the_site_are_counted_unread(tmp_path: Path) -> None:
    records = [
        record(0, b"x", "warcinfo"),
        record(1, b"x", "request"),
        record(2, b"x", "metadata"),
        *[record(3, WARC_Target_URI="https://example.org/")] * 3,
        record(4, WARC_Target_URI="https://notbelta.by/"),
        record(5, http(b"", status="301 Moved")),
        record(6, http(b"\x89PNG", "Content-Type: image/png")),
        record(7, b"rest", "continuation"),
        record(8),
    ]
    found = entries(tmp_path / "a.warc", b"".join(records))
    skipped = {one.cause: one.count for one in found if isinstance(one, Skipped)}
    assert skipped == {"other_site": 4, "redirect": 1, "not_a_page": 1, "continuation": 1}
    assert pages(found) == ids(8)


def test_a_revisit_names_the_capture_that_it_equals_and_an_error_its_status(tmp_path: Path) -> None:
    revisit = record(1, http(b""), "revisit", WARC_Refers_To="<urn:uuid:00000000>")
    found = entries(tmp_path / "a.warc", record(0) + revisit + record(2, http(BODY, status="404 Not Found")))
    assert [(one.reason, one.text) for one in found if isinstance(one, Dropped)] == [
        ("duplicate.capture", "<urn:uuid:00000000>"),
        ("error_page", "HTTP status 404"),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"WARC_Truncated": "length"},
        {"WARC_Truncated": "unspecified"},
        {"WARC_Segment_Number": "1"},
    ],
)
def test_a_capture_that_the_archive_says_is_cut_is_marked_and_counts_as_damaged(
    tmp_path: Path, fields: dict[str, str]
) -> None:
    first = record(0)
    found = entries(tmp_path / "a.warc", first + record(1, **fields))
    assert [one.truncated for one in found if isinstance(one, Page)] == [False, True]
    (unread,) = (one for one in found if isinstance(one, Unread))
    assert (unread.cause, unread.record, unread.offset) == ("truncated", ids(1)[0], len(first))
    assert next(iter(fields)).replace("_", "-") in unread.detail


@pytest.mark.parametrize(
    "one",
    [
        record(1, http(BODY, "Content-Type: text/html", f"Content-Length: {len(BODY) + 9}"), WARC_Truncated="length"),
        record(1, WARC_Truncated="length")[:-60],
        record(1, http(b"\x89PNG", "Content-Type: image/png"), WARC_Truncated="length"),
        record(1, http(BODY, status="404 Not Found"), WARC_Truncated="length"),
    ],
    ids=["its body is short", "its archive is cut", "an image", "an error"],
)
def test_that_a_capture_is_cut_is_said_once_and_of_pages_alone(tmp_path: Path, one: bytes) -> None:
    found = entries(tmp_path / "a.warc", one)
    pages = [entry for entry in found if isinstance(entry, Page)]
    assert causes(found) == ["truncated"] * len(pages)
    assert all(page.truncated for page in pages)


def test_a_body_shorter_than_its_http_length_is_marked(tmp_path: Path) -> None:
    block = http(BODY, "Content-Type: text/html", f"Content-Length: {len(BODY) + 9}")
    found = entries(tmp_path / "a.warc", record(1, block))
    assert [one.truncated for one in found if isinstance(one, Page)] == [True]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
@pytest.mark.parametrize("form", ["base32", "hex"])
def test_a_block_must_have_the_digest_that_is_stated(tmp_path: Path, algorithm: str, form: str) -> None:
    block = http(BODY)
    digest = hashlib.new(algorithm, block)
    stated = digest.hexdigest() if form == "hex" else base64.b32encode(digest.digest()).decode()
    good = record(1, block, WARC_Block_Digest=f"{algorithm}:{stated}")
    bad = good.replace(b"Chor", b"Ohr!", 1)
    unknown = record(2, block, WARC_Block_Digest="blake9:abc")
    found = entries(tmp_path / "a.warc", good + bad + unknown)
    assert causes(found) == ["wrong_digest"]
    assert pages(found) == ids(1, 2)


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("left", [5, 30, 300, 500])
def test_a_cut_last_record_is_counted_where_it_starts(tmp_path: Path, is_packed: bool, left: int) -> None:
    offsets = PACKED_OFFSETS if is_packed else OFFSETS
    data = packed(RECORDS) if is_packed else b"".join(RECORDS)
    left = min(left, offsets[-1] - offsets[-2] - 60)
    found = entries(tmp_path / "a.warc.gz", data[: offsets[-2] + left])
    assert [one.record for one in found if isinstance(one, Page) and not one.truncated] == ids(*range(COUNT - 1))
    assert [(one.cause, one.offset) for one in found if isinstance(one, Unread)] in (
        [("truncated", offsets[-2])],
        [("damaged_record", offsets[-2])],
        [("damaged_compression", offsets[-2])],
    )


@pytest.mark.parametrize("place", [0.1, 0.2, 0.5, 0.8, 0.99])
def test_a_flipped_byte_in_a_member_costs_that_record_alone(tmp_path: Path, place: float) -> None:
    data = bytearray(packed(RECORDS))
    start, end = PACKED_OFFSETS[2:4]
    data[start + int((end - start) * place)] ^= 0x55
    found = entries(tmp_path / "a.warc.gz", bytes(data))
    assert pages(found) == ids(0, 1, 3, 4, 5)
    assert causes(found) == ["damaged_compression"]
    assert [one.offset for one in found if isinstance(one, Unread)] == [start]


def test_a_checksum_that_fails_takes_a_record_larger_than_one_piece_too(tmp_path: Path) -> None:
    large = record(9, http(b"<html>" + base64.b64encode(hashlib.sha256(b"x").digest() * 60_000)))
    member = bytearray(gzip.compress(large, 0))
    member[len(member) // 2] ^= 1  # stored as it is: only the checksum shows it
    found = entries(tmp_path / "a.warc.gz", packed(RECORDS[:1]) + bytes(member) + packed(RECORDS[1:2]))
    assert pages(found) == ids(0, 1)
    assert causes(found) == ["damaged_compression"]


@pytest.mark.parametrize("junk", [b"junk" * 40, b"\x1f\x8b\x08\x00" * 9, b"WARC/9", b"\0" * 1000])
@pytest.mark.parametrize("is_packed", [False, True])
def test_junk_between_records_costs_no_record(tmp_path: Path, is_packed: bool, junk: bytes) -> None:
    join = packed if is_packed else b"".join
    data = join(RECORDS[:3]) + junk + b"\r\n" * (not is_packed) + join(RECORDS[3:])
    found = entries(tmp_path / "a.warc.gz", data)
    assert pages(found) == ids(*range(COUNT))
    assert len(causes(found)) == (0 if is_packed and not junk.strip(b"\0") else 1)


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("change", [-200, -1, 1, 7, 500, 10**9, 10**17])
def test_a_wrong_content_length_costs_that_record_alone(tmp_path: Path, is_packed: bool, change: int) -> None:
    length = len(RECORDS[2].partition(b"\r\n\r\n")[2]) - 4
    wrong = RECORDS[2].replace(b"Length: %d" % length, b"Length: %d" % (length + change))
    records = [*RECORDS[:2], wrong, *RECORDS[3:]]
    found = entries(tmp_path / "a.warc.gz", packed(records) if is_packed else b"".join(records))
    assert pages(found) == ids(*range(COUNT))
    assert [one.record for one in found if isinstance(one, Page) and one.truncated] == ids(2)
    assert [(one.cause, one.offset) for one in found if isinstance(one, Unread)] == [
        ("wrong_length", (PACKED_OFFSETS if is_packed else OFFSETS)[2])
    ]


@pytest.mark.parametrize("value", ["", "many", "-5", "1" * 30])
def test_a_record_without_a_length_is_counted(tmp_path: Path, value: str) -> None:
    wrong = record(2, Content_Length=value)
    found = entries(tmp_path / "a.warc", RECORDS[0] + wrong + RECORDS[1])
    assert [one.record for one in found if isinstance(one, Page) and not one.truncated] == ids(0, 1)
    assert causes(found) == ["wrong_length"]


def test_a_header_without_an_end_is_counted(tmp_path: Path) -> None:
    wrong = b"WARC/1.0\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n"
    found = entries(tmp_path / "a.warc", RECORDS[0] + wrong + RECORDS[1])
    assert pages(found) == ids(0, 1)
    assert causes(found) == ["damaged_record"]


def test_a_huge_record_is_read_up_to_the_limit_and_passed_over(tmp_path: Path) -> None:
    size = 40 * 2**20
    head = record(7, http(b"<html><p>Anfang</p>")).replace(b"\r\n\r\n", b"\r\n\r\n", 1)
    length = len(head.partition(b"\r\n\r\n")[2]) - 4
    huge = head.replace(b"Length: %d" % length, b"Length: %d" % (length + size)).removesuffix(b"\r\n\r\n")
    found = entries(tmp_path / "a.warc", RECORDS[0] + huge + b"x" * size + b"\r\n\r\n" + RECORDS[1])
    assert causes(found) == ["too_large"]
    assert pages(found) == ids(0, 7, 1)
    assert [one.truncated for one in found if isinstance(one, Page)] == [False, True, False]


@settings(max_examples=150, deadline=None)
@given(data=st.data(), is_packed=st.booleans())
def test_whatever_bytes_are_damaged_the_others_records_are_read(data: st.DataObject, is_packed: bool) -> None:
    offsets = PACKED_OFFSETS if is_packed else OFFSETS
    archive = bytearray(packed(RECORDS) if is_packed else b"".join(RECORDS))
    hurt = data.draw(st.integers(0, COUNT - 1))
    start, end = offsets[hurt : hurt + 2]
    for place in data.draw(st.lists(st.integers(start, end - 5), max_size=4)):
        archive[place] = data.draw(st.integers(0, 255))
    import io

    found = list(
        warc.read(
            unpack(io.BytesIO(archive), bytes(archive[:2]) if hurt else (b"\x1f\x8b" if is_packed else b"WA")),
            "a",
            "warc",
            lambda _: True,
        )
    )
    assert set(pages(found)) >= set(ids(*(number for number in range(COUNT) if number != hurt))) - {None}
