"""The counts of an output: exact, and in bounded memory."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from belta_spider.items import Article, Dateline, Image, Removal, Weather
from belta_spider.reporting.statistics import Statistics, TopTexts, has_value, survey
from tests.factory import outputs

NUMBER = 70


@pytest.fixture(scope="module")
def counts() -> Statistics:
    made = [outputs.article(number) for number in range(NUMBER)]
    dropped = [Removal(None, f"{n}.txt", None, 1, 0, "drop.front_page", None, "Titles") for n in range(3)]
    again = Removal(made[0].id, "x.txt", None, 1, 0, "duplicate.capture", None, "A title")
    return survey(
        [(one, True) for one in made],
        [*(one for article in made for one in outputs.removals(article)), *dropped, again],
    )


def test_every_page_is_accounted_for(counts: Statistics) -> None:
    assert (counts.articles, counts.pages) == (NUMBER, NUMBER + 4)
    assert counts.drops == {"front_page": 3, "duplicate.capture": 1}
    assert counts.editions.total() == counts.languages.total() == counts.by_edition.total() == NUMBER


def test_the_counts_have_the_names_of_a_crawl_s_stats(counts: Statistics) -> None:
    stats = counts.as_stats()
    assert stats["belta/pages/read"] == NUMBER + 4
    assert stats["belta/drop/front_page"] == 3
    assert stats["belta/flag/unknown_chrome"] == counts.flagged == 8


def test_what_went_to_a_field_is_no_boilerplate(counts: Statistics) -> None:
    assert [text for text, _, _ in counts.boilerplate.most_common(9)] == [
        "Projects", "Recent news from Belarus", "Subscribe to us",
    ]  # fmt: skip
    assert counts.unknown.most_common(1) == [("Top stories", 8, "ru-7-2019")]
    assert counts.rule_fields["de.header.title"] == "title"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("A sentence.\n\nSubscribe to us", ["Subscribe to us"]),
        ("Projects\n\nA sentence.\n\nB.\n\nC.\n\nD.", ["Projects"]),
        ("A.\n\nB.\n\nIn the middle\n\nC.\n\nD.", []),
        ("A sentence.\n\nA question?\n\nA head:", []),
        ("A sentence that ends in a letter and is longer than a line of chrome would ever be on a page", []),
        ("", []),
    ],
)
def test_lines_like_chrome_are_found_at_the_edges_of_a_text(text: str, kept: list[str]) -> None:
    counts = Statistics()
    counts.add(Article(id="en-1-2024", text=text))
    assert [line for line, _, _ in counts.edges.most_common(9)] == kept


@pytest.mark.parametrize("value", [None, "", [], "und", Dateline(), Weather()])
def test_what_is_missing_is_no_value(value: Any) -> None:
    assert not has_value(value)


@pytest.mark.parametrize("value", ["a", ["a"], 0.0, 0, Weather(temperature_c=0), [Image("a")]])
def test_what_is_there_is_a_value(value: Any) -> None:
    assert has_value(value)


def test_the_keys_that_have_a_value_are_counted_by_edition(counts: Statistics) -> None:
    assert counts.filled["text", "ru"] == counts.editions["ru"]
    assert counts.filled["date_modified", "ru"] == 0
    assert {name for name, _ in counts.filled} <= {one.name for one in fields(Article)}


def test_frequent_texts_stand_though_thousands_of_rare_ones_pass() -> None:
    frequent = TopTexts(most=100)
    for number in range(5_000):
        frequent.add(f"rare {number}", "there")
        frequent.add("Subscribe to us", f"place {number}")
    assert frequent.most_common(1) == [("Subscribe to us", 5_000, "place 0")]
    assert len(frequent.counts) <= 101
    assert len(frequent.where) <= 101
    assert not frequent.is_exact


def test_a_date_that_is_none_does_not_stop_the_count() -> None:
    articles = [Article(id="x", date_published="soon"), Article(id="y", date_published="2024-13-45T00:00:00Z")]
    counts = survey([(article, True) for article in articles], [])
    assert (counts.articles, counts.by_edition.total()) == (2, 0)
