"""Pages a second out of each container, with the same pages in all of them: reading alone, no cleaning.

python -m benchmarks containers [pages=2000]
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import quopri
import random
import struct
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import zstandard

from belta_spider.sources import Page, Reader, find
from belta_spider.sources.place import OF_THE_SITE
from tests.factory import corpus

_SIZE = 20_000
_GOES = 3
_ROWS, _OURS = 50_000, 200
"""Rows of a table of the world, and of how many of them one is of the site."""

Pages = list[tuple[str, bytes]]
Rows = list[dict[str, str]]


def main(pages: int = 2_000, **_: int) -> None:
    """Measure and print; the argument says how many pages of 20 KB."""
    found = list(corpus.html_pages(pages, _SIZE))
    with tempfile.TemporaryDirectory(prefix="belta-bench-") as name:
        print(f"\ncontainers, {pages} pages of {_SIZE // 1000} KB, reading alone")
        for container, write in _WRITERS.items():
            path = Path(name) / container
            write(path, found)
            print(f"  {container:24} {max(_rate(path, pages) for _ in range(_GOES)):8.0f}/s")

        _print_passing_over(Path(name) / "world")


def _print_passing_over(folder: Path) -> None:
    """Rows a second of tables of many sites, in CPU time; beside it, how much longer it takes to read each row."""
    rows = list(_rows_of_the_world())
    folder.mkdir()
    print(
        f"\ntables of {_ROWS} rows of 1.5 KB, one in {_OURS} of the site: other sites' rows passed over, against read"
    )
    for name, write in _TABLES.items():
        path = folder / name
        write(path, rows)
        passed, read = (min(_cpu(path, wanted) for _ in range(_GOES)) for wanted in (OF_THE_SITE, bool))
        print(f"  {name:24} {_ROWS / passed:8.0f}/s  {read / passed:5.1f}")


def _rows_of_the_world() -> Iterator[dict[str, str]]:
    words = [f"word{number}" for number in range(3000)]
    draw = random.Random(5)  # noqa: S311 (the same rows each time)
    texts = [" ".join(draw.choices(words, k=160)) for _ in range(500)]
    for number in range(_ROWS):
        site = "deu.belta.by/society" if number % _OURS == 0 else f"site{number % 977}.example"
        url = f"https://{site}/view/page-{number}-2024"
        yield {"url": url, "text": f"{number} {texts[number % 500]}", "captured_at": corpus.CAPTURED}


def _cpu(path: Path, wanted: Callable[[str], bool]) -> float:
    started = time.process_time()
    for _ in Reader([(path, path.name)], wanted=wanted):
        pass
    return time.process_time() - started


def _rate(path: Path, pages: int) -> float:
    started = time.perf_counter()
    count = sum(isinstance(entry, Page) for entry in Reader(find(str(path))))
    if count != pages:
        raise ValueError(f"{path.name}: {count} pages of {pages}")
    return count / (time.perf_counter() - started)


def _rows(pages: Pages) -> Rows:
    return [{"url": url, "html": html.decode(), "captured_at": corpus.CAPTURED} for url, html in pages]


def _lines(path: Path, rows: Rows) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _array(path: Path, rows: Rows) -> None:
    path.write_text(json.dumps(rows), encoding="utf-8")


def _har(path: Path, pages: Pages) -> None:
    contents = [(url, {"mimeType": "text/html", "text": html.decode()}) for url, html in pages]
    entries = [{"request": {"url": url}, "response": {"status": 200, "content": one}} for url, one in contents]
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")


def _separated(separator: str) -> Callable[[Path, Rows], None]:
    def write(path: Path, rows: Rows) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
            writer.writeheader()
            writer.writerows(rows)

    return write


def _columns(path: Path, rows: Rows) -> None:
    import pyarrow as pa
    from pyarrow import ipc, orc, parquet

    table: Any = pa.Table.from_pylist(rows)
    if path.suffix == ".arrow":
        with ipc.new_file(path, table.schema) as writer:
            writer.write_table(table, max_chunksize=256)
    else:
        {".parquet": parquet.write_table, ".orc": orc.write_table}[path.suffix](table, path)


def _xz(data: bytes) -> bytes:
    return lzma.compress(data, preset=1)


def _lz4(data: bytes) -> bytes:
    import lz4.frame

    return bytes(lz4.frame.compress(data))


def _message(html: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(html)}\r\n\r\n"
    return head.encode() + html


def _record(url: str, html: bytes) -> bytes:
    block = _message(html)
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {corpus.CAPTURED}\r\n"
    head += f"WARC-Record-ID: <{url}>\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def _wet(url: str, html: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: {url}\r\nWARC-Date: {corpus.CAPTURED}\r\n"
    head += f"WARC-Record-ID: <{url}>\r\nContent-Type: text/plain\r\nContent-Length: {len(html)}\r\n\r\n"
    return head.encode() + html + b"\r\n\r\n"


def _arc(url: str, html: bytes) -> bytes:
    block = _message(html)
    return f"{url} 192.0.2.1 20260504100000 text/html {len(block)}\n".encode() + block + b"\n"


def _records(record: Callable[[str, bytes], bytes], pack: Callable[[bytes], bytes]) -> Callable[[Path, Pages], None]:
    def write(path: Path, pages: Pages) -> None:
        path.write_bytes(b"".join(pack(record(*page)) for page in pages))

    return write


def _with_dictionary(path: Path, pages: Pages) -> None:
    """As IIPC proposes it: the dictionary first, in a frame to be skipped."""
    records: list[bytes | bytearray | memoryview] = [_record(*page) for page in pages]
    words = zstandard.train_dictionary(65_536, records[:200])
    pack = zstandard.ZstdCompressor(dict_data=words).compress
    data = words.as_bytes()
    path.write_bytes(struct.pack("<II", 0x184D2A5D, len(data)) + data + b"".join(map(pack, records)))


def _wacz(path: Path, pages: Pages) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("archive/data.warc.gz", b"".join(gzip.compress(_record(*page)) for page in pages))


def _zip(path: Path, pages: Pages) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for url, html in pages:
            file.writestr(url.partition("//")[2], html)


def _tar(path: Path, pages: Pages) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        for url, html in pages:
            info = tarfile.TarInfo(url.partition("//")[2])
            info.size = len(html)
            file.addfile(info, io.BytesIO(html))
    packs: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": _xz, ".lz4": _lz4}
    path.write_bytes(packs.get(path.suffix, bytes)(buffer.getvalue()))


def _folder(suffix: str, page: Callable[[str, bytes], Iterable[bytes]]) -> Callable[[Path, Pages], None]:
    def write(path: Path, pages: Pages) -> None:
        path.mkdir()
        for number, one in enumerate(pages):
            (path / f"{number:06}{suffix}").write_bytes(b"".join(page(*one)))

    return write


def _mail(url: str, html: bytes) -> Iterable[bytes]:
    yield f"From: <Saved>\r\nSnapshot-Content-Location: {url}\r\nMIME-Version: 1.0\r\n".encode()
    yield b"Content-Type: multipart/related; boundary=B\r\n\r\n--B\r\nContent-Type: text/html; charset=utf-8\r\n"
    yield f"Content-Transfer-Encoding: 8bit\r\nContent-Location: {url}\r\n\r\n".encode() + html + b"\r\n--B--\r\n"


def _letter(url: str, html: bytes) -> Iterable[bytes]:
    yield f"From: a@example.org\r\nSubject: Seite\r\nContent-Location: {url}\r\nMIME-Version: 1.0\r\n".encode()
    yield b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    yield quopri.encodestring(html)


_TABLES: dict[str, Callable[[Path, Rows], None]] = {
    "pages.jsonl": _lines,
    "pages.json": _array,
    "pages.csv": _separated(","),
    "pages.tsv": _separated("\t"),
    "pages.parquet": _columns,
    "pages.arrow": _columns,
    "pages.orc": _columns,
}


def _of_rows(write: Callable[[Path, Rows], None]) -> Callable[[Path, Pages], None]:
    return lambda path, pages: write(path, _rows(pages))


_WRITERS: dict[str, Callable[[Path, Pages], None]] = {
    "html": _folder("", lambda _, html: [html]),
    "html.gz": _folder(".html.gz", lambda _, html: [gzip.compress(html)]),
    "answers of http": _folder("", lambda _, html: [_message(html)]),
    "html.bz2": _folder(".html.bz2", lambda _, html: [bz2.compress(html)]),
    "mhtml": _folder(".mhtml", _mail),
    "eml": _folder(".eml", _letter),
    "pages.warc": _records(_record, bytes),
    "pages.warc.gz": _records(_record, gzip.compress),
    "pages.warc.bz2": _records(_record, bz2.compress),
    "pages.warc.xz": _records(_record, _xz),
    "pages.warc.lz4": _records(_record, _lz4),
    "pages.warc.zst": _records(_record, zstandard.compress),
    "with dictionary.warc.zst": _with_dictionary,
    "pages.wet.gz": _records(_wet, gzip.compress),
    "pages.wacz": _wacz,
    "pages.arc": _records(_arc, bytes),
    "pages.arc.gz": _records(_arc, gzip.compress),
    **{name: _of_rows(write) for name, write in _TABLES.items()},
    "pages.har": _har,
    "pages.zip": _zip,
    "pages.tar": _tar,
    "pages.tar.gz": _tar,
    "pages.tar.bz2": _tar,
    "pages.tar.xz": _tar,
    "pages.tar.lz4": _tar,
}
