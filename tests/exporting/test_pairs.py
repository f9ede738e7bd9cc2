"""Pairs of versions for linguists, and what schema.org says of them."""

from __future__ import annotations

import copy
import io
import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from belta_spider.cleaning import choice
from belta_spider.editions import load
from belta_spider.exporting import formats, pairs, works
from belta_spider.exporting.formats import ExportError
from belta_spider.items import Article
from belta_spider.output.revisions import Captures
from belta_spider.stories import paragraphs
from belta_spider.stories.write import Options, write
from tests.factory import news, outputs

EDITIONS = load()
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TMX = etree.DTD(
    # What TMX 1.4 says of the elements that are written here (those within a text are left out, so none may be there).
    io.StringIO("""
    <!ELEMENT tmx (header, body)>
    <!ATTLIST tmx version CDATA #FIXED "1.4">
    <!ELEMENT header (note | prop | ude)*>
    <!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED o-tmf CDATA #REQUIRED
      segtype (block | paragraph | sentence | phrase) #REQUIRED adminlang CDATA #REQUIRED srclang CDATA #REQUIRED
      datatype CDATA #REQUIRED creationdate CDATA #IMPLIED>
    <!ELEMENT ude EMPTY>
    <!ELEMENT body (tu*)>
    <!ELEMENT tu ((note | prop)*, tuv+)>
    <!ATTLIST tu tuid CDATA #IMPLIED srclang CDATA #IMPLIED>
    <!ELEMENT tuv ((note | prop)*, seg)>
    <!ATTLIST tuv xml:lang CDATA #REQUIRED>
    <!ELEMENT note (#PCDATA)>
    <!ELEMENT prop (#PCDATA)>
    <!ATTLIST prop type CDATA #REQUIRED>
    <!ELEMENT seg (#PCDATA)>
    """)
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = outputs.write(tmp_path / "a.jsonl", list(news.corpus()))
    write(path, EDITIONS, Options(), [])
    return path


def test_pairs_are_documents_and_paragraphs_in_the_shape_of_a_translation(source: Path) -> None:
    target = source.with_name("pairs.de-ru.jsonl")
    assert pairs.export(source, str(target), EDITIONS, []) == "16 pairs of documents and 32 of paragraphs"
    rows = [json.loads(line) for line in target.read_bytes().splitlines()]
    document, first, second = rows[:3]
    assert document["level"] == "document"
    assert document["relation"] == "comparable"
    assert document["id"] == {"de": "de-1000-2026", "ru": "ru-1000-2026"}
    for place, one in enumerate((first, second)):
        assert one["level"] == "paragraph"
        for code in ("de", "ru"):
            assert one["translation"][code] == document["translation"][code].split("\n\n")[place]


@pytest.mark.parametrize(
    ("target", "given", "said"),
    [
        ("pairs.de-ru.jsonl", {"editions": "de,ru"}, "16 pairs of documents and 32 of paragraphs"),
        ("pairs.de-ru.jsonl", {"editions": "de"}, "0 pairs of documents and 0 of paragraphs"),
        ("pairs.tmx", {"since": "2100-01-01"}, "0 pairs of paragraphs"),
        ("stories", {"editions": "de"}, "0 stories"),
    ],
)
def test_pairs_are_of_the_articles_that_are_chosen(source: Path, target: str, given: dict[str, str], said: str) -> None:
    chosen = choice.read(given, EDITIONS, date(2100, 1, 2))
    assert pairs.export(source, str(source.with_name(target)), EDITIONS, [], chosen) == said


def test_paragraphs_in_another_order_are_found() -> None:
    one, other = news.article("ru", 5), news.article("de", 5)
    other.text = "\n\n".join(reversed(other.text.split("\n\n")))
    found = paragraphs.align(one, other, EDITIONS)
    assert [(pair.one[:7], pair.other[:4]) for pair in found] == [("Ярмарку", "Den "), ("Площадь", "Die ")]


def test_a_paragraph_between_two_that_are_known_is_aligned_by_its_place() -> None:
    one, other = news.article("ru", 5), news.article("de", 5)
    one.text = one.text.replace("\n\n", "\n\nПогода была теплой и тихой.\n\n")
    other.text = other.text.replace("\n\n", "\n\nDas Wetter war warm und still.\n\n")
    assert len(paragraphs.align(one, other, EDITIONS)) == 3
    other.text = other.text.replace("warm und still", "warm, 4512 Gäste blieben")
    assert len(paragraphs.align(one, other, EDITIONS)) == 2


def test_what_has_nothing_in_common_is_not_aligned() -> None:
    one = Article(id="ru-1-2026", edition="ru", language="ru", text="Первый абзац.\n\nВторой абзац о погоде.")
    other = Article(id="de-1-2026", edition="de", language="de", text="Ganz anderes.\n\nEs kamen 4512 Gäste.")
    one.date_published = other.date_published = "2026-05-09T10:00:00+03:00"
    assert [pair for pair in paragraphs.align(one, other, EDITIONS) if "4512" in pair.other] == []


def test_tmx_holds_the_paragraphs_and_says_what_they_are(source: Path) -> None:
    target = source.with_name("pairs.tmx")
    pairs.export(source, str(target), EDITIONS, [])
    TMX.assertValid(etree.parse(target))
    root = ET.parse(target).getroot()
    header, body = root
    assert (root.attrib, header.get("segtype"), header.get("srclang")) == ({"version": "1.4"}, "paragraph", "*all*")
    assert "not parallel" in (header.findtext("note") or "")
    assert len(body) > 32
    for unit in body:
        assert len({variant.get(LANG) for variant in unit.findall("tuv")}) == 2
        assert all(variant.findtext("seg") for variant in unit.findall("tuv"))


def test_tmx_is_valid_whatever_the_texts_hold(source: Path) -> None:
    records = [copy.deepcopy(news.article(code, 0)) for code in ("de", "ru")]
    for record in records:
        record.text = f"\x01 <seg> & ]]> {record.text} \ufffe"
    outputs.write(source, records)
    target = source.with_name("de-ru.tmx")
    assert pairs.export(source, str(target), EDITIONS, []) == "2 pairs of paragraphs"
    TMX.assertValid(etree.parse(target))
    assert "\ufffd <seg> & ]]> " in "".join(etree.parse(target).getroot().itertext("seg"))


def test_whole_stories_are_a_dataset(source: Path) -> None:
    folder = source.with_name("stories")
    for _ in range(2):
        assert pairs.export(source, str(folder), EDITIONS, []) == "16 stories"
    row = json.loads((folder / "data" / "train.jsonl").read_bytes().splitlines()[0])
    assert row["translation"]["language"] == ["ru", "de", "zh"]
    assert len(row["translation"]["translation"]) == len(row["ids"]) == 3
    (folder / "mine.txt").write_text("x")
    with pytest.raises(ExportError, match=r"mine\.txt"):
        pairs.export(source, str(folder), EDITIONS, [])


@pytest.mark.parametrize(("target", "words"), [("x.de-xx.jsonl", "unknown edition"), ("x.tmx", "scrapy stories")])
def test_wrong_use_is_told(source: Path, target: str, words: str) -> None:
    if words == "scrapy stories":
        source.with_name("a.stories.jsonl").unlink()
    with pytest.raises(ExportError, match=words):
        pairs.export(source, str(source.with_name(target)), EDITIONS, [])


@pytest.mark.parametrize(
    ("target", "is_pairs"),
    [("pairs.de-en.jsonl", True), ("de-en.tmx", True), ("stories/", True), ("corpus/", False), ("a.jsonld", False)],
)
def test_the_target_s_name_tells_pairs_from_records(target: str, is_pairs: bool) -> None:
    assert formats.is_pairs(target) is is_pairs


def test_json_ld_names_the_work_and_the_translation(source: Path) -> None:
    captures = Captures(source, [])
    target = source.with_name("a.jsonld")
    formats.export(captures.newest(), str(target), works=works.works_of(source, captures.newest()))
    graph = {one["identifier"]: one for one in json.loads(target.read_bytes())["@graph"]}
    work = {"@type": "CreativeWork", "@id": "#story-ru-1000-2026"}
    assert [graph[f"{code}-1000-2026"]["exampleOfWork"] for code in ("ru", "de", "zh")] == [work] * 3
    assert graph["de-1000-2026"]["translationOfWork"]["@id"] == graph["ru-1000-2026"]["url"]
    assert "translationOfWork" not in graph["ru-1000-2026"]
    assert "exampleOfWork" not in graph["ru-1004-2026"]
