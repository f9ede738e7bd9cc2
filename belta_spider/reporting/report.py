"""The report: one HTML file that says what a crawl did, and shows each cut line beside its rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from belta_spider.editions import Editions, load
from belta_spider.items import DUPLICATE, Article, Removal
from belta_spider.output import ledger, reading
from belta_spider.output.replacing import replaced
from belta_spider.output.revisions import Captures
from belta_spider.reporting.sample import Sample
from belta_spider.reporting.statistics import Statistics


@dataclass
class Report:
    """What a report was made of."""

    counts: Statistics
    shown: int
    missing: list[str]
    bad: list[reading.BadLine]


def default_target(source: Path) -> Path:
    """`articles.report.html` beside `articles.jsonl.gz`."""
    return source.with_name(f"{source.name.partition('.jsonl')[0]}.report.html")


def write(source: Path, target: Path, asked: Iterable[str] = (), editions: Editions | None = None) -> Report:
    """Write the report of an output, and of what stands beside it; `asked` are ids that it must show.

    Raises:
        OSError: it cannot be written.
    """
    from belta_spider.reporting.page import render
    from belta_spider.reporting.views import views_of

    bad: list[reading.BadLine] = []
    counts, sample = Statistics(), Sample(asked)
    captures = Captures(source, bad)
    for article, is_newest in captures.marked():
        counts.add(article, is_newest=is_newest)
        if is_newest:
            sample.add(article)
    shown = sample.articles()
    removals = _removals_of(shown, reading.audit(source, bad), counts)
    has_audit = ledger.audit_path(source).is_file()
    with replaced(target) as new:
        views = views_of(source, Captures(source, []), editions or load())
        page = render(source.name, counts, shown, removals, has_audit=has_audit, views=views)
        new.write_text(page, encoding="utf-8", errors="replace")
    return Report(counts, len(shown), sample.missing, bad)


def _removals_of(shown: list[Article], audit: Iterable[Removal], counts: Statistics) -> dict[str, list[Removal]]:
    """Count the audit, and keep of it what is about the captures shown."""
    kept: dict[str, list[Removal]] = {article.id: [] for article in shown}
    pages = {(article.id, article.source.uri, article.source.record) for article in shown}
    for removal in audit:
        counts.add_removal(removal)
        if removal.rule != DUPLICATE and (removal.id, removal.uri, removal.record) in pages:
            kept[str(removal.id)].append(removal)
    return kept
