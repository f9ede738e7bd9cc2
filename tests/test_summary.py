"""The lines that end a run: whatever was counted is said."""

from __future__ import annotations

import pytest

from belta_spider.reporting import summary


@pytest.mark.parametrize(
    ("counted", "line"),
    [
        ({"belta/skipped/other_site": 2, "belta/skipped/redirect": 9}, "skipped  redirect 9, other_site 2"),
        ({"belta/drop/empty": 1}, "dropped  empty 1"),
        ({"belta/unread/truncated": 1}, "not readable  truncated 1"),
    ],
)
def test_each_count_has_its_line(counted: dict[str, int], line: str) -> None:
    assert line in [row.strip() for row in summary.text(counted, []).splitlines()]
