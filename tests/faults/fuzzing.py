"""Searches, led by coverage, for input that breaks the cleaner, a reader or the repair (`make fuzz`).

    python -m tests.faults.fuzzing cleaner -max_total_time=600 [FOLDER of inputs found before]

The first byte of an input says what stands around the rest: markup or text and its charset, a
file's name. What breaks something is written down as `crash-...` where the program runs.
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["belta_spider"]):
    from tests.faults import hostile, invariants
    from tests.faults.ledgers import NAMES, Step, run

from belta_spider.output.ledger import audit_path

CHARSETS = (None, "utf-8", "utf-16", "punycode", "cp1251", "koi8-r", "big5", "no such")
FILES = ("a.txt", "a.html", "a.txt.gz", "a.txt.zst", "a.warc", "a.warc.gz", "a.wacz", "a.jsonl", "a.parquet", "a")
_SMALL = 20_000
_SEPARATOR = b"\0\xff\0"
"""Between articles and audit."""


def cleaner(data: bytes, _: Path) -> None:
    first = data[0] if data else 0
    invariants.cleans(data[1:], bool(first & 8), CHARSETS[first % 8])


def readers(data: bytes, folder: Path) -> None:
    invariants.reads(data[1:], FILES[(data[0] if data else 0) % len(FILES)], folder)


def repair(data: bytes, folder: Path) -> None:
    name = NAMES[(data[0] if data else 0) % len(NAMES)]
    articles, _, audit = data[1:].partition(_SEPARATOR)
    invariants.repairs(folder / name, articles, audit)


def _seeds_of_cleaner(_: Path) -> Iterator[bytes]:
    for path in Path("fixtures").rglob("*"):
        if path.suffix in {".txt", ".html"}:
            yield bytes([8 if path.suffix == ".html" else 0]) + path.read_bytes()


def _seeds_of_readers(_: Path) -> Iterator[bytes]:
    for name, make in hostile.table().items():
        kind = name.rpartition("." if ".warc.gz" not in name else ".warc")
        place = next((n for n, one in enumerate(FILES) if one == "a" + "".join(kind[1:])), len(FILES) - 1)
        if not name.startswith("huge") and len(data := make()) < _SMALL:
            yield bytes([place]) + data
    yield bytes([2]) + gzip.compress(b"Der Chor sang auf dem Markt.\n")


def _seeds_of_repair(folder: Path) -> Iterator[bytes]:
    for place, name in enumerate(NAMES):
        path = folder / name
        for count in (1, 3, 6):
            run(path, [Step(f"{n}.txt", f"de-{n}-2024" if n % 3 else None) for n in range(count)], overwrite=True)
            yield bytes([place]) + path.read_bytes() + _SEPARATOR + audit_path(path).read_bytes()


TARGETS: dict[str, tuple[Callable[[bytes, Path], None], Callable[[Path], Iterator[bytes]]]] = {
    "cleaner": (cleaner, _seeds_of_cleaner),
    "readers": (readers, _seeds_of_readers),
    "repair": (repair, _seeds_of_repair),
}


def main() -> None:
    target, seeds = TARGETS[sys.argv.pop(1)]
    os.fsync = lambda fd: None  # a search has no use for the disk
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        corpus = folder / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds(folder)):
            (corpus / f"seed-{number:04}").write_bytes(seed)
        limits = ["-timeout=20", "-rss_limit_mb=1024", "-max_len=10000", "-print_final_stats=1"]
        # What is found goes into the last folder that is named, else into the corpus that ends with the run.
        folders = [one for one in sys.argv[1:] if not one.startswith("-")]
        options = [one for one in sys.argv[1:] if one.startswith("-")]
        atheris.Setup([sys.argv[0], *limits, *options, *folders, str(corpus)], lambda data: target(data, folder))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
