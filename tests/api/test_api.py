"""The public API: three lines of a notebook."""

from __future__ import annotations

import doctest
import gzip
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

import pytest

import belta_spider
from belta_spider import Article, Cleaned, Options, Page, SourceError, clean, read
from belta_spider.extensions.page_item import PageItem
from tests.factory import containers, outputs

ROOT = Path(__file__).resolve().parents[2]
TEXT = next(Path("fixtures/de").glob("000_*.txt"))
HTML = Path("fixtures/de/full-page.html")
ADDRESS = "https://deu.belta.by/sport/view/ein-spiel-70001-2024/"


@pytest.mark.parametrize("name", ["belta_spider", "belta_spider.api", "belta_spider.sources.capture_times"])
def test_the_examples_in_the_documentation_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed


def test_the_import_alone_loads_nothing() -> None:
    heavy = ("belta_spider.", "scrapy", "fastwarc", "selectolax", "regex", "msgspec")
    code = f"import sys, belta_spider; print([name for name in sys.modules if name.startswith({heavy})])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_other_names_are_refused() -> None:
    with pytest.raises(ImportError):
        from belta_spider import nothing  # noqa: F401


def test_tab_shows_the_names() -> None:
    assert {"Article", "Cleaned", "Options", "Page", "articles", "clean", "read"} <= set(dir(belta_spider))
    assert all(hasattr(belta_spider, name) for name in dir(belta_spider) if name != "arrow")
    assert set(belta_spider.__all__) <= set(dir(belta_spider))


# One page


def record(found: Cleaned) -> dict[str, Any]:
    assert found.article
    made = found.article.to_dict()
    return {name: made[name] for name in made if name not in {"source", "producer"}}


@pytest.mark.parametrize("path", [TEXT, HTML], ids=lambda path: path.suffix)
def test_a_page_is_the_same_in_every_form(path: Path, tmp_path: Path) -> None:
    body = path.read_bytes()
    packed = tmp_path / f"{path.name}.gz"
    packed.write_bytes(gzip.compress(body))
    forms = [path, packed, body, bytearray(body), memoryview(body), gzip.compress(body), body.decode()]
    wanted = record(clean(next(read(path))))
    for form in forms:
        assert record(clean(form)) == wanted, type(form)  # type: ignore[arg-type]  # other bytes than bytes too


@pytest.mark.parametrize("charset", ["windows-1251", "utf-16"])
def test_text_is_read_whatever_charset_its_markup_names(charset: str) -> None:
    page = HTML.read_text(encoding="utf-8").replace('charset="utf-8"', f'charset="{charset}"')
    assert record(clean(page)) == record(clean(HTML))


@pytest.mark.parametrize("text", ["a\ud800b", "\ufeff", "", "\0", "1" * 5000, "<", "\n\n"])
def test_no_text_is_an_error(text: str) -> None:
    found = clean(text)
    assert found.article is None
    assert found.dropped


@pytest.mark.parametrize(
    "form", [TEXT, TEXT.read_text(encoding="utf-8"), next(read(TEXT))], ids=["path", "str", "page"]
)
@pytest.mark.parametrize(
    "moment",
    ["2024-06-01T10:00:00Z", "2024-06-01T13:00:00+03:00", "20240601100000", datetime(2024, 6, 1, 10, tzinfo=UTC)],
    ids=str,
)
def test_what_is_known_of_a_page_goes_with_it(form: Any, moment: Any) -> None:
    article = clean(form, url=ADDRESS, captured_at=moment).article
    assert article
    assert (article.id, article.url) == ("de-70001-2024", ADDRESS.rstrip("/"))
    assert article.captured_at == "2024-06-01T10:00:00Z"


def test_the_edition_stands_above_that_of_the_options() -> None:
    text = "Neue Fähre\n\nGOMEL, 3. April (BelTA) - Die Fähre fährt um neun Uhr ab. Sie trägt vierzig Wagen."
    for found in (clean(text, Options(edition="en"), edition="de"), clean(text, Options(edition="de"))):
        assert found.article
        assert found.article.edition == "de"


def test_a_page_that_is_handed_in_stays_as_it_is() -> None:
    page = next(read(TEXT))
    clean(page, url=ADDRESS, captured_at="20240601100000")
    assert (page.url, page.captured_at) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"page": Path("nowhere.txt")}, "nowhere.txt: no such file or folder"),
        ({"page": Path("fixtures/de")}, "more pages than one; read.. yields them"),
        ({"page": "README.md"}, r"README.md is the name of a file: clean\(Path\('README.md'\)\) reads it"),
        ({"page": b"\x89PNG\r\n\x1a\n"}, "these bytes: cannot be read: a picture"),
        ({"page": gzip.compress(b"cut" * 99)[:20]}, "these bytes: cannot be read"),
        ({"page": "x", "edition": "fr"}, "unknown edition: fr"),
        ({"page": "x", "edition": ""}, "unknown edition: "),
        ({"page": "x", "options": Options(edition="fr")}, "unknown edition: fr"),
        ({"page": "x", "captured_at": "yesterday"}, "captured_at=yesterday: no time"),
        ({"page": "x", "captured_at": ""}, "no time"),
    ],
)
def test_wrong_use_is_said_in_words(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        clean(**arguments)


@pytest.mark.parametrize("page", [None, 42, ["a"], {"text": "a"}], ids=str)
def test_what_is_no_page_is_a_type_error(page: Any) -> None:
    with pytest.raises(TypeError, match="clean takes a Page, a str, bytes or a Path, and no"):
        clean(page)


# Many pages


@pytest.mark.parametrize(
    ("source", "number"),
    [
        (str(TEXT), 1),
        (TEXT, 1),
        (PurePath(TEXT), 1),
        ([TEXT, HTML], 2),
        ((TEXT, str(HTML)), 2),
        (f"{TEXT},{HTML}", 2),
        ((one for one in (TEXT, HTML)), 2),
        ([HTML, HTML], 2),
        ("fixtures/de/000*.txt", 1),
    ],
    ids=lambda value: "generator" if isinstance(value, Iterator) else str(value),
)
def test_read_takes_one_or_several(source: Any, number: int) -> None:
    found = list(read(source))
    assert len(found) == number
    assert all(isinstance(page, Page) for page in found)


@pytest.mark.parametrize("name", ["a,b.txt", "-", "[x].txt", "a*.txt", " x.txt"])
def test_a_path_is_one_file_whatever_is_in_its_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes((ROOT / TEXT).read_bytes())
    assert len(list(read(Path(name)))) == 1
    assert clean(Path(name)).article


def test_other_sites_are_read_on_request(tmp_path: Path) -> None:
    data, _ = containers.PAGES["records.warc"]
    path = tmp_path / "a.warc"
    path.write_bytes(data.replace(b"belta.by", b"other.by"))
    assert list(read(path)) == []
    found = list(read(path, any_site=True))
    assert found
    assert all(clean(page).dropped == "other_site" for page in found)
    assert any(clean(page, Options(any_site=True)).article for page in found)


@pytest.mark.parametrize(("source", "kind"), [([], SourceError), (["nowhere"], SourceError), (Path("no"), ValueError)])
def test_read_says_at_once_what_is_not_there(source: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        read(source)


@pytest.mark.parametrize("source", [None, 42, b"path", [42], [None]], ids=str)
def test_what_is_no_source_is_a_type_error(source: Any) -> None:
    with pytest.raises(TypeError, match="read takes a path as str or Path, or several, and no"):
        read(source)


# The record


@pytest.mark.parametrize(
    "article", [outputs.bare(1), outputs.article(4), outputs.hostile()], ids=["bare", "full", "hostile"]
)
def test_a_record_is_handed_on_in_the_contract_s_order(article: Article, tmp_path: Path) -> None:
    line = outputs.write(tmp_path / "a.jsonl", [article]).read_bytes().decode().rstrip("\n")
    assert article.to_json() == line
    assert json.dumps(article.to_dict()) == json.dumps(json.loads(line))


def test_an_item_of_the_pipelines_hands_on_the_record_alone() -> None:
    item = PageItem.finished(next(read(TEXT)), Options())
    item.request = object()
    assert item.to_dict() == json.loads(item.to_json())
    assert list(item.to_dict()) == list(Article().to_dict())


TYPED = """
from pathlib import Path
from belta_spider import Cleaned, clean, read
def title(page: Path) -> str | None:
    found = clean(page)
    {}
titles: list[str | None] = [found.article.title for found in map(clean, read([Path("a")])) if found.article]
"""


@pytest.mark.parametrize(
    ("code", "errors"),
    [("return found.article.title", 1), ("return found.article.title if found.article else found.dropped", 0)],
)
def test_a_type_checker_asks_what_becomes_of_a_dropped_page(code: str, errors: int, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(TYPED.format(code))
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(tmp_path / "mine.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.count('Item "None" of "Article | None" has no attribute "title"') == errors, done.stdout
    assert done.returncode == min(1, errors)
