"""Small archives, made by hand, so that each byte of them is known."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

from belta_spider.sources import Dropped, Page, Reader, Skipped, Unread

HTML = "<!DOCTYPE html><html><head><title>T</title></head><body><p>{}</p></body></html>"


def url(number: int) -> str:
    return f"https://deu.belta.by/society/view/page-{number}-2024"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *(headers or ("Content-Type: text/html; charset=utf-8",))]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    number: int, block: bytes | None = None, sort: str = "response", version: str = "1.1", **fields: str
) -> bytes:
    """A record; fields are WARC headers with `_` for `-`; an empty one is left out."""
    if block is None:
        block = http(HTML.format(f"Seite {number} " + "Wort " * 40).encode())
    media = "application/http; msgtype=response" if sort in {"response", "revisit"} else "text/html"
    header = {
        "WARC-Type": sort,
        "WARC-Record-ID": f"<urn:uuid:{number:08}>",
        "WARC-Target-URI": url(number),
        "WARC-Date": "2024-04-30T10:00:00Z",
        "Content-Type": media,
        "Content-Length": str(len(block)),
    }
    header |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"WARC/{version}", *(f"{name}: {value}" for name, value in header.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def packed(records: list[bytes]) -> bytes:
    """One gzip member a record, as crawlers write them."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def zipped(**members: bytes) -> bytes:
    """A zip; `__` stands for `/` and `_` for `.` in the members' names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), data)
    return buffer.getvalue()


def entries(path: Path, data: bytes | None = None, **columns: str) -> list[Page | Unread | Skipped | Dropped]:
    """What a reader makes of a file."""
    if data is not None:
        path.write_bytes(data)
    return list(Reader([(path, path.name)], columns))


def pages(found: list[Page | Unread | Skipped | Dropped]) -> list[str | None]:
    """The records of the pages among what was found."""
    return [one.record for one in found if isinstance(one, Page)]


def causes(found: list[Page | Unread | Skipped | Dropped]) -> list[str]:
    """Why the others could not be read."""
    return [one.cause for one in found if isinstance(one, Unread)]


def ids(*numbers: int) -> list[str]:
    return [f"<urn:uuid:{number:08}>" for number in numbers]
