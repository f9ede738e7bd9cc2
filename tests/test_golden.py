"""Each fixture gives the record and the audit that stand beside it."""

import pytest

from belta_spider import golden
from belta_spider.items import Page

FIXTURES = list(golden.pages("fixtures"))


@pytest.mark.parametrize("page", FIXTURES, ids=lambda page: page.uri.removeprefix("fixtures/"))
def test_a_fixture_gives_its_expected_outcome(page: Page) -> None:
    rows = golden.differences(golden.expected(page), golden.outcome(page))
    assert not rows, "\n".join(f"{name}\n - {before}\n + {after}" for name, before, after in rows)


def test_differences_name_the_field_and_both_values() -> None:
    wanted = {"record": {"title": "A", "text": "T"}, "audit": [{"line": 1}]}
    found = {"record": {"title": "B", "text": "T"}, "audit": [{"line": 2}]}
    assert golden.differences(wanted, found) == [
        ("title", "A", "B"),
        ("audit -", {"line": 1}, None),
        ("audit +", None, {"line": 2}),
    ]
