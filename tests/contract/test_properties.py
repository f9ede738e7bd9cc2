"""What holds of every page: each property is tried on generated pages of every edition."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from belta_spider.cleaning import Cleaned, Options, clean
from belta_spider.editions import load
from belta_spider.items import Page
from belta_spider.reporting import golden
from belta_spider.text import languages
from belta_spider.text.encodings import decode
from belta_spider.text.normalization import normalize
from tests.factory import strategies
from tests.factory.page_looks import seen
from tests.factory.sample_articles import Story, stories
from tests.factory.text_dump import TextDump, dump_of

EDITIONS = sorted(load().by_code)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def cleaned(data: bytes, edition: str | None = None) -> Cleaned:
    return clean(Page("text", "page.txt", data), Options(edition=edition))


def encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def left(data: bytes, result: Cleaned) -> str:
    """What no piece of the audit takes, normalised, without spaces. Fails where pieces do not tile their lines."""
    text = decode(data)[0].replace("\r\n", "\n").replace("\r", "\n")
    pieces: dict[int, list[tuple[int, str]]] = {}
    for entry in result.audit:
        pieces.setdefault(entry.line, []).append((entry.column, entry.text))
    kept = []
    for number, line in enumerate(text.split("\n"), 1):
        place = 0
        for column, piece in pieces.pop(number, []):
            assert place <= column, f"line {number} is taken twice at {column}"
            assert line[column : column + len(piece)] == piece, f"line {number} has no {piece!r} at {column}"
            kept.append(normalize(line[place:column]))
            place = column + len(piece)
        kept.append(normalize(line[place:]))
    assert not pieces, f"the audit names lines that are not there: {sorted(pieces)}"
    return "".join(kept).replace(" ", "")


def assert_conserved(data: bytes, result: Cleaned) -> None:
    if result.article is None:
        entries = [(entry.id, entry.rule) for entry in result.audit]
        assert entries == [(None, f"drop.{result.dropped}")]
        return
    assert left(data, result) == re.sub(r"\s", "", result.article.text)
    places = [(entry.line, entry.column) for entry in result.audit]
    assert places == sorted(places)


def found(result: Cleaned) -> dict[str, Any]:
    assert result.article is not None, result.dropped
    record: dict[str, Any] = msgspec.to_builtins(result.article)
    return record


def drawn(data: st.DataObject, edition: str, told: st.SearchStrategy[Story] | None = None) -> tuple[Story, TextDump]:
    one = data.draw(st.sampled_from(stories(edition)) if told is None else told)
    look = data.draw(strategies.looks(edition, one))
    if data.draw(st.sampled_from([False, False, False, True])):
        look = strategies.wrapped(one, look)
    page = dump_of(one, look)
    note(page.text)
    return one, page


def stands_alone(text: str) -> bool:
    """Whether a text is an article without title, date and dateline: not a Chinese one with a Korean letter, say."""
    return languages.count_letters(text) >= 200 and languages.detect(text)[0] != languages.UNDETERMINED


# The properties


def dressed_article_comes_out_as_written(data: st.DataObject, edition: str) -> None:
    """Whatever stands around it, and whether the edition was told or not."""
    _, page = drawn(data, edition)
    result = cleaned(page.data, data.draw(st.sampled_from([edition, None])))
    assert {key: found(result)[key] for key in page.record} == page.record
    assert_conserved(page.data, result)


def one_article_in_two_dresses_is_one_article(data: st.DataObject, edition: str) -> None:
    one = data.draw(st.sampled_from(stories(edition)))
    keys = ("id", "title", "section", "date_published", "dateline", "text")
    records = []
    for _ in range(2):
        look = data.draw(strategies.looks(edition, one).filter(lambda look: look.layout > 0))
        page = dump_of(one, replace(look, section_line=True, dateline=0))
        note(page.text)
        records.append(found(cleaned(page.data)))
    assert {key: records[0][key] for key in keys} == {key: records[1][key] for key in keys}


def any_lines_of_the_chrome_may_be_missing(data: st.DataObject, edition: str) -> None:
    one = data.draw(st.sampled_from(stories(edition)))
    page = dump_of(one, data.draw(strategies.torn(one, seen(edition, data.draw(st.integers(1, 5))))))
    note(page.text)
    result = found(cleaned(page.data, edition))
    assert {key: result[key] for key in page.record if key != "flags"} == {
        key: value for key, value in page.record.items() if key != "flags"
    }


def nothing_is_lost_of_any_page(data: st.DataObject, edition: str) -> None:
    page = encode(data.draw(strategies.odd_pages(edition)))
    note(page.decode())
    assert_conserved(page, cleaned(page, data.draw(st.sampled_from([edition, None]))))


def equal_input_gives_equal_output(data: st.DataObject, edition: str) -> None:
    page = encode(data.draw(strategies.odd_pages(edition)))
    first, second = cleaned(page, edition), cleaned(page, edition)
    assert msgspec.json.encode(first.audit) == msgspec.json.encode(second.audit)
    assert msgspec.json.encode(first.article) == msgspec.json.encode(second.article)


def cleaning_a_cleaned_text_changes_nothing(data: st.DataObject, edition: str) -> None:
    _, page = drawn(data, edition, strategies.odd_stories(edition))
    if not stands_alone(page.record["text"]):
        return
    result = cleaned(page.data, edition)
    if result.dropped == "list_page":  # three dates among the lines drawn, each beside a label, are one
        return
    first = found(result)
    again = cleaned(encode(first["text"]), edition)
    assert found(again)["text"] == first["text"]
    assert again.audit == []


def line_that_equals_chrome_stays_in_the_middle(data: st.DataObject, edition: str) -> None:
    one = data.draw(st.sampled_from([one for one in stories(edition) if len(one.paragraphs) > 3]))
    line = data.draw(st.sampled_from(strategies.chrome_lines(edition)))
    index = data.draw(st.integers(2, len(one.paragraphs) - 2))
    one = replace(one, paragraphs=(*one.paragraphs[:index], line, *one.paragraphs[index:]))
    page = dump_of(one, seen(edition, data.draw(st.integers(0, 5))))
    assert normalize(line) in found(cleaned(page.data, edition))["text"].split("\n\n")


PROPERTIES: list[Callable[[st.DataObject, str], None]] = [
    dressed_article_comes_out_as_written,
    one_article_in_two_dresses_is_one_article,
    any_lines_of_the_chrome_may_be_missing,
    nothing_is_lost_of_any_page,
    equal_input_gives_equal_output,
    cleaning_a_cleaned_text_changes_nothing,
    line_that_equals_chrome_stays_in_the_middle,
]
FIXTURES = [page for page in golden.pages("fixtures") if not page.is_html and page.kind == "text"]
EACH = [pytest.param(holds, edition, id=f"{edition}-{holds.__name__}") for edition in EDITIONS for holds in PROPERTIES]


def check(holds: Callable[[st.DataObject, str], None], edition: str, **options: Any) -> None:
    """Try a property. The search runs inside the test: pytest-twisted cannot wrap a test that is one itself."""

    @settings(deadline=None, suppress_health_check=QUIET, **options)
    @given(data=st.data())
    def holds_for(data: st.DataObject) -> None:
        holds(data, edition)

    holds_for()


@pytest.mark.parametrize(("holds", "edition"), EACH)
def test_it_holds(holds: Callable[[st.DataObject, str], None], edition: str) -> None:
    check(holds, edition, max_examples=30, derandomize=True, database=None)


@pytest.mark.parametrize("page", FIXTURES, ids=lambda page: page.uri.removeprefix("fixtures/"))
def test_fixture_is_conserved_and_stays_as_it_is_when_cleaned_again(page: Page) -> None:
    result = clean(page)
    assert_conserved(page.body, result)
    if result.article and stands_alone(result.article.text):
        again = cleaned(result.article.text.encode(), result.article.edition)
        assert (found(again)["text"], again.audit) == (result.article.text, [])


@pytest.mark.fuzz
@pytest.mark.parametrize(("holds", "edition"), EACH)
def test_it_holds_for_long(holds: Callable[[st.DataObject, str], None], edition: str) -> None:
    check(holds, edition, max_examples=5_000)
