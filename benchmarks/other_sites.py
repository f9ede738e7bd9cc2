"""Other sites' pages, ours and trafilatura fast, by the measure of scrapinghub's article-extraction-benchmark.

python -m benchmarks.other_sites CHECKOUT [FUNDUS]

Checkouts of github.com/scrapinghub/article-extraction-benchmark, whose pages and measure it takes, and of
github.com/flairNLP/fundus: the pages that its parsers are tested with, and what those must give.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from belta_spider import cleaning
from belta_spider.items import Page
from belta_spider.text.encodings import markup_as_utf8


class Saved(NamedTuple):
    """A page that somebody saved, and the text that it holds."""

    name: str
    data: bytes
    url: str | None
    text: str


def scrapinghub(checkout: Path) -> Iterator[Saved]:
    truth = json.loads((checkout / "ground-truth.json").read_text(encoding="utf-8"))
    for name, wanted in truth.items():
        data = gzip.decompress((checkout / "html" / f"{name}.html.gz").read_bytes())
        yield Saved(name, data, wanted["url"], wanted["articleBody"])


def fundus(checkout: Path) -> Iterator[Saved]:
    """The pages of each publisher, in the order of its expected extractions; some of those have no body."""
    for wanted in sorted((checkout / "tests/resources/parser/test_data").glob("*/*.json")):
        saved = sorted(wanted.parent.glob(f"{wanted.stem}_????_??_??.html.gz"))
        known = json.loads((wanted.parent / "meta.info").read_text(encoding="utf-8"))
        versions = json.loads(wanted.read_text(encoding="utf-8")).values()
        for path, version in zip(saved, versions, strict=True):
            if body := version.get("body"):
                parts = [part for one in body["sections"] for part in (*one["headline"], *one["paragraphs"])]
                text = "\n\n".join([*body["summary"], *parts])
                yield Saved(path.name, gzip.decompress(path.read_bytes()), known[path.name]["url"], text)


def measure(evaluate: Any, pages: Iterator[Saved]) -> None:
    """Print F1, precision and recall of both on these pages."""
    from trafilatura import extract

    options = cleaning.Options(any_site=True)
    scores: dict[str, list[Any]] = {"belta_spider": [], "trafilatura fast": []}
    for page in pages:
        article = cleaning.clean(Page("html", page.name, page.data, is_html=True, url=page.url), options).article
        html = markup_as_utf8(page.data)[0].decode()
        texts = (article.text if article else "", extract(html, include_comments=False, fast=True) or "")
        for extractor, text in zip(scores, texts, strict=True):
            scores[extractor].append(evaluate.string_shingle_matching(true=page.text, pred=text))
    for extractor, found in scores.items():
        figures = {key: round(value, 3) for key, value in evaluate.metrics_from_tp_fp_fns(found).items()}
        print(f"  {extractor:18}{figures} of {len(found)} pages")


def main(checkouts: list[Path]) -> None:
    """Measure each checkout's pages."""
    spec: Any = importlib.util.spec_from_file_location("evaluate", checkouts[0] / "evaluate.py")
    evaluate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(evaluate)
    for read, checkout in zip((scrapinghub, fundus), checkouts, strict=False):
        print(read.__name__)
        measure(evaluate, read(checkout))


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
