"""Any archive of three records, cut or flipped at any byte: the others come out, and the damage is named."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io

import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from belta_spider.editions.addresses import is_of_the_site
from belta_spider.sources import Page, Unread
from belta_spider.sources.dispatch import read
from belta_spider.sources.place import Place, Wants
from tests.sources.containers import arc
from tests.sources.making import HTML, http, record


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
FORMS = {
    "a.warc": RECORDS,
    "a.warc.gz": [gzip.compress(one, mtime=0) for one in RECORDS],
    "a.warc.zst": [PACK(one) for one in RECORDS],
    "a.arc": [ARCS[0] + ARCS[1], *ARCS[2:]],
    "a.arc.gz": [gzip.compress(ARCS[0], mtime=0) + gzip.compress(ARCS[1], mtime=0)]
    + [gzip.compress(one, mtime=0) for one in ARCS[2:]],
}
PACKED = [name for name in FORMS if name.endswith(("gz", "zst"))]
MANY = settings(max_examples=400, deadline=None)


def _read(name: str, data: bytes) -> tuple[list[tuple[str | None, bytes]], list[Unread]]:
    stream = io.BufferedReader(io.BytesIO(data))
    found = list(read(stream, Place(name, name), Wants({}, is_of_the_site, read)))
    pages = [(one.url, one.body) for one in found if isinstance(one, Page) and not one.truncated]
    return pages, [one for one in found if isinstance(one, Unread)]


def _ends(parts: list[bytes]) -> list[int]:
    return [sum(map(len, parts[: number + 1])) for number in range(len(parts))]


@MANY
@given(data=st.data(), name=st.sampled_from(list(FORMS)))
def test_a_flipped_bit_costs_no_other_record(data: st.DataObject, name: str) -> None:
    parts = FORMS[name]
    whole = b"".join(parts)
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    good, _ = _read(name, whole)
    hurt = next(number for number, end in enumerate(_ends(parts)) if place < end)
    pages, unread = _read(name, whole[:place] + bytes([whole[place] ^ (1 << bit)]) + whole[place + 1 :])
    assert {one for number, one in enumerate(good) if number != hurt} <= set(pages)
    if name in PACKED and good[hurt] not in pages:  # a plain letter, flipped, is another letter
        start = ([0, *_ends(parts)])[hurt]
        assert unread
        assert all(one.offset is not None and start <= one.offset <= len(whole) for one in unread)


@MANY
@given(data=st.data(), name=st.sampled_from(list(FORMS)))
def test_a_cut_costs_no_record_before_it(data: st.DataObject, name: str) -> None:
    parts = FORMS[name]
    whole = b"".join(parts)
    place = data.draw(st.integers(1, len(whole)))
    good, _ = _read(name, whole)
    pages, unread = _read(name, whole[:place])
    complete = sum(end <= place for end in _ends(parts))
    assert pages[:complete] == good[:complete]
    is_within = place not in _ends(parts) and len(pages) == complete
    if is_within and place > len(parts[0]) - len(ARCS[1]) - 60:
        assert unread
        assert all(one.offset is not None for one in unread)
