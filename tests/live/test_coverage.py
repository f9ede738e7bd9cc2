"""The table of what lists showed and what became of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from belta_spider.live import coverage
from belta_spider.live.state import ArticleState, ListState, State, state_path


def visit(number: int, day: str | None = "2024-04-03", outcome: str = "", section: str = "sport") -> ArticleState:
    return ArticleState(
        f"https://deu.belta.by/{section}/view/a-{number}-2024", f"de-{number}-2024", section, day, outcome
    )


def test_listed_is_held_dropped_and_missing_together() -> None:
    visits = [visit(1), visit(2), visit(3, outcome="dropped/empty"), visit(4, outcome="failed/http_500")]
    visits += [visit(5, outcome="refused/robots"), visit(6, day=None), visit(7, section="world")]
    rows = coverage.table(visits, {"de-1-2024"}.__contains__)
    assert [(row.section, row.day, row.listed, row.held, row.dropped, len(row.missing)) for row in rows] == [
        ("sport", None, 1, 0, {}, 1),
        ("sport", "2024-04-03", 5, 1, {"empty": 1, "robots": 1}, 2),
        ("world", "2024-04-03", 1, 0, {}, 1),
    ]


def test_days_with_something_missing_come_first_on_the_terminal() -> None:
    rows = coverage.table([visit(1, "2024-04-05"), visit(2, "2024-04-03")], {"de-1-2024"}.__contains__)
    assert [line.split()[2] for line in coverage.lines(rows)[1:3]] == ["2024-04-03", "2024-04-05"]
    assert coverage.lines([]) == []


def test_the_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "coverage.jsonl"
    coverage.write(coverage.table([visit(1)], set().__contains__), path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        coverage.write([object()], path)  # type: ignore[list-item]
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["coverage.jsonl"]


def test_what_a_run_noted_the_next_one_knows(tmp_path: Path) -> None:
    path = tmp_path / "a.visits.jsonl"
    first = State(path, overwrite=False)
    noted = first.note(visit(1), etag='"x"')
    first.note(visit(1), etag='"x"')
    first.note_list(ListState("https://deu.belta.by/sport/", whole=True, since="2024-04-01", on="2024-04-03"))
    first.close()
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b'{"url":"torn')
    second = State(path, overwrite=False)
    assert second.get("de-1-2024") == noted
    assert second.earlier == {"de-1-2024"}
    assert second.list_state("https://deu.belta.by/sport/").whole
    second.close()
    assert path.stat().st_size == size
    third = State(path, overwrite=True)
    assert list(third) == []
    third.close()


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_the_file_stands_beside_the_output(name: str) -> None:
    assert state_path(Path("data") / name) == Path("data/a.visits.jsonl")
