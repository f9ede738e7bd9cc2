"""The report of a corpus: edits, the matrix of editions, versions side by side."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from belta_spider.editions import load
from belta_spider.output.revisions import Captures
from belta_spider.reporting.report import write as report
from belta_spider.reporting.report.views import marked, views_of
from belta_spider.stories.write import Options, write
from tests import browsing, chromium
from tests.factory import news, outputs

EDITIONS = load()


def corpus(folder: Path) -> Path:
    articles = list(news.corpus(10))
    for one in articles:
        one.captured_at = "2026-07-01T10:00:00Z"
    edited = copy.deepcopy(articles[1])
    edited.captured_at, edited.source.digest = "2026-07-02T10:00:00Z", "sha256:other"
    edited.text = edited.text.replace("11,3", "11,4") + "\n\n<script>alert(1)</script>"
    path = outputs.write(folder / "a.jsonl", [*articles, edited])
    write(path, EDITIONS, Options(), [])
    return path


def test_views_tell_edits_gaps_and_lags(tmp_path: Path) -> None:
    path = corpus(tmp_path)
    found = views_of(path, Captures(path, []), EDITIONS)
    assert [(edit.id, edit.kinds) for edit in found.edits] == [("de-1000-2026", ["figure", "paragraph added"])]
    assert (found.stories, found.editions) == (8, ["ru", "de", "zh"])
    cell = found.matrix["ru", "zh"]
    assert (cell.shared, cell.missing, cell.lag) == (8, 0, 3.0)
    assert found.matrix["zh", "ru"].lag == -3.0
    story, versions = found.shown[0]
    assert story.story_id == "story-ru-1000-2026"
    assert ("Gontscharewitsch", True) in versions[1].text
    assert any(is_marked for _, is_marked in versions[0].text)


def test_the_report_shows_them_escaped(tmp_path: Path) -> None:
    path = corpus(tmp_path)
    report.write(path, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    for words in ("What was edited", "<del>11,3</del><ins>11,4</ins>", "Versions side by side", "lacks 0"):
        assert words in page
    assert "<script>alert" not in page
    assert page.count("<script") == 2


@pytest.mark.parametrize(
    ("key", "value", "edits", "stories"),
    [("edition", "de", 1, 8), ("edition", "zh", 0, 8), ("year", "2026", 1, 8), ("section", "", 0, 0)],
)
class TestInABrowser:
    pytestmark = browsing.in_browser

    def test_edits_and_stories_follow_the_filters(
        self, tmp_path: Path, key: str, value: str, edits: int, stories: int
    ) -> None:
        report.write(corpus(tmp_path), tmp_path / "a.html")
        with chromium.Browser() as browser:
            tab = browser.open(tmp_path / "a.html")
            tab.run(
                f"(() => {{ const one = document.getElementById('by-{key}'); one.value = '{value}';"
                "one.dispatchEvent(new Event('change', {bubbles: true})); })()"
            )
            for part, number in (("edits", edits), ("stories", stories)):
                assert tab.run(f"document.querySelectorAll('#{part} [data-groups]:not([hidden])').length") == number
            assert browsing.complaints(tab) == []


def test_without_captures_and_stories_there_is_nothing_to_show(tmp_path: Path) -> None:
    path = outputs.write(tmp_path / "a.jsonl", [outputs.article(1)])
    report.write(path, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "What was edited" not in page
    assert "Versions side by side" not in page


def test_words_are_marked_whole() -> None:
    assert marked("In 12 of 120 boats", {"12"}) == [("In ", False), ("12", True), (" of 120 boats", False)]
    assert marked("Nothing", set()) == [("Nothing", False)]
