"""Corpora for other tools: each is valid where there is a schema, gives the texts back, and holds what was chosen."""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trafilatura
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pyarrow import parquet

from belta_spider import articles as read_articles
from belta_spider.exporting import formats, tei, texts, vertical
from belta_spider.items import Article, Removal
from belta_spider.output.ledger import audit_path
from belta_spider.reporting.statistics import Statistics, survey
from belta_spider.text import words
from tests.factory import outputs
from tests.typed import Typist, typist

DTD = etree.DTD(str(Path(trafilatura.__file__).with_name("data") / "tei_corpus.dtd"))
"""TEI P5, generated from its ODD; it ships with trafilatura."""
NS = {"t": "http://www.tei-c.org/ns/1.0"}
CHINESE = Article(
    date_published="2024-05-01T10:00:00+03:00",
    id="zh-1-2024",
    edition="zh",
    language="zh",
    title="白通社新闻",
    text="白俄罗斯总统今天会见了中国代表团。",
)
ARTICLES = [outputs.bare(0), *(outputs.article(number) for number in range(1, 20)), CHINESE, outputs.hostile()]


@pytest.fixture(scope="module")
def user() -> Iterator[Typist]:
    with typist() as one:
        yield one


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output with revisions, an audit, and a page that was dropped."""
    made = list(ARTICLES)
    for one, moment in zip(made, range(1, 30), strict=False):
        one.captured_at = f"2024-06-{moment:02}T10:00:00Z"
    later = msgspec.convert(msgspec.to_builtins(made[3]), Article)
    later.captured_at, later.text = "2024-07-01T10:00:00Z", "Another text."
    path = outputs.write(tmp_path_factory.mktemp("corpora") / "c.jsonl", [*made, later])
    outputs.note(path, Removal(None, "pages/x.txt", None, 1, 0, "drop.empty", None, ""))
    return path


# TEI


def written(path: Path, articles: list[Article]) -> Any:
    formats.export(articles, str(path))
    return etree.parse(path)


def test_tei_is_valid_whatever_the_records_hold(tmp_path: Path) -> None:
    document = written(tmp_path / "c.tei.xml", [*ARTICLES, *ARTICLES])
    assert DTD.validate(document), DTD.error_log.filter_from_errors()
    ids = document.xpath("//t:TEI/@xml:id", namespaces=NS)
    assert len(set(ids)) == 2 * len(ARTICLES)


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.text(max_size=20))
def test_any_text_makes_a_valid_document(text: str, name: str) -> None:
    article = Article(id=name, edition="de", language="und", title=text, text=text, tags=[text], captions=[text])
    corpus = etree.Element(f"{{{NS['t']}}}teiCorpus", nsmap={None: NS["t"]})
    corpus.append(tei._corpus_header())
    corpus.append(tei.document(article, tei._Names()(name)))
    again = etree.fromstring(etree.tostring(corpus))
    assert DTD.validate(again), DTD.error_log.filter_from_errors()


def test_tei_gives_the_texts_back(tmp_path: Path) -> None:
    document = written(tmp_path / "c.tei", ARTICLES)
    for found, article in zip(document.iterfind("t:TEI", NS), ARTICLES, strict=True):
        assert "\n\n".join(one.text or "" for one in found.iterfind(".//t:p", NS)) == article.text
        assert found.find("t:text", NS).get("{http://www.w3.org/XML/1998/namespace}lang") == article.language
        assert [one.text for one in found.iterfind(".//t:note", NS)] == article.captions


def test_a_tei_corpus_has_an_article_at_least(tmp_path: Path) -> None:
    with pytest.raises(formats.ExportError, match="one at least"):
        formats.export([], str(tmp_path / "c.tei"))
    assert list(tmp_path.iterdir()) == []


# Vertical text


def texts_of(lines: list[str]) -> list[str]:
    """The paragraphs of a document, put together again from their tokens."""
    found: list[str] = []
    glued = True
    for line in lines:
        if line in {"<p>", "<head>"}:
            found.append("")
            glued = True
        elif line == "<g/>":
            glued = True
        elif not line.startswith(("</", "<doc ")):
            found[-1] += ("" if glued else " ") + html.unescape(line)
            glued = False
    return found


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id[:12])
def test_vertical_text_gives_the_words_back(article: Article) -> None:
    lines = list(vertical.lines(article))
    assert texts_of(lines) == [*([article.title] if article.title else []), *article.text.split("\n\n")]
    head = re.fullmatch(r"<doc((?: [a-z]+=\"[^\"<>]*\")*)>", lines[0])
    assert head
    names = re.findall(r' ([a-z]+)="[^"]*"', head[1])
    assert names == [name for name, _ in vertical.attributes(article)]


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("白通社<>&\" '-.😀")), max_size=60))
def test_no_text_breaks_the_lines(text: str) -> None:
    text = " ".join(text.split())
    lines = list(vertical.lines(Article(language="zh", text=text)))
    assert "\n".join(lines).split("\n") == lines
    assert all(not line.startswith("<") or re.fullmatch(r"</?(?:doc\b.*|p|g/)>", line) for line in lines)
    assert texts_of(lines) == [text]


def test_chinese_is_divided_into_words() -> None:
    tokens = [token for token, _ in words.tokens(CHINESE.text, "zh")]
    assert {"总统", "今天", "中国"} <= set(tokens)
    assert tokens[-1] == "。"


# Words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("– …", 0),
        ("The ferry can't leave at 9.30.", 6),
        ("что-то кто-либо", 4),
        ("O'Neil U.S.", 2),
        ("20,5 °C", 2),
        ("白俄罗斯", 4),
        ("Ґонка ў Гродне", 3),
        ("a_b 1_000", 2),
    ],
)
def test_words_are_counted_by_unicode_s_rules(text: str, number: int) -> None:
    assert words.count(text) == number


def test_words_and_characters_are_counted_by_edition_and_year() -> None:
    counts = Statistics()
    for article in ARTICLES:
        counts.add(article)
    assert (
        counts.words == sum(size.words for size in counts.sizes.values()) == sum(words.count(a.text) for a in ARTICLES)
    )
    assert (counts.sizes["zh", "2024"].words, counts.sizes["zh", "2024"].characters) == (16, 17)
    assert counts.sizes["de", ""].articles == 1
    assert sum(size.articles for size in counts.sizes.values()) == len(ARTICLES)


def test_they_have_the_order_of_editions_and_of_years() -> None:
    made = [
        Article(edition=edition, date_published=day) for edition in ("xx", "de", "ru") for day in (None, "2024-01-01")
    ]
    counts = survey([(one, True) for one in made], [])
    assert list(counts.sizes) == [("ru", "2024"), ("ru", ""), ("de", "2024"), ("de", ""), ("xx", "2024"), ("xx", "")]


def test_stats_prints_them(user: Typist, source: Path) -> None:
    rows = [line.split() for line in user.type("stats", str(source)).out.splitlines()]
    assert ["edition", "year", "articles", "words", "characters"] in rows
    assert ["zh", "2024", "1", "16", "17"] in rows
    assert next(row[1] for row in rows if row[:1] == ["all"]) == str(len(ARTICLES))


# What is chosen


def ids_of_texts(path: Path) -> list[str]:
    with (path / "metadata.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all((path / row["file"]).is_file() for row in rows)
    return [row["id"].removeprefix("'") for row in rows]


def ids_of_sqlite(path: Path) -> list[str]:
    with sqlite3.connect(path) as database:
        return [one for (one,) in database.execute("SELECT id FROM articles ORDER BY rowid")]


def ids_of_bulk(path: Path) -> list[str]:
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    for action, document in zip(rows[::2], rows[1::2], strict=True):
        assert action["index"]["_index"] == "t"
        assert action["index"]["_id"].partition("@")[0] == document["id"]
    return [one["id"] for one in rows[1::2]]


def ids_of_vertical(path: Path) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'^<doc id="([^"]*)"', path.read_text("utf-8"), re.MULTILINE)]


def ids_of_tei(path: Path) -> list[str]:
    return [one.text for one in etree.parse(path).iterfind(".//t:idno[@type='belta']", NS)]


def ids_of_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


IDS: dict[str, Callable[[Path], list[str]]] = {
    "t.tei": ids_of_tei,
    "t.tei.xml": ids_of_tei,
    "t.vert": ids_of_vertical,
    "t.ndjson": ids_of_bulk,
    "texts/": ids_of_texts,
    "my.texts/": ids_of_texts,
    "t.sqlite": ids_of_sqlite,
    "t.db": ids_of_sqlite,
    "t.parquet": lambda path: parquet.read_table(path)["id"].to_pylist(),
    "t.csv": ids_of_csv,
    "t.jsonld": lambda path: [one["identifier"] for one in json.loads(path.read_bytes())["@graph"]],
    "corpus/": lambda path: parquet.read_table(path / "data")["id"].to_pylist(),
}


def audit_ids(target: Path) -> set[str | None]:
    """Whose entries an export holds."""
    if target.suffix in {".sqlite", ".db"}:
        with sqlite3.connect(target) as database:
            return {one for (one,) in database.execute("SELECT id FROM audit")}
    if target.name == "corpus":
        return set(parquet.read_table(target / "audit")["id"].to_pylist())
    beside = target / "audit.jsonl" if target.is_dir() else target.with_name(f"{target.name}.audit.jsonl")
    return {json.loads(line)["id"] for line in beside.read_bytes().splitlines()}


CHOICES: dict[str, Callable[[Article], bool]] = {
    "": lambda _: True,
    "--editions de,zh,ru --since 2019-01-03 --until 2019-01-05 --sections politics,society,tech": lambda one: (
        one.edition in {"de", "zh", "ru"}
        and one.section in {"politics", "society", "tech"}
        and (not one.date_published or "2019-01-03" <= one.date_published[:10] <= "2019-01-05")
    ),
}


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("name", IDS)
def test_each_format_holds_what_is_chosen_and_its_audit(
    user: Typist, source: Path, tmp_path: Path, name: str, choice: str
) -> None:
    target = f"{tmp_path}/{name}"
    said = user.type("export", str(source), "--to", target, *choice.split())
    assert said.code == 0, said.err
    wanted = [one.id for one in read_articles(source) if CHOICES[choice](one)]
    assert wanted
    assert IDS[name](Path(target)) == wanted
    assert said.out.startswith(f"{len(wanted)}")
    entries = {json.loads(line)["id"] for line in audit_path(source).read_bytes().splitlines()}
    assert audit_ids(Path(target)) == (entries if not choice else entries & set(wanted))


@pytest.mark.parametrize("name", IDS)
def test_each_format_keeps_revisions(user: Typist, source: Path, tmp_path: Path, name: str) -> None:
    target = f"{tmp_path}/{name}"
    assert user.type("export", str(source), "--to", target, "--revisions", "all").code == 0
    assert IDS[name](Path(target)) == [one.id for one in read_articles(source, "all")]


@pytest.mark.parametrize("name", IDS)
def test_an_output_without_an_audit_is_exported_too(user: Typist, source: Path, tmp_path: Path, name: str) -> None:
    alone = tmp_path / "alone.jsonl"
    alone.write_bytes(source.read_bytes())
    assert user.type("export", str(alone), "--to", f"{tmp_path}/{name}").code == 0
    assert not list(tmp_path.rglob("*audit*"))


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ("--editions fr", "unknown edition: fr"),
        ("--editions ,", "--editions names nothing"),
        ("--since yesterday", "--since=yesterday: not a day"),
        ("--since 2024-02-30", "not a day"),
        ("--since 2024-05-01 --until 2024-04-01", "--since=2024-05-01: is after until=2024-04-01"),
        ("--sections Sport", "no section has a slug like Sport"),
    ],
)
def test_a_wrong_choice_is_one_line(user: Typist, source: Path, tmp_path: Path, choice: str, says: str) -> None:
    said = user.type("export", str(source), "--to", f"{tmp_path}/t.csv", *choice.split())
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert says in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", [name for name in IDS if not name.endswith("/") and name not in {"t.parquet", "t.sqlite", "t.db"}]
)
def test_what_was_exported_is_no_source(user: Typist, source: Path, tmp_path: Path, name: str) -> None:
    user.type("export", str(source), "--to", f"{tmp_path}/{name}")
    said = user.type("crawl", "belta", "-a", f"source={tmp_path}/{name}", "-o", f"{tmp_path}/o.jsonl")
    assert said.code == 2
    assert "this program wrote it" in said.err


# Folders


@pytest.mark.parametrize("name", ["texts/", "corpus/"])
def test_a_folder_is_replaced_and_others_are_left_alone(user: Typist, source: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    for _ in range(2):
        assert user.type("export", str(source), "--to", f"{target}/").code == 0
    (target / "thesis.tex").write_text("years of work")
    said = user.type("export", str(source), "--to", f"{target}/")
    assert (said.code, (target / "thesis.tex").read_text()) == (2, "years of work")
    assert "thesis.tex" in said.err


def test_a_file_of_a_text_holds_the_text_alone(source: Path, tmp_path: Path) -> None:
    from belta_spider.exporting.choice import Chosen

    texts.write(tmp_path / "texts", Chosen(source, None, []))
    held = sorted(path.read_text(encoding="utf-8") for path in (tmp_path / "texts/texts").rglob("*.txt"))
    assert held == sorted(f"{one.text}\n" for one in read_articles(source))


def test_the_card_says_how_to_load_and_cite_it(user: Typist, source: Path, tmp_path: Path) -> None:
    user.type("export", str(source), "--to", f"{tmp_path}/corpus/")
    card = (tmp_path / "corpus/README.md").read_text(encoding="utf-8")
    today = datetime.now(UTC).date()
    assert f"Version {today.year}.{today.month}.{today.day}, made on {today} by belta_spider" in card
    assert 'articles = load_dataset("corpus", split="train")' in card
    assert "## Limits" in card
    assert "@misc{belta," in card
    assert "| zh | 2024 | 1 | 16 | 17 |" in card


def test_croissant_names_the_files_and_their_columns(user: Typist, source: Path, tmp_path: Path) -> None:
    user.type("export", str(source), "--to", f"{tmp_path}/corpus/")
    found = json.loads((tmp_path / "corpus/croissant.json").read_bytes())
    assert (found["@type"], found["conformsTo"]) == ("sc:Dataset", "http://mlcommons.org/croissant/1.0")
    for file, records in zip(found["distribution"], found["recordSet"], strict=True):
        path = tmp_path / "corpus" / file["contentUrl"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]
        columns = set(parquet.read_schema(path).names)
        assert {one["source"]["extract"]["column"] for one in records["field"]} <= columns
