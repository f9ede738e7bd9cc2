"""Indexes: each form is read, what is none is refused, and captures are chosen."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belta_spider.editions import addresses, load
from belta_spider.sources.entries import SourceError, Unread
from belta_spider.sources.indexes import cdx, queries, replays
from belta_spider.sources.indexes.captures import Capture, key_of, moment_of
from belta_spider.sources.indexes.choosing import HostsInStep, chains
from belta_spider.sources.indexes.files import IndexFiles

URL, DIGEST = "https://deu.belta.by/politics/view/ein-titel-1-2024", "KYV35XA2BMYQXF5F2JAJYELEYPHA63TT"
KEY = "by,belta,deu)/politics/view/ein-titel-1-2024"
PLACE = {"filename": "a.warc.gz", "offset": "12", "length": "34"}
ROW = {"urlkey": KEY, "timestamp": "20240401120000", "url": URL, "mime": "text/html", "status": "200", "digest": DIGEST}
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
CELLS = [KEY, "20240401120000", URL, "text/html", "200", DIGEST, "34"]
OBJECT = json.dumps({name: value for name, value in ROW.items() if name not in {"urlkey", "timestamp"}} | PLACE)

FORMS = {
    "lists": json.dumps([NAMES, CELLS]),
    "lists with a key": json.dumps([NAMES, CELLS, [], ["by,belta)/x 2024"]]),
    "objects": json.dumps(ROW | PLACE) + "\n",
    "objects with numbers": json.dumps(ROW | {"filename": "a.warc.gz", "offset": 12, "length": 34}),
    "objects of Common Crawl": json.dumps(ROW | PLACE | {"mime-detected": "text/html", "languages": "deu"}),
    "a prefixed digest": json.dumps(ROW | PLACE | {"digest": f"sha1:{DIGEST}"}),
    "CDXJ": f"{KEY} 20240401120000 {OBJECT}\n",
    "CDXJ with a head": f'!OpenWayback-CDXJ 1.0\n!meta {{"x": 1}}\n{KEY} 20240401120000 {OBJECT}\n',
    "plain, of seven": " ".join(CELLS) + "\n",
    "plain, of seven, with a key": " ".join(CELLS) + "\n\nby%2Cbelta\n",
    "plain, of six": " ".join(CELLS[:6]),
    "CDX of nine": f" CDX N b a m s k r V g\n{KEY} 20240401120000 {URL} text/html 200 {DIGEST} - 12 a.warc.gz\n",
    "CDX of eleven": " CDX N b a m s k r M S V g\n"
    f"{KEY} 20240401120000 {URL} text/html 200 {DIGEST} - - 34 12 a.warc.gz",
    "CDX of eleven without a legend": f"{KEY} 20240401120000 {URL} text/html 200 {DIGEST} - - 34 12 a.warc.gz",
    "CDX by another legend": f" CDX a b m s k g V S\n{URL} 20240401120000 text/html 200 {DIGEST} a.warc.gz 12 34\n",
    "lists without their names": json.dumps([CELLS]),
    "lists of six without their names": json.dumps([CELLS[:6]]),
    "names in another order": json.dumps([NAMES[::-1], CELLS[::-1]]),
    "a list of objects": json.dumps([ROW | PLACE]),
    "objects with null": json.dumps(ROW | PLACE | {"languages": None, "redirect": None}),
    "no status": json.dumps({name: value for name, value in (ROW | PLACE).items() if name != "status"}),
    "no mime": json.dumps({name: value for name, value in (ROW | PLACE).items() if name != "mime"}),
    "no key": json.dumps({name: value for name, value in (ROW | PLACE).items() if name != "urlkey"}),
    "plain, by tabs": "\t".join(CELLS),
    "objects with a key": json.dumps(ROW | PLACE) + "\n\nby%2Cbelta\n",
    "Windows' line ends": f"{KEY} 20240401120000 {OBJECT}\r\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_tells_the_same_capture(form: str) -> None:
    answer = cdx.read(FORMS[form])
    (found,) = answer.captures
    assert (found.key, found.timestamp, found.url, found.digest) == (
        KEY.partition(")")[2],
        ROW["timestamp"],
        URL,
        DIGEST,
    )
    assert found.may_be_page
    assert found.offset in {12, None}
    assert found.length in {34, None}
    assert bool(answer.resume_key) == form.endswith("with a key")


NOTHING = ["", "\n", "[]", "[[]]", " \r\n", "[ ]", "[[], []]", '{"message": "No Captures found for: *.belta.by"}',
           '{"error": "No captures found"}', "No Captures found for: belta.by", json.dumps([NAMES])]  # fmt: skip


def test_a_key_to_resume_with_may_have_a_space() -> None:
    assert cdx.read(" ".join(CELLS) + "\n\nby,belta)/x 2024\n").resume_key == "by,belta)/x 2024"


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_an_index_of_nothing(text: str) -> None:
    assert cdx.read(text).captures == []


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html><html><body>Please wait</body></html>",
        "Too many requests",
        FORMS["lists"][:-20],
        FORMS["objects"][:-20],
        FORMS["CDXJ"][:-20],
        FORMS["plain, of seven"] + "by,belta",
        '{"error": "too many"}',
        "[1, 2]",
        '[["original"], ["x"]]',
        '[{"url": "x"}, 1]',
        "[" * 100_000,
        '{"a":' * 100_000,
        "{",
        '[["urlkey"], ["a", "b"]]',
        '{"url": "https://deu.belta.by/"}',
        '{"url": "https://deu.belta.by/", "timestamp": "yesterday"}',
    ],
)
def test_what_is_no_index_or_not_all_of_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cdx.read(text)


GARBAGE = "by,belta,deu)/x 2024"


@pytest.mark.parametrize("form", ["objects", "CDXJ", "plain, of seven"])
def test_a_line_that_is_none_is_told_and_the_others_are_read(form: str) -> None:
    line = FORMS[form].rstrip("\n")
    found = cdx.read(f"{line}\n{GARBAGE}\n{line}\n")
    assert (len(found.captures), len(found.damaged)) == (2, 1)
    with pytest.raises(ValueError, match="no line of an index"):
        cdx.read(f"{line}\n{GARBAGE}")  # it may be cut
    found = cdx.read(f"{line}\n{GARBAGE}", is_settled=True)
    assert (len(found.captures), len(found.damaged)) == (1, 1)


def test_a_row_that_is_none_is_told_and_the_others_are_read() -> None:
    found = cdx.read(json.dumps([NAMES, CELLS, CELLS[:3], CELLS, None, [["a"], 2, 3, 4, 5, 6, 7]]))
    assert (len(found.captures), len(found.damaged)) == (2, 2)


ANY = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9),
                   lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(list(ROW)), inner),
                   max_leaves=12)  # fmt: skip


@given(st.text(max_size=300) | ANY.map(json.dumps) | st.lists(ANY.map(json.dumps), max_size=4).map("\n".join))
def test_any_text_is_an_index_or_refused(text: str) -> None:
    try:
        cdx.read(text)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("mime", "status", "is_page"),
    [
        ("text/html", "200", True),
        ("application/xhtml+xml", "200", True),
        ("unk", "200", True),
        ("-", "200", True),
        ("warc/revisit", "-", True),
        ("warc/revisit", "", True),
        ("text/html", "404", False),
        ("text/html", "301", False),
        ("text/html", "-", False),
        ("text/html", "", True),
        ("", "200.0", True),
        ("image/jpeg", "200", False),
        ("application/pdf", "200", False),
        ("warc/revisit", "304", False),
    ],
)
def test_what_may_be_a_page(mime: str, status: str, is_page: bool) -> None:
    (found,) = cdx.read(json.dumps(ROW | {"mime": mime, "status": status})).captures
    assert found.may_be_page == is_page


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("20240401120000", "2024-04-01T12:00:00Z"),
        ("20240400000000", "2024-04-01T00:00:00Z"),
        ("20240000000000", "2024-01-01T00:00:00Z"),
        ("20241301000000", None),
    ],
)
def test_times_are_read_also_with_a_day_00(timestamp: str, moment: str | None) -> None:
    assert moment_of(timestamp) == moment


def test_without_a_key_the_path_is_one() -> None:
    assert key_of("", f"{URL}/?x=1") == "/politics/view/ein-titel-1-2024?x=1"


# Choosing


def seen(timestamp: str, digest: str, url: str = URL) -> Capture:
    return Capture("/x", timestamp, url, "text/html", "200", digest)


A, B, C, D = seen("2019", "ONE"), seen("2020", "ONE"), seen("2021", "TWO"), seen("2022", "")


@pytest.mark.parametrize(
    ("which", "spent", "expected"),
    [
        ("first", (), [[A, B, C, D]]),
        ("newest", (), [[D, C, B, A]]),
        ("all", (), [[A, B], [C], [D]]),
        ("first", ("ONE",), [[C, D]]),
        ("first", (A.place,), [[B, C, D]]),
        ("all", ("TWO", D.place), [[A, B]]),
        ("first", ("ONE", "TWO", D.place), []),
    ],
)
def test_captures_are_chosen_in_their_order(which: str, spent: tuple[str, ...], expected: list[list[Capture]]) -> None:
    assert chains([C, A, D, B, A], which, spent) == expected


def test_an_article_s_captures_at_two_hosts_come_together() -> None:
    address = addresses.parse(URL, load())
    assert address is not None
    step = HostsInStep(["deu.belta.by", "m.deu.belta.by"])
    assert step.following() == "deu.belta.by"
    step.add(address, A._replace(key="/b"))
    step.reach("deu.belta.by", "/c")
    assert list(step.complete()) == []
    assert step.following() == "m.deu.belta.by"
    step.add(address, C._replace(key="/b"))
    step.reach("m.deu.belta.by", None)
    (listed,) = step.complete()
    assert len(listed.captures) == 2
    step.reach("deu.belta.by", None)
    assert step.following() is None


# What is asked


@pytest.mark.parametrize(
    ("endpoint", "replay"),
    [
        ("https://web.archive.org/cdx/search/cdx", "https://web.archive.org/web"),
        ("https://a.example/coll/cdx", "https://a.example/coll"),
        ("https://a.example/wayback/coll/index/", "https://a.example/wayback/coll"),
        ("https://a.example/cdx", None),
        ("https://index.commoncrawl.org/CC-MAIN-2024-10-index", None),
        ("https://a.example/search", None),
    ],
)
def test_a_replay_s_place_is_told_by_the_index_s(endpoint: str, replay: str | None) -> None:
    assert queries.replay_of(endpoint) == replay


def test_a_list_ends_whatever_the_server_says() -> None:
    query = queries.first("https://a.example/cdx/search/cdx", "deu.belta.by", "")
    assert query.following(5, None) is None
    assert query.following(0, "again") is None
    going = query.following(5, "key")
    assert going is not None
    assert going.following(5, "key") is None
    with pytest.raises(ValueError, match="choose with since"):
        query._replace(limit=10**6).following(10**6, None)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "https://a.example/web/20190401000000id_/https://deu.belta.by/x?y",
            ("20190401000000", "https://deu.belta.by/x?y"),
        ),
        ("https://a.example/web/20190401000000/http://deu.belta.by/x", ("20190401000000", "http://deu.belta.by/x")),
        ("https://a.example/web/2019mp_/deu.belta.by/x", ("2019", "http://deu.belta.by/x")),
        ("http://a.example/web/2019id_/https://deu.belta.by/x", ("2019", "https://deu.belta.by/x")),
        ("https://A.example:443/web/2019id_/http://deu.belta.by:80/x", ("2019", "http://deu.belta.by:80/x")),
        ("https://a.example/webs/2019id_/https://deu.belta.by/x", None),
        ("https://a.example/web/", None),
        ("https://a.example/about", None),
        ("https://b.example/web/2019id_/https://deu.belta.by/x", None),
    ],
)
def test_what_an_archive_s_address_names(address: str, expected: tuple[str, str] | None) -> None:
    assert replays.replay_at(address, "https://a.example/web") == expected


@pytest.mark.parametrize(
    ("status", "content_range", "expected"),
    [
        (206, "bytes 3-5/10", b"345"),
        (206, "bytes 3-9/*", b"345"),
        (206, "bytes 0-9/10", None),
        (206, "", None),
        (200, "", b"345"),
    ],
)
def test_a_part_is_what_was_asked_for(status: int, content_range: str, expected: bytes | None) -> None:
    body = b"0123456789" if status == 200 else b"3456789"
    assert replays.part_of(body, status, content_range, (3, 6)) == expected


# Files


def _parquet(path: Path) -> None:
    row = {"url": URL, "fetch_time": "2024-04-01 12:00:00", "fetch_status": 200, "content_digest": DIGEST}
    row |= {
        "warc_filename": "a.warc.gz",
        "warc_record_offset": 12,
        "warc_record_length": 34,
        "crawl": "CC-MAIN-2024-10",
    }
    table = pa.Table.from_pylist([row])
    moment = table["fetch_time"].cast(pa.timestamp("ms"))
    pq.write_table(table.set_column(1, "fetch_time", moment), path)


HEAD = "url,fetch_time,fetch_status,content_digest,warc_filename,warc_record_offset,warc_record_length"
CSV = f"{HEAD}\n{URL},2024-04-01 12:00:00.000,200,{DIGEST},a.warc.gz,12,34\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *((f"index-{number}.cdx", text.encode()) for number, text in enumerate(FORMS.values())),
        ("index.cdxj.gz", gzip.compress(FORMS["CDXJ"].encode())),
        ("table.csv", CSV.encode()),
        ("table.csv.gz", gzip.compress(CSV.encode())),
        ("table.tsv", CSV.replace(",", "\t").encode()),
        ("table.jsonl", json.dumps({"url": URL, "fetch_time": "2024-04-01T12:00:00Z", "content_digest": DIGEST,
                                    "fetch_status": 200}).encode()),
        ("table.parquet", None),
    ],
)  # fmt: skip
def test_each_file_tells_the_same_capture(name: str, data: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / name
    if data is None:
        _parquet(path)
    else:
        path.write_bytes(data)
    (found,) = [capture for _, capture in IndexFiles(str(path), "cdx:x")]
    assert isinstance(found, Capture)
    assert (found.timestamp, found.url, found.digest) == ("20240401120000", URL, DIGEST)
    assert found.may_be_page
    if name.startswith("table") and name != "table.jsonl":
        assert (found.filename, found.offset, found.length) == ("a.warc.gz", 12, 34)


def test_a_line_that_names_no_capture_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "index.cdxj"
    path.write_text(f"{FORMS['CDXJ']}what is this\n{FORMS['CDXJ']}{FORMS['CDXJ'][:-30]}\n{FORMS['CDXJ']}")
    found = [capture for _, capture in IndexFiles(str(path), "cdx:x")]
    bad = [one for one in found if isinstance(one, Unread)]
    assert [one.record for one in bad] == ["2", "4"]
    assert {one.cause for one in bad} == {"damaged_index"}
    assert len(found) == 5


def test_a_folder_s_indexes_are_read_in_order(tmp_path: Path) -> None:
    for name in ("b.cdxj", "a.cdxj", "notes.md", "x.warc.gz"):
        (tmp_path / name).write_text(FORMS["CDXJ"])
    assert [path.name for path in IndexFiles(str(tmp_path), "cdx:x").paths] == ["a.cdxj", "b.cdxj"]
    with pytest.raises(SourceError, match="no such index"):
        IndexFiles(str(tmp_path / "*.cdx"), "cdx:x")
