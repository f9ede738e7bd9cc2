"""HTTP answers that were saved with their heads, as `curl -i` and `wget --save-headers` do: read as a record is."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest

from belta_spider.items import Page
from belta_spider.sources import Dropped, Reader, Skipped, Unread, find
from tests.factory.archives import http, zipped
from tests.factory.containers import PAGE

HTML = "Content-Type: text/html; charset=utf-8"
CHUNKED = b"%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n"
MOVED = b"HTTP/1.1 301 Moved Permanently\r\nLocation: https://deu.belta.by/b\r\nContent-Length: 0\r\n\r\n"
FORMS = {
    "curl -i": http(PAGE),
    "curl -i over HTTP/2": http(PAGE).replace(b"HTTP/1.1 200 OK", b"HTTP/2 200 "),
    "wget --save-headers, lines of LF": http(PAGE).replace(b"\r\n", b"\n"),
    "blank lines before it": b"\r\n\n" + http(PAGE),
    "a length": http(PAGE, HTML, f"Content-Length: {len(PAGE)}"),
    "chunked": http(CHUNKED, HTML, "Transfer-Encoding: chunked"),
    "chunked in the head alone, as curl leaves it": http(PAGE, HTML, "Transfer-Encoding: chunked"),
    "gzip": http(gzip.compress(PAGE), HTML, "Content-Encoding: gzip"),
    "deflate": http(zlib.compress(PAGE), HTML, "Content-Encoding: deflate"),
    "gzip in the head alone": http(PAGE, HTML, "Content-Encoding: gzip"),
    "100 Continue": b"HTTP/1.1 100 Continue\r\n\r\n" + http(PAGE),
    "103 with fields": http(b"", "Link: </a.css>", status="103 Early Hints") + http(PAGE),
    "curl -iL": MOVED + http(PAGE),
    "curl -iL, twice": MOVED + MOVED.replace(b"301 Moved Permanently", b"302 Found") + http(PAGE),
    "a proxy": b"HTTP/1.1 200 Connection established\r\n\r\n" + http(PAGE),
    "no type": http(PAGE, "Server: a"),
}


def read(path: Path, data: bytes) -> list[object]:
    path.write_bytes(data)
    return list(Reader(find(str(path))))


@pytest.mark.parametrize("way", ["page.html", "page.txt", "page", "page.html.gz", "page.zip"])
@pytest.mark.parametrize("form", FORMS)
def test_an_answer_is_the_page_in_it(form: str, way: str, tmp_path: Path) -> None:
    data = FORMS[form]
    packed = {"page.html.gz": gzip.compress(data), "page.zip": zipped(page_html=data)}.get(way, data)
    (page,) = read(tmp_path / way, packed)
    assert isinstance(page, Page)
    assert page.body.replace(b"\r\n", b"\n") == PAGE
    assert (page.kind, page.is_html, page.truncated) == ("html", True, False)
    assert page.record == ("page.html" if way == "page.zip" else None)


def test_its_head_tells_encoding_and_time_and_its_path_the_address(tmp_path: Path) -> None:
    folder = tmp_path / "deu.belta.by/culture/view"
    folder.mkdir(parents=True)
    fields = ("content-type:text/plain;charset=windows-1251", "date: Tue, 30 Apr 2024 10:00:00 GMT")
    data = http("Хор".encode("cp1251"), *fields)
    (page,) = read(folder / "chor-1-2024", data)
    assert isinstance(page, Page)
    assert (page.kind, page.is_html, page.charset) == ("text", False, "windows-1251")
    assert page.captured_at == "2024-04-30T10:00:00Z"
    assert page.mirrored_from == "https://deu.belta.by/culture/view/chor-1-2024"


@pytest.mark.parametrize(
    ("status", "of"),
    [("404 Not Found", Dropped), ("503 Busy", Dropped), ("301 Moved", Skipped), ("304 Not Modified", Skipped)],
)
def test_the_status_decides_as_in_an_archive(status: str, of: type, tmp_path: Path) -> None:
    (found,) = read(tmp_path / "page.html", http(PAGE, status=status))
    assert isinstance(found, of)


def test_what_is_no_page_is_counted_as_such(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.html", http(b"\x89PNG", "Content-Type: image/png"))
    assert isinstance(found, Skipped)
    assert found.cause == "not_a_page"
    (unread,) = read(tmp_path / "b.html", http(b"\1\0\2" * 99, HTML, "Content-Encoding: gzip"))
    assert isinstance(unread, Unread)
    assert unread.cause == "damaged_http"


@pytest.mark.parametrize("cut", ["length", "gzip", "file"])
def test_a_cut_answer_is_a_page_that_was_cut_and_named(cut: str, tmp_path: Path) -> None:
    whole = http(PAGE * 9, HTML, f"Content-Length: {len(PAGE) * 9}")
    data = {
        "length": whole[:-50],
        "gzip": http(gzip.compress(PAGE * 9)[:-20], HTML, "Content-Encoding: gzip"),
        "file": gzip.compress(whole)[:-9],
    }[cut]
    found = read(tmp_path / ("page.html.gz" if cut == "file" else "page.html"), data)
    assert [one.truncated for one in found if isinstance(one, Page)] == [True]
    assert [one.cause for one in found if isinstance(one, Unread)] == ["truncated"]


@pytest.mark.parametrize(
    "answers",
    [
        [http(PAGE)] * 3,
        [http(PAGE) + b"\n"] * 2,
        [http(PAGE, HTML, f"Content-Length: {len(PAGE)}")] * 2,
        [http(b"Der Chor", "Content-Type: text/plain", "Content-Length: 8")] * 2,
        [http(gzip.compress(PAGE), HTML, f"Content-Length: {len(gzip.compress(PAGE))}", "Content-Encoding: gzip")] * 2,
        [MOVED + http(PAGE), http(PAGE)],
    ],
)
def test_each_of_several_answers_is_one(answers: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(tmp_path / "all.html", b"".join(answers))
    assert [one.record for one in found if isinstance(one, Page)] == [str(at) for at in range(1, len(answers) + 1)]
    assert len(found) == len(answers)
    monkeypatch.setattr("belta_spider.sources.archives.messages.BLOCK_LIMIT", 1_000)
    assert len([one for one in read(tmp_path / "all.html", b"".join(answers) * 9) if isinstance(one, Page)]) >= 9


@pytest.mark.parametrize("text", ["HTTP/1.1 200 OK", "HTTP/1.1 200 OK\nsagt er.\n", "HTTP/2 kommt.\nChor: ja\n"])
def test_a_text_about_http_is_a_text(text: str, tmp_path: Path) -> None:
    (page,) = read(tmp_path / "page.txt", text.encode())
    assert isinstance(page, Page)
    assert page.body == text.encode()


def test_a_page_that_quotes_an_answer_is_one(tmp_path: Path) -> None:
    quoting = PAGE.replace(b"</p>", b"</p><pre>\nHTTP/1.1 200 OK\nServer: a\n\n</pre>")
    for data in (quoting, http(quoting)):
        (page,) = read(tmp_path / "page.html", data)
        assert isinstance(page, Page)
        assert page.body == quoting


def test_an_answer_beyond_the_limit_is_cut_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belta_spider.sources.archives.messages.BLOCK_LIMIT", 1_000)
    found = read(tmp_path / "page.html", http(PAGE * 9))
    assert [one.cause for one in found if isinstance(one, Unread)] == ["too_large"]
    assert [one.truncated for one in found if isinstance(one, Page)] == [True]
