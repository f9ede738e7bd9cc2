"""Pages that were joined to one file, as `cat *.html` and `cat *.txt` do: each is a page, none is lost."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from belta_spider import cleaning
from belta_spider.items import Page
from belta_spider.sources import Reader, files, find
from belta_spider.sources.finishing import finish
from tests.factory.containers import TEXT

ONE, OTHER, THIRD = (
    f"<!DOCTYPE html>\n<html><head><title>Page {number}</title></head><body><p>Text {number}</p></body></html>"
    for number in (1, 2, 3)
)
SAVED = "<!-- saved from url=(0052)https://deu.belta.by/politics/view/two-2-2024/ -->"


def pages_of(data: bytes, path: Path) -> list[Page]:
    path.write_bytes(data)
    return [entry for entry in Reader(find(str(path))) if isinstance(entry, Page)]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("two", [ONE, OTHER]),
        ("three, in lines of their own", [f"{ONE}\n", f"{OTHER}\r\n\r\n", THIRD]),
        ("a comment that says the second's address", [ONE, f"\n{SAVED}\n{OTHER}"]),
        ("in capitals", [ONE.upper(), OTHER.upper()]),
        ("a space in the end tag", [ONE.replace("</html>", "</html\n>"), OTHER]),
        ("one that ends twice", [f"{ONE}</html>", OTHER]),
        ("the last has no end", [ONE, OTHER.removesuffix("</body></html>")]),
    ],
)
@pytest.mark.parametrize("way", ["plain", "gzip", "zip", "folder"])
def test_each_of_joined_pages_is_one(way: str, name: str, parts: list[str], tmp_path: Path) -> None:
    data = "".join(parts).encode()
    if way == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("saved/all.html", data)
        found = pages_of(packed.getvalue(), tmp_path / "all.zip")
    elif way == "folder":
        (tmp_path / "saved").mkdir()
        (tmp_path / "saved/all.html").write_bytes(data)
        found = [entry for entry in Reader(find(str(tmp_path / "saved"))) if isinstance(entry, Page)]
    else:
        found = pages_of(gzip.compress(data) if way == "gzip" else data, tmp_path / "all.html")
    assert b"".join(page.body for page in found) == data  # nothing is lost between
    assert len(found) == len(parts)
    before = "saved/all.html#" if way == "zip" else ""
    assert [page.record for page in found] == [f"{before}{number}" for number in range(1, len(parts) + 1)]
    assert not any(page.truncated for page in found)


@pytest.mark.parametrize(
    "page",
    [
        ONE,
        f"{ONE}</html>",
        f"{ONE}<div>behind the end</div></html>",
        ONE.replace("<p>", "<script>document.write('<html></html><html>')</script><p>"),
        f"{ONE}<html><body>a part without a doctype</body></html>",
    ],
)
def test_one_page_stays_one(page: str, tmp_path: Path) -> None:
    (found,) = pages_of(page.encode(), tmp_path / "one.html")
    assert found.body == page.encode()
    assert found.record is None


def test_joined_pages_beyond_the_limit_of_one_all_come(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "PAGE_LIMIT", 1_000)
    found = pages_of((ONE + OTHER + THIRD).encode() * 40, tmp_path / "all.html")
    assert len(found) == 120
    assert [page.record for page in found] == [str(number) for number in range(1, 121)]


def test_the_last_of_joined_pages_is_cut_where_the_file_is(tmp_path: Path) -> None:
    data = gzip.compress((ONE + OTHER + THIRD).encode())
    path = tmp_path / "all.html.gz"
    path.write_bytes(data[:-9])
    entries = list(Reader(find(str(path))))
    found = [entry for entry in entries if isinstance(entry, Page)]
    assert len(entries) > len(found)  # the damage is named
    assert [page.truncated for page in found] == [False] * (len(found) - 1) + [True]


# Text dumps

DUMPS = [
    path
    for edition in ("ru", "be", "en", "de", "es", "pl", "zh")
    for path in sorted(Path("fixtures", edition).glob("layout*.txt"))
    if not path.stem.endswith(("no-capture-day", "carriage-returns")) and b"\n" in path.read_bytes()
]
WHOLE = [TEXT.format(number).encode() for number in (1, 2, 3)]


def texts_of(data: bytes, path: Path) -> list[Page]:
    return [one for one in pages_of(data, path) if not one.is_html]


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_each_of_joined_dumps_gives_the_article_that_it_gives_alone(path: Path, tmp_path: Path) -> None:
    before = DUMPS[DUMPS.index(path) - 1]
    data = before.read_bytes().rstrip() + b"\n" + path.read_bytes()
    found = texts_of(data, tmp_path / "all.txt")
    assert b"".join(page.body for page in found) == data
    assert [page.record for page in found] == ["1", "2"]
    alone = [Page("text", "a", one.read_bytes()) for one in (before, path)]
    for page, other in zip(found, alone, strict=True):
        article, expected = (finish(one, cleaning.Options()).article for one in (page, other))
        assert (article.text, article.title, article.edition) == (expected.text, expected.title, expected.edition)
        assert (article.section, article.date_published) == (expected.section, expected.date_published)


@pytest.mark.parametrize("path", sorted(Path("fixtures").glob("*/*.txt")), ids=str)
def test_one_dump_stays_one(path: Path, tmp_path: Path) -> None:
    (found,) = texts_of(path.read_bytes(), tmp_path / "all.txt")
    assert (found.body, found.record) == (path.read_bytes(), None)


@pytest.mark.parametrize("way", ["all.txt", "all", "all.txt.gz", "all.zip", "a folder"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-16", "utf-16-le"])
def test_joined_dumps_come_in_any_way_and_encoding(codec: str, way: str, tmp_path: Path) -> None:
    data = b"".join(WHOLE).decode().encode(codec)
    path = tmp_path / way / "all.txt" if way == "a folder" else tmp_path / way
    path.parent.mkdir(exist_ok=True)
    if way == "all.zip":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("all.txt", data)
    else:
        path.write_bytes(gzip.compress(data) if way.endswith("gz") else data)
    found = [one for one in Reader(find(str(tmp_path / way))) if isinstance(one, Page)]
    titles = [finish(page, cleaning.Options()).article.title for page in found]
    assert titles == [f"Chor {number} singt auf dem Markt" for number in (1, 2, 3)]


def test_joined_russian_dumps_in_a_windows_code_page_are_told_apart(tmp_path: Path) -> None:
    dump = Path("fixtures/ru/layout1-desktop.txt").read_text(encoding="utf-8").encode("cp1251", "replace")
    assert len(texts_of(dump + b"\n" + dump, tmp_path / "all.txt")) == 2


def test_joined_markup_in_utf_16_is_told_apart(tmp_path: Path) -> None:
    for codec in ("utf-16", "utf-16-be"):
        found = pages_of((ONE + OTHER + THIRD).encode(codec), tmp_path / "all.html")
        assert [page.body.decode() for page in found] == [ONE, OTHER, THIRD]


HEAD, _, BODY = TEXT.format(1).partition("Kultur\n")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + HEAD + "Kultur\n" + BODY,
        "https://deu.belta.by/a\n" + HEAD + "Kultur\n" + BODY,
        TEXT.format(1).replace("Der Chor sang", "Dienstag, 30 April 2024\nDer Chor sang"),
        TEXT.format(1).replace("Der Chor sang", "Projekte\nDienstag, 30 April 2024\nDer Chor sang"),
        TEXT.format(1).replace("\n\nAbonnieren", "\nKultur 03.04.2024 | 14:54\nAbonnieren"),
        "Der Chor sang, im Jahr 2024\n" * 999,
        "Projekte\nDienstag, 30 April 2024\n" * 999,
    ],
)
def test_what_looks_like_parts_of_a_head_divides_no_dump(text: str, tmp_path: Path) -> None:
    assert len(texts_of(text.encode(), tmp_path / "one.txt")) == 1


def test_joined_dumps_beyond_the_limit_of_one_all_come(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "PAGE_LIMIT", 2_000)
    found = texts_of(b"".join(WHOLE) * 40, tmp_path / "all.txt")
    assert [page.record for page in found] == [str(number) for number in range(1, 121)]
    assert not any(page.truncated for page in found)
