"""What a request of a live crawl that brought no page means: a refusal for good, or a failure for now."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from belta_spider import stats_keys
from belta_spider.live.http.download import NOT_MODIFIED
from belta_spider.live.http.guard import Refused
from belta_spider.live.http.robots import Disallowed
from belta_spider.text.printable import one_line

logger = logging.getLogger(__name__)

MOVED = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
_CAUSES = {
    "CannotResolveHostError": "no_address",
    "DownloadTimeoutError": "timeout",
    "DownloadCancelledError": "too_large",
    "IgnoreRequest": "too_large",  # unpacked
    "ResponseDataLossError": "cut_short",
    "EOFError": "cut_short",  # before anything could be unpacked
}


def failure_of(response: Response) -> Any:
    """What an errback gets where the answer is no success: Scrapy's own way counts each as a failed page."""
    if 200 <= response.status < 300 or response.status == NOT_MODIFIED:
        return None
    failure: Any = Failure(HttpError(response))
    failure.request = response.request
    return failure


def status_of(failure: Any) -> int | None:
    return failure.value.response.status if failure.check(HttpError) else None


def refusal(failure: Any) -> str | None:
    """Why asking again now would bring nothing, None where it might."""
    if failure.check(Disallowed):
        return "robots"
    if failure.check(Refused):
        return "other_site"
    return "error_page" if status_of(failure) in GONE else None


def report(failure: Any, stats: Any) -> str:
    """Count and name what could not be fetched; return the cause."""
    status = status_of(failure)
    cause = f"http_{status}" if status else _CAUSES.get(type(failure.value).__name__, "no_connection")
    stats.inc_value(f"{stats_keys.UNREAD}{cause}")
    why = f"HTTP {status}" if status else one_line(failure.value)
    logger.warning("cannot fetch %s: %s", one_line(failure.request.url), why)
    return cause
