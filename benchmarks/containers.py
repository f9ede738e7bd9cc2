"""Pages a second out of each container, with the same pages in all of them: reading alone, no cleaning.

python -m benchmarks containers [pages=2000]
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import zstandard

from belta_spider.sources import Page, Reader, find
from benchmarks import corpus

_SIZE = 20_000
_GOES = 3

Pages = list[tuple[str, bytes]]


def main(pages: int = 2_000, **_: int) -> None:
    """Measure and print; the argument says how many pages of 20 KB."""
    found = list(corpus.html_pages(pages, _SIZE))
    with tempfile.TemporaryDirectory(prefix="belta-bench-") as name:
        print(f"\ncontainers, {pages} pages of {_SIZE // 1000} KB, reading alone")
        for container, write in _WRITERS.items():
            path = Path(name) / container
            write(path, found)
            print(f"  {container:20} {max(_rate(path, pages) for _ in range(_GOES)):8.0f}/s")


def _rate(path: Path, pages: int) -> float:
    started = time.perf_counter()
    count = sum(isinstance(entry, Page) for entry in Reader(find(str(path))))
    if count != pages:
        raise ValueError(f"{path.name}: {count} pages of {pages}")
    return count / (time.perf_counter() - started)


def _rows(pages: Pages) -> list[dict[str, str]]:
    return [{"url": url, "html": html.decode(), "captured_at": corpus.CAPTURED} for url, html in pages]


def _lines(path: Path, pages: Pages) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in _rows(pages)), encoding="utf-8")


def _array(path: Path, pages: Pages) -> None:
    path.write_text(json.dumps(_rows(pages)), encoding="utf-8")


def _separated(separator: str) -> Callable[[Path, Pages], None]:
    def write(path: Path, pages: Pages) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["url", "html", "captured_at"], delimiter=separator)
            writer.writeheader()
            writer.writerows(_rows(pages))

    return write


def _columns(path: Path, pages: Pages) -> None:
    import pyarrow as pa
    from pyarrow import ipc, orc, parquet

    table: Any = pa.Table.from_pylist(_rows(pages))
    if path.suffix == ".arrow":
        with ipc.new_file(path, table.schema) as writer:
            writer.write_table(table, max_chunksize=256)
    else:
        {".parquet": parquet.write_table, ".orc": orc.write_table}[path.suffix](table, path)


def _message(html: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(html)}\r\n\r\n"
    return head.encode() + html


def _record(url: str, html: bytes) -> bytes:
    block = _message(html)
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {corpus.CAPTURED}\r\n"
    head += f"WARC-Record-ID: <{url}>\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def _arc(url: str, html: bytes) -> bytes:
    block = _message(html)
    return f"{url} 192.0.2.1 20260504100000 text/html {len(block)}\n".encode() + block + b"\n"


def _records(record: Callable[[str, bytes], bytes], pack: Callable[[bytes], bytes]) -> Callable[[Path, Pages], None]:
    return lambda path, pages: path.write_bytes(b"".join(pack(record(*page)) for page in pages)) and None


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
    packs: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".xz": lambda one: lzma.compress(one, preset=1)}
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


_WRITERS: dict[str, Callable[[Path, Pages], None]] = {
    "html": _folder("", lambda _, html: [html]),
    "mhtml": _folder(".mhtml", _mail),
    "pages.warc": _records(_record, bytes),
    "pages.warc.gz": _records(_record, gzip.compress),
    "pages.warc.zst": _records(_record, zstandard.compress),
    "pages.arc.gz": _records(_arc, gzip.compress),
    "pages.jsonl": _lines,
    "pages.json": _array,
    "pages.csv": _separated(","),
    "pages.tsv": _separated("\t"),
    "pages.parquet": _columns,
    "pages.arrow": _columns,
    "pages.orc": _columns,
    "pages.zip": _zip,
    "pages.tar": _tar,
    "pages.tar.gz": _tar,
    "pages.tar.xz": _tar,
}
