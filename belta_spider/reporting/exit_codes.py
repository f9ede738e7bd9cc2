"""The exit code of a run, from what was counted of it: by Scrapy, or by a job on a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from belta_spider import stats_keys

OK, USAGE, OUTPUT, FAILED, GATE, STOPPED = 0, 2, 3, 4, 5, 11
_UNFINISHED = frozenset({"start_error", "memusage_exceeded", "closespider_errorcount"})
_UNKNOWN_LAYOUT = ("generic_extraction", "unknown_chrome")


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
