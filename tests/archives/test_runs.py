"""Runs over an archive: what is asked for, what comes out, and what a second run does."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError

from belta_spider.archives import s3
from belta_spider.live.state import state_path
from tests.archives.conftest import feeds, records, without_source
from tests.conftest import Crawl
from tests.factory.archive_history import NOTICE, History, write_cdxj, write_csv
from tests.factory.archive_server import CRAWL, Archive

HOSTS = 12
"""Of all editions, without www."""
TRIES = 2
"""robots.txt, and whether the index numbers its pages."""


def source_of(kind: str, archive: Archive, folder: Path) -> dict[str, str]:
    """The spider's arguments for each way to one archive."""
    history = archive.history
    return {
        "wayback": {"source": "wayback"},
        "pywb": {"source": f"cdx:{archive.base}/coll/cdx"},
        "commoncrawl": {"source": f"commoncrawl:{CRAWL}", "base": archive.base},
        "all of commoncrawl": {"source": "commoncrawl", "base": archive.base},
        "cdxj and files": {"source": f"cdx:{write_cdxj(history, folder / 'i.cdxj')}", "base": str(history.folder)},
        "cdxj and replay": {"source": f"cdx:{folder / 'i.cdxj'}", "replay": f"{archive.base}/coll"},
        "table and ranges": {"source": f"records:{write_csv(history, folder / 'i.csv')}", "base": archive.base},
        "table and files": {"source": f"records:{folder / 'i.csv'}", "base": str(history.folder)},
        "index and ranges": {"source": f"cdx:{archive.base}/coll/cdx", "base": archive.base},
    }[kind]


KINDS = (
    *("wayback", "pywb", "commoncrawl", "all of commoncrawl", "cdxj and files", "cdxj and replay"),
    *("table and ranges", "table and files", "index and ranges"),
)


@pytest.fixture(scope="session")
def from_files(history: History, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a replay of the archive's own files gives, by the captures that are asked for."""
    return {}


async def expected(crawl: Crawl, history: History, which: str, folder: Path, known: dict[str, Any]) -> Any:
    if which not in known:
        await crawl(feeds(folder / f"{which}.jsonl"), source=str(history.folder), captures=which)
        known[which] = without_source(folder / f"{which}.jsonl")
    return known[which]


@pytest.mark.parametrize("kind", KINDS)
async def test_records_equal_those_of_the_archive_s_own_files(
    kind: str, crawl: Crawl, archive: Archive, tmp_path: Path, from_files: dict[str, Any]
) -> None:
    (tmp_path / "in").mkdir()
    source_of("cdxj and files", archive, tmp_path / "in")
    given = source_of("table and files", archive, tmp_path / "in") and source_of(kind, archive, tmp_path / "in")
    out = tmp_path / "a.jsonl"
    _, stats = await crawl(archive.settings | feeds(out), **given)
    assert without_source(out) == await expected(crawl, archive.history, "first", tmp_path, from_files)
    assert len(records(out)) == archive.history.articles
    assert not [name for name in stats if name.startswith("belta/unread/")]
    kinds = {one["source"]["kind"] for one in records(out)}
    assert kinds == ({"warc"} if kind.endswith("and files") else {"archive"})
    assert len(archive.captures) == (
        0 if kind.endswith("and files") else archive.history.articles + archive.history.gave_way
    )


@pytest.mark.parametrize("kind", ["wayback", "pywb", "commoncrawl"])
async def test_what_is_held_is_not_asked_for(kind: str, crawl: Crawl, archive: Archive, tmp_path: Path) -> None:
    settings = archive.settings | feeds(tmp_path / "a.jsonl")
    given = source_of(kind, archive, tmp_path)
    await crawl(settings, **given)
    before, lines = len(archive.log), (tmp_path / "a.jsonl").read_bytes()
    if kind == "pywb":
        assert before <= archive.history.articles + archive.history.gave_way + HOSTS + TRIES
    archive.log.clear()
    items, stats = await crawl(settings, **given)
    assert items == archive.captures == []
    assert stats["belta/pages/held"] == archive.history.articles
    assert (tmp_path / "a.jsonl").read_bytes() == lines
    if kind == "pywb":
        assert len(archive.log) <= HOSTS + TRIES


@pytest.mark.parametrize("kind", ["pywb", "index and ranges"])
@pytest.mark.parametrize("is_remembered", [True, False])
async def test_all_states_of_an_article_are_a_history(
    kind: str, is_remembered: bool, crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    settings = archive.settings | feeds(out)
    given = source_of(kind, archive, tmp_path)
    await crawl(settings, captures="all", **given)
    history = archive.history
    assert len(records(out)) == history.articles + history.edits
    titles = [one["title"] for one in records(out)]
    assert sum("zum zweiten Mal aktualisiert" in title for title in titles) == 2
    archive.log.clear()
    if not is_remembered:
        state_path(out).unlink()
    await crawl(settings, captures="all", **given)
    assert len(records(out)) == history.articles + history.edits
    assert archive.captures == [] or not is_remembered


@pytest.mark.parametrize("kind", ["wayback", "index and ranges", "cdxj and files"])
async def test_the_newest_is_the_newest(
    kind: str, crawl: Crawl, archive: Archive, tmp_path: Path, from_files: dict[str, Any]
) -> None:
    given = source_of("cdxj and files", archive, tmp_path) and source_of(kind, archive, tmp_path)
    await crawl(archive.settings | feeds(tmp_path / "a.jsonl"), captures="newest", **given)
    ours = without_source(tmp_path / "a.jsonl")
    theirs = await expected(crawl, archive.history, "newest", tmp_path, from_files)
    # An index that is filtered lists no revisits: a body's last capture is one, its time that of the one before.
    assert [one["title"] for one in ours] == [one["title"] for one in theirs]
    assert [one["text"] for one in ours] == [one["text"] for one in theirs]


@pytest.mark.parametrize("kind", ["wayback", "commoncrawl"])
async def test_the_captures_that_were_kept_give_the_same_and_ask_nobody(
    kind: str, crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    settings = archive.settings | feeds(tmp_path / "a.jsonl") | {"BELTA_WARC_DIR": str(tmp_path / "warc")}
    await crawl(settings, **source_of(kind, archive, tmp_path))
    archive.log.clear()
    await crawl(feeds(tmp_path / "b.jsonl"), source=str(tmp_path / "warc"))
    assert without_source(tmp_path / "a.jsonl") == without_source(tmp_path / "b.jsonl")
    assert archive.log == []


async def test_only_what_is_asked_for_is(crawl: Crawl, archive: Archive, tmp_path: Path) -> None:
    given = source_of("pywb", archive, tmp_path)
    items, _ = await crawl(archive.settings, editions="de,zh", **given)
    assert {one.edition for one in items} == {"de", "zh"}
    assert not [path for path in archive.paths if "eng.belta.by" in path]
    archive.log.clear()
    for outside in ({"until": "2015-12-31"}, {"sections": "sport"}):
        items, _ = await crawl(archive.settings, **outside, **given)
        assert items == archive.captures == []


async def test_days_outside_are_not_asked_for_again(crawl: Crawl, archive: Archive, tmp_path: Path) -> None:
    given, settings = source_of("pywb", archive, tmp_path), archive.settings | feeds(tmp_path / "a.jsonl")
    asked = {"editions": "de", "since": "2026-01-01"}  # the year of the addresses, before which all were published
    _, stats = await crawl(settings, **asked, **given)
    outside = stats["belta/drop/outside_dates"]
    assert outside
    archive.log.clear()
    await crawl(settings, **asked, **given)
    assert archive.captures == []
    items, _ = await crawl(settings, editions="de", **given)
    assert len(items) == outside


async def test_the_coverage_shows_the_archive_beside_the_site(crawl: Crawl, archive: Archive, tmp_path: Path) -> None:
    given, settings = source_of("pywb", archive, tmp_path), archive.settings | feeds(tmp_path / "a.jsonl")
    _, stats = await crawl(settings, editions="de", **given)
    rows = records(tmp_path / "a.coverage.jsonl")
    assert sum(row["archived"] for row in rows) == sum(row["held"] for row in rows) == stats["belta/covered/held"]
    assert "archived" in stats["belta/coverage"][0]


# What gives way


URL = "https://deu.belta.by/politics/view/ein-titel-7-2026"
PAGE = (
    b'<html><head><meta charset="utf-8"></head><body><div class="content_margin"><div class="date_full">'
    b"03 April 2026, 14:54</div><h1>Ein Titel</h1><div class='js-mediator-article'><p>Der neue Spielplatz am See ist "
    b"fertig, und die Kinder der Stadt haben ihn am Wochenende in Besitz genommen.</p></div></div></body></html>"
)
MEMENTO = {"Memento-Datetime": "Fri, 03 Apr 2026 12:00:00 GMT"}
TIMES = ("20260403120000", "20260404120000")


def at(timestamp: str, url: str = URL) -> str:
    return f"/coll/{timestamp}id_/{url}"


FIRSTS: dict[str, tuple[int, dict[str, str], bytes, str]] = {
    "a captured error": (404, MEMENTO, b"<html><body>404</body></html>", "error_page"),
    "a captured failure": (503, MEMENTO, b"<html><body>503</body></html>", "error_page"),
    "not held": (404, {}, b"", "http_404"),
    "not shown": (403, {}, b"", "http_403"),
    "withdrawn": (451, {}, b"", "http_451"),
    "a bot check": (200, MEMENTO, NOTICE, "notice"),
    "nothing": (200, MEMENTO, b"", "empty"),
    "a picture": (200, MEMENTO | {"Content-Type": "image/png"}, b"\x89PNG" + bytes(50), "not_a_page"),
    "a redirect elsewhere": (302, {"Location": "/coll/20260403120000id_/https://example.org/"}, b"", "redirect"),
    "a redirect to another article": (302, {"Location": at(TIMES[0], URL.replace("-7-", "-8-"))}, b"", "redirect"),
    "a redirect to itself": (302, {"Location": at(TIMES[0])}, b"", "redirect"),
    "a body that is cut": (200, MEMENTO | {"X-Archive-Orig-Content-Length": "99999"}, PAGE, "truncated"),
}  # fmt: skip


def two_captures(
    archive: Archive, first: tuple[int, dict[str, str], bytes], second: Any = (200, MEMENTO, PAGE)
) -> None:
    """An article with two captures."""
    row = {"urlkey": "by,belta,deu)/politics/view/ein-titel-7-2026", "url": URL, "mime": "text/html", "status": "200"}
    lines = [json.dumps(row | {"timestamp": one}) for one in TIMES]
    archive.answers = {"/coll/cdx": (200, {}, "\n".join(lines).encode()), at(TIMES[0]): first, at(TIMES[1]): second}


@pytest.mark.parametrize("first", FIRSTS)
async def test_what_is_no_whole_article_gives_way(first: str, crawl: Crawl, archive: Archive, tmp_path: Path) -> None:
    status, headers, body, reason = FIRSTS[first]
    two_captures(archive, (status, headers, body))
    settings = archive.settings | feeds(tmp_path / "a.jsonl")
    given = {"source": f"cdx:{archive.base}/coll/cdx", "editions": "de"}
    items, stats = await crawl(settings, **given)
    assert [one.title for one in items] == ["Ein Titel"]
    assert items[0].source.uri == archive.base + at(TIMES[1])
    assert stats[f"belta/gave_way/{reason}"] == 1
    assert not items[0].flags.count("truncated")
    archive.log.clear()
    items, _ = await crawl(settings, **given)
    assert items == archive.captures == []


async def test_where_none_is_whole_the_first_that_is_cut_is_taken(
    crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    cut = MEMENTO | {"X-Archive-Orig-Content-Length": "99999"}
    two_captures(archive, (200, cut, PAGE), (200, cut, PAGE + b"<!-- -->"))
    items, _ = await crawl(
        archive.settings | feeds(tmp_path / "a.jsonl"), source=f"cdx:{archive.base}/coll/cdx", editions="de"
    )
    assert [(one.source.uri, one.flags.count("truncated")) for one in items] == [(archive.base + at(TIMES[0]), 1)]


async def test_where_none_is_an_article_nothing_is_asked_for_again(
    crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    two_captures(archive, (200, MEMENTO, b""), (404, MEMENTO, b""))
    settings = archive.settings | feeds(tmp_path / "a.jsonl")
    given = {"source": f"cdx:{archive.base}/coll/cdx", "editions": "de"}
    await crawl(settings, **given)
    assert len(archive.captures) == 2
    (row,) = records(tmp_path / "a.coverage.jsonl")
    assert row["dropped"] == {"error_page": 1}
    archive.log.clear()
    await crawl(settings, **given)
    assert archive.captures == []


async def test_the_nearest_capture_is_followed_within_the_article(
    crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    nearest = at("20260405130000", URL.replace("https", "http"))
    two_captures(archive, (302, {"Location": nearest.replace("id_", "")}, b""))
    archive.answers[nearest] = (200, {"Memento-Datetime": "Sun, 05 Apr 2026 13:00:00 GMT"}, PAGE)
    (item,), _ = await crawl(archive.settings, source=f"cdx:{archive.base}/coll/cdx", editions="de")
    assert item.captured_at == "2026-04-05T13:00:00Z"
    assert item.source.uri == archive.base + nearest
    assert item.url == URL


# Only saying what would be done


def names(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


@pytest.mark.parametrize("kind", [*KINDS, "files", "fixtures"])
async def test_a_dry_run_says_how_much_there_is_and_writes_nothing(
    kind: str, crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    given = source_of("cdxj and files", archive, tmp_path) and source_of("table and files", archive, tmp_path)
    given = {"source": str(archive.history.folder)} if kind == "files" else given
    given = source_of(kind, archive, tmp_path) if kind in KINDS else given
    given = {"source": "fixtures/de/000*.txt"} if kind == "fixtures" else given
    before = names(tmp_path)
    settings = archive.settings | feeds(tmp_path / "a.jsonl") | {"BELTA_WARC_DIR": str(tmp_path / "warc")}
    items, stats = await crawl(settings, dry_run="1", **given)
    assert items == archive.captures == []
    assert names(tmp_path) == before
    told = "\n".join(stats["belta/plan"])
    articles = 1 if kind == "fixtures" else archive.history.articles
    assert f"would read {articles} pages" in told or f"of {articles} articles" in told
    asks = kind in KINDS and not kind.endswith("and files")
    assert f"requests {articles if asks else 0}\n" in told
    assert "  time     0:00:" in told
    assert "  de " in told
    assert ("2024 1; politics 1" if kind == "fixtures" else "; society ") in told
    assert kind == "fixtures" or ": 2026 " in told


async def test_a_dry_run_knows_what_is_held(crawl: Crawl, archive: Archive, tmp_path: Path) -> None:
    given, settings = source_of("pywb", archive, tmp_path), archive.settings | feeds(tmp_path / "a.jsonl")
    await crawl(settings, editions="de", **given)
    before = (tmp_path / "a.jsonl").read_bytes()
    held = len(records(tmp_path / "a.jsonl"))
    _, stats = await crawl(settings, dry_run="1", **given)
    assert f"would read {archive.history.articles - held} pages" in stats["belta/plan"][1]
    assert (tmp_path / "a.jsonl").read_bytes() == before


async def test_an_archive_is_told_who_asks(crawl: Crawl, archive: Archive) -> None:
    with pytest.raises(UsageError, match="BELTA_CONTACT"):
        await crawl(archive.settings | {"BELTA_CONTACT": None}, source="wayback")
    assert archive.log == []
    await crawl(archive.settings, source="wayback", editions="de")
    (agent,) = archive.agents  # of robots.txt, lists and captures
    assert agent.startswith("belta_spider/")
    assert agent.endswith("(+desk@example.org)")


# Parts of files


async def test_parts_of_files_in_a_store_are_read_like_those_of_a_server(
    crawl: Crawl, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_files: dict[str, Any]
) -> None:
    asked = []

    def read_part(address: str, start: int, end: int) -> bytes:
        asked.append(address)
        if len(asked) == 2:
            raise OSError("the store is busy")
        return (archive.history.folder / address.rpartition("/")[2]).read_bytes()[start:end]

    monkeypatch.setattr(s3, "read_part", read_part)
    monkeypatch.setattr(s3, "check", lambda base: None)
    given = {"source": f"records:{write_csv(archive.history, tmp_path / 'i.csv')}", "base": "s3://bucket/crawl"}
    _, stats = await crawl(archive.settings | feeds(tmp_path / "a.jsonl"), **given)
    assert without_source(tmp_path / "a.jsonl") == await expected(crawl, archive.history, "first", tmp_path, from_files)
    assert all(address.startswith("s3://bucket/crawl/history-") for address in asked)
    assert archive.log == []
    assert not [name for name in stats if name.startswith("belta/unread/")]


def test_a_part_of_a_file_in_a_store() -> None:
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe_file("/bucket/a.warc.gz", b"0123456789")
    assert s3.read_part("memory://bucket/a.warc.gz", 3, 6) == b"345"
    with pytest.raises(FileNotFoundError):
        s3.read_part("memory://bucket/b.warc.gz", 3, 6)


async def test_a_store_needs_its_packages(crawl: Crawl, archive: Archive, tmp_path: Path) -> None:
    if importlib.util.find_spec("s3fs"):
        pytest.skip("s3fs is here")
    with pytest.raises(UsageError, match=r"base=s3://commoncrawl: s3:// needs (fsspec )?s3fs: python -m pip install"):
        await crawl(archive.settings, source=f"commoncrawl:{CRAWL}", base="s3://commoncrawl")


def spoil(path: Path) -> None:
    """Have an index name a file that is not there, and hold a line that is none."""
    lines = path.read_text().splitlines()
    is_page = ["/view/" in line and "printv" not in line and "404" not in line for line in lines]
    lines[is_page.index(True)] = lines[is_page.index(True)].replace("history-00", "gone-00")
    path.write_text("\n".join([*lines, "what is this"]))


@pytest.mark.parametrize("kind", ["cdxj and files", "table and ranges"])
async def test_what_an_index_names_and_is_not_there_is_told_and_the_rest_goes_on(
    kind: str, crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    given = source_of("cdxj and files", archive, tmp_path) and source_of(kind, archive, tmp_path)
    spoil(Path(given["source"].partition(":")[2]))
    items, stats = await crawl(archive.settings | feeds(tmp_path / "a.jsonl"), **given)
    assert len(items) >= archive.history.articles - 1
    assert stats["belta/unread/damaged_index"] == 1
    assert stats["belta/unread/unreadable" if kind.endswith("files") else "belta/gave_way/http_404"] == 1
    assert stats["finish_reason"] == "finished"


async def test_a_part_that_is_not_what_was_asked_for_is_no_capture(
    crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    for name in names(archive.history.folder):
        archive.answers[f"/{Path(name).name}"] = (206, {"Content-Range": "bytes 0-9/10"}, b"0123456789")
    given = {"source": f"records:{write_csv(archive.history, tmp_path / 'i.csv')}", "base": archive.base}
    _, stats = await crawl(archive.settings, editions="zh", **given)
    assert "not_the_capture, 10 times in a row" in stats["belta/given_up"]
    assert "item_scraped_count" not in stats
