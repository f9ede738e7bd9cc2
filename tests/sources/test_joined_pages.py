"""Pages in HTML that were joined to one file, as `cat *.html` does: each is a page, none is lost."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from belta_spider.items import Page
from belta_spider.sources import Reader, files, find

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
