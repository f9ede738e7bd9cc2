"""The pages in markup among the fixtures: whose text is exact, and how fast.

    python -m benchmarks extraction

Exact: the text equals the expected one, white space aside. F1: over tokens, each as often as it
stands; a Han character is a token. Speed: the pages of 100 KB and more, each extractor alone, CPU
time; ours with the audit and all fields, but without the language, which no other tells.
"""

from __future__ import annotations

import ctypes
import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import msgspec
import regex

from belta_spider import cleaning
from belta_spider.cleaning import stages
from belta_spider.items import Page
from belta_spider.reporting import golden_files
from belta_spider.text.encodings import markup_as_utf8

_TOKEN = regex.compile(r"\p{Han}|[^\W\p{Han}]+")
_FULL_SIZE = 100_000
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
_GOES = 15
_SECONDS = 0.1
"""Of CPU time that a go takes at least: short ones, as some of them fall between what else the machine does."""


class Fixture(NamedTuple):
    """A page, and the text that must come out."""

    path: Path
    data: bytes
    html: str
    text: str


class Result(NamedTuple):
    """How an extractor did."""

    name: str
    exact: float
    f1: float
    pages_a_second: float


def fixtures() -> list[Fixture]:
    """All pages in markup that are articles."""
    found = []
    for path in sorted(Path("fixtures").glob("*/*.html")):
        expected = golden_files.decode(path.with_name(f"{path.name}.record.json").read_bytes())
        if "record" in expected:
            data = path.read_bytes()
            text = expected["record"]["text"]
            # As text, so that no extractor is judged by its guess at the encoding.
            found.append(Fixture(path, data, markup_as_utf8(data)[0].decode(), text))
    return found


def ours(page: Fixture) -> str:
    article = cleaning.clean(Page("html", str(page.path), page.data, is_html=True)).article
    return article.text if article else ""


def without_language(page: Fixture) -> bytes:
    """All that we do but telling the language, up to the line that is written."""
    draft = stages.remove_chrome(cleaning.begin(Page("html", str(page.path), page.data, is_html=True)))
    if draft is None:
        raise ValueError(f"{page.path} is no article")
    for stage in (stages.read_header, stages.compose_body, stages.finish):
        stage(draft)
    return _encode(draft.article)


_encode = msgspec.json.Encoder().encode


def bare_parse(page: Fixture) -> bytes:
    """What any extractor on selectolax pays at least: the parse, and a line of JSON."""
    from selectolax.lexbor import LexborHTMLParser

    LexborHTMLParser(page.data)
    return _encode({"text": page.text})


def trafilatura_default(page: Fixture) -> str:
    from trafilatura import extract

    return extract(page.html, include_comments=False) or ""


def trafilatura_fast(page: Fixture) -> str:
    from trafilatura import extract

    return extract(page.html, include_comments=False, fast=True) or ""


def newspaper4k(page: Fixture) -> str:
    import newspaper

    edition = page.path.parts[1]
    language = "en" if edition == "zh" else edition  # its Chinese needs a further package
    article = newspaper.Article("https://example.org/", language=language, fetch_images=False)
    article.download(input_html=page.html)
    article.parse()
    return str(article.text)


def resiliparse(page: Fixture) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(page.html, main_content=True))


EXTRACTORS: dict[str, Callable[[Fixture], str]] = {
    "belta_spider": ours,
    "trafilatura": trafilatura_default,
    "trafilatura fast": trafilatura_fast,
    "newspaper4k": newspaper4k,
    "resiliparse": resiliparse,
}


def token_f1(found: str, wanted: str) -> float:
    """The harmonic mean of precision and recall, tokens as often as they stand."""
    one, other = Counter(_TOKEN.findall(found)), Counter(_TOKEN.findall(wanted))
    common = (one & other).total()
    return 2 * common / (one.total() + other.total()) if common else 0.0


def measure(name: str, extract: Callable[[Fixture], str], pages: Iterable[Fixture]) -> Result:
    """Judge one extractor on all pages, and time it on the large ones."""
    pages = list(pages)
    exact, scores = 0, []
    for page in pages:
        found = extract(page)
        exact += found.split() == page.text.split()
        scores.append(token_f1(found, page.text))
    return Result(name, exact / len(pages), sum(scores) / len(pages), speed(extract, _large(pages)))


def _large(pages: list[Fixture]) -> list[Fixture]:
    return [page for page in pages if len(page.data) >= _FULL_SIZE]


def speed(extract: Callable[[Fixture], object], pages: list[Fixture]) -> float:
    """Pages a second of CPU time, the best go: each takes all pages, as often as fits."""
    gc.collect()
    gc.freeze()  # what other extractors have loaded is not this one's to look through
    best = 0.0
    for _ in range(_GOES):
        count, started = 0, time.process_time()
        while (spent := time.process_time() - started) < _SECONDS:
            for page in pages:
                extract(page)
            count += len(pages)
        best = max(best, count / spent)
    return best


def _keep_memory() -> None:
    """Have glibc keep what a parse frees: whether it gives it back after each page is an accident of the heap.

    And then the kernel's work on it takes as long as the parse.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        for parameter in (_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD):
            mallopt(parameter, 32 * 2**20)


def table() -> str:
    """The comparison as a Markdown table, with what it was made of."""
    _keep_memory()
    pages = fixtures()
    large = _large(pages)
    size = sum(len(page.data) for page in large) / len(large) / 1000
    rows = [measure(name, extract, pages) for name, extract in EXTRACTORS.items()]
    lines = [
        f"{len(pages)} pages; pages/s on {len(large)} of {size:.0f} KB on average. "
        + ", ".join(f"{name} {version(name)}" for name in ("trafilatura", "newspaper4k", "resiliparse", "selectolax")),
        "",
        "| extractor | exact text | token F1 | pages/s |",
        "|---|---:|---:|---:|",
        *(f"| {row.name} | {row.exact:.1%} | {row.f1:.3f} | {row.pages_a_second:.0f} |" for row in rows),
        f"| belta_spider without the language | | | {speed(without_language, large):.0f} |",
        f"| selectolax, parse and JSON alone | | | {speed(bare_parse, large):.0f} |",
    ]
    return "\n".join(lines)


def main(**_: int) -> None:
    """Measure and print."""
    print(f"\n{table()}")
