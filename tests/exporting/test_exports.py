"""Each format is opened by a tool of its own, and holds what the records hold."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pyarrow import parquet

from belta_spider import arrow
from belta_spider.exporting import card, dataset, flat, formats
from belta_spider.items import Article
from tests.factory import outputs

ARTICLES = [outputs.bare(0), *(outputs.article(number) for number in range(1, 20)), outputs.hostile()]
MARKED = [(article, True) for article in ARTICLES]
RECORDS = [msgspec.to_builtins(article) for article in ARTICLES]


def test_parquet_holds_the_records_with_their_types(tmp_path: Path) -> None:
    assert formats.export(iter(ARTICLES), str(tmp_path / "a.parquet")) == len(ARTICLES)
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.schema == arrow.schema()
    assert table.to_pylist() == RECORDS


@pytest.mark.parametrize("name", ["a.sqlite", "a.db"])
def test_sqlite_holds_a_flat_table_with_types(tmp_path: Path, name: str) -> None:
    formats.export(ARTICLES, str(tmp_path / name))
    with sqlite3.connect(tmp_path / name) as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM articles ORDER BY rowid")]
        kinds = {name: kind for _, name, kind, *_ in database.execute("PRAGMA table_info(articles)")}
    assert rows == [flat.flat(article) for article in ARTICLES]
    assert (kinds["weather_temperature_c"], kinds["language_confidence"], kinds["tags"]) == ("INTEGER", "REAL", "TEXT")


def test_sqlite_finds_words_by_their_parts(tmp_path: Path) -> None:
    articles = [
        Article(id="ru-1-2024", text="Мост открыли в Гродно."),
        Article(id="zh-2-2024", text="白通社明斯克电。"),
    ]
    formats.export(articles, str(tmp_path / "a.sqlite"))
    ask = "SELECT id FROM articles WHERE rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
    with sqlite3.connect(tmp_path / "a.sqlite") as database:
        found = [database.execute(ask, (word,)).fetchall() for word in ("гродн", "明斯克", "Брест")]
    assert found == [[("ru-1-2024",)], [("zh-2-2024",)], []]


def test_csv_holds_the_same_columns(tmp_path: Path) -> None:
    formats.export(ARTICLES, str(tmp_path / "a.csv"))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(flat.columns())
    assert [row["text"] for row in rows] == [article.text for article in ARTICLES]
    assert json.loads(rows[1]["tags"]) == ARTICLES[1].tags


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-0-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff20x"])
def test_no_cell_is_a_formula(tmp_path: Path, cell: str) -> None:
    formats.export([Article(id="x", title=cell)], str(tmp_path / "a.csv"))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["title"] == f"'{cell}"


@pytest.mark.parametrize("cell", [None, -4, 0.5, "A title = a name", "", "–"])
def test_a_cell_that_is_no_formula_stays(cell: str | float | None) -> None:
    assert flat.safe(cell) == cell


def test_json_ld_is_one_document_of_news_articles(tmp_path: Path) -> None:
    formats.export(ARTICLES, str(tmp_path / "a.jsonld"))
    found = json.loads((tmp_path / "a.jsonld").read_text(encoding="utf-8"))
    assert found["@context"] == "https://schema.org"
    assert [(one["@type"], one["identifier"]) for one in found["@graph"]] == [("NewsArticle", a.id) for a in ARTICLES]
    assert found["@graph"][0] == {
        "@type": "NewsArticle", "@id": "#de-0-2024", "identifier": "de-0-2024", "inLanguage": "de",
        "articleBody": "Ein Satz.", "publisher": {"@type": "NewsMediaOrganization", "name": "BelTA"},
    }  # fmt: skip
    one = found["@graph"][1]
    assert (one["headline"], one["articleBody"], one["@id"]) == (ARTICLES[1].title, ARTICLES[1].text, ARTICLES[1].url)
    assert one["image"] == [{"@type": "ImageObject", "url": "https://img.example/1.jpg", "caption": "A ferry at dawn"}]


def test_no_articles_make_a_whole_file_too(tmp_path: Path) -> None:
    for name in ("a.parquet", "a.sqlite", "a.csv", "a.jsonld"):
        assert formats.export([], str(tmp_path / name)) == 0
    assert parquet.read_table(tmp_path / "a.parquet").num_rows == 0
    assert json.loads((tmp_path / "a.jsonld").read_text())["@graph"] == []


def failing() -> Iterator[Article]:
    yield ARTICLES[1]
    raise OSError("no space left")


@pytest.mark.parametrize("name", ["a.parquet", "a.sqlite", "a.csv", "a.jsonld"])
def test_after_a_fault_what_stood_there_stands_and_nothing_else(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("before")
    with pytest.raises(OSError, match="no space left"):
        formats.export(failing(), str(tmp_path / name))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "before")]


@pytest.mark.parametrize("target", ["a.jsonl", "a", "a.xlsx"])
def test_a_format_that_is_not_known_is_told(tmp_path: Path, target: str) -> None:
    with pytest.raises(formats.ExportError, match="must end in one of"):
        formats.export(ARTICLES, str(tmp_path / target))


# The dataset folder


def test_a_dataset_folder_has_a_card_that_is_filled_in(tmp_path: Path) -> None:
    removals = [one for article in ARTICLES for one in outputs.removals(article)]
    for _ in range(2):  # the second replaces the first
        assert dataset.write(tmp_path / "corpus", MARKED, removals).articles == len(ARTICLES)
    text = (tmp_path / "corpus" / "README.md").read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    head = dict(line.split(": ", 1) for line in front.splitlines())
    assert json.loads(head["size_categories"]) == ["n<1K"]
    assert {"de", "ru", "zh"} <= set(json.loads(head["language"]))
    assert f"{len(ARTICLES)} articles" in body
    assert "from 2019-01-01 to 2019-01-06 (1 without a date)" in body
    assert outputs.PRODUCER in body
    assert "| de.header.projects |" in body
    assert "<script" not in body
    assert parquet.read_table(tmp_path / "corpus" / "data").num_rows == len(ARTICLES)


@pytest.mark.parametrize(
    ("number", "size"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (99_999, "10K<n<100K"),
        (2_000_000, "1M<n<10M"),
        (10**7, "n>10M"),
    ],
)
def test_the_card_has_the_hub_s_word_for_the_size(number: int, size: str) -> None:
    assert card.size_of(number) == size


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(formats.ExportError, match=r"thesis\.tex"):
        dataset.write(tmp_path, MARKED, [])
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_datasets_loads_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from datasets import load_dataset

    dataset.write(tmp_path / "corpus", MARKED, [])
    assert list(load_dataset(str(tmp_path / "corpus"), split="train", cache_dir=str(tmp_path / "hf"))) == RECORDS
