"""Two outputs compared: what changed, field by field, and how many."""

from __future__ import annotations

import copy
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belta_spider.reporting.differences import Difference, Totals, compare, differences, rows
from tests.factory import outputs


def record(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(outputs.article(1))
    return made | changes


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"producer": "belta_spider/2.0.0 rules/x"}, []),
        ({"title": "New"}, ["title"]),
        ({"captured_on": "2024-04-30"}, ["captured_on"]),
        ({"tags": []}, ["tags"]),
        ({"weather": {"place": "Brest", "temperature_c": -14}}, ["weather.place", "weather.condition"]),
        ({"extra": None}, ["extra"]),
    ],
)  # fmt: skip
def test_of_the_same_capture_every_key_counts_but_the_producer(changes: dict[str, Any], found: list[str]) -> None:
    assert [one.key for one in differences(record(), record(**changes))] == found


def test_of_another_capture_what_tells_of_the_capture_does_not_count() -> None:
    source = {"kind": "live", "uri": "https://x.example", "record": None, "digest": "sha256:1"}
    again = record(
        source=source, captured_on="2024-05-01", captured_at="2024-04-30T22:00:00Z", weather=None, tags=["x"]
    )
    assert differences(record(), again) == [Difference("tags", ["ferry", "dawn"], ["x"])]


def test_totals_account_for_every_record(tmp_path: Path) -> None:
    articles = [outputs.article(number) for number in range(10)]
    old = outputs.write(tmp_path / "old.jsonl", articles)
    changed = copy.deepcopy(articles[:8])
    changed[3].title, changed[4].text = "New", "New."
    for one in changed:
        one.producer = "belta_spider/2.0.0 rules/x"
    new = outputs.write(tmp_path / "new.jsonl", [*reversed(changed), outputs.article(99), outputs.article(99)])
    totals = Totals()
    found = [(change.kind, change.id) for change in compare(old, new, totals)]
    assert found == [
        ("changed", articles[4].id),
        ("changed", articles[3].id),
        ("added", outputs.article(99).id),
        ("removed", articles[8].id),
        ("removed", articles[9].id),
    ]
    assert totals.same == 6
    assert totals.kinds == {"changed": 2, "added": 1, "removed": 2}
    assert totals.keys == {"title": 1, "text": 1}
    assert totals.producers.total() == 8


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_equal_files_have_no_difference(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    old = outputs.write(tmp_path / "old.jsonl", [outputs.article(number) for number in range(10)])
    new = tmp_path / "new.jsonl.gz"
    new.write_bytes(pack(old.read_bytes()))
    totals = Totals()
    assert list(compare(old, new, totals)) == []
    assert (totals.same, totals.kinds, totals.bad) == (10, {}, [])


def test_lines_that_are_no_record_are_named(tmp_path: Path) -> None:
    old = outputs.write(tmp_path / "old.jsonl", [outputs.article(1)])
    new = tmp_path / "new.jsonl"
    new.write_bytes(b"x\n{}\n" + old.read_bytes().rstrip())
    totals = Totals()
    assert list(compare(old, new, totals)) == []
    assert [(one.path, one.number) for one in totals.bad] == [(new, 1), (new, 2)]


LONG = " ".join(["word"] * 30)


@pytest.mark.parametrize(
    ("old", "new", "printed"),
    [
        (None, 3, ["- null", "+ 3"]),
        ("a", "b", ['- "a"', '+ "b"']),
        (["a"], [], ['- ["a"]', "+ []"]),
        (f"{LONG} old.", f"{LONG} new.", [f"{LONG[:59]} … {LONG[-59:]} [-old-]{{+new+}}."]),
        (f"{LONG}\n\nB", f"{LONG}\n\nB\n\nC", ["(2 paragraphs)", "{+C+}"]),
        (f"A\n\n{LONG}", LONG, ["[-A-]", "(one paragraph)"]),
    ],
)
def test_two_values_print_as_lines(old: Any, new: Any, printed: list[str]) -> None:
    assert ["".join(word.text for word in row) for row in rows(old, new)] == printed


def test_nothing_that_a_terminal_obeys_is_printed() -> None:
    attack = f"\x1b]0;owned\x07\u202e{LONG}"
    assert all(word.text.isprintable() for row in rows(attack, f"{attack} {attack}") for word in row)
    assert all(word.text.isprintable() for row in rows("\x9b", "\u202e") for word in row)
