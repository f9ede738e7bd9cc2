"""What could not be read stands beside the output, and every word that a run counts by in docs/."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from belta_spider.reporting import causes
from belta_spider.sources.causes import DROPPED, PASSED_OVER, SKIPPED, UNREAD
from tests.factory.archives import record

ROOT = Path(__file__).resolve().parents[2]


def _crawl(source: Path, output: Path, flag: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={source}", flag, str(output)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_could_not_be_read_stands_beside_the_output_each_once(tmp_path: Path) -> None:
    source, output = tmp_path / "a.warc", tmp_path / "out.jsonl"
    unread = tmp_path / "out.unread.jsonl"
    first = record(1)
    source.write_bytes(first + record(2).replace(b"WARC/1.1", b"WARC/9.9") + record(3))
    for flag in ("-O", "-o", "-o"):
        assert _crawl(source, output, flag).returncode == 4
    (line,) = _lines(unread)
    assert list(line) == ["uri", "record", "offset", "cause", "detail"]
    assert (line["uri"], line["offset"], line["cause"]) == (str(source), len(first), "damaged_record")
    source.write_bytes(first)
    assert _crawl(source, output, "-O").returncode == 0
    assert not unread.exists()


def test_the_table_in_docs_is_the_one_in_the_code() -> None:
    assert (ROOT / causes.PATH).read_text(encoding="utf-8") == causes.text()


def test_every_cause_in_the_code_has_a_word_in_the_table() -> None:
    known = {*UNREAD, *SKIPPED, *PASSED_OVER, *DROPPED}
    forms = (r'Unread\([^"\n]{0,60}"(\w+)"', r'\.unread\("(\w+)"', r'RecordError\(\s*"(\w+)"', r'Damage\("(\w+)"')
    forms += (
        r'Skipped\([^"\n]{0,40}"(\w+)"',
        r'PassedOver\([^"\n]{0,80}"(\w+)"',
        r'drop = "(\w+)"',
        r'\._pass_over\([^"\n]{0,60}"(\w+)"',
    )
    for path in (ROOT / "belta_spider").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found = {word for form in forms for word in re.findall(form, text)}
        assert found <= known, f"{path}: {found - known}"
