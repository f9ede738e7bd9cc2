"""Each fixture gives the record and the audit that stand beside it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belta_spider.items import Page
from belta_spider.reporting import golden, golden_files
from belta_spider.sources import SourceError

FIXTURES = list(golden.pages("fixtures"))


@pytest.mark.parametrize("page", FIXTURES, ids=lambda page: page.uri.removeprefix("fixtures/"))
def test_a_fixture_gives_its_expected_outcome(page: Page) -> None:
    wanted, found = golden.expected(page), golden.outcome(page)
    rows = [*golden.differences(wanted, found), *golden.audit_differences(wanted, found)]
    assert wanted == found, "\n".join(map(str, rows))


def entry(line: int, identity: str = "de-1-2024") -> dict[str, object]:
    place = {"id": identity, "uri": "a.txt", "record": None, "line": line, "column": 0}
    return place | {"rule": "de.header.date", "field": "date_published", "text": "3 April"}


def test_differences_name_the_field_and_both_values() -> None:
    wanted = {"record": {"title": "A", "text": "T"}}
    assert golden.differences(wanted, {"record": {"title": "B", "text": "T"}}) == [("title", "A", "B")]
    assert golden.differences(wanted, {"dropped": "empty"})[0] == ("dropped", None, "empty")
    assert golden.differences(wanted, wanted) == []


@pytest.mark.parametrize(
    ("wanted", "found", "rows"),
    [
        ([entry(1)], [entry(1)], []),
        (
            [entry(1)],
            [entry(2)],
            [
                ("-", "1:0 de.header.date > date_published: 3 April"),
                ("+", "2:0 de.header.date > date_published: 3 April"),
            ],
        ),
        (
            [entry(1), entry(2)],
            [entry(1, "de-2-2024"), entry(2, "de-2-2024")],
            [("-", "2 entries of de-1-2024 a.txt"), ("+", "2 entries of de-2-2024 a.txt")],
        ),
        (
            [entry(1), entry(2)],
            [entry(2), entry(1)],
            [("+", "the same entries in another order, or another number of them")],
        ),
    ],
)
def test_differences_of_the_audit_are_lines_to_read(
    wanted: list[object], found: list[object], rows: list[tuple[str, str]]
) -> None:
    assert list(golden.audit_differences({"audit": wanted}, {"audit": found})) == rows


# The files


def test_a_paragraph_and_an_entry_stand_on_a_line_of_their_own() -> None:
    record = {"id": "de-1-2024", "text": "A b.\n\nÜ.", "weather": {"place": None}, "tags": ["x", "y"], "flags": []}
    record |= {"source": {"uri": "a.txt", "record": None}}
    assert golden_files.encode({"record": record, "audit": [entry(3)]}) == (
        """{
 "record": {
  "id": "de-1-2024",
  "text": [
   "A b.",
   "Ü."
  ],
  "weather": {"place": null},
  "tags": [
   "x",
   "y"
  ],
  "flags": [],
  "source": {"uri": "a.txt", "record": null}
 },
 "audit": [
  [3, 0, "de.header.date", "date_published", "3 April"]
 ]
}
"""
    )
    assert golden_files.encode({"dropped": "empty"}) == '{\n "dropped": "empty"\n}\n'


@given(
    text=st.text(alphabet='a \n\u2028ё"', max_size=12),
    captions=st.lists(st.text(max_size=3), max_size=2),
    entries=st.lists(
        st.tuples(st.sampled_from(["de-1-2024", "de-2-2024"]), st.sampled_from([None, "r"]), st.text(max_size=3)),
        max_size=3,
    ),
    later_key=st.booleans(),
)
def test_what_is_written_is_read_again(
    *, text: str, captions: list[str], entries: list[tuple[str, str | None, str]], later_key: bool
) -> None:
    """Also an entry of another article, in another record, or with a key that only later versions know."""
    audit = [entry(1, identity) | {"record": record, "text": cut} for identity, record, cut in entries]
    audit = [one | {"added": 1} for one in audit] if later_key else audit
    record = {"id": "de-1-2024", "source": {"uri": "a.txt", "record": None}, "text": text, "captions": captions}
    found = {"record": record, "audit": audit}
    assert golden_files.decode(golden_files.encode(found).encode()) == found


@pytest.mark.parametrize("indent", [None, 1])
def test_the_form_of_earlier_versions_is_read(indent: int | None) -> None:
    """Text as one string, an entry as an object."""
    for page in FIXTURES[::20]:
        outcome = golden.outcome(page)
        assert golden_files.decode(json.dumps(outcome, indent=indent).encode()) == outcome


def test_the_fixtures_are_written_in_the_form_of_this_version() -> None:
    for page in FIXTURES:
        data = golden.expected_file(page).read_bytes()
        assert golden_files.encode(golden_files.decode(data)).encode() == data, page.uri


def test_update_rewrites_what_differs_and_the_form_of_earlier_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, other = next(page for page in FIXTURES if "/000_" in page.uri), Page("text", "b.txt", b"")
    monkeypatch.chdir(tmp_path)
    here = Page("text", "a.txt", page.body)
    found = golden.outcome(here)
    golden.expected_file(here).write_text(json.dumps(found | {"record": found["record"] | {"producer": "x"}}))
    assert golden.expected(here) == found
    assert [golden.write(here, found), golden.write(here, found), golden.write(other, found)] == [True, False, True]
    assert golden.expected(here) == found


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff",
        b'{"record": 1}',
        b'{"record": {"text": [1]}}',
        b'{"audit": 1}',
        b'{"audit": [[1]]}',
    ],
)
def test_a_file_that_is_no_expected_record_is_named(data: bytes, tmp_path: Path) -> None:
    page = Page("text", str(tmp_path / "a.txt"), b"")
    golden.expected_file(page).write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.txt\.record\.json is no expected record"):
        golden.expected(page)
