"""How a run went: its exit code, and a file for other programs, `articles.run.json` beside `articles.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from belta_spider import stats_keys
from belta_spider.output.replacing import replaced
from belta_spider.version import __version__

OK, USAGE, OUTPUT, FAILED, GATE, STOPPED = 0, 2, 3, 4, 5, 11  # the contract; docs/exit-codes.md says when
_UNFINISHED = frozenset({"start_error", "memusage_exceeded", "closespider_errorcount"})
_UNKNOWN_LAYOUT = ("generic_extraction", "unknown_chrome")
OUTCOMES = {OK: "ok", USAGE: "usage", OUTPUT: "output", FAILED: "failed", GATE: "gate", STOPPED: "stopped"}
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


def exit_code(stats: Mapping[str, Any]) -> int:
    """The exit code of a run, from what Scrapy, the spider and the outputs counted."""
    if stats.get(stats_keys.OUTPUT_FAILURE) or _counted(stats, "feedexport/failed_count/"):
        return OUTPUT
    reason = stats.get("finish_reason")
    if reason in {"shutdown", None}:
        return STOPPED
    counts = ("spider_exceptions/count", stats_keys.ERRORS, "httperror/response_ignored_count")
    if reason in _UNFINISHED or any(map(stats.get, counts)) or _counted(stats, stats_keys.UNREAD):
        return FAILED
    return GATE if stats.get(stats_keys.GATE) else OK


def nothing_came(stats: Mapping[str, Any]) -> bool:
    """Whether sites were asked for pages, and had none: one that is not there may be, all of them are a failure."""
    asked = stats.get("downloader/request_count", 0) - stats.get("robotstxt/request_count", 0)
    return bool(asked > 0 and _succeeded(stats, "downloader") <= _succeeded(stats, "robotstxt"))


def _succeeded(stats: Mapping[str, Any], of: str) -> int:
    """Answers of 200 to 299, and 304."""
    prefix = f"{of}/response_status_count/"
    statuses = {key.removeprefix(prefix): count for key, count in stats.items() if key.startswith(prefix)}
    return sum(count for status, count in statuses.items() if status.startswith("2") or status == "304")


def _counted(stats: Mapping[str, Any], prefix: str) -> bool:
    return any(key.startswith(prefix) for key in stats)


def failed_gates(stats: Mapping[str, Any], least: int, most: float) -> Iterator[str]:
    """Say which gates a run fell at: fewer articles than `least`, a greater share of unknown layout than `most`;
    or that a live crawl saw drift.

    Articles that the output held already count too, so that a run that goes on after a stop can pass.
    """
    new = stats.get(stats_keys.ARTICLES, stats.get("item_scraped_count", 0))
    articles = new + stats.get(stats_keys.PAGES_HELD, 0)
    if articles < least:
        yield f"{articles} articles, and BELTA_MIN_ARTICLES is {least}"
    unknown = max(stats.get(f"{stats_keys.FLAG}{flag}", 0) for flag in _UNKNOWN_LAYOUT)
    if new and unknown / new > most:
        yield f"{unknown} of {new} articles from pages of unknown layout, and BELTA_MAX_UNKNOWN is {most:g}"
    if stats.get(stats_keys.DRIFT):
        yield "the site's layout has changed"
