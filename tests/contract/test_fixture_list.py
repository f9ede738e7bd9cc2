"""fixtures/README.md names each fixture, its layout and what it shows."""

from pathlib import Path

from tests.factory import fixture_list
from tests.factory.fixture_list import FILE


def test_the_list_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == fixture_list.text(), "run python -m tests.factory.make_fixtures"


def test_each_page_stands_in_it_once_with_what_it_shows() -> None:
    rows = [row.split(" | ") for row in fixture_list.text().splitlines() if row.startswith("| `")]
    pages = [path for path in sorted(Path("fixtures").glob("*/*")) if path.suffix in {".txt", ".html"}]
    assert sorted(row[0] for row in rows) == sorted(f"| `{path.name}`" for path in pages)
    assert [row for row in rows if not row[2].strip()] == []
    assert sum(row[2] == "a real page" for row in rows) == 2
