"""Other sites' pages, ours and trafilatura fast, by the measure of scrapinghub's article-extraction-benchmark.

python -m benchmarks.other_sites CHECKOUT     # of github.com/scrapinghub/article-extraction-benchmark
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from belta_spider import cleaning
from belta_spider.items import Page
from belta_spider.text.encodings import markup_as_utf8


def main(checkout: Path) -> None:
    """Measure and print F1, precision and recall."""
    from trafilatura import extract

    spec: Any = importlib.util.spec_from_file_location("evaluate", checkout / "evaluate.py")
    measure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measure)
    options = cleaning.Options(any_site=True)
    scores: dict[str, list[Any]] = {"belta_spider": [], "trafilatura fast": []}
    truth = json.loads((checkout / "ground-truth.json").read_text(encoding="utf-8"))
    for name, wanted in truth.items():
        data = gzip.decompress((checkout / "html" / f"{name}.html.gz").read_bytes())
        article = cleaning.clean(Page("html", name, data, is_html=True, url=wanted["url"]), options).article
        html = markup_as_utf8(data)[0].decode()
        texts = (article.text if article else "", extract(html, include_comments=False, fast=True) or "")
        for extractor, text in zip(scores, texts, strict=True):
            scores[extractor].append(measure.string_shingle_matching(true=wanted["articleBody"], pred=text))
    for extractor, found in scores.items():
        print(extractor, {key: round(value, 3) for key, value in measure.metrics_from_tp_fp_fns(found).items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
