"""A layout that changes is seen, told, and shown by three pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from belta_spider import sources
from belta_spider.cleaning import clean
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Page
from belta_spider.live.drift import FIELDS, Drift
from belta_spider.live.state import FieldCounts
from tests.conftest import Crawl
from tests.factory.site import ROOT, Site

LIMIT = 0.2


def seen(pages: int, *, unread: int = 0, dropped: str = "", undated: int = 0) -> list[PageItem]:
    """Articles with all fields; the first ones lack the body's markup, or a date."""
    made = []
    for number in range(pages):
        article = PageItem(title="t", section_title="s", tags=["t"], images=["i"])  # type: ignore[list-item]
        article.dateline.raw = "MINSK -"
        article.date_published = None if number < undated else "2024-04-03T14:54:00+03:00"
        if number < unread:
            article.drop = dropped or None
            article.flags = [] if dropped else ["generic_extraction"]
        made.append(article)
    return made


def judged(articles: list[PageItem], history: int = 100, filled: int | None = None, limit: float = LIMIT) -> Drift:
    fill = FieldCounts(
        "de", history, dict.fromkeys(FIELDS, history) | {"date_published": history if filled is None else filled}
    )
    drift = Drift(limit, lambda _: fill)
    for number, article in enumerate(articles):
        drift.add(article, f"de-{number}-2024", Page("live", "u", b"<p>", is_html=True, url=f"https://u/{number}"))
    return drift


@pytest.mark.parametrize(
    ("articles", "changed"),
    [
        (seen(10), False),
        (seen(10, unread=2), False),  # two pages make no change
        (seen(10, unread=3), True),
        (seen(15, unread=3), False),  # no more than the share that is set
        (seen(3, unread=3), True),
        (seen(10, unread=3, dropped="no_text"), True),
        (seen(3, unread=3, dropped="empty"), True),
        (seen(10, unread=10, dropped="front_page"), False),
        ([], False),
    ],
)
def test_too_many_pages_without_known_markup_are_drift(articles: list[PageItem], changed: bool) -> None:
    assert [one.field for one in judged(articles).findings()] == [""] * changed


@pytest.mark.parametrize(
    ("history", "filled", "articles", "undated", "changed"),
    [
        (100, 100, 3, 3, True),
        (100, 100, 2, 2, False),
        (10, 10, 3, 3, True),
        (5, 5, 4, 4, True),
        (3, 3, 3, 3, False),  # too little is known
        (0, 0, 50, 50, False),
        (100, 100, 20, 10, True),
        (100, 100, 100, 19, False),  # no lower than the share that is set
        (100, 96, 20, 5, False),  # so many may be lacking by chance
        (100, 96, 20, 12, True),
        (100, 80, 20, 20, False),  # nobody expects it
    ],
)
def test_an_expected_field_that_is_lacking_is_drift(
    history: int, filled: int, articles: int, undated: int, changed: bool
) -> None:
    findings = judged(seen(articles, undated=undated), history, filled).findings()
    assert [one.field for one in findings] == ["date_published"] * changed


def test_a_limit_of_1_finds_nothing() -> None:
    assert judged(seen(9, unread=9, undated=9), limit=1).findings() == []


def test_what_a_run_saw_is_added_to_the_history() -> None:
    (fill,) = judged(seen(10, undated=4), history=100, filled=99).fields()
    assert (fill.articles, fill.filled["date_published"], fill.filled["title"]) == (110, 105, 110)


def test_three_pages_are_kept_in_turn_for_each_finding(tmp_path: Path) -> None:
    drift = judged([*seen(8, unread=8), *seen(8, undated=8)])
    findings = drift.findings()
    assert [one.field for one in findings] == ["", "date_published"]
    for _ in "twice":
        drift.keep(tmp_path / "drift", findings)
        assert sorted(path.name for path in (tmp_path / "drift").iterdir()) == [
            "de-0-2024.html",
            "de-1-2024.html",
            "de-8-2024.html",
        ]


async def crawled_twice(crawl: Crawl, quirk: str, folder: Path, **settings: Any) -> tuple[Site, dict[str, Any]]:
    """A first run of older articles, and a second in which the newer ones look otherwise."""
    feeds = {"FEEDS": {str(folder / "a.jsonl"): {"format": "jsonl"}}}
    with Site() as site:
        fresh, site.stories = site.stories[:6], site.stories[6:]
        _, stats = await crawl(site.settings | feeds, source="live", editions="de")
        assert "belta/drift" not in stats
        site.stories = fresh + site.stories
        site.quirks = frozenset({quirk})
        items, stats = await crawl(site.settings | feeds | settings, source="live", editions="de")
        assert len(items) == 6
    return site, stats


@pytest.mark.parametrize(
    ("quirk", "words"),
    [
        ("undated", "de: date_published in 0% of 6 articles, before in 100% of 8"),
        ("other_markup", "de: 6 of 6 pages bear no known markup of an article's body; 20% may"),
    ],
)
async def test_a_live_crawl_tells_what_changed_and_keeps_three_pages(
    crawl: Crawl, quirk: str, words: str, tmp_path: Path
) -> None:
    site, stats = await crawled_twice(crawl, quirk, tmp_path)
    told = "\n".join(stats["belta/drift"])
    assert words in told
    (folder,) = (tmp_path / "a.drift").iterdir()
    assert str(folder) in told
    assert len(list(folder.iterdir())) == 3
    for page in sources.read(str(folder)):
        assert isinstance(page, Page)
        article = clean(page).article
        assert article is not None
        story = next(
            one for one in site.stories if one.path == (article.url or "").removeprefix("https://deu.belta.by")
        )
        assert page.uri.endswith(f"{article.id}.html")
        assert (article.title, article.text) == (story.title, "\n\n".join(story.paragraphs))


async def test_pages_as_they_were_are_no_drift(crawl: Crawl, tmp_path: Path) -> None:
    _, stats = await crawled_twice(crawl, "", tmp_path)
    assert "belta/drift" not in stats
    assert not (tmp_path / "a.drift").exists()
    lines = (tmp_path / "a.visits.jsonl").read_text(encoding="utf-8").splitlines()
    fill = json.loads([line for line in lines if line.startswith('{"edition"')][-1])
    assert fill["articles"] == fill["filled"]["title"] == 14


async def test_drift_may_be_accepted(crawl: Crawl, tmp_path: Path) -> None:
    _, stats = await crawled_twice(crawl, "other_markup", tmp_path, BELTA_MAX_DRIFT="1")
    assert "belta/drift" not in stats


async def test_a_folder_that_cannot_be_written_fails_the_run(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "a.drift").write_bytes(b"")
    _, stats = await crawled_twice(crawl, "other_markup", tmp_path)
    assert "drift" in stats["belta/output_failure"]


def test_drift_ends_in_exit_code_5_and_words_on_the_terminal(tmp_path: Path) -> None:
    with Site(quirks=frozenset({"other_markup"})) as site:
        command = [
            *(sys.executable, "-m", "scrapy", "crawl", "belta", "-a", "source=live", "-a", "editions=de"),
            *("-s", "BELTA_CONTACT=desk@example.org", "-s", "DOWNLOAD_DELAY=0", "-o", str(tmp_path / "a.jsonl")),
            *("-s", f"BELTA_BASE_URLS={json.dumps({'de': site.base})}"),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 5, done.stderr
    assert "de: 14 of 14 pages" in done.stderr
    assert f"scrapy explain {tmp_path}/a.drift/" in done.stderr
    assert "Traceback" not in done.stderr
