"""The fixtures are what their tables make, so that a table and its pages cannot part ways."""

from pathlib import Path

import pytest

from tests.factory import text_fixtures
from tests.factory.chosen_articles import LONG
from tests.factory.no_articles import no_articles
from tests.factory.sample_articles import EDITIONS

LEAST = 20


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_fixtures_are_what_the_tables_make(edition: str) -> None:
    folder = Path("fixtures") / edition
    made = {f"{name}.txt": page.data for name, page in text_fixtures.articles(edition)}
    made |= {f"dropped-{name}.txt": text.encode() for name, (_, text) in no_articles(edition).items()}
    assert {name: (folder / name).read_bytes() for name in made} == made
    assert len(made) >= LEAST


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_has_a_long_read_with_sub_heads(edition: str) -> None:
    pages = dict(text_fixtures.articles(edition))
    paragraphs = pages["layout4-long-read"].record["text"].split("\n\n")
    assert len(paragraphs) > LONG
    assert sum(len(paragraph) < 40 for paragraph in paragraphs) >= 3
