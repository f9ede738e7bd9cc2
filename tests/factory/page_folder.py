"""A folder of saved pages with what real ones have: doubles across files, cut pages, revisits, other sites, damage."""

from __future__ import annotations

import json
from pathlib import Path

from tests.factory.archives import HTML, http, packed, record, url, zipped


def page(number: int, words: str = "Der Chor sang", **fields: str) -> bytes:
    text = f"MINSK, 3. April (BelTA) - {words} auf dem Markt, und viele Gäste hörten zu. " + f"Tag {number}. " * 40
    return record(number, http(HTML.format(text).encode()), **fields)


def revisit(number: int, of: int) -> bytes:
    fields = {"WARC_Refers_To_Target_URI": url(of), "WARC_Record_ID": f"<urn:uuid:r{number}>"}
    return record(of, http(b""), "revisit", **fields)


def row(number: int, **fields: str | None) -> bytes:
    text = f"MINSK, 3. April (BelTA) - Die Zeile {number} kam aus einer Tabelle, und niemand hat sie gelesen."
    return (
        json.dumps({"url": url(number), "text": text, "captured_at": "2024-05-01T10:00:00Z"} | fields).encode() + b"\n"
    )


def write(folder: Path) -> Path:
    """Nine files, four of them damaged."""
    folder.mkdir()
    cut = packed([page(at) for at in range(20, 28)])
    flipped = bytearray(packed([page(at) for at in range(30, 38)]))
    flipped[len(flipped) // 2] ^= 0x5A
    files = {
        "a.warc.gz": packed(
            [
                page(1, "Zu kurz", WARC_Truncated="length"),
                page(2, "Nur hier und abgeschnitten", WARC_Truncated="length"),
                revisit(1, 60),  # its original comes in a later file
                revisit(2, 999),  # of nothing that is here
                page(3, WARC_Date="2024-01-01T00:00:00Z"),
                record(4, http(b"weg", status="404 Not Found")),
                page(5, WARC_Target_URI="https://example.org/x"),
            ]
        ),
        "b.warc.gz": packed(
            [*(page(at, "Noch einmal", WARC_Date="2024-06-01T00:00:00Z") for at in (1, 3, 6)), revisit(3, 3)]
        ),
        "c.warc.gz": cut[: len(cut) * 2 // 3],
        "d.warc.gz": bytes(flipped),
        "e.warc.gz": b"\x1f\x8b\x08\0" + bytes(range(256)),
        "f.jsonl": row(3, captured_at="2023-01-01T00:00:00Z")
        + row(40)
        + b"no json\n"
        + row(41, url="https://example.org/1"),
        "g.zip": zipped(
            a_html=HTML.format("MINSK, 3. April (BelTA) - Aus einem Archiv.").encode(), b_png=b"\x89PNG\r\n"
        ),
        "h.warc.gz": packed([page(60), revisit(4, 3), revisit(5, 60), page(3, "Zuletzt", WARC_Truncated="length")]),
        "i.css": b"p {}",
        "j.txt": b"Kalender\n",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder
