"""The rows of all parts to articles, audit and counts: on one machine, the choice in memory, the lines from the disk.

For engines that bring no join of their own: each task calls `write_part`, and one process calls `merge` at the end.

    python -m belta_spider.engines.merge ROWS OUT
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from belta_spider import stats_keys
from belta_spider.engines.job import Job, Part
from belta_spider.engines.rows import AT_THE_END, CUT_OFF, IN_PLACE, SCHEMA, Row, batch_of, chunks, rows
from belta_spider.items import DUPLICATE
from belta_spider.reporting.run import exit_code

PREFIXES = {
    "unread": stats_keys.UNREAD,
    "skipped": stats_keys.SKIPPED,
    "passed_over": stats_keys.PASSED_OVER,
    "page": stats_keys.DROP,
}
"""Of each kind, where its causes are counted."""
File = Callable[[], Any]
"""Opens the rows of a part."""
_ROWS = 256  # rows that are held at once of each part
_PLACE = ("rank", "late", "shard", "number")


def write_part(part: Part, job: Job, folder: str) -> str:
    """Write the rows of a part into a folder, as a file that is there whole or not at all; return its path."""
    target = Path(folder) / f"{part.name}.parquet"
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        for _ in written(rows(part, job), file):
            pass
    temporary.replace(target)
    return str(target)


def written(found: Iterator[Row], file: Any) -> Iterator[Row]:
    """Write rows as Parquet, and pass them on."""
    with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for chunk in chunks(found):
            writer.write_batch(batch_of(chunk))
            yield from chunk


def merge(folder: str, out: str) -> dict[str, int]:
    """Write `articles.jsonl` with its audit and what could not be read; return the counts, as a crawl has them."""
    files = [partial(path.open, "rb") for path in sorted(Path(folder).glob("*.parquet"))]
    chosen, (turns, lost) = chosen_of(files), turns_of(files)
    counts = Counts()
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    with (
        (target / "articles.jsonl").open("w", encoding="utf-8", newline="") as articles,
        (target / "articles.audit.jsonl").open("w", encoding="utf-8", newline="") as audit,
        (target / "articles.unread.jsonl").open("w", encoding="utf-8", newline="") as unread,
    ):
        for turn in (IN_PLACE, AT_THE_END, CUT_OFF):
            for number, row in enumerate(rows_of(files)):
                if turns.get(number, row["late"]) != turn:
                    continue
                told = judged(row, is_chosen=bool(chosen[number]), is_lost=number in lost)
                articles.write(told["line"] or "")
                audit.write(told["audit"] or "")
                unread.write(told["unread"] or "")
                counts.add(told)
    return counts.total_counts()


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
    """Yield the keys of the stats that a judged row adds to."""
    if told["kind"] in {"names", "end"}:
        return
    if told["kind"] in {"page", "failed"}:
        yield stats_keys.PAGES_READ
    if told["kind"] == "failed":
        yield stats_keys.ERRORS
    elif told["cause"] is not None:
        yield f"{PREFIXES[told['kind']]}{told['cause']}"
    else:
        yield stats_keys.ARTICLES
        yield f"{stats_keys.EDITION}{told['edition']}"
        yield f"{stats_keys.LANGUAGE}{told['language']}"
        yield from (f"{stats_keys.FLAG}{flag}" for flag in told["flags"])


class Counts(Counter[str]):
    """What a crawl counts in its stats, from rows."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[int, list[tuple[str | None, int]]] = {}

    def add(self, told: Mapping[str, Any]) -> None:
        """Count a judged row, or the end of a part."""
        if told["kind"] == "end":
            self.ends.setdefault(told["shard"], []).append((told["cause"], told["times"]))
        for key in counted(told):
            self[key] += told["times"]

    def total_counts(self) -> dict[str, int]:
        """Return the counts, once all parts are counted."""
        return {key: count for key, count in (self + Counter(of_no_page(self.ends))).items() if count}


def of_no_page(ends: Mapping[int, list[tuple[str | None, int]]]) -> dict[str, int]:
    """Count the records of archives that are read in parts and hold no page of any site."""
    key = f"{stats_keys.SKIPPED}not_a_page"
    return {key: sum(sum(n for _, n in one) for one in ends.values() if all(cause == "others" for cause, _ in one))}


def verdict(stats: Mapping[str, Any]) -> int:
    """Return the exit code of a job that came to its end."""
    return exit_code({**stats, "finish_reason": "finished"})


def rows_of(files: Sequence[File], columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of files, in their order; only some columns, where they are named."""
    for file in files:
        with file() as stream:
            for batch in pq.ParquetFile(stream).iter_batches(_ROWS, columns=columns):
                yield from batch.to_pylist()


def chosen_of(files: Sequence[File]) -> bytearray:
    """A 1 for each row, by its number, that is the record of its article."""
    columns = ["id", *_PLACE]
    tables = []
    for file in files:
        with file() as stream:
            tables.append(pq.read_table(stream, columns=columns))
    table = pa.concat_tables(tables)
    chosen = bytearray(len(table))
    table = table.append_column("row", pa.array(range(len(chosen)), pa.int64()))
    table = table.filter(table["id"].is_valid()).sort_by([(name, "ascending") for name in columns])
    last = None
    for batch in table.select(["id", "row"]).to_batches():
        for identity, row in zip(batch["id"].to_pylist(), batch["row"].to_pylist(), strict=True):
            chosen[row] = identity != last
            last = identity
    return chosen


def turns_of(files: Sequence[File]) -> tuple[dict[int, int], set[int]]:
    """When the revisits come whose originals are not before them in their parts; and which have none."""
    revisits = [
        (number, row["shard"], row["number"], set(row["names"]))
        for number, row in enumerate(rows_of(files, ["kind", "shard", "number", "names"]))
        if row["kind"] == "revisit"
    ]
    wanted = set().union(*(names for *_, names in revisits))
    first: dict[int, tuple[int, int]] = {}
    for row in rows_of(files, ["kind", "shard", "number", "names"]) if wanted else ():
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
