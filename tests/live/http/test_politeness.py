"""How often the site was asked, as the site saw it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response

from belta_spider.live.http import throttle
from tests.conftest import Crawl
from tests.factory.site import ROOT, Site

SLACK = 0.01


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as one:
        one.stories = one.stories[:6]
        yield one


def gaps(site: Site) -> list[float]:
    times = [one.at for one in site.log]
    return [after - before for before, after in pairwise(times)]


async def test_eight_disallowed_requests_at_once_are_all_left_unsent(crawl: Crawl, site: Site) -> None:
    site.robots = "User-agent: *\nDisallow: /\n"
    settings = site.settings | {"CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
    _, stats = await crawl(settings, source="live", editions="de")
    assert site.paths == ["/robots.txt"]
    assert stats["robotstxt/forbidden"] >= 8


@pytest.mark.parametrize("agent", ["*", "belta_spider", "Belta_Spider"])
async def test_what_robots_txt_forbids_us_is_not_fetched(crawl: Crawl, site: Site, agent: str) -> None:
    site.robots = f"User-agent: {agent}\nDisallow: /sport\nDisallow: /*/view/\n\nUser-agent: other\nDisallow: /\n"
    items, _ = await crawl(site.settings, source="live", editions="de")
    assert items == site.fetched == []
    assert "/politics/" in site.paths
    assert "/sport/" not in site.paths


@pytest.mark.parametrize(
    "quirks", [(503, {}, b""), (429, {}, b""), (302, {"Location": "http://10.0.0.1/robots.txt"}, b"")]
)
async def test_an_unreachable_robots_txt_allows_nothing(
    crawl: Crawl, site: Site, quirks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "_BACKOFF", 0.01)
    site.answers["/robots.txt"] = quirks
    items, stats = await crawl(site.settings, source="live", editions="de")
    assert items == []
    assert set(site.paths) == {"/robots.txt"}
    assert stats["belta/unread/robots_unreachable"] == 1


async def test_a_robots_txt_that_is_not_there_allows_all(crawl: Crawl, site: Site) -> None:
    site.answers["/robots.txt"] = (404, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n")
    items, _ = await crawl(site.settings, source="live", editions="de")
    assert len(items) == len(site.stories)


@pytest.mark.parametrize("latency", [0.0, 0.05])
async def test_the_delay_is_kept_between_any_two_requests(
    crawl: Crawl, site: Site, latency: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = site.answer

    def slowly(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        time.sleep(latency if len(site.log) % 2 else 0)
        return answer(path, headers)

    monkeypatch.setattr(site, "answer", slowly)
    await crawl(
        site.settings | {"DOWNLOAD_DELAY": 0.1, "AUTOTHROTTLE_MAX_DELAY": 60},
        source="live",
        editions="de",
        max_pages="12",
    )
    assert len(site.log) >= 12
    assert min(gaps(site)) >= 0.1 - SLACK


async def test_editions_at_one_host_share_its_delay(crawl: Crawl, site: Site) -> None:
    settings = site.settings | {
        "DOWNLOAD_DELAY": 0.1,
        "AUTOTHROTTLE_MAX_DELAY": 60,
        "BELTA_BASE_URLS": {"de": site.base, "en": f"{site.base}/en"},
    }
    await crawl(settings, source="live", editions="de,en", max_pages="12")
    assert {path.startswith("/en/") for path in site.paths} == {True, False}
    assert min(gaps(site)) >= 0.1 - SLACK


async def test_robots_txt_s_crawl_delay_is_kept(crawl: Crawl, site: Site) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 0.2\n"
    await crawl(site.settings, source="live", editions="de", max_pages="6")
    assert min(gaps(site)[1:]) >= 0.2 - SLACK


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", [lambda: "1", lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=4))])
async def test_retry_after_pauses_the_whole_host(
    crawl: Crawl, site: Site, status: int, form: Callable[[], str]
) -> None:
    site.answers["/all_news/"] = (status, {"Retry-After": form()}, b"")
    await crawl(site.settings | {"RETRY_TIMES": 0}, source="live", editions="de")
    place = site.paths.index("/all_news/")
    assert gaps(site)[place] >= 1 - SLACK


async def test_failures_in_a_row_double_the_pause(crawl: Crawl, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_BACKOFF", 0.1)
    site.answers["/robots.txt"] = (500, {}, b"")
    await crawl(site.settings, source="live", editions="de")
    pauses = gaps(site)
    assert len(pauses) == 4
    for number, pause in enumerate(pauses):
        assert 0.1 * 2**number - SLACK <= pause <= 0.15 * 2**number + 0.2


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), (" 7 ", 7.0), ("", None), ("soon", None), ("-1", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert throttle.retry_after(Response("http://a.example", headers={"Retry-After": value})) == seconds


@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM]])
def test_a_signal_during_a_pause_of_a_minute_ends_the_run_soon(site: Site, signals: list[int], tmp_path: Path) -> None:
    site.answers["/all_news/"] = (503, {"Retry-After": "60"}, b"")
    command = [
        *(sys.executable, "-m", "scrapy", "crawl", "belta", "-a", "source=live", "-a", "editions=de"),
        *("-s", "BELTA_CONTACT=desk@example.org", "-s", "DOWNLOAD_DELAY=0", "-o", str(tmp_path / "a.jsonl")),
        *("-s", f"BELTA_BASE_URLS={json.dumps({'de': site.base})}"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            if "/all_news/" in site.paths:
                break
            time.sleep(0.05)
        time.sleep(0.3)
        for number in signals:
            os.kill(process.pid, number)
        started = time.monotonic()
        assert process.wait(20) == 11
        assert time.monotonic() - started < 2
    finally:
        process.kill()
