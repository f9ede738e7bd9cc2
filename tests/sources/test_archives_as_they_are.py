"""Archives as they are: each way to write a record that is met, and each damage, with what comes of it."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

import pytest

from belta_spider import cleaning
from belta_spider.sources import Dropped, Page, Skipped, Unread
from tests.factory.archives import HTML, entries, http, packed, record, url
from tests.factory.containers import PAGE, arc

COUNT = 3
TEXT = "MINSK, 3. April (BelTA) - " + "Der Chor sang auf dem Markt, und viele Leute hörten zu. " * 6
BODY = HTML.format(TEXT).encode()
MESSAGE = http(BODY)
RECORDS = [record(number, MESSAGE) for number in range(COUNT)]
WHOLE = b"".join(RECORDS)
FIRST = len(RECORDS[0])


def each(message: bytes = MESSAGE, **fields: str) -> bytes:
    """Three records of one message."""
    return b"".join(record(number, message, **fields) for number in range(COUNT))


def answer(body: bytes, *headers: str) -> bytes:
    return http(body, "Content-Type: text/html; charset=utf-8", *headers)


def versioned(start: bytes) -> bytes:
    return WHOLE.replace(b"WARC/1.1", start)


def with_line_feeds(one: bytes) -> bytes:
    head, _, rest = one.partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + rest


def with_names(change: Any) -> bytes:
    def changed(one: bytes) -> bytes:
        head, _, rest = one.partition(b"\r\n\r\n")
        lines = [line.partition(b":") for line in head.split(b"\r\n")]
        return b"\r\n".join((change(name) if colon else name) + colon + value for name, colon, value in lines) + (
            b"\r\n\r\n" + rest
        )

    return b"".join(map(changed, RECORDS))


RAW = zlib.compress(BODY)[2:-4]
WHOLE_ONES: dict[str, bytes] = {
    **{
        f"version {start!r}": versioned(start)
        for start in (
            *(b"WARC/0.17", b"WARC/0.18", b"WARC/1.0", b"WARC/1.1", b"WARC/0.9", b"WARC/1.10"),
            *(b"WARC / 1.0", b"WARC/ 1.0", b"WARC /1.0", b"WARC/1.0 ", b"WARC\t/\t1.0\t"),
            *(b"warc/1.0", b"Warc/1.1", b"warc / 0.18"),
        )
    },
    "line feeds in the record's head": b"".join(map(with_line_feeds, RECORDS)),
    "line feeds behind the record": b"".join(with_line_feeds(one)[:-4] + b"\n\n" for one in RECORDS),
    "line feeds in the answer's head": each(with_line_feeds(MESSAGE)),
    "line feeds in both": b"".join(with_line_feeds(record(n, with_line_feeds(MESSAGE))) for n in range(COUNT)),
    "one line feed": each(answer(BODY, "Server: a").replace(b"\r\nServer", b"\nServer")),
    **{f"names in {change.__name__}": with_names(change) for change in (bytes.upper, bytes.lower, bytes.title)},
    "a space before the colon": with_names(lambda name: name + b" "),
    "a value that goes on": WHOLE.replace(b"WARC-Target-URI: ", b"WARC-Target-URI:\r\n "),
    **{
        f"type {media!r}": each(Content_Type=media)
        for media in (
            *("application/http", "Application/HTTP; msgtype=response", "APPLICATION/HTTP;MSGTYPE=RESPONSE"),
            *("application/http; msgtype=request", "application/http;", ""),
        )
    },
    "an address in brackets": b"".join(record(n, MESSAGE, WARC_Target_URI=f"<{url(n)}>") for n in range(COUNT)),
    "gzip": each(answer(gzip.compress(BODY), "Content-Encoding: gzip")),
    "x-gzip": each(answer(gzip.compress(BODY), "Content-Encoding: x-gzip")),
    "X-GZIP": each(answer(gzip.compress(BODY), "CONTENT-ENCODING:X-GZIP ")),
    "deflate": each(answer(zlib.compress(BODY), "Content-Encoding: deflate")),
    "raw deflate": each(answer(RAW, "Content-Encoding: deflate")),
    "gzip of two members": each(answer(gzip.compress(BODY[:99]) + gzip.compress(BODY[99:]), "Content-Encoding: gzip")),
    "gzip twice": each(answer(gzip.compress(gzip.compress(BODY)), "Content-Encoding: gzip, gzip")),
    **{
        f"gzip with {tail!r} behind it": each(answer(gzip.compress(BODY) + tail, "Content-Encoding: gzip"))
        for tail in (b"\0\0\0", b"\r\n", b"<!-- 0.2 s -->", b"\x1f\x8c")
    },
    "an answer's head of 64 KB": each(answer(BODY, f"Set-Cookie: {'a' * 64_000}")),
    "an answer's head of many fields": each(answer(BODY, *[f"Set-Cookie: c{n}={'b' * 20}" for n in range(2000)])),
    "a record's head of 64 KB": WHOLE.replace(b"WARC-Date", b"X-Long: " + b"a" * 64_000 + b"\r\nWARC-Date"),
    **{
        f"{first!r} before the answer": each(first + MESSAGE)
        for first in (
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\nServer: a\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n",
            b"HTTP/1.0 100\n\n",
        )
    },
    "HTTP/2": each(MESSAGE.replace(b"HTTP/1.1 200 OK", b"HTTP/2 200")),
    "http in lower case": each(MESSAGE.replace(b"HTTP/1.1", b"http/1.1")),
    "no line end between records": b"".join(one[:-4] for one in RECORDS),
    "four line ends between records": b"".join(one + b"\r\n\r\n" for one in RECORDS),
    "empty lines first": b"\r\n\r\n" + WHOLE,
    "a length of the packed body": each(answer(BODY, "Content-Encoding: gzip", "Content-Length: 99")),
}


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("name", WHOLE_ONES)
def test_whatever_way_records_are_written_three_are_three_articles(tmp_path: Path, name: str, is_packed: bool) -> None:
    data = WHOLE_ONES[name]
    found = entries(tmp_path / "a.warc", gzip.compress(data) if is_packed else data)
    assert [one for one in found if not isinstance(one, Page)] == []
    cleaned = [cleaning.clean(one).article for one in found if isinstance(one, Page)]
    assert [(one.id, one.text.startswith("Der Chor"), "truncated" in one.flags) for one in cleaned if one] == [
        (f"de-{number}-2024", True, False) for number in range(COUNT)
    ]


def second(one: bytes) -> bytes:
    """Three records, the second of them as given."""
    return RECORDS[0] + one + RECORDS[2]


def lengthened(by: int) -> bytes:
    return RECORDS[1].replace(b"Content-Length: %d" % len(MESSAGE), b"Content-Length: %d" % (len(MESSAGE) + by))


def revisit(block: bytes = b"", **fields: str) -> bytes:
    return record(1, block, "revisit", **fields)


GZIP = gzip.compress(BODY)
DAMAGED: dict[str, tuple[bytes, str, list[str], list[str]]] = {
    **{
        f"version {version}": (second(RECORDS[1].replace(b"1.1", version, 1)), "02", ["damaged_record"], [])
        for version in (b"5.00", b"2.0", b"99", b"x", b"-1.1")
    },
    "a flipped bit in WARC": (second(b"WAVC" + RECORDS[1][4:]), "02", ["damaged_record"], []),
    "a flipped bit in a field's name": (
        second(RECORDS[1].replace(b"-Type", b"-Uype", 1)),
        "02",
        ["damaged_record"],
        [],
    ),
    "a flipped bit in the type": (
        second(RECORDS[1].replace(b"response", b"rdsponse", 1)),
        "02",
        ["damaged_record"],
        [],
    ),
    **{
        f"a record's length off by {by}": (second(lengthened(by)), "01t2", ["wrong_length"], [])
        for by in (-7, -3, -1, 1, 7)
    },
    **{
        f"an answer's length off by {by}": (
            second(record(1, answer(BODY, f"Content-Length: {len(BODY) + by}"))),
            "01t2",
            ["truncated"],
            [],
        )
        for by in (1, 3, 4000)
    },
    "gzip cut": (second(record(1, answer(GZIP[:-6], "Content-Encoding: gzip"))), "01t2", ["truncated"], []),
    "x-gzip cut": (second(record(1, answer(GZIP[:-9], "Content-Encoding: x-gzip"))), "01t2", ["truncated"], []),
    "raw deflate cut": (second(record(1, answer(RAW[:-3], "Content-Encoding: deflate"))), "01t2", ["truncated"], []),
    "a chunk cut": (
        second(record(1, answer(b"9999\r\n" + BODY, "Transfer-Encoding: chunked"))),
        "01t2",
        ["truncated"],
        [],
    ),
    "a coding that nobody knows": (
        second(record(1, answer(RAW, "Content-Encoding: x-new"))),
        "02",
        ["damaged_http"],
        [],
    ),
    "a revisit of nothing": (second(revisit(http(b""), WARC_Refers_To="<urn:uuid:9>")), "02", ["no_original"], []),
    "a revisit without a block": (second(revisit()), "02", ["no_original"], []),
    "a revisit that says 304": (second(revisit(http(b"", status="304 Not Modified"))), "02", ["no_original"], []),
    "a revisit of a picture": (second(revisit(http(b"", "Content-Type: image/png"))), "02", [], ["not_a_page"]),
    **{
        f"a revisit of {name}": (
            second(revisit(WARC_Target_URI=f"https://deu.belta.by/{name}")),
            "02",
            [],
            ["not_a_page"],
        )
        for name in ("a.png", "style.css", "js/a.js?v=2", "storage/1.JPG")
    },
    "a revisit of an original": (
        second(revisit(http(b""), WARC_Target_URI=url(0), WARC_Refers_To_Target_URI=url(0))),
        "02",
        [],
        [],
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_wrong_with_a_record_costs_no_other_and_is_named_where_it_starts(tmp_path: Path, name: str) -> None:
    data, numbers, causes, skipped = DAMAGED[name]
    found = entries(tmp_path / "a.warc", data)
    cleaned = [cleaning.clean(one).article for one in found if isinstance(one, Page)]
    assert "".join(one.id.split("-")[1] + "t" * ("truncated" in one.flags) for one in cleaned if one) == numbers
    assert [(one.cause, one.offset) for one in found if isinstance(one, Unread)] == [(one, FIRST) for one in causes]
    assert [one.cause for one in found if isinstance(one, Skipped)] == skipped
    is_duplicate = name == "a revisit of an original"
    assert [one.reason for one in found if isinstance(one, Dropped)] == ["duplicate.capture"] * is_duplicate


def test_the_end_of_an_archive_that_was_cut_gives_what_there_is(tmp_path: Path) -> None:
    for data, start in ((WHOLE[:-200], 2 * FIRST), (packed(RECORDS)[:-12], len(packed(RECORDS[:2])))):
        found = entries(tmp_path / "a.warc", data)
        cleaned = [cleaning.clean(one).article for one in found if isinstance(one, Page)]
        assert ["truncated" in one.flags for one in cleaned if one] == [False, False, True]
        assert [(one.cause, one.offset) for one in found if isinstance(one, Unread)] == [("truncated", start)]


@pytest.mark.parametrize("name", ["a.warc", "a.arc"])
def test_a_length_that_ends_at_a_line_end_of_the_next_record_costs_its_own_record_alone(
    tmp_path: Path, name: str
) -> None:
    data = b"".join(record(number, http(PAGE)) for number in range(3)) if name == "a.warc" else arc(0, 1, 2)
    length = b"%d" % len(http(PAGE))
    first = data.index(http(PAGE))
    end = data.index(b"\r\n\r\n", data.index(http(PAGE), first + 1))  # of the next record's answer's head
    data = data.replace(b" " + length, b" %d" % (end - first), 1)
    found = entries(tmp_path / name, data)
    assert [one.url for one in found if isinstance(one, Page) and not one.truncated] == [url(1), url(2)]
    start = data.rindex(url(0).encode(), 0, first) if name == "a.arc" else 0
    assert [(one.cause, one.offset) for one in found if isinstance(one, Unread)] == [("wrong_length", start)]
