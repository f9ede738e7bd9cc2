"""Sources elsewhere give what the same files give here, whatever becomes of the answers; and nothing in silence."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from belta_spider.remote.drivers import connect
from belta_spider.remote.files import RemotePath
from belta_spider.sources import Page, PassedOver, Reader, SourceError, Unread, find
from tests.factory.archives import packed, record
from tests.factory.containers import PAGES
from tests.scale.remote.breaking import Breaking
from tests.scale.remote.conftest import Bucket, Proxy
from tests.scale.remote.web import Web

ROOT = Path(__file__).resolve().parents[3]


def body(number: int, words: int = 1500) -> bytes:
    """A page that does not pack well."""
    chance = random.Random(number)
    text = " ".join(f"{chance.getrandbits(60):x}" for _ in range(words))
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html><html><body><p>%b</p></body></html>"
        % text.encode()
    )


def large(first: int = 0, count: int = 500) -> bytes:
    """12 MB of records, more than is read ahead."""
    return b"".join(record(number, body(number)) for number in range(first, first + count))


def pages(source: str) -> list[tuple[str | None, bytes]]:
    return [(one.record, one.body) for one in Reader(find(source)) if isinstance(one, Page)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Each container that there is."""
    for name, (data, _) in PAGES.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def web() -> Iterator[Web]:
    one = Web(**{name.replace(".", "_"): data for name, (data, _) in PAGES.items() if "_" not in name})
    yield one
    one.stop()


# The same as here


@pytest.mark.parametrize("source", ["{0}/all/", "{0}/all", "{0}/all/*", "{0}", "{0}/all/*.[jt]*,{0}/all/*"])
def test_a_bucket_is_read_as_a_folder_is(source: str, bucket: Bucket, folder: Path) -> None:
    for path in folder.iterdir():
        bucket.put(f"all/{path.name}", path.read_bytes())
    found = list(Reader(find(source.format(bucket.url))))
    assert [one for one in found if not isinstance(one, Page)] == []
    assert {one.uri for one in found} == {f"{bucket.url}/all/{name}" for name in PAGES}
    assert sorted((one.record or "", one.body) for one in found) == sorted(
        (one or "", data) for one, data in pages(str(folder))
    )


@pytest.mark.parametrize("name", [name for name in PAGES if "_" not in name])
def test_each_container_is_read_from_a_web_server(name: str, web: Web, folder: Path) -> None:
    assert pages(f"{web.url}/{name}") == pages(str(folder / name))


@pytest.mark.parametrize("name", ["rows.parquet", "files.zip", "members.warc.gz", "rows.csv"])
@pytest.mark.parametrize("lacking", ["ETag", "Last-Modified", "Content-Length", "ranges"])
def test_a_web_server_may_tell_little(name: str, lacking: str, web: Web, folder: Path) -> None:
    web.has_ranges = lacking not in {"ranges", "Content-Length"}
    web.marks.discard(lacking)
    assert pages(f"{web.url}/{name}") == pages(str(folder / name))


def test_the_folder_of_a_web_server_is_the_links_on_its_page(web: Web) -> None:
    web.files = {"a/rows.csv": PAGES["rows.csv"][0], "a/page.html": PAGES["page.html"][0], "a/.hidden": b"x"}
    found = list(Reader(find(f"{web.url}/a/")))
    assert [one.uri for one in found if isinstance(one, Page)] == [
        f"{web.url}/a/page.html",
        *[f"{web.url}/a/rows.csv"] * 3,
    ]
    assert [one.reason for one in found if isinstance(one, PassedOver)] == ["hidden"]


def test_what_names_hold_is_taken_as_it_is(bucket: Bucket) -> None:
    data = PAGES["dump.txt"][0]
    names = ["a b.txt", "a[1].txt", "a?b.txt", "ü/é.txt", "a::b.txt", "a%20b.txt", "a#1.txt"]
    for name in names:
        bucket.put(f"odd/{name}", data)
        assert [one.uri for one in Reader(find(f"{bucket.url}/odd/{name}"))] == [f"{bucket.url}/odd/{name}"]
    assert {one.uri for one in Reader(find(f"{bucket.url}/odd/"))} == {f"{bucket.url}/odd/{name}" for name in names}


def test_neither_a_password_nor_what_signs_an_address_stands_in_a_record(web: Web) -> None:
    for query, kept in {"?X-Amz-Signature=1&b=2": "", "?page=2": "?page=2", "?sig=x": ""}.items():
        address = f"{web.url.replace('//', '//user:secret@')}/dump.txt{query}"
        (one,) = Reader(find(address))
        assert one.uri == f"{web.url}/dump.txt{kept}"


def test_what_holds_no_page_in_a_bucket_is_passed_over(bucket: Bucket) -> None:
    bucket.put("in/.hidden", b"x")
    bucket.put("in/a/_/.git/b.txt", b"x")
    bucket.put("in/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(200))
    bucket.put("in/page.txt", PAGES["dump.txt"][0])
    bucket.files.touch(f"{bucket.name}/in/empty/")
    found = list(Reader(find(f"{bucket.url}/in/")))
    assert sorted(one.reason for one in found if isinstance(one, PassedOver)) == ["hidden", "image"]
    assert sum(isinstance(one, Page) for one in found) == 1


# Answers that break


@pytest.mark.parametrize(
    "kinds", [("503",), ("cut",), ("reset",), ("lost",), ()], ids=lambda kinds: "+".join(kinds) or "all"
)
def test_a_bucket_that_breaks_a_fifth_of_its_answers_loses_nothing(
    kinds: tuple[str, ...], bucket: Bucket, proxy: Proxy, folder: Path, no_waiting: None
) -> None:
    (folder / "large.warc").write_bytes(large())
    for path in folder.iterdir():
        bucket.put(f"all/{path.name}", path.read_bytes())
    expected = pages(str(folder))
    breaking = proxy(0.2, *kinds)
    assert pages(f"{bucket.url}/all/") == expected
    assert sum(breaking.counts[kind] for kind in kinds or breaking.kinds) > 5


@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_web_server_that_breaks_a_fifth_of_its_answers_loses_nothing(
    has_ranges: bool, web: Web, tmp_path: Path, no_waiting: None
) -> None:
    (tmp_path / "large.warc").write_bytes(large())
    web.files = {"large.warc": large(), **{name: data for name, (data, _) in PAGES.items()}}
    web.share, web.has_ranges = 0.2, has_ranges
    for _ in range(1 if has_ranges else 4):
        assert pages(f"{web.url}/large.warc") == pages(str(tmp_path / "large.warc"))
    assert sum(web.counts[kind] for kind in web.kinds) > 2


@pytest.mark.parametrize("where", ["bucket", "web"])
def test_an_answer_that_stalls_is_asked_for_again(
    where: str,
    bucket: Bucket,
    proxy: Proxy,
    web: Web,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("belta_spider.remote.drivers.SILENCE", 0.7)
    (tmp_path / "a.warc").write_bytes(large(count=200))
    address, counts = bucket.put("a.warc", large(count=200)), web.counts
    if where == "bucket":
        counts = proxy(0.4, "stall").counts
    else:
        import fsspec

        fsspec.filesystem("http").clear_instance_cache()
        web.files, web.share, web.kinds = {"a.warc": large(count=200)}, 0.3, ("stall",)
        address = f"{web.url}/a.warc"
    assert pages(address) == pages(str(tmp_path / "a.warc"))
    assert counts["stall"]


def test_a_driver_that_hangs_is_left_behind(no_waiting: None, monkeypatch: pytest.MonkeyPatch, bucket: Bucket) -> None:
    """Not every driver can be told when to give up."""
    import threading

    monkeypatch.setattr("belta_spider.remote.patience._SILENCE", 3)
    address = bucket.put("a.txt", PAGES["dump.txt"][0])
    store, path = connect(address)
    hung, open_ = [], store.files.open

    def hang_at_first(*arguments: Any, **options: Any) -> Any:
        file = open_(*arguments, **options)
        if not hung:
            hung.append(file)
            file.read = lambda size: threading.Event().wait(30)
        return file

    monkeypatch.setattr(store.files, "open", hang_at_first)
    with RemotePath(store, path, None).open() as file:
        assert file.read() == PAGES["dump.txt"][0]
    assert hung


@pytest.mark.parametrize(
    "name", ["rows.parquet", "files.zip", "files.tar", "members.warc.gz", "rows.csv", "records.warc.lz4", "files.tgz"]
)
def test_a_store_that_goes_away_costs_each_file_one_line(
    name: str, bucket: Bucket, proxy: Proxy, no_waiting: None
) -> None:
    address = bucket.put(name, PAGES[name][0])
    found = find(address)
    proxy(1.0, "503", wanted=lambda method, target: method == "GET")
    connect(address)
    found[0] = (RemotePath(*connect(address), len(PAGES[name][0])), address)
    (one,) = Reader(found)
    assert isinstance(one, Unread)
    assert one.cause == "unreadable"


# What is not there, or is not given


@pytest.mark.parametrize(
    "source", ["s3://no-such-bucket/a.txt", "{0}/none.txt", "{0}/none/", "{0}/n*.txt", "{0}/none/**"]
)
def test_nothing_there_is_wrong_use(source: str, bucket: Bucket) -> None:
    with pytest.raises(SourceError, match="no such object, folder or glob there"):
        find(source.format(bucket.url))


@pytest.mark.parametrize("path", ["none.txt", "none/"])
def test_nothing_there_on_a_web_server_is_wrong_use(path: str, web: Web) -> None:
    web.files = {}
    with pytest.raises(SourceError):
        find(f"{web.url}/{path}")


def test_the_site_s_own_addresses_are_no_files() -> None:
    with pytest.raises(SourceError, match="source=live crawls it"):
        find("https://deu.belta.by/politics/view/a-1-2024")


@pytest.mark.parametrize("name", ["in/", "in/*.txt", "in/a.txt", ""])
def test_a_list_that_is_refused_is_one_line(name: str, bucket: Bucket, proxy: Proxy, no_waiting: None) -> None:
    bucket.put("in/a.txt", PAGES["dump.txt"][0])
    proxy(1.0, "403", wanted=lambda method, target: True)
    (one,) = Reader(find(f"{bucket.url}/{name}"))
    assert isinstance(one, Unread)
    assert (one.cause, one.uri) == ("closed_folder", f"{bucket.url}/{name}")
    assert "\n" not in one.detail


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_web_server_that_refuses_is_one_line(status: int, web: Web, no_waiting: None) -> None:
    web.status = status
    (one,) = Reader(find(f"{web.url}/dump.txt"))
    assert isinstance(one, Unread)
    assert str(status) in one.detail


@pytest.mark.parametrize("address", ["gs://b/a.txt", "abfs://b/a.txt"])
def test_a_driver_that_is_missing_is_named_with_what_to_do(address: str) -> None:
    with pytest.raises(
        SourceError, match=r"needs \w+: python -m pip install \w+ \(beside this package's extra \[cloud\]\)"
    ):
        find(address)


@pytest.mark.parametrize(
    ("scheme", "module"), [("s3", "s3fs"), ("https", "aiohttp"), ("s3", "fsspec"), ("hf", "fsspec")]
)
def test_a_driver_of_the_extra_is_named_by_it(scheme: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    if module != "fsspec":
        monkeypatch.delitem(import_module("fsspec.registry")._registry, scheme, raising=False)
        monkeypatch.delitem(sys.modules, "fsspec.implementations.http", raising=False)
    with pytest.raises(
        SourceError, match=rf"{scheme}:// needs .*{module}.*the|this package's extra \[cloud\] brings it"
    ):
        find(f"{scheme}://bucket/a.txt")


def test_what_this_program_wrote_is_wrong_use_where_it_is_named(bucket: Bucket) -> None:
    address = bucket.put("articles.jsonl", b'{"schema_version":"1","id":"de-1-2024","url":null,"text":"Der Chor."}\n')
    with pytest.raises(SourceError, match="this program wrote"):
        find(address)


# An object that changes


def test_an_object_that_changes_while_it_is_read_is_unread(bucket: Bucket) -> None:
    address = bucket.put("a.warc", large())
    entries = iter(Reader(find(address)))
    first = [next(entries) for _ in range(3)]
    bucket.put("a.warc", large(first=1000))
    rest = list(entries)
    known = {body(number).partition(b"\r\n\r\n")[2] for number in range(500)}
    assert {one.body for one in [*first, *rest] if isinstance(one, Page)} <= known
    assert [one.cause for one in rest if isinstance(one, Unread)] == ["changed"]


@pytest.mark.parametrize("told_by", ["ETag", "Last-Modified", "Content-Length"])
def test_a_file_of_a_web_server_that_changes_is_unread(told_by: str, web: Web) -> None:
    web.files = {"a.warc": large()}
    web.marks = {told_by, "Content-Length"}
    entries = iter(Reader(find(f"{web.url}/a.warc")))
    first = [next(entries) for _ in range(3)]
    web.files["a.warc"] = large(first=1000, count=501 if told_by == "Content-Length" else 500)
    web.modified = "Wed, 01 May 2024 10:00:00 GMT"
    rest = list(entries)
    known = {body(number).partition(b"\r\n\r\n")[2] for number in range(500)}
    assert {one.body for one in [*first, *rest] if isinstance(one, Page)} <= known
    assert [one.cause for one in rest if isinstance(one, Unread)] == ["changed"]


def test_an_object_that_goes_while_it_is_read_is_unread(bucket: Bucket, no_waiting: None) -> None:
    address = bucket.put("a.warc", large())
    entries = iter(Reader(find(address)))
    next(entries)
    bucket.remove("a.warc")
    assert [one.cause for one in entries if isinstance(one, Unread)] in (["unreadable"], ["changed"])


# Crawls


def crawl(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    """Archives of which one is damaged, and a table."""
    shards = tmp_path / "shards"
    shards.mkdir()
    from tests.factory.small_pages import PAGE

    for shard in range(3):
        numbers = range(40 * shard, 40 * shard + 60)  # some in two of them
        records = [record(one, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html(one)) for one in numbers]
        (shards / f"{shard}.warc.gz").write_bytes(packed(records))
    data = (shards / "1.warc.gz").read_bytes()
    (shards / "1.warc.gz").write_bytes(data[: len(data) // 2] + b"noise" + data[len(data) // 2 + 5 :])
    (shards / "rows.parquet").write_bytes(PAGES["rows.parquet"][0])
    assert PAGE
    return shards


def html(number: int) -> bytes:
    chance = random.Random(number)
    words = [
        " ".join(chance.choices("Chor Markt Brücke Ernte Fähre Schule Garten Licht".split(), k=900)) for _ in range(3)
    ]
    paragraphs = "".join(f"<p>{one}.</p>" for one in words)
    return f"<!DOCTYPE html><html><body><h1>Chor {number}</h1>{paragraphs}</body></html>".encode()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("share", [0.0, 0.2])
def test_a_crawl_of_a_bucket_writes_what_one_of_a_folder_does(
    workers: int, share: float, bucket: Bucket, proxy: Proxy, shards: Path, tmp_path: Path
) -> None:
    for path in shards.iterdir():
        bucket.put(f"crawl/{path.name}", path.read_bytes())
    if share:
        proxy(share)
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    expected = crawl("-a", f"source={shards}", "-o", str(here))
    found = crawl("-a", f"source={bucket.url}/crawl/", "-o", str(there), "-s", f"BELTA_WORKERS={workers}")
    assert found[0] == expected[0] == 4, found[1]
    for one, other in (
        (here, there),
        *((path.with_name(f"{path.stem}.{kind}.jsonl") for path in (here, there)) for kind in ("audit", "unread")),
    ):
        assert other.read_text().replace(f"{bucket.url}/crawl", str(shards)) == one.read_text()
    assert len(there.read_bytes().splitlines()) > 100


@pytest.mark.parametrize("captures", ["newest", "all"])
def test_captures_are_chosen_as_of_a_folder(captures: str, bucket: Bucket, shards: Path, tmp_path: Path) -> None:
    for path in shards.iterdir():
        bucket.put(f"crawl/{path.name}", path.read_bytes())
    outputs = []
    for name, source in (("here", str(shards)), ("there", f"{bucket.url}/crawl")):
        outputs.append(tmp_path / f"{name}.jsonl")
        assert crawl("-a", f"source={source}", "-a", f"captures={captures}", "-o", str(outputs[-1]))[0] == 4
    here, there = (path.read_text() for path in outputs)
    assert there.replace(f"{bucket.url}/crawl", str(shards)) == here


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [("{0}/none/", 2, "no such object"), ("gs://bucket/a.txt", 2, "gcsfs"), ("qq://bucket/a.txt", 2, "qq://")],
)
def test_what_cannot_be_a_source_is_told_in_one_line(
    source: str, code: int, words: str, bucket: Bucket, tmp_path: Path
) -> None:
    found, said = crawl("-a", f"source={source.format(bucket.url)}", "-o", f"{tmp_path}/a.jsonl")
    assert found == code, said
    assert words in said
    assert len(said.strip().splitlines()) == 1
    assert not (tmp_path / "a.jsonl").exists()


def test_a_list_that_is_refused_gives_4(bucket: Bucket, proxy: Proxy, tmp_path: Path) -> None:
    bucket.put("in/a.txt", PAGES["dump.txt"][0])
    proxy(1.0, "403", wanted=lambda method, target: "list-type" in target)
    code, said = crawl("-a", f"source={bucket.url}/in/", "-o", f"{tmp_path}/a.jsonl")
    assert code == 4, said
    assert sum(f"cannot read {bucket.url}/in/" in line for line in said.splitlines()) == 1
    (line,) = (tmp_path / "a.unread.jsonl").read_bytes().splitlines()
    assert json.loads(line)["cause"] == "closed_folder"


def test_explain_shows_a_page_that_is_elsewhere(bucket: Bucket) -> None:
    address = bucket.put("a.txt", PAGES["dump.txt"][0])
    command = [sys.executable, "-m", "scrapy", "explain", address]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(address)
    assert "Der Chor sang auf dem Markt" in done.stdout


def test_the_proxy_breaks_what_it_is_told_to(server: int) -> None:
    """Else the tests above prove nothing."""
    one = Breaking(server, 1.0, "503")
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError, match="503"):
        urllib.request.urlopen(f"{one.url}/bucket/a")
    one.stop()
