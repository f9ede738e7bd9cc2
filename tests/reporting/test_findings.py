"""What is odd: counts in, words and places out."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from belta_spider.reporting.report.findings import Seen, findings


def days(changes: dict[tuple[str, int], int] | None = None, editions: str = "ru de", length: int = 100) -> Any:
    """Twenty articles a day in each edition, with changes by edition and number of the day; 0 is none."""
    made = {(edition, number): 20 for edition in editions.split() for number in range(length)} | (changes or {})
    start = date(2024, 1, 1)
    return {((start + timedelta(n)).isoformat(), edition): count for (edition, n), count in made.items() if count}


def stopped(edition: str, last: int) -> dict[tuple[str, int], int]:
    return {(edition, number): 0 for number in range(last + 1, 100)}


def months(*shares: int) -> Any:
    return {("de", f"2024-{n:02}"): Counter({"": 100, "no_title": share}) for n, share in enumerate(shares, 1)}


@pytest.mark.parametrize(
    ("seen", "anchor", "words"),
    [
        (Seen(), "", ""),
        (Seen(1, 1, days(editions="ru", length=1)), "", ""),
        (Seen(4_000, 4_000, days()), "", ""),
        # an edition that stops
        (Seen(days=days(stopped("de", 49))), "time", "de stops on 2024-02-19: no article in the 50 days after it"),
        (Seen(days=days(stopped("de", 95))), "time", "in the 4 days after it"),
        (Seen(days=days(stopped("de", 96))), "", ""),
        (Seen(days=days(stopped("de", 49) | stopped("ru", 60), "ru de en")), "time", "so do ru"),
        (Seen(days=days({("de", n): 0 for n in range(100) if n % 10})), "", ""),  # its habit
        # a day far from what is usual
        (Seen(days=days({("de", 50): 0})), "", ""),  # 4.5 spreads
        (Seen(days=days({("de", 50): 60})), "time", "de has 60 articles on 2024-02-20; 20 are usual on that weekday."),
        (Seen(days=days({("ru", 50): 90, ("de", 9): 60})), "time", "1 further day is as odd"),
        (Seen(days=days({("de", n): 90 for n in range(6, 100, 7)})), "", ""),  # each Sunday
        (Seen(days=days({("de", 0): 900, ("de", 99): 900})), "", ""),  # the ends may be cut
        # a layout that changes
        (Seen(monthly=months(1, 2, 40, 3)), "flags", "In 2024-03 40% of the articles of de have the flag no_title"),
        (Seen(monthly=months(1, 20)), "", ""),
        (Seen(monthly=months(90)), "", ""),
        # drops
        (Seen(pages=100, drops={"empty": 5}), "dropped", "5 pages (5%) dropped as empty"),
        (Seen(pages=101, drops={"empty": 5}), "", ""),
        (Seen(pages=10, drops={"empty": 4}), "", ""),
        (Seen(pages=100, drops={"list_page": 50, "duplicate.capture": 40}), "", ""),
        # flags
        (Seen(100, flags={"truncated": 3}), "flags", "3 of 100 articles are cut off"),
        (Seen(100, flags={"truncated": 2}), "", ""),
        (Seen(100, flags={"language_differs": 3}), "flags", "not in their edition's language"),
        (Seen(100, flags={"no_date": 5}), "flags", "5 of 100 articles have no date"),
        (Seen(100, flags={"no_date": 4}), "", ""),
        (Seen(100, flags={"unknown_chrome": 5}, unknown=[("Top\n news", 4)]), "unknown", "“Top news” comes most often"),
        # titles, edges
        (Seen(500, titles=[("News", 5)]), "titles", "“News” stands over 5 articles"),
        (Seen(501, titles=[("News", 5)]), "", ""),
        (Seen(10, titles=[("News", 4)]), "", ""),
        (Seen(10, edges=[("x" * 99, 5)]), "edges", "x…” is kept near the edge of 5 articles"),
        # edits, doubles, the run
        (Seen(edited=30, silent=12), "edits", "12 of 30 edits are silent"),
        (Seen(edited=1, silent=1), "edits", "1 of 1 edit is silent"),
        (Seen(edited=30), "", ""),
        (Seen(100, doubles=5), "doubles", "5 articles share their longest paragraph"),
        (Seen(100, doubles=4), "", ""),
        (Seen(1_000, doubles=19), "", ""),
        (Seen(unread=1), "made", "1 input or line could not be read"),
        (Seen(producers=2), "made", "2 versions"),
    ],
)  # fmt: skip
def test_what_is_odd_is_said_in_words_with_its_place(seen: Seen, anchor: str, words: str) -> None:
    found = findings(seen)
    assert [one.anchor for one in found] == ([anchor] if anchor else [])
    assert not anchor or words in found[0].words


def test_what_may_be_missing_comes_first() -> None:
    found = findings(Seen(100, 200, producers=2, silent=1, edited=1, unread=3, drops={"empty": 100}, doubles=50))
    assert [one.anchor for one in found] == ["made", "dropped", "edits", "doubles", "made"]


def test_a_finding_names_the_edition_and_the_year_that_show_it() -> None:
    (found,) = findings(Seen(days=days({("de", 50): 60})))
    assert (found.edition, found.year) == ("de", "2024")
