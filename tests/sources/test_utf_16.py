"""Letters in UTF-16, with a byte order mark or without: read whatever they are in, and nothing else taken for them."""

from __future__ import annotations

import codecs
import gzip
import json
import random
from pathlib import Path

import pytest

from belta_spider import cleaning
from belta_spider.items import Page
from belta_spider.sources import Reader, find
from belta_spider.sources.finishing import finish
from belta_spider.text import forms
from tests.factory.archives import http, record
from tests.factory.containers import TEXT

FIXTURES = Path("fixtures")
CODECS = ("utf-16-le", "utf-16-be")
PAGES = [
    path
    for edition in ("ru", "be", "en", "de", "es", "pl", "zh")
    for path in sorted((FIXTURES / edition).glob("*.txt")) + sorted((FIXTURES / edition).glob("*.html"))
    if not path.stem.startswith(("encoding", "mojibake"))
]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_each_fixture_is_known_in_either_order_of_bytes(path: Path, codec: str) -> None:
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        pytest.skip("of another encoding")
    if not any(map(str.isalnum, text)):
        pytest.skip("no letter in it")
    assert forms.utf_16_of(text.encode(codec)) == codec
    assert forms.utf_16_of(text.encode(codec)[:4095]) == codec
    assert forms.utf_16_of(("\ufeff" + text).encode(codec)) == codec
    assert forms.utf_16_of(text.encode()) is None
    assert forms.utf_16_of(text.encode("utf-32-le")) is None


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("way", ["a.txt", "a", "a.txt.gz", "a.jsonl", "a.warc", "answer"])
def test_it_makes_the_same_article(way: str, codec: str, tmp_path: Path) -> None:
    text = TEXT.format(1)
    data = text.encode(codec)
    message = http(data, "Content-Type: text/plain")
    path = tmp_path / way
    packed = {"a.txt.gz": gzip.compress(data), "a.warc": record(1, message), "answer": message}
    path.write_bytes(packed.get(way, data))
    if way == "a.jsonl":
        path.write_bytes(f"{json.dumps({'text': text})}\n".encode(codec))
    (page,) = Reader(find(str(path)))
    assert isinstance(page, Page)
    found = finish(page, cleaning.Options()).article
    assert (found.title, found.language, found.section_title) == ("Chor 1 singt auf dem Markt", "de", "Kultur")
    assert (found.date_published, found.flags) == ("2024-04-03T14:54:00+03:00", [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        bytes(4096),
        b"Der Chor sang.\0" * 9,
        b"D\0er Chor sang auf dem Markt. " * 9,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + "Der Chor sang. ".encode("utf-16-le") * 9,
        "Хор пел на рынке.\0 ".encode() * 9,
        "Хор пел на рынке.\0 ".encode("cp1251") * 9,
        "хор пел на рынке.\0 ".encode("koi8-r") * 9,
        "Хор пел на рынке.\0 ".encode()[1:] * 9,
        "Der Chor sang für viele Gäste.\0".encode("cp1252") * 9,
        "合唱团在集市上演唱。\0".encode("gb18030") * 9,
        "合唱团在集市上演唱。\0".encode() * 9,
        b"".join(number.to_bytes(2, "little") for number in range(2000)),
        b"".join(number.to_bytes(4, "little") for number in range(1000)),
        random.Random(1).randbytes(4096),
        "Der Chor".encode("utf-32-be") * 99,
    ],
)
def test_nothing_else_is_taken_for_it(data: bytes) -> None:
    assert forms.utf_16_of(data) is None


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_the_mark_alone_tells(mark: bytes) -> None:
    assert forms.utf_16_of(mark) is not None
    assert forms.utf_16_of(mark) == forms.utf_16_of(mark + b"\x41\x00")
