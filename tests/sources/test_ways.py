"""Every format by every way in: each cell is read or refused, none is silent."""

from __future__ import annotations

import gzip
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from belta_spider.sources import Page, PassedOver, Reader, Skipped, SourceError, Unread, find
from belta_spider.sources.causes import PASSED_OVER, REFUSALS, SKIPPED, UNREAD
from tests.factory.archives import zipped
from tests.factory.containers import PAGES, REFUSED, tarred

WAYS = ("named", "in a folder", "in a glob", "gzipped", "without a name", "standard input", "in a zip", "in a tar")


@contextmanager
def piped(data: bytes) -> Iterator[None]:
    """Standard input that is a pipe, which gives its bytes a few at a time."""
    read_end, write_end = os.pipe()

    def write() -> None:
        with os.fdopen(write_end, "wb", buffering=0) as pipe:
            for start in range(0, len(data), 1000):
                pipe.write(data[start : start + 1000])

    writer = threading.Thread(target=write)
    writer.start()
    before = sys.stdin
    with os.fdopen(read_end) as sys.stdin:
        yield
    sys.stdin = before
    writer.join()


def _read(folder: Path, way: str, name: str, data: bytes) -> list[object]:
    """What comes of a file, one way in."""
    names = {
        "gzipped": f"{name}.gz",
        "without a name": "a" + "".join(Path(name).suffixes) * name.endswith((".txt", ".css", ".js", ".audit.jsonl")),
        "in a zip": "x.zip",
        "in a tar": "x.tar",
    }
    packs: dict[str, Callable[[bytes], bytes]] = {
        "gzipped": gzip.compress,
        "in a zip": lambda one: zipped(**{name.replace(".", "_"): one}),
        "in a tar": lambda one: tarred({name: one}),
    }
    path = folder / names.get(way, name)
    path.write_bytes(packs.get(way, bytes)(data))
    source = {"in a folder": str(folder), "in a glob": f"{folder}/*", "standard input": "-"}.get(way, str(path))
    if way == "standard input":
        with piped(data):
            return list(Reader(find(source)))
    return list(Reader(find(source)))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", PAGES)
def test_each_format_is_read_whatever_way_it_comes_in(tmp_path: Path, name: str, way: str) -> None:
    data, count = PAGES[name]
    found = _read(tmp_path, way, name, data)
    assert [one for one in found if not isinstance(one, Page)] == []
    assert len(found) == count
    records = [(one.uri, one.record) for one in found if isinstance(one, Page)]
    assert len(set(records)) == count, "a run goes on by them"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_page_is_refused_in_a_sentence_or_passed_over_and_counted(
    tmp_path: Path, name: str, way: str
) -> None:
    if way == "standard input" and name in {"style.css", "code.js"}:
        pytest.skip("text without a name is a page, and dropped if it shows no edition")
    try:
        found = _read(tmp_path, way, name, REFUSED[name])
    except SourceError as error:
        assert str(error).partition(": ")[2]  # noqa: PT017 (either answer is one)
        return
    assert found
    assert not [one for one in found if isinstance(one, Page)]
    for one in found:
        assert isinstance(one, (Unread, PassedOver, Skipped))
        assert not isinstance(one, Unread) or one.cause in UNREAD
        assert not isinstance(one, PassedOver) or one.reason in PASSED_OVER
        assert not isinstance(one, Skipped) or one.cause in SKIPPED
    assert not all(isinstance(one, Skipped) for one in found)


@pytest.mark.parametrize("name", ["articles.jsonl", "articles.audit.jsonl", "export.csv"])
def test_what_this_program_wrote_is_wrong_use_where_it_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(REFUSED[name])
    with pytest.raises(SourceError, match=REFUSALS["own_output"]):
        find(str(path))
    (tmp_path / "page.txt").write_bytes(PAGES["dump.txt"][0])
    found = list(Reader(find(str(tmp_path))))
    assert [one.reason for one in found if isinstance(one, PassedOver)] == ["own_output"]
    assert [Path(one.uri).name for one in found if isinstance(one, Page)] == ["page.txt"]


def test_a_closed_folder_is_named_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.txt").write_bytes(PAGES["dump.txt"][0])
    scandir = os.scandir

    def closed(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    found = list(Reader(find(str(tmp_path))))
    assert [(one.cause, one.uri) for one in found if isinstance(one, Unread)] == [("closed_folder", f"{tmp_path}/a")]
    assert len([one for one in found if isinstance(one, Page)]) == 1


def test_a_folder_that_holds_no_page_is_wrong_use_and_says_how_much_was_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(REFUSED["picture.png"])
    (tmp_path / ".b").write_bytes(b"x")
    with pytest.raises(SourceError, match=r"nothing in it to read \(2 passed over"):
        find(str(tmp_path))


def test_a_name_may_hold_a_comma(tmp_path: Path) -> None:
    (tmp_path / "a,b.txt").write_bytes(PAGES["dump.txt"][0])
    assert len(find(str(tmp_path / "a,b.txt"))) == 1


def test_text_in_a_folder_is_a_page_where_it_shows_what_an_edition_prints(tmp_path: Path) -> None:
    page = PAGES["dump.txt"][0]
    for name, data in {"page.dump": page, "page": page, "README.md": page, "LICENSE": b"Anyone may sing.\n"}.items():
        (tmp_path / name).write_bytes(data)
    found = list(Reader(find(str(tmp_path))))
    assert [Path(one.uri).name for one in found if isinstance(one, Page)] == ["page", "page.dump"]
    assert [one.reason for one in found if isinstance(one, PassedOver)] == ["other_text", "other_text"]
