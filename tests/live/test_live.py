"""Whole live crawls of a site on loopback, in-process."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import msgspec
import pytest
import zstandard
from scrapy.exceptions import UsageError

from belta_spider.changes.collect import Changes, collect
from belta_spider.editions import load
from belta_spider.editions.dates import MINSK
from belta_spider.live import again, coverage
from belta_spider.live.http import throttle
from belta_spider.live.state import ArticleState
from tests.conftest import Crawl
from tests.factory.site import NEWEST, ROOT, Site, ago

QUIRKS = (
    "",
    "feed_slash",
    "no_feed",
    "lists_repeat",
    "day_ignored",
    "onclick",
    "soft_404",
    "no_days",
    "no_lists",
    "robots_404",
    "reset_once",
    "cut_once",
    "busy_once",
    "lists_repeat soft_404 no_feed",
)
PACKED = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_BACKOFF", 0.01)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as one:
        yield one


def feeds(folder: Path) -> dict[str, Any]:
    return {"FEEDS": {str(folder / "a.jsonl"): {"format": "jsonl"}}}


def records(folder: Path, name: str = "a.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def ids(site: Site) -> list[str]:
    return sorted(f"{site.code}-{one.number}-{one.moment.year}" for one in site.stories)


@pytest.mark.parametrize("quirks", QUIRKS)
async def test_every_article_is_found_and_fetched_once(crawl: Crawl, quirks: str) -> None:
    with Site(quirks=frozenset(quirks.split()), pause=0) as site:
        bounds = {"since": ago(20)} if "no_lists" in quirks else {}
        items, stats = await crawl(site.settings, source="live", editions="de", **bounds)
    assert sorted(item.id for item in items) == ids(site)
    broken = {"reset_once", "cut_once", "busy_once"} & set(quirks.split())
    assert len(site.fetched) == len(set(site.fetched)) + len(site.failed)
    assert bool(site.failed) == bool(broken)
    assert stats["finish_reason"] == "finished"
    assert not [key for key in stats if key.startswith("belta/unread")]


async def test_neighbours_lead_to_what_lists_do_not_show(crawl: Crawl) -> None:
    with Site(quirks=frozenset({"no_lists", "no_days"})) as site:
        items, _ = await crawl(site.settings, source="live", editions="de")
    assert sorted(item.id for item in items) == ids(site)


async def test_a_record_says_where_it_came_from(crawl: Crawl, site: Site) -> None:
    items, _ = await crawl(site.settings, source="live", editions="de")
    item = next(item for item in items if item.id == f"de-65400-{NEWEST.year}")
    story = site.stories[0]
    assert item.url == f"https://deu.belta.by{story.path}"
    assert (item.source.kind, item.source.uri) == ("live", f"{site.base}{story.path}")
    assert (item.title, item.text) == (story.title, "\n\n".join(story.paragraphs))
    assert item.date_published == f"{story.moment.isoformat()}+03:00"
    assert item.captured_at.endswith("Z")


async def test_since_and_until_bound_what_is_written_and_fetched(crawl: Crawl, site: Site) -> None:
    items, _ = await crawl(site.settings, source="live", editions="de", since=ago(5), until=ago(3))
    days = {item.date_published[:10] for item in items}
    assert days == {ago(5), ago(4), ago(3)}
    assert len(items) == 6
    assert len(site.fetched) <= 8  # one neighbour on either side


async def test_what_sections_leave_out_is_not_asked_for_and_a_later_run_may_ask(
    crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    settings = site.settings | feeds(tmp_path)
    sections = Counter(story.section for story in site.stories)
    chosen = sections.most_common()[-1][0]
    assert 0 < sections[chosen] < len(site.stories)
    items, stats = await crawl(settings, source="live", editions="de", sections=chosen)
    assert {item.section for item in items} == {chosen}
    assert len(items) == sections[chosen]
    assert {path.split("/")[1] for path in site.fetched} == {chosen}
    assert not {f"/{slug}/" for slug in site.slugs if slug != chosen} & set(site.paths)
    assert "belta/drop/outside_sections" not in stats
    assert stats["belta/covered/missing"] == 0
    site.log.clear()
    assert (await crawl(settings, source="live", editions="de", sections=chosen))[0] == site.fetched == []
    assert sum(path.startswith("/all_news/page/") for path in site.paths if "?" not in path) <= len(site.stories) // 4
    items, _ = await crawl(settings, source="live", editions="de")
    assert sorted(one["id"] for one in records(tmp_path)) == ids(site)
    assert len(items) == len(site.stories) - sections[chosen]


async def test_what_was_fetched_and_is_outside_the_sections_is_counted_and_in_the_audit(
    crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    story = site.stories[0]
    moved = story.path.replace(f"/{story.section}/", "/moved/", 1)
    site.answers[story.path] = (301, {"Location": f"{site.base}{moved}"}, b"")
    site.answers[moved] = site._article(0, {})
    given = {"source": "live", "editions": "de", "sections": story.section}
    items, stats = await crawl(site.settings | feeds(tmp_path), **given)
    assert all(item.section == story.section for item in items)
    assert stats["belta/drop/outside_sections"] == 1
    lines = [one for one in records(tmp_path, "a.audit.jsonl") if one["rule"] == "drop.outside_sections"]
    assert [(one["id"], one["uri"]) for one in lines] == [(None, f"{site.base}{moved}")]


async def test_since_stops_paging(crawl: Crawl, site: Site) -> None:
    await crawl(site.settings, source="live", editions="de", since=ago(1))
    assert "/all_news/page/2/" in site.paths
    assert "/all_news/page/3/" not in site.paths


async def test_a_second_run_fetches_lists_only(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path)
    await crawl(settings, source="live", editions="de")
    first = (tmp_path / "a.jsonl").read_bytes()
    site.log.clear()
    items, stats = await crawl(settings, source="live", editions="de")
    assert items == site.fetched == []
    assert stats["belta/pages/held"] > 0
    assert (tmp_path / "a.jsonl").read_bytes() == first
    assert "/all_news/page/2/" not in site.paths  # nothing new on the first


async def test_a_later_run_fetches_what_is_new_alone(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path)
    fresh, site.stories = site.stories[:7], site.stories[7:]
    await crawl(settings, source="live", editions="de")
    site.stories = fresh + site.stories
    site.log.clear()
    items, _ = await crawl(settings, source="live", editions="de")
    assert sorted(site.fetched) == sorted(one.path for one in fresh)
    assert len(items) == 7
    assert sorted(one["id"] for one in records(tmp_path)) == ids(site)


async def test_a_run_cut_short_is_made_up_for(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path)
    reasons = [(await crawl(settings, source="live", editions="de", max_pages="8"))[1]["finish_reason"] for _ in "12"]
    assert reasons == ["closespider_pagecount"] * 2
    assert 0 < len(records(tmp_path)) < len(site.stories)
    await crawl(settings, source="live", editions="de")
    assert sorted(one["id"] for one in records(tmp_path)) == ids(site)
    assert len(site.fetched) == len(set(site.fetched))


async def test_an_earlier_since_fetches_what_lies_between(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path)
    for since in (ago(2), ago(5)):
        await crawl(settings, source="live", editions="de", since=since)
        assert min(one["date_published"][:10] for one in records(tmp_path)) == since
    assert len(records(tmp_path)) == 12


async def test_a_stretch_that_until_left_out_is_not_forgotten(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path)
    await crawl(settings, source="live", editions="de", since=ago(1))
    await crawl(settings, source="live", editions="de", since=ago(6), until=ago(4))
    await crawl(settings, source="live", editions="de", since=ago(6))
    assert len(records(tmp_path)) == 14


async def test_until_does_not_take_newer_pages_for_known_ones(crawl: Crawl, tmp_path: Path) -> None:
    with Site(quirks=frozenset({"day_ignored", "no_feed", "no_sections"}), count=26) as site:
        settings = site.settings | feeds(tmp_path)
        fresh, site.stories = site.stories[:20], site.stories[20:]
        await crawl(settings, source="live", editions="de")
        site.stories = fresh + site.stories
        await crawl(settings, source="live", editions="de", until=ago(6))
    assert sorted(one["id"] for one in records(tmp_path)) == ids(site)[: 26 - 12]


async def test_a_backfill_in_small_pieces_comes_to_its_end(crawl: Crawl, tmp_path: Path) -> None:
    """Each piece goes on where the one before was stopped, though each day brings new articles on top."""
    settings = feeds(tmp_path)
    with Site(quirks=frozenset({"day_ignored", "no_feed", "no_sections"}), count=26) as site:
        everything = list(site.stories)
        for piece in range(10):
            site.stories = everything[max(0, 4 - piece) :]
            await crawl(site.settings | settings, source="live", editions="de", max_pages="18")
            if len(records(tmp_path)) == len(everything):
                break
    assert sorted(one["id"] for one in records(tmp_path)) == ids(site)
    assert len(site.fetched) == len(set(site.fetched))
    assert [site.paths.count(f"/all_news/page/{number}/") for number in (3, 4, 5, 6)] == [1, 1, 1, 1]


async def test_refresh_writes_a_changed_article_again_and_no_other(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path)
    await crawl(settings, source="live", editions="de")
    before = (tmp_path / "a.jsonl").read_bytes()
    site.log.clear()
    items, stats = await crawl(settings, source="live", editions="de", refresh="9999d")
    assert items == []
    assert stats["belta/refresh/unchanged"] == stats["downloader/response_status_count/304"] == len(site.stories)
    changed = site.change(3, paragraphs=("Ein neuer Absatz steht nun hier, und er ist lang genug für die Sprache.",))
    items, stats = await crawl(settings, source="live", editions="de", refresh="9999d")
    assert [item.text for item in items] == list(changed.paragraphs)
    assert stats["belta/refresh/changed"] == 1
    after = (tmp_path / "a.jsonl").read_bytes()
    assert after.startswith(before)
    last = records(tmp_path)[-1]
    first = next(one for one in records(tmp_path) if one["id"] == last["id"])
    assert last["captured_at"] >= first["captured_at"]
    audit = records(tmp_path, "a.audit.jsonl")
    assert not [one for one in audit if one["rule"] == "duplicate.capture"]
    items, _ = await crawl(settings, source="live", editions="de", refresh="9999d")
    assert items == []


async def test_refresh_without_validators_compares_the_articles(crawl: Crawl, tmp_path: Path) -> None:
    with Site(quirks=frozenset({"no_validators"})) as site:
        settings = site.settings | feeds(tmp_path)
        await crawl(settings, source="live", editions="de")
        site.change(3, title="Ein anderer Titel")
        items, stats = await crawl(settings, source="live", editions="de", refresh="9999d")
    assert [item.title for item in items] == ["Ein anderer Titel"]
    assert stats["belta/refresh/unchanged"] == len(site.stories) - 1


async def test_only_articles_younger_than_refresh_are_looked_at_again(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path)
    await crawl(settings, source="live", editions="de")
    site.log.clear()
    now = datetime.now(MINSK).replace(tzinfo=None)
    await crawl(settings, source="live", editions="de", refresh="72h")
    assert sorted(site.fetched) == sorted(one.path for one in site.stories if one.moment > now - timedelta(hours=72))


async def test_coverage_tells_what_is_held_dropped_and_missing(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path) | {"RETRY_TIMES": 0}
    gone, broken, elsewhere, secret = (one.path for one in site.stories[:4])
    site.answers[gone] = (404, {}, b"")
    site.answers[broken] = (500, {}, b"")
    site.answers[elsewhere] = (302, {"Location": "https://example.org/"}, b"")
    site.robots = f"User-agent: belta_spider\nDisallow: {secret}\n"
    _, stats = await crawl(settings, source="live", editions="de")
    rows = records(tmp_path, "a.coverage.jsonl")
    assert sum(row["listed"] for row in rows) == len(site.stories)
    assert sum(row["held"] for row in rows) == len(site.stories) - 4
    dropped = {reason: count for row in rows for reason, count in row["dropped"].items()}
    assert dropped == {"error_page": 1, "other_site": 1, "robots": 1}
    assert [url for row in rows for url in row["missing"]] == [f"https://deu.belta.by{broken}"]
    assert stats["belta/unread/http_500"] == 1
    assert secret not in site.paths
    del site.answers[broken]
    site.log.clear()
    items, _ = await crawl(settings, source="live", editions="de", missing="1")
    assert site.paths == ["/robots.txt", gone, broken]  # what is not there may be there later
    assert [item.id for item in items] == [f"de-65399-{site.stories[1].moment.year}"]
    assert not any(row["missing"] for row in records(tmp_path, "a.coverage.jsonl"))


async def test_a_front_page_at_an_article_s_address_is_asked_for_again_less_and_less_often(
    crawl: Crawl, tmp_path: Path
) -> None:
    with Site(quirks=frozenset({"soft_404"})) as site:
        path = site.stories[2].path
        site.answers[path] = site.answer("/nirgends/", {})
        settings = site.settings | feeds(tmp_path)
        items, stats = await crawl(settings, source="live", editions="de")
        assert len(items) == len(site.stories) - 1
        assert sum(value for key, value in stats.items() if key.startswith("belta/drop/")) == 1
        for _ in range(2):
            await crawl(settings, source="live", editions="de")
        assert site.paths.count(path) == 2
        del site.answers[path]
        items, _ = await crawl(settings, source="live", editions="de", missing="1")
        assert len(items) == 1


NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_what_may_pass_is_asked_for_for_a_week_and_is_gone_then() -> None:
    known = ArticleState("https://deu.belta.by/society/view/a-1-2026", "de-1-2026", outcome="dropped/notice")
    waits = []
    while not again.is_gone(known):
        known = msgspec.structs.replace(
            known,
            **again.after(known, "dropped/notice"),
        )
        known = msgspec.structs.replace(known, tried=NOW.isoformat())
        hours = (one / 4 for one in range(4 * 24 * 8))
        waits.append(
            next((one for one in hours if again.may_ask(known, NOW + timedelta(hours=one), insists=False)), None)
        )
        assert again.may_ask(known, NOW, insists=True) is not again.is_gone(known)
    assert waits == [0, 0.25, 1, 4, 12, 24, 48, 72, None]
    assert coverage.table([known], lambda _: False)[0].dropped == {"gone": 1}


def cut_answer(how: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """An answer that ends three fifths into its body: its packing, its length, its chunks, or its shape alone tell."""
    size, close = len(body) * 3 // 5, {"Connection": "close"}
    if how in PACKED:
        packed = PACKED[how](body)
        return 200, {"Content-Encoding": how}, packed[: len(packed) * 3 // 5]
    return {
        "206": (206, {"Content-Range": f"bytes 0-{size - 1}/{len(body)}"}, body[:size]),
        "length": (200, close | {"Content-Length": str(len(body))}, body[:size]),
        "chunks": (
            200,
            close | {"Transfer-Encoding": "chunked", "Content-Length": ""},
            b"%x\r\n%b\r\n" % (size, body[:size]),
        ),
        "shape": (200, close | {"Content-Length": ""}, body[:size]),
    }[how]


@pytest.mark.parametrize("how", ["gzip", "deflate", "br", "zstd", "206", "length", "chunks", "shape"])
async def test_a_cut_body_is_flagged_asked_for_again_and_replaced_by_a_whole_one(
    crawl: Crawl, site: Site, tmp_path: Path, how: str
) -> None:
    path, settings = site.stories[2].path, site.settings | feeds(tmp_path)
    _, headers, body = site.answer(path, {})
    status, own, cut = cut_answer(how, body)
    site.answers[path] = (status, headers | own, cut)
    items, _ = await crawl(settings, source="live", editions="de")
    identity = f"de-65398-{site.stories[2].moment.year}"
    assert [item.flags for item in items if item.id == identity] in ([["truncated"]], [])  # none where nothing came
    assert site.paths.count(path) == 2
    again_cut, _ = await crawl(settings, source="live", editions="de")
    assert again_cut == []
    del site.answers[path]
    items, _ = await crawl(settings, source="live", editions="de", missing="1")
    assert [(item.flags, len(item.text)) for item in items] == [([], len(items[0].text))]
    assert (await crawl(settings, source="live", editions="de", missing="1"))[0] == []


async def test_an_article_that_is_redirected_is_found_once_or_said_to_be_elsewhere(
    crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    """Scrapy's own way would lose what is redirected to an address that was asked for before."""
    paths = [one.path for one in site.stories]
    there = f"/sport/view/elsewhere-65399-{site.stories[1].moment.year}"
    moved: list[tuple[str, str]] = [
        (paths[0], f"{paths[3]}/"),  # to another article, which is listed too
        (paths[1], there),  # the same one under another name
        (paths[4], f"http://m.deu.belta.by{paths[5]}"),  # under the site's own name: the base stands in for it
        (paths[6], paths[6]),
        (paths[7], "/"),
        (paths[8], "http://["),
        ("/sport/", "/all_news/"),
        ("/society/", "https://deu.belta.by/all_news/page/2/"),
    ]
    settings = site.settings | feeds(tmp_path) | {"RETRY_TIMES": 0}
    site.answers[there] = site.answer(paths[1], {})
    site.answers |= {path: (301, {"Location": target}, b"") for path, target in moved}
    items, stats = await crawl(settings, source="live", editions="de")
    expected = [one for one in ids(site) if int(one.split("-")[1]) not in {65400, 65396, 65394, 65393, 65392}]
    assert sorted(item.id for item in items) == expected
    assert [site.paths.count(path) for path in (paths[3], paths[5], there, "/all_news/page/2/")] == [1, 1, 1, 2]
    rows = records(tmp_path, "a.coverage.jsonl")
    assert [url for row in rows for url in row["missing"]] == [f"https://deu.belta.by{paths[6]}"]
    dropped = sum((Counter(row["dropped"]) for row in rows), Counter())
    assert dropped == {"moved": 2, "front_page": 1, "other_site": 1}
    assert stats["belta/drop/moved"] == 2
    assert stats["belta/unread/http_301"] == 1
    assert all(row["day"] for row in rows)


async def test_overwriting_the_output_forgets_what_was_dropped(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    path = site.stories[2].path
    site.answers[path] = (404, {}, b"")
    await crawl(site.settings | feeds(tmp_path), source="live", editions="de")
    site.answers.clear()
    fresh = {"FEEDS": {str(tmp_path / "a.jsonl"): {"format": "jsonl", "overwrite": True}}}
    items, _ = await crawl(site.settings | fresh, source="live", editions="de")
    assert len(items) == len(site.stories)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"refresh": "3d"}, "source=live"),
        ({"source": "live", "editions": "xx"}, "unknown edition"),
        ({"source": "live", "since": "April"}, "since=April"),
        ({"source": "live", "sence": "2024-04-01"}, "unknown argument"),
    ],
)
async def test_wrong_use_is_refused(crawl: Crawl, arguments: dict[str, str], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        await crawl({"BELTA_CONTACT": "desk@example.org"}, **arguments)


async def test_no_live_crawl_without_a_contact(crawl: Crawl, site: Site) -> None:
    with pytest.raises(UsageError, match="BELTA_CONTACT"):
        await crawl(site.settings | {"BELTA_CONTACT": ""}, source="live", editions="de")
    assert site.log == []


async def test_the_contact_goes_into_the_user_agent_and_nothing_personal_goes_along(crawl: Crawl, site: Site) -> None:
    site.answers["/sport/"] = (200, {"Set-Cookie": "a=b"}, site.answer("/sport/", {})[2])
    await crawl(site.settings, source="live", editions="de")
    assert all("(+desk@example.org)" in one.headers["User-Agent"] for one in site.log)
    assert not [one for one in site.log if {"Cookie", "Referer", "Authorization"} & one.headers.keys()]


@pytest.mark.parametrize(
    ("pause", "packed", "cause"), [(0.3, False, "timeout"), (0.0, False, "too_large"), (0.0, True, "too_large")]
)
async def test_a_body_without_an_end_costs_one_article(
    crawl: Crawl, site: Site, pause: float, packed: bool, cause: str
) -> None:
    path = site.stories[2].path
    if packed:
        site.answers[path] = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(3 * 2**20)))
    else:
        site.endless[path] = pause
    limits = {"DOWNLOAD_TIMEOUT": 2, "DOWNLOAD_MAXSIZE": 2**20, "RETRY_TIMES": 0}
    items, stats = await crawl(site.settings | limits, source="live", editions="de")
    assert len(items) == len(site.stories) - 1
    assert stats[f"belta/unread/{cause}"] == 1


@pytest.mark.parametrize("verified", [True, False])
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    crawl: Crawl, site: Site, verified: bool, tmp_path: Path
) -> None:
    site.encrypt(tmp_path)
    settings = site.settings if verified else site.settings | {"DOWNLOAD_VERIFY_CERTIFICATES": False}
    items, _ = await crawl(settings | {"RETRY_TIMES": 0}, source="live", editions="de")
    assert len(items) == (0 if verified else len(site.stories))
    assert bool(site.log) is not verified


async def test_a_limit_in_minutes_ends_a_pause(crawl: Crawl, site: Site) -> None:
    site.answers["/all_news/"] = (503, {"Retry-After": "60"}, b"")
    settings = site.settings | {"CLOSESPIDER_TIMEOUT": 1}
    _, stats = await crawl(settings, source="live", editions="de")
    assert stats["finish_reason"] == "closespider_timeout"
    assert stats["elapsed_time_seconds"] < 3


async def test_two_editions_are_crawled_side_by_side(crawl: Crawl, tmp_path: Path) -> None:
    with Site("de") as german, Site("en") as english:
        bases = {"BELTA_BASE_URLS": {"de": german.base, "en": english.base}}
        items, _ = await crawl(german.settings | bases, source="live", editions="de,en")
    assert sorted(item.id for item in items) == sorted(ids(german) + ids(english))


@pytest.mark.parametrize(
    ("contact", "robots", "code"),
    [("desk@example.org", 200, 0), ("", 200, 2), ("desk", 200, 2), ("desk@example.org", 503, 4)],
)
def test_the_exit_code_tells_how_a_live_crawl_went(
    site: Site, contact: str, robots: int, code: int, tmp_path: Path
) -> None:
    site.answers["/robots.txt"] = (robots, {}, b"")
    command = [
        *(sys.executable, "-m", "scrapy", "crawl", "belta", "-a", "source=live", "-a", "editions=de"),
        *("-s", f"BELTA_CONTACT={contact}", "-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_TIMES=0"),
        *("-s", f"BELTA_BASE_URLS={json.dumps({'de': site.base})}", "-o", str(tmp_path / "a.jsonl")),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert bool(site.fetched) == (code == 0)
    if code == 0:
        assert len(records(tmp_path)) == len(site.stories)
        assert "missing" in done.stderr


async def test_a_refresh_notes_what_is_gone_edited_or_back_again(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path) | {"RETRY_TIMES": 0}
    await crawl(settings, source="live", editions="de")
    gone, broken = site.stories[5], site.stories[6]
    site.answers[gone.path], site.answers[broken.path] = (404, {}, b""), (500, {}, b"")
    site.change(3, title="Ein anderer Titel")
    await crawl(settings, source="live", editions="de", refresh="9999d")
    found = changes_of(tmp_path)
    assert [one.kinds for one in found.edited] == [["title"]]
    assert [(one.id, one.why) for one in found.gone] == [(f"de-{gone.number}-{gone.moment.year}", "error_page")]
    del site.answers[gone.path]
    await crawl(settings, source="live", editions="de", refresh="9999d")
    assert changes_of(tmp_path).gone == []


async def test_a_held_article_that_answers_otherwise_leaves_a_trace_whatever_the_answer(
    crawl: Crawl, site: Site, tmp_path: Path
) -> None:
    settings = site.settings | feeds(tmp_path) | {"RETRY_TIMES": 0}
    await crawl(settings, source="live", editions="de")
    paths, html = [one.path for one in site.stories], {"Content-Type": "text/html; charset=utf-8"}
    cut = cut_answer("gzip", site.answer(paths[9], {})[2])
    answers = {
        "error_page": (404, {}, b""),
        "front_page": (302, {"Location": "/"}, b""),
        "moved": (301, {"Location": f"{paths[11]}/"}, b""),
        "other_site": (302, {"Location": "https://example.org/"}, b""),
        "notice": (200, html, b"<h1>Wartung</h1><p>Die Website wird gewartet.</p>"),
        "empty": (200, html, b""),
        "http_503": (503, {}, b""),
        "truncated": (cut[0], html | cut[1], cut[2]),
    }
    site.answers |= dict(zip(paths[1:9], answers.values(), strict=True))
    site.answers[paths[9]] = (410, {}, b"")
    rules = f"User-agent: *\nDisallow: {paths[10]}\n"
    site.answers["/robots.txt"] = (200, {"Content-Type": "text/plain"}, rules.encode())
    items, stats = await crawl(settings, source="live", editions="de", refresh="9999d")
    assert items == []
    held = {
        one["url"].split(".by")[1]: one.get("outcome") for one in records(tmp_path, "a.visits.jsonl") if "url" in one
    }
    expected = [f"held/{reason}" for reason in answers] + ["held/error_page", "held/robots"]
    assert [held[path] for path in paths[1:11]] == expected
    counts = {key.rpartition("/")[2]: value for key, value in stats.items() if key.startswith("belta/refresh/")}
    assert counts == {reason: 1 for reason in answers if reason != "error_page"} | {
        "gone": 2,
        "robots": 1,
        "unchanged": len(paths) - 10,
    }
    found = sorted(one.why for one in changes_of(tmp_path).gone)
    assert found == ["error_page", "error_page", "front_page", "moved", "other_site", "robots"]


def changes_of(folder: Path) -> Changes:
    output, visits = folder / "a.jsonl", folder / "a.visits.jsonl"
    return collect(output, visits, load(), since=None, chosen=(), bad=[])
