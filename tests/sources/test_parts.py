"""Parts of a large .warc.gz: one behind the other they are what one reader reads, wherever it is cut and damaged."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from belta_spider.editions.addresses import is_of_the_site
from belta_spider.sources import Reader, Skipped, Unread
from belta_spider.sources.archives import parts, records
from belta_spider.sources.revisits import Captures
from tests.factory.archives import HTML, http, packed, record, url

TRIALS = 200


def archive(generator: random.Random, number: int = 60) -> list[bytes]:
    """Records of all kinds, of a few hundred bytes to some 40 KiB each when they are packed."""
    made = []
    for place in range(number):
        words = " ".join(f"{generator.randrange(16**8):x}" for _ in range(generator.choice([9, 99, 2999])))
        block = http(HTML.format(words).encode())
        kind = generator.randrange(8)
        if kind == 0:
            made.append(record(place, block, WARC_Target_URI=f"https://example.org/{place}"))
        elif kind == 1:
            made.append(record(place, http(b"", status="404 Gone")))
        elif kind == 2:
            made.append(record(place, b"GET / HTTP/1.1\r\n\r\n", "request"))
        elif kind == 3:
            made.append(record(place, http(b""), "revisit", WARC_Refers_To_Target_URI=url(max(0, place - 3))))
        else:
            made.append(record(place, block))
    return made


def damaged(data: bytes, generator: random.Random) -> bytes:
    """Bits turned over, bytes set to zero, taken out or put in, at one to four places; or the end cut off."""
    new = bytearray(data)
    for _ in range(generator.randint(1, 4)):
        place, size = generator.randrange(len(new)), generator.choice([1, 16, 700])
        kind = generator.randrange(5)
        if kind == 0:
            new[place] ^= 1 << generator.randrange(8)
        elif kind == 1:
            new[place : place + size] = bytes(len(new[place : place + size]))
        elif kind == 2:
            del new[place : place + size]
        elif kind == 3:
            new[place:place] = generator.randbytes(size)
        elif generator.random() < 0.2:
            del new[max(1000, place) :]
    return bytes(new)


def cuts(size: int, generator: random.Random) -> list[tuple[int, int]]:
    marks = [0, *sorted(generator.randrange(1, size) for _ in range(generator.randint(1, 7))), size]
    return list(pairwise(marks))


def of_parts(path: Path, spans: list[tuple[int, int]]) -> Iterator[Any]:
    captures, tally = Captures(), records.Tally()
    for span in spans:
        with path.open("rb") as stream:
            *found, of_part = parts.entries(stream, path.name, span, is_of_the_site, captures)
        assert isinstance(of_part, records.Tally)
        tally.records += of_part.records
        tally.others += of_part.others
        yield from found
    yield from captures.without_original()
    yield from records.judged(tally, records.Archive(path.name, "warc", bool, "", captures))


def told(found: Any) -> tuple[list[Any], Counter[str]]:
    entries = list(found)
    skipped: Counter[str] = Counter()
    for one in entries:
        if isinstance(one, Skipped):
            skipped[one.cause] += one.count
    return [one for one in entries if not isinstance(one, Skipped)], skipped


@pytest.mark.parametrize("seed", range(4))
def test_parts_are_the_file_wherever_it_is_cut_and_damaged(tmp_path: Path, seed: int) -> None:
    generator = random.Random(seed)
    path = tmp_path / "a.warc.gz"
    for trial in range(TRIALS // 4):
        data = packed(archive(generator, 12))
        path.write_bytes(data if trial % 10 == 0 else damaged(data, generator))
        whole, skipped = told(Reader([(path, path.name)]))
        found, as_skipped = told(of_parts(path, cuts(path.stat().st_size, generator)))
        more = [one for one in found if one not in whole]
        assert [one for one in found if one not in more] == whole, f"trial {trial}"
        assert as_skipped == skipped
        # Of neighbours that are all damaged, a reader that comes from the first names the first alone.
        causes = {"damaged_compression", "wrong_length"}
        assert all(isinstance(one, Unread) and one.cause in causes for one in more)


def test_records_that_are_packed_together_or_torn_stay_with_the_part_they_begin_in(tmp_path: Path) -> None:
    generator = random.Random(5)
    data = b"".join(archive(generator))
    path = tmp_path / "a.warc.gz"
    for size in (500, 5_000, 50_000, len(data)):
        path.write_bytes(b"".join(gzip.compress(data[at : at + size]) for at in range(0, len(data), size)))
        whole = told(Reader([(path, path.name)]))
        for _ in range(5):
            assert told(of_parts(path, cuts(path.stat().st_size, generator))) == whole


@pytest.mark.parametrize("sort", ["request", "metadata"])
def test_an_archive_of_no_page_at_all_is_told_by_all_its_parts(tmp_path: Path, sort: str) -> None:
    path = tmp_path / "a.warc.gz"
    for made in ([record(at, b"x" * 99, sort) for at in range(30)], [record(at) for at in range(30)]):
        path.write_bytes(packed(made))
        whole = told(Reader([(path, path.name)]))
        assert told(of_parts(path, cuts(path.stat().st_size, random.Random(1)))) == whole


@pytest.mark.parametrize(
    ("name", "data", "number"),
    [
        ("a.warc.gz", packed([record(at) for at in range(40)]), 16),
        ("a.bin", packed([record(at) for at in range(40)]), 16),
        ("a.warc", b"".join(record(at) for at in range(40)), 0),
        ("a.jsonl.gz", gzip.compress(b'{"text":"a"}\n' * 999), 0),
        ("a.warc.gz", gzip.compress(gzip.compress(record(1))), 0),
        ("a.warc.gz", b"\x1f\x8b" + bytes(9999), 0),
        ("a.warc.gz", b"", 0),
    ],
    ids=["warc.gz", "other name", "not gzipped", "lines", "gzipped twice", "a head alone", "empty"],
)
def test_what_is_no_gzipped_warc_stays_whole(tmp_path: Path, name: str, data: bytes, number: int) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert len(parts.spans(path, len(data), max(1, -(-len(data) // 16)))) == number
    assert parts.spans(path, len(data), len(data)) == []


def test_a_file_of_1_gb_is_sixteen_parts_at_least(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(packed([record(1)]))
    found = parts.spans(tmp_path / "a.warc.gz", 2**30)
    assert (len(found), found[0], found[-1]) == (16, (0, parts.SIZE), (2**30 - parts.SIZE, 2**30))
