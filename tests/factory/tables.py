"""Tables in every form, with rows of other sites between those of BelTA's."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import orc

OURS = "https://deu.belta.by/society/view/page-{}-2024"
OTHERS = (
    "https://example.org/{}",
    "http://notbelta.by/{}",
    "https://belta.by.example.org/{}",
    "HTTPS://Example.org/{}",
)
TEXT = "MINSK, 3. April (BelTA) - Der Chor sang auf dem Markt, und viele Leute kamen."
EVERY = 7
ROWS = [
    {"url": (OURS if number % EVERY == 3 else OTHERS[number % 4]).format(number), "text": f"{TEXT} {number}"}
    for number in range(1, 61)
]
WANTED = [str(number) for number in range(1, 61) if number % EVERY == 3]


def stream(new: Callable[[Any, pa.Schema], Any]) -> Callable[[list[dict[str, Any]]], bytes]:
    def write(rows: list[dict[str, Any]]) -> bytes:
        sink = io.BytesIO()
        table = pa.Table.from_pylist(rows)
        with new(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=8)
        return sink.getvalue()

    return write


def columnar(write: Callable[[pa.Table, io.BytesIO], object]) -> Callable[[list[dict[str, Any]]], bytes]:
    def to_bytes(rows: list[dict[str, Any]]) -> bytes:
        sink = io.BytesIO()
        write(pa.Table.from_pylist(rows), sink)
        return sink.getvalue()

    return to_bytes


def separated(rows: list[dict[str, Any]]) -> bytes:
    sink = io.StringIO()
    writer = csv.DictWriter(sink, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode()


FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "a.jsonl": lambda rows: b"".join(json.dumps(row).encode() + b"\n" for row in rows),
    "a.json": lambda rows: json.dumps(rows).encode(),
    "b.json": lambda rows: json.dumps({"rows": [{"row": row} for row in rows]}).encode(),
    "a.csv": separated,
    "a.parquet": columnar(lambda table, sink: pq.write_table(table, sink, row_group_size=6)),
    "a.arrow": stream(pa.ipc.new_file),
    "b.arrow": stream(pa.ipc.new_stream),
    "a.orc": columnar(lambda table, sink: orc.write_table(table, sink)),
}
NESTED = {name: write for name, write in FORMS.items() if name != "a.csv"}
