"""A made-up crawl for a ledger: articles with their audit, pages that are dropped, second captures."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
import zstandard

from belta_spider.items import DUPLICATE
from belta_spider.output import journal, stores
from belta_spider.output.ledger import Ledger, audit_path, ledger_of_files
from belta_spider.output.stores import files
from tests.faults.failpoints import Failpoint

NAMES = ("a.jsonl", "a.jsonl.gz", "a.jsonl.zst")


class Step(NamedTuple):
    """What the crawl does with one page."""

    uri: str
    id: str | None
    """The article's; None where the page is dropped."""
    entries: int = 2
    """Lines of its audit."""
    text: str = "Der Chor sang."


def entry(step: Step, rule: str, number: int = 1) -> bytes:
    keys = {"id": step.id, "uri": step.uri, "record": None, "line": number, "column": 0, "rule": rule}
    return msgspec.json.encode({**keys, "field": None, "text": step.text}) + b"\n"


def line(step: Step) -> bytes:
    source = {"kind": "text", "uri": step.uri, "record": None, "digest": "sha256:0"}
    record = {"schema_version": "1", "id": step.id, "text": step.text, "source": source, "producer": "us"}
    return msgspec.json.encode(record) + b"\n"


def audit_of(step: Step) -> bytes:
    return b"".join(entry(step, "de.tail.networks", number) for number in range(1, step.entries + 1))


def run(
    path: Path, steps: list[Step], *, overwrite: bool = False, with_audit: bool = True, keeps_all: bool = False
) -> Ledger:
    """What the feed does for a crawl of these pages."""
    one = ledger_of_files(path, overwrite=overwrite, with_audit=with_audit)
    work(one, steps, keeps_all=keeps_all)
    one.close()
    return one


def work(one: Ledger, steps: list[Step], *, keeps_all: bool = False) -> None:
    """Hand the pages to a ledger that is open."""
    one.keeps_all = keeps_all
    for step in steps:
        if one.held.has_read(step.uri, None):
            continue
        if step.id is None:
            one.note(entry(step, "drop.empty"))
        elif not one.put(step.id, line(step), audit_of(step)):
            one.note(entry(step, DUPLICATE))


def content(path: Path) -> bytes:
    """What the file holds, unpacked."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as reader:
            return reader.read()
    return data


def contents(path: Path) -> tuple[bytes, bytes]:
    """Of the articles and of their audit."""
    return content(path), content(audit_path(path))


def agree(path: Path, steps: list[Step]) -> None:
    """Whole lines; each article with its audit, and no audit of an article that is not there."""
    articles, audit = contents(path)
    assert articles.endswith(b"\n") or not articles
    ids = [msgspec.json.decode(one)["id"] for one in articles.splitlines()]
    assert len(ids) == len(set(ids))
    first = {step.id: step for step in reversed(steps) if step.id}
    for identity, step in first.items():
        mine = [one for one in audit.splitlines() if msgspec.json.decode(one)["id"] == identity]
        mine = [one for one in mine if DUPLICATE.encode() not in one]
        assert b"".join(one + b"\n" for one in mine) == (audit_of(step) if identity in ids else b"")


def hurry(monkeypatch: pytest.MonkeyPatch, every: int = 1) -> None:
    """Commit after each `every` bytes, and never for the time alone."""
    monkeypatch.setattr(files, "_BYTES", every)
    for module, name in ((stores, "_SHORTEST"), (stores, "_LONGEST"), (files, "_PACKED")):
        monkeypatch.setattr(module, name, 1e9)


def break_at(monkeypatch: pytest.MonkeyPatch, failpoint: Failpoint) -> None:
    monkeypatch.setattr(journal, "os", failpoint)
