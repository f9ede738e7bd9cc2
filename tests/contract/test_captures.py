"""The fixtures are what their tables make, so that a table and its pages cannot part ways."""

from pathlib import Path

import pytest

from tests.factory import make_fixtures, text_fixtures

LEAST = 20


@pytest.mark.parametrize("edition", text_fixtures.EDITIONS)
def test_the_fixtures_are_what_the_tables_make(edition: str) -> None:
    folder = Path("fixtures") / edition
    made = {f"{name}.txt": page.data for name, page in text_fixtures.articles(edition)}
    made |= {
        f"dropped-{name}.txt": text_of(edition).encode() for name, (_, text_of) in text_fixtures.NO_ARTICLES.items()
    }
    assert {name: (folder / name).read_bytes() for name in made} == made
    assert len(made) >= LEAST


def test_the_german_fixtures_are_what_their_table_makes() -> None:
    made = {f"{name}.txt": data for name, _, data in make_fixtures.articles()}
    assert {name: (Path("fixtures/de") / name).read_bytes() for name in made} == made


@pytest.mark.parametrize("edition", text_fixtures.EDITIONS)
def test_an_edition_has_a_long_read_with_sub_heads(edition: str) -> None:
    pages = dict(text_fixtures.articles(edition))
    paragraphs = pages["layout4-long-read"].record["text"].split("\n\n")
    assert len(paragraphs) > text_fixtures.LONG
    assert sum(len(paragraph) < 40 for paragraph in paragraphs) >= 3
