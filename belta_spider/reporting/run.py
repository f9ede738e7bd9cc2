"""What a run did, as a file for other programs: `articles.run.json` beside `articles.jsonl`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from belta_spider import stats_keys
from belta_spider.output.replacing import replaced
from belta_spider.version import __version__

OUTCOMES = {0: "ok", 2: "usage", 3: "output", 4: "failed", 5: "gate", 11: "stopped"}
"""A word for each exit code."""


@dataclass
class Coverage:
    """What a live crawl's lists showed, over all days."""

    listed: int = 0
    held: int = 0
    dropped: int = 0
    missing: int = 0


@dataclass
class Run:
    """One run of `scrapy crawl belta`."""

    schema_version: str
    """"1"; keys are added, never renamed"""
    program: str
    """belta_spider/ and its version"""
    arguments: dict[str, str]
    """the spider's arguments, as typed"""
    outputs: list[str]
    """the files that were named, or the default one"""
    started: str
    """RFC 3339, UTC"""
    ended: str
    """RFC 3339, UTC"""
    seconds: float
    """between the two"""
    exit_code: int
    """of the process: 0, 3, 4, 5 or 11"""
    outcome: str
    """a word for the exit code: ok, output, failed, gate, stopped"""
    reason: str
    """Scrapy's word for how it ended: finished, shutdown, ...; empty where it did not say"""
    pages_read: int
    """pages that this run cleaned"""
    pages_held: int
    """pages that the output had dealt with before"""
    pages_pending: int
    """of a run that was stopped: pages that were read and are not yet written"""
    articles: int
    """articles that this run wrote into the first output"""
    errors: int
    """errors that were logged"""
    editions: dict[str, int]
    """articles by edition"""
    languages: dict[str, int]
    """articles by language"""
    flags: dict[str, int]
    """articles by flag"""
    dropped: dict[str, int]
    """pages that are no articles, by reason"""
    not_readable: dict[str, int]
    """pages, records and files that could not be read, by cause"""
    skipped: dict[str, int]
    """records that hold no page of the site, by cause"""
    refreshed: dict[str, int]
    """held articles that were asked for again: changed, unchanged"""
    gates: list[str]
    """the quality gates that fell, in words"""
    drift: list[str]
    """what changed in the site's layout, in words"""
    coverage: Coverage | None
    """of a live crawl: what the lists showed; null of others"""
    output_failure: str | None
    """why the output could not be written; null where it could"""
    kept: str | None
    """outputs that were to start afresh and are as they were; null where there are none"""


def of(stats: Mapping[str, Any], started: datetime, code: int, outputs: list[str], arguments: Mapping[str, str]) -> Run:
    """Return what a run did, from what was counted."""
    ended = datetime.now(UTC)
    gate = stats.get(stats_keys.GATE, "")
    covered = _group(stats, stats_keys.COVERED)
    return Run(
        schema_version="1",
        program=f"belta_spider/{__version__}",
        arguments=dict(arguments),
        outputs=outputs,
        started=_time(started),
        ended=_time(ended),
        seconds=round((ended - started).total_seconds(), 3),
        exit_code=code,
        outcome=OUTCOMES.get(code, "failed"),
        reason=stats.get("finish_reason") or "",
        pages_read=stats.get(stats_keys.PAGES_READ, 0),
        pages_held=stats.get(stats_keys.PAGES_HELD, 0),
        pages_pending=pending(stats),
        articles=stats.get(stats_keys.ARTICLES, stats.get("item_scraped_count", 0)),
        errors=stats.get(stats_keys.ERRORS, 0),
        editions=_group(stats, stats_keys.EDITION),
        languages=_group(stats, stats_keys.LANGUAGE),
        flags=_group(stats, stats_keys.FLAG),
        dropped=_group(stats, stats_keys.DROP),
        not_readable=_group(stats, stats_keys.UNREAD),
        skipped=_group(stats, stats_keys.SKIPPED),
        refreshed=_group(stats, stats_keys.REFRESH),
        gates=gate.split("; ") if gate else [],
        drift=[line.strip() for line in stats.get(stats_keys.DRIFT, ()) if line.strip()],
        coverage=Coverage(**covered) if covered else None,
        output_failure=stats.get(stats_keys.OUTPUT_FAILURE),
        kept=stats.get(stats_keys.KEPT),
    )


def write(run: Run, path: Path) -> None:
    """Put the file in its place at once.

    Raises:
        OSError: it cannot be written; the old one stays.
    """
    with replaced(path) as new:
        new.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")


def pending(stats: Mapping[str, Any]) -> int:
    """Of a run that was stopped: pages that were read and are not yet written."""
    if stats.get("finish_reason") not in {"shutdown", None}:
        return 0
    done = stats.get("item_scraped_count", 0) + stats.get("item_dropped_count", 0)
    refreshed = sum(_group(stats, stats_keys.REFRESH).values())
    return max(0, int(stats.get(stats_keys.PAGES_READ, 0) - done - refreshed))


def _group(stats: Mapping[str, Any], prefix: str) -> dict[str, int]:
    return {key.removeprefix(prefix): value for key, value in sorted(stats.items()) if key.startswith(prefix)}


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
