"""The report: one HTML file that says what a crawl did, and shows each cut line beside its rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from belta_spider.editions import Editions, load
from belta_spider.items import DUPLICATE, Article, Removal
from belta_spider.output import ledger, reading
from belta_spider.output.replacing import replaced
from belta_spider.output.revisions import Captures
from belta_spider.output.unread import unread_path
from belta_spider.reporting.report.census import Census, Made
from belta_spider.reporting.report.findings import Seen
from belta_spider.reporting.report.sample import Sample
from belta_spider.reporting.report.views import Views, views_of
from belta_spider.reporting.statistics import Statistics, TopTexts


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
    from belta_spider.reporting.report.page import render

    bad: list[reading.BadLine] = []
    counts, sample = Statistics(), Sample(asked)
    census = Census(counts)
    captures = Captures(source, bad)
    for article, is_newest in captures.marked():
        counts.add(article, is_newest=is_newest)
        census.add(article, is_newest=is_newest)
        if is_newest:
            sample.add(article)
    shown = sample.articles()
    removals = _removals_of(shown, reading.audit(source, bad), counts, census)
    with replaced(target) as new:
        views = views_of(source, captures.again(), editions or load())
        seen = _seen(counts, census, views, len(bad) + _lines_of(unread_path(source)))
        page = render(census, shown, removals, views, seen, _made(source, census))
        new.write_text(page, encoding="utf-8", errors="replace")
    return Report(counts, len(shown), sample.missing, bad)


def _removals_of(
    shown: list[Article], audit: Iterable[Removal], counts: Statistics, census: Census
) -> dict[str, list[Removal]]:
    """Count the audit, and keep of it what is about the captures shown."""
    kept: dict[str, list[Removal]] = {article.id: [] for article in shown}
    pages = {(article.id, article.source.uri, article.source.record) for article in shown}
    for removal in audit:
        counts.add_removal(removal)
        census.add_removal(removal)
        if removal.rule != DUPLICATE and (removal.id, removal.uri, removal.record) in pages:
            kept[str(removal.id)].append(removal)
    return kept


def _seen(counts: Statistics, census: Census, views: Views, unread: int) -> Seen:
    return Seen(
        articles=counts.articles,
        pages=counts.pages,
        days=counts.by_edition,
        flags=counts.flags,
        monthly=census.monthly,
        drops=counts.drops,
        unknown=_pairs(counts.unknown),
        titles=[(text, number) for text, number, _ in counts.odd_titles[:1]],
        edges=_pairs(counts.edges),
        doubles=sum(one.times for one in census.double.values()),
        edited=views.edited,
        silent=views.silent,
        unread=unread,
        producers=len(counts.producers),
    )


def _pairs(texts: TopTexts) -> list[tuple[str, int]]:
    return [(text, number) for text, number, _ in texts.most_common(1)]


def _lines_of(path: Path) -> int:
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _made(source: Path, census: Census) -> Made:
    """When and of what a report is made; the times are the files', so that equal files give an equal report."""
    status = source.stat()
    written = datetime.fromtimestamp(status.st_mtime, UTC).strftime("%Y-%m-%d %H:%M UTC")
    has_audit = ledger.audit_path(source).is_file()
    return Made(source.name, has_audit, written, status.st_size, *census.captured)
