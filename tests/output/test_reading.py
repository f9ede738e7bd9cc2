"""Outputs are read back whole, whatever they are packed in; what is no record is named and left out."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from belta_spider.output import reading
from tests.factory import outputs

ARTICLES = [outputs.article(number) for number in range(30)]


def zstd_frames(data: bytes) -> bytes:
    """Two frames, as a resumed crawl writes them."""
    half = len(data) // 2
    return zstandard.compress(data[:half]) + zstandard.compress(data[half:])


def gzip_members(data: bytes) -> bytes:
    half = len(data) // 2
    return gzip.compress(data[:half]) + gzip.compress(data[half:])


@pytest.mark.parametrize(("suffix", "pack"), [("", bytes), (".gz", gzip_members), (".zst", zstd_frames)])
def test_records_and_audit_are_read_as_they_were_written(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    plain = outputs.write(tmp_path / "a.jsonl", ARTICLES)
    packed = tmp_path / f"b.jsonl{suffix}"
    packed.write_bytes(pack(plain.read_bytes()))
    (tmp_path / f"b.audit.jsonl{suffix}").write_bytes(pack((tmp_path / "a.audit.jsonl").read_bytes()))
    bad: list[reading.BadLine] = []
    assert list(reading.articles(packed, bad)) == ARTICLES
    assert list(reading.audit(packed, bad)) == [one for made in ARTICLES for one in outputs.removals(made)]
    assert bad == []


@pytest.mark.parametrize(
    "line", [b"no JSON", b'{"id": 3}', b"[]", b'{"title": "\xff"}', b'{"flags": null}', b'{"dateline": "MINSK"}']
)
def test_a_line_that_is_no_record_is_named_and_the_rest_goes_on(tmp_path: Path, line: bytes) -> None:
    path = outputs.write(tmp_path / "a.jsonl", ARTICLES[:2])
    first, second = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([first, line, b"", second]))
    bad: list[reading.BadLine] = []
    assert list(reading.articles(path, bad)) == ARTICLES[:2]
    assert [(one.path, one.number) for one in bad] == [(path, 2)]
    assert f"{path}, line 2: " in reading.complaint(bad)


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".zst", zstandard.compress)])
def test_a_packed_file_that_breaks_off_gives_what_it_holds(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    plain = outputs.write(tmp_path / "a.jsonl", [outputs.article(number) for number in range(2_000)]).read_bytes()
    path = tmp_path / f"b.jsonl{suffix}"
    path.write_bytes(pack(plain)[:-2_000])
    bad: list[reading.BadLine] = []
    found = list(reading.articles(path, bad))
    assert 0 < len(found) < 2_000
    assert bad


def test_a_complaint_names_a_few_places_and_nothing_that_a_terminal_obeys() -> None:
    bad = [reading.BadLine(Path("a\x1b[31m.jsonl"), number, "worn out") for number in range(100)]
    words = reading.complaint(bad)
    assert words.startswith("100 lines")
    assert words.endswith("and 95 more")
    assert "\x1b" not in words


def test_a_file_that_is_not_there_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(reading.NoSuchOutputError, match="scrapy crawl belta"):
        reading.existing(None)
    with pytest.raises(reading.NoSuchOutputError, match=r"missing\.jsonl: no such file"):
        reading.existing("missing.jsonl")
