"""datatrove's local executor: the records of one crawl, its audit, and duplicates in the exclusion writer."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("datatrove", reason="datatrove is in requirements-scale.lock: make test-scale")

from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.readers.jsonl import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter

from belta_spider.engines import datatrove
from belta_spider.engines.merge import verdict
from tests.factory.page_folder import write
from tests.scale.conftest import crawl


def run(source: Path, out: Path, tasks: int, workers: int, **arguments: str) -> dict[str, int]:
    rows, choice = f"{out}/rows", f"{out}/choice"
    cleaned = [datatrove.BeltaReader(str(source), rows, **arguments), JsonlWriter(f"{out}/cleaned")]
    first = [datatrove.FirstCaptures(rows, choice)]
    kept = [
        datatrove.AuditWriter(rows, choice, f"{out}/audit"),
        JsonlReader(f"{out}/cleaned", add_file_path=False),
        datatrove.FirstFilter(choice, JsonlWriter(f"{out}/excluded")),
        datatrove.ArticleWriter(f"{out}/articles"),
    ]
    for number, (pipeline, ranks) in enumerate(((cleaned, tasks), (first, 1), (kept, tasks))):
        LocalPipelineExecutor(
            pipeline, tasks=ranks, workers=min(workers, ranks), logging_dir=f"{out}/logs/{number}"
        ).run()
    return json.loads((out / "choice" / "counts.json").read_bytes())


def lines(folder: Path, pattern: str) -> list[bytes]:
    found = []
    for path in sorted(folder.glob(pattern)):
        found += (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).splitlines()
    return found


def test_datatrove_writes_the_records_and_the_audit_of_one_machine(tmp_path: Path) -> None:
    source = write(tmp_path / "source")
    counts = run(source, tmp_path, 3, 2, part="3000")
    assert crawl(source, tmp_path / "x.jsonl") == verdict(counts) == 4
    whole = (tmp_path / "x.jsonl").read_bytes().splitlines()
    assert Counter(map(bytes, lines(tmp_path / "articles", "*"))) == Counter(whole)
    for name in ("audit", "unread"):
        assert Counter(lines(tmp_path / "audit", f"*.{name}.jsonl")) == Counter(lines(tmp_path, f"x.{name}.jsonl"))
    run_file = json.loads((tmp_path / "x.run.json").read_bytes())
    drops = {name.removeprefix("belta/drop/"): n for name, n in counts.items() if name.startswith("belta/drop/")}
    assert (drops, counts["belta/articles"]) == (run_file["dropped"], run_file["articles"])
    excluded = [json.loads(line) for line in lines(tmp_path / "excluded", "*")]
    assert {one["metadata"]["filter_reason"] for one in excluded} == {"duplicate.capture"}
    documents = [json.loads(line) for line in lines(tmp_path / "cleaned", "*")]
    assert len(documents) == len(whole) + len(excluded)
    assert all(set(one["metadata"]) == {"record", "place"} for one in documents)
