"""Each fixture gives the record and the audit that stand beside it."""

import pytest

from belta_spider.items import Page
from belta_spider.reporting import golden

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
