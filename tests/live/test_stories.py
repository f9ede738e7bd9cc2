"""`-s BELTA_STORIES=1` in a live crawl of two editions: after each run the file is that of a run at once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from belta_spider.editions import load
from belta_spider.stories.write import Options, write
from tests.conftest import Crawl
from tests.factory import news
from tests.factory.site import NEWEST, ROOT, Site, Story

EDITIONS = load()
NUMBER = 8
"""Stories, each of which both editions have."""


class Sites(NamedTuple):
    """The German and the Russian edition, which tell the same."""

    de: Site
    ru: Site

    @property
    def settings(self) -> dict[str, Any]:
        return self.de.settings | {"BELTA_BASE_URLS": {"de": self.de.base, "ru": self.ru.base}, "BELTA_STORIES": True}


@pytest.fixture
def sites() -> Iterator[Sites]:
    with Site("de") as de, Site("ru") as ru:
        de.stories, ru.stories = told("de"), told("ru")
        yield Sites(de, ru)


def told(code: str) -> list[Story]:
    """The stories of an edition, the newest first; the German one is an hour later."""
    newest = datetime.combine(NEWEST, datetime.min.time()).replace(hour=18 if code == "de" else 17)
    made = []
    for place in range(NUMBER):
        title, text = news.WORDS[code](place)
        moment = newest - timedelta(hours=9 * place)
        made.append(Story(65400 - place, "society", moment, title, tuple(text.split("\n\n"))))
    return made


def feeds(folder: Path) -> dict[str, Any]:
    return {"FEEDS": {str(folder / "a.jsonl"): {"format": "jsonl"}}}


def kept(folder: Path) -> bytes:
    return (folder / "a.stories.jsonl").read_bytes()


def at_once(folder: Path) -> bytes:
    """The stories of what the output holds, made anew."""
    once = folder / "once"
    shutil.rmtree(once, ignore_errors=True)
    once.mkdir()
    shutil.copy(folder / "a.jsonl", once)
    write(once / "a.jsonl", EDITIONS, Options(), [])
    return kept(once)


def pairs(stories: bytes) -> set[frozenset[str]]:
    """The members of each story."""
    return {frozenset(member["id"] for member in json.loads(line)["members"]) for line in stories.splitlines()}


def both(*places: int) -> set[frozenset[str]]:
    """The stories of which both editions have an article."""
    years = {place: told("de")[place].moment.year for place in places}
    return {frozenset(f"{code}-{65400 - place}-{year}" for code in ("de", "ru")) for place, year in years.items()}


async def test_new_articles_are_in_the_stories_after_each_run(crawl: Crawl, sites: Sites, tmp_path: Path) -> None:
    settings = sites.settings | feeds(tmp_path)
    whole = [list(site.stories) for site in sites]
    for first in (5, 3, 0):
        for site, stories in zip(sites, whole, strict=True):
            site.stories = stories[first:]
        await crawl(settings, source="live", editions="de,ru")
        assert kept(tmp_path) == at_once(tmp_path)
        assert pairs(kept(tmp_path)) == both(*range(first, NUMBER))


async def test_an_edition_that_comes_later_is_taken_in(crawl: Crawl, sites: Sites, tmp_path: Path) -> None:
    settings = sites.settings | feeds(tmp_path)
    await crawl(settings, source="live", editions="ru")
    assert kept(tmp_path) == at_once(tmp_path) == b""
    await crawl(settings, source="live", editions="de")
    assert kept(tmp_path) == at_once(tmp_path)
    assert pairs(kept(tmp_path)) == both(*range(NUMBER))


async def test_an_edit_of_the_site_is_in_the_stories(crawl: Crawl, sites: Sites, tmp_path: Path) -> None:
    """One is edited so that it is another story's, and back; one so that it stays."""
    settings = sites.settings | feeds(tmp_path)
    await crawl(settings, source="live", editions="de,ru")
    before = kept(tmp_path)
    was = sites.de.stories[2]
    other = "Ein Chor aus Dresden sang gestern in der Kirche, und viele Gäste hörten zu."
    sites.de.change(2, title="Ein Abend mit Musik", paragraphs=(other,))
    sites.ru.change(4, paragraphs=(*sites.ru.stories[4].paragraphs, "Гости приехали из соседних районов."))
    await crawl(settings, source="live", editions="de,ru", refresh="9999d")
    assert kept(tmp_path) == at_once(tmp_path) != before
    assert pairs(kept(tmp_path)) == both(*(set(range(NUMBER)) - {2}))
    sites.de.change(2, title=was.title, paragraphs=was.paragraphs)
    await crawl(settings, source="live", editions="de,ru", refresh="9999d")
    assert kept(tmp_path) == at_once(tmp_path)
    assert pairs(kept(tmp_path)) == both(*range(NUMBER))


@pytest.mark.parametrize("gone", ["a.stories.jsonl", ".a.stories.cache"])
async def test_a_run_that_finds_nothing_new_makes_what_is_gone_again(
    crawl: Crawl, sites: Sites, tmp_path: Path, gone: str
) -> None:
    settings = sites.settings | feeds(tmp_path)
    await crawl(settings, source="live", editions="de,ru")
    before = kept(tmp_path)
    (tmp_path / gone).unlink()
    await crawl(settings, source="live", editions="de,ru")
    assert kept(tmp_path) == before
    assert (tmp_path / gone).is_file()


async def test_a_run_cut_short_has_the_stories_of_what_it_wrote(crawl: Crawl, sites: Sites, tmp_path: Path) -> None:
    settings = sites.settings | feeds(tmp_path)
    await crawl(settings, source="live", editions="de,ru", max_pages="9")
    assert 0 < len((tmp_path / "a.jsonl").read_bytes().splitlines()) < 2 * NUMBER
    assert kept(tmp_path) == at_once(tmp_path)
    await crawl(settings, source="live", editions="de,ru")
    assert kept(tmp_path) == at_once(tmp_path)
    assert pairs(kept(tmp_path)) == both(*range(NUMBER))


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.faults)])
def test_a_signal_leaves_the_stories_of_what_was_written(sites: Sites, tmp_path: Path, number: int) -> None:
    addresses = json.dumps(sites.settings["BELTA_BASE_URLS"])
    settings = sites.settings | {"DOWNLOAD_DELAY": 0.3, "BELTA_BASE_URLS": addresses}
    process = started(tmp_path, settings)
    try:
        wait_for(lambda: len(sites.de.fetched) + len(sites.ru.fetched) >= 6)
        os.kill(process.pid, number)
        assert process.wait(30) == 11
    finally:
        process.kill()
    assert 0 < len((tmp_path / "a.jsonl").read_bytes().splitlines()) < 2 * NUMBER
    assert kept(tmp_path) == at_once(tmp_path)
    again = started(tmp_path, settings | {"DOWNLOAD_DELAY": 0})
    assert again.wait(60) == 0
    assert kept(tmp_path) == at_once(tmp_path)
    assert pairs(kept(tmp_path)) == both(*range(NUMBER))


def started(folder: Path, settings: dict[str, Any]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", "source=live", "-a", "editions=de,ru"]
    command += [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return subprocess.Popen([*command, "-o", str(folder / "a.jsonl")], cwd=ROOT, stderr=subprocess.DEVNULL)


def wait_for(true: Any) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("it did not come to that in half a minute")
