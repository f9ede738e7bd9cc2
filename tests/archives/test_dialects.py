"""Index servers answer in many ways: whichever it is, each article comes once, and nothing is lost in silence."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.archives.conftest import Clock, feeds, records
from tests.conftest import Crawl
from tests.factory.archive_history import History, make
from tests.factory.archive_server import _NAMES as NAMES
from tests.factory.archive_server import HTML, Answer, Archive, _named

Rows = list[dict[str, Any]]
Query = dict[str, list[str]]
Dialect = Callable[[Rows, Query], Answer]
_PAGE = 2
MORE = '{"message": "No Captures found for: it"}'


def text(rows: list[str], media: str = "text/plain") -> Answer:
    return 200, {"Content-Type": media}, "".join(f"{row}\n" for row in rows).encode()


def cells(rows: Rows) -> list[list[str]]:
    return [[_named(row, name) for name in NAMES] for row in rows]


def plain(rows: Rows) -> list[str]:
    return [" ".join(row) for row in cells(rows)]


def objects(rows: Rows, *left_out: str) -> list[str]:
    return [json.dumps({k: v for k, v in row.items() if k not in {"number", *left_out}}) for row in rows]


def cdxj(rows: Rows) -> list[str]:
    left_out = ("urlkey", "timestamp")
    pairs = zip(rows, objects(rows, *left_out), strict=True)
    return [f"{row['urlkey']} {row['timestamp']} {told}" for row, told in pairs]


def listed(rows: list[Any]) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(rows).encode()


def part(rows: Rows, start: int, size: int = _PAGE) -> Rows:
    return rows[start : start + size]


def keyed(form: Callable[[Rows], list[str]]) -> Dialect:
    """A server that gives a few rows, and a key to resume with behind an empty line."""

    def answer(rows: Rows, query: Query) -> Answer:
        start = int(query.get("resumeKey", ["0"])[0])
        more = ["", str(start + _PAGE)] if start + _PAGE < len(rows) else []
        return text([*form(part(rows, start)), *more])

    return answer


def keyed_lists(rows: Rows, query: Query) -> Answer:
    start = int(query.get("resumeKey", ["0"])[0])
    more: list[Any] = [[], [str(start + _PAGE)]] if start + _PAGE < len(rows) else []
    return listed([[*NAMES], *cells(part(rows, start)), *more])


def paged(behind: Answer) -> Dialect:
    """A server that numbers its pages, gives the first to who names none, and `behind` the last something else."""

    def answer(rows: Rows, query: Query) -> Answer:
        page = int(query.get("page", ["0"])[0])
        found = part(rows, page * _PAGE)
        return text(objects(found)) if found or not page else behind

    return answer


def by_time(rows: Rows, query: Query) -> Answer:
    """A server whose lists are in the order of time, with keys to resume with."""
    return keyed(objects)(sorted(rows, key=lambda row: str(row["timestamp"])), query)


def zipped(rows: Rows, query: Query) -> Answer:
    lines = [f"{one}\n".encode() for one in objects(rows)]
    half = len(lines) // 2
    body = gzip.compress(b"".join(lines[:half])) + gzip.compress(b"".join(lines[half:]))  # two members
    return 200, {"Content-Encoding": "gzip", "Content-Type": "text/x-ndjson"}, body


def none_else(rows: Rows, answer: Answer, otherwise: Callable[[Rows], Answer]) -> Answer:
    return otherwise(rows) if rows else answer


WHOLE: dict[str, Dialect] = {
    "lists": lambda rows, _: listed([[*NAMES], *cells(rows)]),
    "lists without their names": lambda rows, _: listed(cells(rows)),
    "lists with a key": keyed_lists,
    "an empty list where there is none": lambda rows, _: listed([[*NAMES], *cells(rows)] if rows else []),
    "plain lines": lambda rows, _: text(plain(rows)),
    "plain lines with a key": keyed(plain),
    "plain lines called HTML": lambda rows, _: text(plain(rows), "text/html; charset=utf-8"),
    "objects": lambda rows, _: text(objects(rows), "text/x-ndjson"),
    "objects with a key": keyed(objects),
    "objects in a list": lambda rows, _: listed([json.loads(one) for one in objects(rows)]),
    "objects without status": lambda rows, _: text(objects(rows, "status")),
    "objects without mime, key and digest": lambda rows, _: text(objects(rows, "mime", "urlkey", "digest")),
    "objects, with Windows' line ends": lambda rows, _: text([f"{one}\r" for one in objects(rows)]),
    "CDXJ": lambda rows, _: text(cdxj(rows)),
    "CDXJ with a key": keyed(cdxj),
    "404 in JSON": lambda rows, _: none_else(rows, (404, {}, MORE.encode()), lambda rows: text(objects(rows))),
    "404 in text": lambda rows, _: none_else(rows, (404, {}, b"No Captures found"), lambda rows: text(cdxj(rows))),
    "200 and a message": lambda rows, _: none_else(rows, text([MORE]), lambda rows: text(objects(rows))),
    "204": lambda rows, _: none_else(rows, (204, {}, b""), lambda rows: text(objects(rows))),
    "pages, then 400": paged((400, {}, b'{"message": "Page 9 invalid: First Page is 0"}')),
    "pages, then 404": paged((404, {}, MORE.encode())),
    "pages, then nothing": paged(text([])),
    "pages, then nothing, as a list": paged(listed([])),
    "packed": zipped,
    "in the order of time": by_time,
    "twice each": lambda rows, _: text([one for row in objects(rows) for one in (row, row)]),
    "with a port": lambda rows, _: text([one.replace(".by/", ".by:80/").replace("https:", "http:")
                                         if ".by/" in one else one for one in objects(rows)]),
}  # fmt: skip


def wanted(history: History) -> int:
    """Articles of the edition that is asked for."""
    seen = [row["url"].partition("?")[0] for row in history.rows if "deu.belta.by" in row["url"]]
    return len({url.rpartition("/view/")[2].strip("/") for url in seen if "/view/" in url and "printv" not in url})


@pytest.mark.parametrize("form", WHOLE)
async def test_whatever_form_the_index_has_each_article_comes_once(
    form: str, crawl: Crawl, archive: Archive, history: History, tmp_path: Path
) -> None:
    archive.dialect = WHOLE[form]
    given = {"source": f"cdx:{archive.base}/coll/cdx", "editions": "de"}
    items, stats = await crawl(archive.settings | feeds(tmp_path / "a.jsonl"), **given)
    assert len({one.id for one in items}) == len(items) == wanted(history) > 2
    assert not [name for name in stats if name.startswith("belta/unread/")]
    assert max(Counter(archive.captures).values()) == 1
    archive.log.clear()
    items, _ = await crawl(archive.settings | feeds(tmp_path / "a.jsonl"), **given)
    assert items == archive.captures == []


DAMAGED: dict[str, Dialect] = {
    "garbage at the end": lambda rows, _: text([*objects(rows), "by,belta,deu)/x 2024"]),
    "garbage within": lambda rows, _: text([*objects(rows[:3]), "what is this", *objects(rows[3:])]),
    "an error at the end": lambda rows, _: text([*objects(rows), '{"error": "the index is gone"}']),
    "a row that is too short": lambda rows, _: listed([[*NAMES], *cells(rows)[:2], ["x"], *cells(rows)[2:]]),
}


@pytest.mark.parametrize("form", DAMAGED)
async def test_what_names_no_capture_is_counted_and_the_rest_comes(
    form: str, crawl: Crawl, archive: Archive, history: History, tmp_path: Path
) -> None:
    archive.dialect = DAMAGED[form]
    settings = archive.settings | feeds(tmp_path / "a.jsonl")
    items, stats = await crawl(settings, source=f"cdx:{archive.base}/coll/cdx", editions="de", sections="")
    assert len(items) == wanted(history)
    assert stats["belta/unread/damaged_index"] >= 1
    assert "/coll/cdx" in (tmp_path / "a.unread.jsonl").read_text()


NONE: dict[str, tuple[Dialect, str]] = {
    "HTML": (lambda rows, _: text([HTML.decode()]), "no_index"),
    "an error": (lambda rows, _: text(['{"error": "busy"}']), "no_index"),
    "a list that is cut": (lambda rows, _: (200, {}, json.dumps([[*NAMES], *cells(rows)]).encode()[:-9]), "no_index"),
    "gzip that is cut": (lambda rows, _: (200, {}, zipped(rows, {})[2][:-9]), "no_index"),
    "404 without words": (lambda rows, _: (404, {}, b""), "http_404"),
    "another program's 404": (lambda rows, _: (404, {}, b'{"detail": "Not Found"}'), "http_404"),
    "gzip that is cut, with 404": (lambda rows, _: (404, {}, b"\x1f\x8b\x08"), "http_404"),
    "401": (lambda rows, _: (401, {}, b""), "http_401"),
    "400 to everything": (lambda rows, _: (400, {}, b"bad request"), "http_400"),
}


@pytest.mark.parametrize("form", NONE)
async def test_what_is_no_answer_is_not_taken_for_an_empty_one(form: str, crawl: Crawl, archive: Archive) -> None:
    archive.dialect, cause = NONE[form]
    _, stats = await crawl(archive.settings, source=f"cdx:{archive.base}/coll/cdx", editions="zh")
    assert stats[f"belta/unread/{cause}"] == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_an_index_that_has_moved_is_followed_within_its_server(
    status: int, crawl: Crawl, archive: Archive, history: History
) -> None:
    archive.dialect = lambda rows, query: text(objects(rows))
    archive.answers["/old/cdx"] = (status, {"Location": "/coll/cdx?{query}"}, b"")
    given = {"source": f"cdx:{archive.base}/old/cdx", "replay": f"{archive.base}/coll", "editions": "de"}
    items, _ = await crawl(archive.settings, **given)
    assert len(items) == wanted(history)


async def test_an_index_that_has_moved_elsewhere_is_told(crawl: Crawl, archive: Archive) -> None:
    archive.answers["/coll/cdx"] = (302, {"Location": "http://127.0.0.1:9/cdx"}, b"")
    items, stats = await crawl(archive.settings, source=f"cdx:{archive.base}/coll/cdx", editions="zh")
    assert items == []
    assert [name for name in stats if name.startswith("belta/unread/")]


async def test_a_page_that_fails_at_a_server_that_has_shown_none_is_no_failure(
    crawl: Crawl, archive: Archive, history: History, tmp_path: Path
) -> None:
    archive.dialect = lambda rows, query: (500, {}, b"") if "page" in query else text(objects(rows))
    items, stats = await crawl(archive.settings, source=f"cdx:{archive.base}/coll/cdx", editions="de")
    assert len(items) == wanted(history)
    assert not [name for name in stats if name.startswith("belta/unread/")]


async def test_a_page_that_fails_at_a_server_that_has_some_is_told(
    crawl: Crawl, archive: Archive, history: History, tmp_path: Path
) -> None:
    pages = paged(text([]))
    archive.dialect = lambda rows, query: (500, {}, b"") if "2" in query.get("page", ()) else pages(rows, query)
    _, stats = await crawl(archive.settings, source=f"cdx:{archive.base}/coll/cdx", editions="de")
    assert stats["belta/unread/http_500"] == 1


async def test_each_page_is_worked_off_before_the_next_is_asked_for(crawl: Crawl, clock: Clock, tmp_path: Path) -> None:
    longer = make(tmp_path / "history", 56)
    with Archive(longer, now=clock.now, most=3) as archive:
        await crawl(archive.settings | feeds(tmp_path / "a.jsonl"), source="wayback", editions="de")
        asked = [path for path in archive.paths if path != "/robots.txt"]
    lists = [number for number, path in enumerate(asked) if "cdx" in path]
    between = [later - earlier - 1 for earlier, later in pairwise(lists)]
    assert len([count for count in between if count]) > 2
    assert max(between) <= archive.most
    assert len(records(tmp_path / "a.jsonl")) == wanted(longer)
