"""A refresh reads what it compares with line by line, compressed or not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import zstandard

from belta_spider.items import Article
from tests.memory import peak

MEGABYTE = 2**20
NEWEST = """
import sys
from pathlib import Path
from belta_spider.live import revisions
if len(sys.argv) > 1:
    assert revisions.newest(Path(sys.argv[1]), "2025") == {}
"""


@pytest.mark.parametrize("size", [100, pytest.param(300, marks=pytest.mark.faults)])
def test_a_refresh_reads_no_compressed_output_whole(tmp_path: Path, size: int) -> None:
    record = Article(id="de-1-2024", url="https://deu.belta.by/a/view/b-1-2024", text="Der Chor sang. " * 700)
    record.date_published = "2024-04-03T14:54:00+03:00"
    line = msgspec.json.encode(record) + b"\n"
    path = tmp_path / "a.jsonl.zst"
    with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as packed:
        for _ in range(size * MEGABYTE // len(line)):
            packed.write(line)
    assert peak(NEWEST, str(path)) < peak(NEWEST) + 60 * MEGABYTE
