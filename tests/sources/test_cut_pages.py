"""One page in one file, cut or flipped within its compression or container: what can be read is its article."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import lz4.frame
import pytest
import zstandard

from belta_spider.sources import Page, Reader, Unread, find
from tests.factory.archives import HTML
from tests.factory.containers import TEXT, mhtml, tarred

_WORDS = random.Random(15)
_LONG = " ".join("".join(_WORDS.choices("abcdefghij", k=7)) for _ in range(40_000))
"""320 KB: more than a block of any compression but bzip2's."""
PAGES = {
    "page.html": HTML.format(f"Der Chor sang. {_LONG}").encode(),
    "dump.txt": TEXT.format(1).replace("viele Gäste", _LONG).encode(),
    "saved.mhtml": mhtml().replace(b"Der Chor sang", _LONG.encode(), 1),
}


def _zip(method: int) -> Callable[[str, bytes], bytes]:
    def pack(name: str, data: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as file:
            file.writestr(name, data)
        return buffer.getvalue()

    return pack


PACKS: dict[str, Callable[[str, bytes], bytes]] = {
    ".gz": lambda _, data: gzip.compress(data, mtime=0),
    ".zst": lambda _, data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
    ".xz": lambda _, data: lzma.compress(data),
    ".lz4": lambda _, data: lz4.frame.compress(data, content_checksum=True),
    ".bz2": lambda _, data: bz2.compress(data, 1),
    ".zip": _zip(zipfile.ZIP_DEFLATED),
    ".stored.zip": _zip(zipfile.ZIP_STORED),
    ".tar": lambda name, data: tarred({name: data}),
    ".tar.gz": lambda name, data: gzip.compress(tarred({name: data}), mtime=0),
    ".gz.gz": lambda _, data: gzip.compress(gzip.compress(data, mtime=0), mtime=0),
}


def _damaged(data: bytes, damage: str) -> bytes:
    place = len(data) * 3 // 4
    return data[:place] if damage == "cut" else data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]


@pytest.mark.parametrize("damage", ["cut", "flipped"])
@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_cut_or_flipped_gives_what_can_be_read_of_it(
    tmp_path: Path, name: str, pack: str, damage: str
) -> None:
    if pack == ".tar" and damage == "flipped":
        pytest.skip("a tar holds no sums of what is in it: a flipped letter is another letter")
    data = PACKS[pack](name, PAGES[name])
    path = tmp_path / f"{name}{pack}"
    path.write_bytes(_damaged(data, damage))
    for source in (path, tmp_path):
        found = list(Reader(find(str(source))))
        unread = [one for one in found if isinstance(one, Unread)]
        assert unread
        # Of the file, or of the tar or the page in it where their own form is damaged.
        size = max(len(data), len(tarred({name: PAGES[name]})))
        known = [one.offset for one in unread if one.offset is not None]
        assert known
        assert max(known) <= size
        # Where a byte of a packed tar's member is in the file, nobody knows.
        assert len(known) == len(unread) or pack == ".tar.gz"
        (page,) = (one for one in found if isinstance(one, Page))
        # In a tar.gz the sum of all stands behind the page: which letter is wrong nobody knows.
        assert page.truncated or (pack, damage) == (".tar.gz", "flipped")
        assert len(page.body) > 1000
        assert len(found) == len(unread) + 1


@pytest.mark.parametrize("pack", [".zst", ".bz2", ".lz4"])
def test_of_a_small_page_in_one_block_nothing_can_be_read_and_that_is_named(tmp_path: Path, pack: str) -> None:
    path = tmp_path / f"page.html{pack}"
    path.write_bytes(_damaged(PACKS[pack]("", HTML.format("Der Chor sang. " * 40).encode()), "cut"))
    (found,) = Reader(find(str(tmp_path)))
    assert isinstance(found, Unread)
    assert (found.cause, found.offset) == ("truncated", 0)


def test_a_cut_page_is_no_complete_capture_and_ends_in_4(tmp_path: Path) -> None:
    folder, output = tmp_path / "deu.belta.by" / "culture" / "view", tmp_path / "out.jsonl"
    folder.mkdir(parents=True)
    page = TEXT.format(1).encode()
    cut = gzip.compress(page + b"Der Chor. " * 99, mtime=0)[:-30]
    (folder / "chor-1-2024.txt.gz").write_bytes(cut)
    (folder / "chor-2-2024.txt.gz").write_bytes(cut)
    (folder / "chor-2-2024.txt.zst").write_bytes(zstandard.compress(page))
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={tmp_path / 'deu.belta.by'}"]
    done = subprocess.run([*command, "-O", str(output)], capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert {one["id"]: "truncated" in one["flags"] for one in lines} == {"de-1-2024": True, "de-2-2024": False}
    unread = (tmp_path / "out.unread.jsonl").read_text(encoding="utf-8").splitlines()
    assert [(json.loads(line)["cause"], json.loads(line)["offset"]) for line in unread] == [("truncated", 0)] * 2
