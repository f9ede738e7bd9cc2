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


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        (
            {"belta/articles": 3, "belta/pages/read": 9, "item_scraped_count": 3},
            "goes on where this run ended; 6 of the",
        ),
        ({"belta/articles": 3, "belta/pages/read": 3, "item_scraped_count": 3}, "goes on where this run ended"),
        ({"belta/pages/read": 9, "item_scraped_count": 3}, "run it again with -O; 6 of the pages read are not written"),
        ({"belta/pages/read": 3, "item_scraped_count": 3}, "only JSON Lines do; run it again with -O"),
    ],
)
def test_a_stop_says_what_goes_on_and_what_is_not_yet_written(counted: dict[str, int], words: str) -> None:
    told = summary.text({"start_time": 0, "finish_reason": "shutdown", **counted}, [])
    (line,) = [line for line in told.splitlines() if line.strip().startswith("stopped")]
    assert words in line
    assert (" of the pages read" in line) is (counted["belta/pages/read"] > 3)
