"""Pages a second and memory: `scrapy crawl` against the pure function, a bare pool, the ideal and the rivals.

All figures of one run stand beside each other: on a shared machine only their ratios mean something.
"""

from __future__ import annotations

import gc
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from belta_spider.cleaning import Options, clean
from belta_spider.cleaning.audit import encode
from belta_spider.items import Article, Page
from belta_spider.sources import Reader, find
from tests.factory import corpus

_SMALL, _BIG = 20_000, 180_000
_RIVAL_PAGES = 100
_SEEDS = "fixtures/de/000_30530b0d588a9a9f.txt,fixtures/de/002_a725bc5e62d4edbd.txt"
_BATCH = 50
_encode = msgspec.json.Encoder().encode


def main(pages: int = 20_000, big: int = 1_000, rows: int = 20_000, memory: int = 20_000, **_: int) -> None:
    """Measure and print; the arguments say how many pages of 20 KB, of 180 KB, and rows."""
    with tempfile.TemporaryDirectory(prefix="belta-bench-") as name:
        folder = Path(name)
        sources: dict[str, tuple[Callable[[Path, int], None], int]] = {
            "rows.jsonl": (corpus.write_rows, rows),
            "dumps": (corpus.write_dumps, rows),
            "small.warc.gz": (lambda path, count: corpus.write_warc(path, {_SMALL: count}), pages),
            "big.warc.gz": (lambda path, count: corpus.write_warc(path, {_BIG: count}), big),
        }
        for source, (write, count) in sources.items():
            write(folder / source, count)
            write(folder / f"tenth-{source}", count // 10)
            _source(folder / source, folder / "out")
        _rivals(folder)
        _memory(folder, memory)
        _start_up(folder)


def _source(source: Path, out: Path) -> None:
    print(f"\n{source.name}")
    ideal = _rate(_ideal(_pages(source)))
    pure = _rate(map(_clean, _pages(source)))
    bare = _rate(map(_clean_bare, _pages(source)))
    pool = _rate(_bare_pool(source))
    core, one, two = (_crawl(source, out, *counts) for counts in ((1, 1), (1, 2), (2, 2)))
    _print("bound: read, unpack, parse, encode", ideal)
    _print("pure function, 1 process", pure, ideal)
    _print("the same without the audit", bare, ideal)
    _print("scrapy crawl, 1 core", core, ideal)
    _print("scrapy crawl, 1 worker", one, ideal)
    _print("bare pool of 2", pool)
    _print("scrapy crawl, 2 workers", two, pool)


def _print(name: str, rate: float, against: float | None = None) -> None:
    print(f"  {name:36} {rate:8.0f}/s" + (f"  {rate / against:6.0%}" if against else ""))


def _pages(source: Path) -> Iterator[Page]:
    return (entry for entry in Reader(find(str(source))) if isinstance(entry, Page))


def _rate(results: Iterable[object]) -> float:
    """Results a second, without the first hundred: rules are compiled and models loaded there."""
    iterator = iter(results)
    warm = sum(1 for _ in islice(iterator, 2 * _BATCH))
    gc.collect()
    started = time.perf_counter()
    count = sum(1 for _ in iterator)
    return count / (time.perf_counter() - started) if count else float(warm)


def _ideal(pages: Iterable[Page]) -> Iterator[bytes]:
    """What no cleaner can go below: the page parsed, if it is markup, and a record of its size encoded."""
    from selectolax.lexbor import LexborHTMLParser

    for page in pages:
        if page.is_html:
            body = LexborHTMLParser(page.body).css_first(".js-mediator-article")
            text = body.text() if body else ""
        else:
            text = page.body.decode()
        yield _encode(Article(url=page.url, text=text))


_WITHOUT_AUDIT = Options(audit=False)


def _clean(page: Page) -> bytes:
    cleaned = clean(page)
    return _encode(cleaned.article) + encode(cleaned.audit)


def _clean_bare(page: Page) -> bytes:
    return _encode(clean(page, _WITHOUT_AUDIT).article)


def _clean_batch(batch: list[Page]) -> list[bytes]:
    return [_clean(page) for page in batch]


def _batches(pages: Iterator[Page]) -> Iterator[list[Page]]:
    while batch := list(islice(pages, _BATCH)):
        yield batch


def _bare_pool(source: Path) -> Iterator[bytes]:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for batch in pool.imap(_clean_batch, _batches(_pages(source))):
            yield from batch


def _crawl(source: Path, out: Path, workers: int, cores: int) -> float:
    """Pages a second of a crawl, without what a crawl of a tenth takes: start-up, that of the workers too."""
    tenth, _, left_out = _seconds(source.with_name(f"tenth-{source.name}"), out, workers, cores)
    seconds, _, pages = _seconds(source, out, workers, cores)
    return (pages - left_out) / max(seconds - tenth, 1e-9)


def _seconds(source: Path, out: Path, workers: int, cores: int) -> tuple[float, int, int]:
    """Wall time, memory of the largest process in KiB, and articles of a crawl."""
    out.mkdir(exist_ok=True)
    target = out / "x.jsonl"
    command = [sys.executable, "-c", _MEASURED, str(source), str(target), str(workers), str(cores)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    found = re.search(r"KiB (\d+)", done.stdout)
    with target.open("rb") as file:
        return seconds, int(found[1]) if found else 0, sum(1 for _ in file)


# VmHWM, as the `ru_maxrss` of a process counts what its parent had when it was started.
_MEASURED = """
import os, resource, sys
from pathlib import Path
from scrapy.cmdline import execute
source, target, workers, cores = sys.argv[1:]
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(cores)])
try:
    execute(["scrapy", "crawl", "belta", "-a", f"source={source}", "-O", target, "-s", f"BELTA_WORKERS={workers}"])
except SystemExit:
    pass
own = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print("KiB", max(int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


# What a user would pick instead


def _rivals(folder: Path) -> None:
    for source in ("small.warc.gz", "big.warc.gz"):
        print(f"\nrivals on {source}, 1 process")
        ours = _rate(map(_clean, _pages(folder / source)))
        _print("belta_spider: text, fields, language, audit", ours)
        for name, extract in _extractors().items():
            rate = _rate(map(extract, islice(_pages(folder / source), 2 * _BATCH + _RIVAL_PAGES)))
            print(f"  {name:36} {rate:8.0f}/s  belta_spider is {ours / rate:.1f} times as fast")


def _extractors() -> dict[str, Callable[[Page], object]]:
    """The rivals that are installed: `make bench` sets all of them up."""
    found: dict[str, Callable[[Page], object]] = {}
    import trafilatura

    found["trafilatura, fast, text alone"] = lambda page: trafilatura.bare_extraction(
        page.body, fast=True, with_metadata=False
    )
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found["fastwarc and resiliparse"] = lambda page: extract_plain_text(page.body.decode(), main_content=True)
        from newsplease import NewsPlease

        # Chinese is left out: its tokenizer is an extra of an extra.
        found["news-please"] = lambda page: (
            "//chn." not in (page.url or "")
            and NewsPlease.from_html(page.body.decode(), url=page.url, fetch_images=False)
        )
    except ImportError as error:
        print(f"  left out: {error}")
    return found


# Memory and start-up


def _memory(folder: Path, most: int) -> None:
    print("\nmemory of the largest process, 2 workers")
    count = most // 100
    while count <= most:
        corpus.write_rows(folder / "memory.jsonl", count)
        print(f"  {count:8} rows  {_seconds(folder / 'memory.jsonl', folder / 'out', 2, 2)[1] / 1024:6.0f} MiB")
        count *= 10


def _start_up(folder: Path) -> None:
    print("\nstart-up, the best of five")
    crawl = ["crawl", "belta", "-a", f"source={_SEEDS}", "-O", str(folder / "seeds.jsonl")]
    version, seconds = (min(_wall(arguments) for _ in range(5)) for arguments in (["version"], crawl))
    times = f"{seconds / version:.2f} times"
    print(f"  scrapy version {version:.2f} s, scrapy crawl belta on the two seeds {seconds:.2f} s: {times}")


def _wall(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "scrapy", *arguments], capture_output=True, check=True)
    return time.perf_counter() - started
