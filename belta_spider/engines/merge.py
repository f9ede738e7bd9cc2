"""The rows of all parts to articles, audit and counts: on one machine, the choice in memory, the lines from the disk.

For engines that bring no join of their own: each task calls `write_part`, and one process calls `merge` at the end.

    python -m belta_spider.engines.merge ROWS OUT
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from belta_spider import stats_keys
from belta_spider.engines.job import Job, Part
from belta_spider.engines.rows import AT_THE_END, CUT_OFF, IN_PLACE, SCHEMA, batches, rows
from belta_spider.items import DUPLICATE
from belta_spider.reporting.exit_codes import exit_code

PREFIXES = {
    "unread": stats_keys.UNREAD,
    "skipped": stats_keys.SKIPPED,
    "passed_over": stats_keys.PASSED_OVER,
    "page": stats_keys.DROP,
}
"""Of each kind, where its causes are counted."""
_PLACE = ("rank", "late", "shard", "number")


def write_part(part: Part, job: Job, folder: str) -> str:
    """Write the rows of a part into a folder, as a file that is there whole or not at all; return its path."""
    target = Path(folder) / f"{part.name}.parquet"
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    with pq.ParquetWriter(temporary, SCHEMA, compression="zstd") as writer:
        for batch in batches(rows(part, job)):
            writer.write_batch(batch)
    temporary.replace(target)
    return str(target)


def merge(folder: str, out: str) -> dict[str, int]:
    """Write `articles.jsonl` with its audit and what could not be read; return the counts, as a crawl has them."""
    files = sorted(Path(folder).glob("*.parquet"))
    chosen, (turns, lost) = _chosen(files), _turns(files)
    counts: Counter[str] = Counter()
    ends: dict[int, list[tuple[str | None, int]]] = {}
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    with (
        (target / "articles.jsonl").open("w", encoding="utf-8", newline="") as articles,
        (target / "articles.audit.jsonl").open("w", encoding="utf-8", newline="") as audit,
        (target / "articles.unread.jsonl").open("w", encoding="utf-8", newline="") as unread,
    ):
        for turn in (IN_PLACE, AT_THE_END, CUT_OFF):
            for number, row in enumerate(_rows(files)):
                if turns.get(number, row["late"]) != turn:
                    continue
                if row["kind"] == "end":
                    ends.setdefault(row["shard"], []).append((row["cause"], row["times"]))
                    continue
                told = judged(row, is_chosen=bool(chosen[number]), is_lost=number in lost)
                articles.write(told["line"] or "")
                audit.write(told["audit"] or "")
                unread.write(told["unread"] or "")
                counts.update(counted(told))
    counts.update(of_no_page(ends))
    return dict(counts)


def judged(row: Mapping[str, Any], *, is_chosen: bool, is_lost: bool) -> dict[str, Any]:
    """Return a row with what is to be written of it, and `unread`: its line of what could not be read."""
    told = {**row, "unread": None}
    if row["kind"] == "unread" or (row["kind"] == "revisit" and is_lost):
        told |= {"kind": "unread", "unread": row["detail"], "audit": None}
        told["cause"] = row["cause"] if row["kind"] == "unread" else "no_original"
    elif row["kind"] == "revisit":
        told["kind"] = "page"
    elif row["id"] is not None and not is_chosen:
        told |= {"line": None, "audit": row["double"], "cause": DUPLICATE}
    return told


def counted(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of the stats that a judged row adds to; each as often as it counts."""
    if told["kind"] == "names":
        return
    if told["kind"] in {"page", "failed"}:
        yield stats_keys.PAGES_READ
    if told["kind"] == "failed":
        yield stats_keys.ERRORS
    elif told["cause"] is not None:
        yield from [f"{PREFIXES[told['kind']]}{told['cause']}"] * told["times"]
    else:
        yield stats_keys.ARTICLES
        yield f"{stats_keys.EDITION}{told['edition']}"
        yield f"{stats_keys.LANGUAGE}{told['language']}"
        yield from (f"{stats_keys.FLAG}{flag}" for flag in told["flags"])


def of_no_page(ends: Mapping[int, list[tuple[str | None, int]]]) -> dict[str, int]:
    """Count the records of archives that are read in parts and hold no page of any site."""
    key = f"{stats_keys.SKIPPED}not_a_page"
    return {key: sum(sum(n for _, n in one) for one in ends.values() if all(cause == "others" for cause, _ in one))}


def verdict(stats: Mapping[str, Any]) -> int:
    """Return the exit code of a job that came to its end."""
    return exit_code({**stats, "finish_reason": "finished"})


def _rows(files: list[Path], columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(256, columns=columns):
            yield from batch.to_pylist()


def _chosen(files: list[Path]) -> bytearray:
    """A 1 for each row, by its number, that is the record of its article."""
    columns = ["id", *_PLACE]
    table = pa.concat_tables([pq.read_table(file, columns=columns) for file in files])
    chosen = bytearray(len(table))
    table = table.append_column("row", pa.array(range(len(chosen)), pa.int64()))
    table = table.filter(table["id"].is_valid()).sort_by([(name, "ascending") for name in columns])
    last = None
    for batch in table.select(["id", "row"]).to_batches():
        for identity, row in zip(batch["id"].to_pylist(), batch["row"].to_pylist(), strict=True):
            chosen[row] = identity != last
            last = identity
    return chosen


def _turns(files: list[Path]) -> tuple[dict[int, int], set[int]]:
    """When the revisits come whose originals are not before them in their parts; and which have none."""
    revisits = [
        (number, row["shard"], row["number"], set(row["names"]))
        for number, row in enumerate(_rows(files, ["kind", "shard", "number", "names"]))
        if row["kind"] == "revisit"
    ]
    wanted = set().union(*(names for *_, names in revisits))
    first: dict[int, tuple[int, int]] = {}
    for row in _rows(files, ["kind", "shard", "number", "names"]) if wanted else ():
        for name in wanted.intersection(row["names"] or ()) if row["kind"] == "names" else ():
            first.setdefault(name, (row["shard"], row["number"]))  # files are in reading order
    turns, lost = {}, set()
    for number, shard, place, names in revisits:
        originals = [first[name] for name in names if name in first]
        turns[number] = IN_PLACE if originals and min(originals) < (shard, place) else AT_THE_END
        if not originals:
            lost.add(number)
    return turns, lost


def main(folder: str, out: str) -> int:
    """Merge rows from the command line; return the exit code."""
    stats = merge(folder, out)
    for key in sorted(stats):
        sys.stderr.write(f"{key} {stats[key]}\n")
    return verdict(stats)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
