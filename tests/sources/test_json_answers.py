"""JSON that stands around rows: what search servers answer, and the visits that a browser saves (HAR)."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from belta_spider.items import Page
from belta_spider.sources import Dropped, PassedOver, Reader, Skipped, Unread, check_columns, find
from tests.factory.archives import url
from tests.factory.containers import PAGE, ROWS, har

OTHERS = [{"address": row["url"], "words": row["text"]} for row in ROWS]


def _solr(rows: list[Any]) -> dict[str, Any]:
    return {"responseHeader": {"status": 0, "params": {"q": "*"}}, "response": {"numFound": 3, "docs": rows}}


def _solr_of_lists(rows: list[Any]) -> dict[str, Any]:
    return _solr([{name: [cell] for name, cell in row.items()} for row in rows])


def _elasticsearch(rows: list[Any]) -> dict[str, Any]:
    shards = {"total": 2, "failures": [{"shard": 0, "reason": {}}]}
    hits = [{"_index": "a", "_id": "1", "_score": 1, "_source": row} for row in rows]
    return {"took": 1, "_shards": shards, "hits": {"total": {"value": 3}, "hits": hits}}


def _viewer(rows: list[Any]) -> dict[str, Any]:
    return {"features": [{"name": "text"}], "rows": [{"row_idx": 0, "row": row} for row in rows]}


FORMS = [_solr, _solr_of_lists, _elasticsearch, _viewer]


def read(path: Path, data: bytes, columns: dict[str, str] | None = None) -> list[Any]:
    path.write_bytes(data)
    found = find(str(path), columns)
    check_columns(found, columns or {})
    return list(Reader(found, columns))


@pytest.mark.parametrize("columns", [None, {"text": "words", "url": "address"}])
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("form", FORMS)
def test_the_rows_of_a_servers_answer_are_read(
    form: Any, indent: int | None, columns: dict[str, str] | None, tmp_path: Path
) -> None:
    data = json.dumps(form(OTHERS if columns else ROWS), indent=indent).encode()
    found = read(tmp_path / "a.json", data, columns)
    assert [(one.record, one.url) for one in found] == [(f"1.{at}", url(at - 1)) for at in (1, 2, 3)]
    assert [one.body.decode() for one in found] == [row["text"] for row in ROWS]


@pytest.mark.parametrize("columns", [None, {"text": "words", "url": "address"}])
def test_a_line_around_a_row_is_the_row(columns: dict[str, str] | None, tmp_path: Path) -> None:
    rows = OTHERS if columns else ROWS
    data = b"".join(json.dumps({"_index": "a", "_source": row}).encode() + b"\n" for row in rows)
    found = read(tmp_path / "a.jsonl", data, columns)
    assert [(one.record, one.url) for one in found] == [(str(at), url(at - 1)) for at in (1, 2, 3)]


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_without_a_column_of_pages_names_the_rows_columns(form: Any, tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.json", json.dumps(form(OTHERS)).encode())
    assert isinstance(found, Unread)
    assert found.cause == "missing_columns"
    assert "among address words: name yours with -a columns=text:NAME" in found.detail


def test_an_object_without_rows_names_what_columns_may_say(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.json", b'{"page": {"address": "a", "words": "b"}, "at": 1}')
    assert "among page.address page.words at:" in found.detail


@pytest.mark.parametrize("form", FORMS[:1] + FORMS[2:])
def test_an_answer_of_no_rows_is_a_table_without_a_row(form: Any, tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.json", json.dumps(form([]) | {"features": 0, "_shards": 0}).encode())
    assert found == PassedOver(str(tmp_path / "a.json"), "empty")


# HAR


def _changed(**changes: Any) -> bytes:
    """A file of one visit whose answer, or what is in it, is another."""
    value = json.loads(har(PAGE))
    (entry,) = value["log"]["entries"]
    entry["request"]["url"] = changes.pop("url", entry["request"]["url"])
    entry["response"]["status"] = changes.pop("status", 200)
    entry["response"]["content"] |= changes
    return json.dumps(value).encode()


@pytest.mark.parametrize("way", ["visits.har", "visits.json", "visits", "visits.har.gz", "a folder"])
@pytest.mark.parametrize("is_indented", [True, False])
def test_each_page_of_the_visits_is_read(way: str, is_indented: bool, tmp_path: Path) -> None:
    data = har(PAGE, PAGE)
    data = data if is_indented else json.dumps(json.loads(data)).encode()
    path = tmp_path / way / "x.har" if way == "a folder" else tmp_path / way
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(data) if way.endswith("gz") else data)
    found = list(Reader(find(str(tmp_path / way))))
    assert all(isinstance(one, Page) and one.body == PAGE and one.is_html for one in found)
    assert [(one.record, one.url, one.captured_at) for one in found if isinstance(one, Page)] == [
        ("1", url(0), "2024-04-30T07:00:00Z"),
        ("2", url(1), "2024-04-30T08:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("changes", "of", "word"),
    [
        ({"mimeType": "image/png", "text": "iVBO", "encoding": "base64"}, Skipped, "not_a_page"),
        ({"mimeType": "application/json", "text": "{}"}, Skipped, "not_a_page"),
        ({"url": "https://example.org/"}, Skipped, "other_site"),
        ({"url": None}, Skipped, "not_a_page"),
        ({"status": 0}, Skipped, "not_a_page"),
        ({"status": "200"}, Skipped, "not_a_page"),
        ({"status": 302}, Skipped, "redirect"),
        ({"status": 404}, Dropped, "error_page"),
        ({"text": None}, Unread, "truncated"),
        ({"text": "a", "encoding": "base64"}, Unread, "damaged_http"),
    ],
)
def test_what_is_no_page_is_counted_or_named(changes: dict[str, Any], of: type, word: str, tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.har", _changed(**changes))
    assert isinstance(found, of)
    assert getattr(found, "cause", None) == word or getattr(found, "reason", None) == word


def test_what_a_browser_keeps_as_bytes_is_in_the_encoding_that_it_says(tmp_path: Path) -> None:
    packed = base64.b64encode("<html>Хор".encode("cp1251")).decode()
    (page,) = read(tmp_path / "a.har", _changed(text=packed, encoding="base64", mimeType="text/html; charset=cp1251"))
    assert (page.body.decode("cp1251"), page.charset) == ("<html>Хор", "cp1251")
    (page,) = read(tmp_path / "a.har", _changed(text="<html>Хор", mimeType="text/html; charset=cp1251"))
    assert (page.body.decode(), page.charset) == ("<html>Хор", "utf-8")


def test_visits_that_are_cut_or_damaged_give_the_others(tmp_path: Path) -> None:
    whole = har(PAGE, PAGE, PAGE)
    found = read(tmp_path / "a.har", whole[: whole.rindex(b"startedDateTime")])
    assert [one.record for one in found if isinstance(one, Page)] == ["1", "2"]
    assert [one.cause for one in found if isinstance(one, Unread)] == ["not_json"]
    at = whole.index(b'"status"', whole.index(b'"status"') + 1)
    found = read(tmp_path / "a.har", whole[:at] + b"?" + whole[at + 1 :])
    assert [one.url for one in found if isinstance(one, Page)] == [url(0), url(2)]
    assert [one.cause for one in found if isinstance(one, Unread)] == ["not_json"]


@pytest.mark.parametrize(
    ("name", "cause"), [("cut in its head", "truncated"), ("packed and cut", "truncated"), ("of titles", "too_large")]
)
def test_visits_without_entries_are_named(name: str, cause: str, tmp_path: Path) -> None:
    head = b'{"log": {"version": "1.2", "pages": ['
    titles = b'{"title": "T"},' * 100_000
    packed = gzip.compress(head + titles[:1500])[:-20]
    data = {"cut in its head": head, "packed and cut": packed, "of titles": head + titles}[name]
    found = read(tmp_path / "a.har", data)
    assert [one.cause for one in found] == [cause]


def test_no_visit_is_a_table_without_a_row(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.har", har())
    assert isinstance(found, PassedOver)
