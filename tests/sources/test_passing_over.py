"""Rows of other sites are told fast, without reading them: by the same rule as when each is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from belta_spider import cleaning
from belta_spider.sources import Page, Reader, Skipped
from belta_spider.sources.finishing import wanted_by
from belta_spider.sources.place import OF_THE_SITE, OfTheSite
from belta_spider.sources.tables import columnar, lines, others, separated
from belta_spider.sources.tables.rows import is_wanted
from tests.factory.tables import FORMS, NESTED, OURS, ROWS, TEXT, WANTED

FURTHER = OfTheSite(("//news.example/",))
PIECES = (
    *(
        "https",
        "HTTP",
        "://",
        ":/",
        "belta.by",
        "BelTA.By",
        "b\N{CYRILLIC SMALL LETTER IE}lta.by",
        "eng.",
        "news.example",
    ),
    *("NEWS.example", "example.org", "/", "//", "?u=", "@", ":80", "%2e", "\t", "\n", " ", "\x7f", "\0", "\r\n", "\\"),
    *("\N{KELVIN SIGN}", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "\u200b", "\ufeff", "é", '"', ",", "#", "."),
)
ADDRESSES = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def slowly(wanted: OfTheSite) -> Any:
    """The same rule, as one that nothing is known of."""
    return lambda url: wanted(url)


def read(path: Path, wanted: Any, **columns: str) -> tuple[list[Any], int]:
    """What comes out of a file, and how many rows were passed over."""
    found = list(Reader([(path, path.name)], columns, wanted))
    skipped = sum(one.count for one in found if isinstance(one, Skipped))
    return [one for one in found if not isinstance(one, Skipped)], skipped


TYPES = (
    pa.string(),
    pa.large_string(),
    pa.binary(),
    pa.large_binary(),
    pa.string_view(),
    pa.dictionary(pa.int32(), pa.string()),
    pa.dictionary(pa.int8(), pa.binary()),
)


@settings(deadline=None, max_examples=300)
@given(
    kind=st.sampled_from(TYPES),
    urls=st.lists(st.none() | ADDRESSES, max_size=6),
    wanted=st.sampled_from([OF_THE_SITE, FURTHER]),
)
@example(kind=pa.string(), urls=["https://deu.bel\tta.by/a", "https://deu.bel\tta.org/a"], wanted=OF_THE_SITE)
def test_a_column_is_told_as_each_address_is(kind: pa.DataType, urls: list[str | None], wanted: OfTheSite) -> None:
    column = pa.array(urls, pa.string()).cast(kind) if "view" not in str(kind) else pa.array(urls, kind)
    one_by_one = [number for number, url in enumerate(urls) if is_wanted(url, wanted)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(others, "_FEW", 0)
        assert others.numbers_of_wanted(column, wanted) == one_by_one
        assert others.numbers_of_wanted(column.slice(1), wanted) == [number - 1 for number in one_by_one if number]


def test_bytes_that_are_no_letters_are_told_too() -> None:
    urls = [
        b"https://example.org/\xff",
        b"https://\xff.belta.by/a",
        b"https://example.org/",
        b"\xff",
        b"",
        *[b"https://example.org/"] * 30,
    ]
    assert others.numbers_of_wanted(pa.array(urls, pa.binary()), OF_THE_SITE) == [1, 3, 4]


@settings(deadline=None, max_examples=300)
@given(
    name=st.sampled_from(list(FORMS)),
    urls=st.lists(ADDRESSES, min_size=1, max_size=6),
    wanted=st.sampled_from([OF_THE_SITE, FURTHER]),
)
def test_what_comes_out_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, name: str, urls: list[str], wanted: OfTheSite
) -> None:
    path = tmp_path_factory.mktemp("rows") / name
    rows = [{"url": url, "text": f"{TEXT}\n{number}"} for number, url in enumerate(urls)]
    path.write_bytes(FORMS[name](rows))
    found, skipped = read(path, wanted)
    assert (found, skipped) == read(path, slowly(wanted))
    pages = [page for page in found if isinstance(page, Page)]
    assert len(pages) + skipped == len(rows)
    assert [page.body.decode() for page in pages] == [row["text"] for row in rows if is_wanted(row["url"], wanted)]


LINES = [
    json.dumps({"url": "https://example.org/1", "text": 'a\u00e4\n"x" \ud83d\ude00 b', "n": [1, -2.5e3, None]}),
    json.dumps({"url": "https://example.org/1", "html": "äöü 中国", "metadata": {"url": "x"}}, ensure_ascii=False),
    json.dumps({"text": "a", "metadata": {"url": "https://example.org/1", "b": [{}]}}),
    r'{"te\u0078t": "a", "\u0075rl": "https:\/\/example.org\/1"}',
    r'{"url": "https://example.org/1", "\u0075rl": "https:\/\/deu.\u0062elta.by\/a", "text": "a"}',
    '{"url": "https://deu.belta.by/a", "url": "https://example.org/1", "text": null}',
    '{"metadata": "a", "metadata.url": "https://example.org/1", "text": 5}',
    '{"rows": [{"row": {"url": "https://example.org/1", "text": "a"}}]}',
    '{"url": "https://example.org/1"}',
    '[{"url": "https://example.org/1", "text": "a"}]',
]


@settings(deadline=None, max_examples=200)
@given(
    line=st.sampled_from(LINES).map(str.encode),
    changes=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 2), st.binary(max_size=2)), max_size=2),
)
def test_a_line_of_json_is_passed_over_where_reading_it_says_so(
    tmp_path_factory: pytest.TempPathFactory, line: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for at, cut, put in changes:
        line = line[:at] + put + line[at + cut :]
    path = tmp_path_factory.mktemp("rows") / "a.jsonl"
    first = json.dumps({"url": OURS.format(1), "text": TEXT}).encode()
    path.write_bytes(b"\n".join([first, line, first, b""]))
    for columns in ({}, {"url": "metadata.url"}, {"url": "text"}, {"text": "metadata.url"}):
        assert read(path, OF_THE_SITE, **columns) == read(path, slowly(OF_THE_SITE), **columns)


@settings(deadline=None, max_examples=300)
@given(
    newline=st.sampled_from(["\n", "\r\n"]),
    separator=st.sampled_from([",", "\t", ";"]),
    cells=st.lists(
        st.tuples(ADDRESSES, st.lists(st.sampled_from(["a", '"', '""', ",", ";", "\t", "\n", "\r", "é"])).map("".join)),
        min_size=1,
        max_size=5,
    ),
    quoted=st.booleans(),
)
def test_a_row_of_csv_is_passed_over_where_reading_it_says_so(
    tmp_path_factory: pytest.TempPathFactory,
    separator: str,
    newline: str,
    cells: list[tuple[str, str]],
    quoted: bool,
) -> None:
    mark = '"' if quoted else ""
    row = [separator.join(f"{mark}{cell}{mark}" for cell in pair) for pair in [("url", "text"), *cells]]
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    path.write_bytes(newline.join([*row, ""]).encode())
    fast = read(path, OF_THE_SITE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(separated.InRows, "address_of", lambda *_: None)
        assert fast == read(path, OF_THE_SITE)


def table_of(folder: Path, name: str, **options: Any) -> Path:
    """Rows of which only those in the middle are of the site."""
    rows = [{"url": f"https://example.org/{number}", "text": TEXT} for number in range(1000)]
    rows[500]["url"] = rows[600]["url"] = OURS.format(1)
    path = folder / name
    if options:
        pq.write_table(pa.Table.from_pylist(rows), path, **options)
    else:
        path.write_bytes(FORMS[name](rows))
    return path


def counted(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> list[Any]:
    """Count the calls of a function; return the list of what it was called with."""
    calls: list[Any] = []
    real = getattr(place, name)

    def call(*args: Any, **named: Any) -> Any:
        calls.append((args, named))
        return real(*args, **named)

    monkeypatch.setattr(place, name, call)
    return calls


def test_of_parquet_only_addresses_are_read_where_a_row_group_has_no_row_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table_of(tmp_path, "a.parquet", row_group_size=100)
    asked = counted(monkeypatch, pq.ParquetFile, "iter_batches")
    told = counted(monkeypatch, others, "is_wanted")
    found, skipped = read(path, OF_THE_SITE)
    assert ([page.record for page in found], skipped) == (["501", "601"], 998)
    groups = [(args[2][0], args[3]) for args, _ in asked]
    assert [group for group, columns in groups if "text" in columns] == [5, 6]
    assert [group for group, columns in groups if columns == ["url"]] == list(range(10))
    assert len(told) == 2 * 2


@pytest.mark.parametrize(
    ("name", "place", "function", "most"),
    [
        ("a.jsonl", lines, "decode", 3),
        ("a.csv", separated, "page_of_row", 12),  # those that stand across what was read in at once
        ("a.arrow", columnar, "page_of_cells", 2),
        ("b.arrow", columnar, "page_of_cells", 2),
        ("a.orc", columnar, "page_of_cells", 2),
    ],
)
def test_of_other_forms_no_row_of_another_site_is_made_python_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, place: Any, function: str, most: int
) -> None:
    path = table_of(tmp_path, name)
    made = counted(monkeypatch, place, function)
    found, skipped = read(path, OF_THE_SITE)
    assert ([page.record for page in found], skipped) == (["501", "601"], 998)
    assert 2 <= len(made) <= most


@pytest.mark.parametrize("name", NESTED)
def test_a_row_of_another_site_is_passed_over_whatever_else_it_holds(tmp_path: Path, name: str) -> None:
    rows = [{"url": "https://example.org/", "text": 5}, {"url": OURS.format(1), "text": 5}]
    (tmp_path / name).write_bytes(NESTED[name](rows))
    found, skipped = read(tmp_path / name, OF_THE_SITE)
    assert ([one.cause for one in found], skipped) == (["wrong_type"], 1)


@pytest.mark.parametrize("name", NESTED)
def test_addresses_within_other_columns_are_told_as_fast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rows = [{"text": row["text"], "metadata": {"url": row["url"], "n": 1}} for row in ROWS]
    (tmp_path / name).write_bytes(NESTED[name](rows))
    decoded = counted(monkeypatch, lines, "decode")
    found, skipped = read(tmp_path / name, OF_THE_SITE)
    assert (len(found), skipped) == (len(WANTED), len(ROWS) - len(WANTED))
    assert len(decoded) <= len(WANTED) + 1


def test_a_run_asks_for_what_can_be_told_fast() -> None:
    assert wanted_by(cleaning.Options()) == OF_THE_SITE
    assert OF_THE_SITE.marks == ("belta.by",)
