"""Pages a second by edition, over the fixtures: none is to be slower than a third of the fastest."""

from __future__ import annotations

import time

from belta_spider.cleaning import begin, run
from belta_spider.editions import load
from belta_spider.items import Page
from belta_spider.reporting import golden

_ROUNDS = 5


def main(**_: int) -> None:
    """Measure and print: text dumps alone, each round over all of an edition's."""
    rates = {code: _rate(list(golden.pages(f"fixtures/{code}"))) for code in load().by_code}
    fastest = max(rates.values())
    print("\npages a second by edition, text dumps, 1 process")
    for code, rate in rates.items():
        print(f"  {code}  {rate:8.0f}/s  {rate / fastest:6.0%} of the fastest")


def _rate(pages: list[Page]) -> float:
    """Pages a second of the best round; the first, which compiles the rules, does not count."""
    texts = [page for page in pages if not page.is_html]
    seconds = [_seconds(texts) for _ in range(1 + _ROUNDS)]
    return len(texts) / min(seconds[1:])


def _seconds(pages: list[Page]) -> float:
    started = time.perf_counter()
    for page in pages:
        run(begin(page))
    return time.perf_counter() - started
