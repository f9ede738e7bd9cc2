"""What is printed fits a terminal of any width; in a pipe each thing is a line."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from belta_spider.reporting import summary, terminal

LATIN = "The ferry leaves at nine; whoever comes later walks around the lake, which takes a morning."
CHINESE = "渡轮九点开船；来晚的人要绕湖步行，走完全程需要一个上午。" * 3
STATS = {"belta/pages/read": 421, "item_scraped_count": 359} | {
    f"belta/flag/{flag}": 7 for flag in ("captured_before_published", "dateline_date_differs", "unknown_chrome")
}


def shown(body: str, width: int, *, on_terminal: bool) -> list[str]:
    file = io.StringIO()
    out = Console(file=file, width=width, force_terminal=on_terminal, highlight=False, soft_wrap=True)
    terminal.show(out, Text("   11   de.body.dateline  "), Text(body))
    return file.getvalue().splitlines()


@pytest.mark.parametrize("body", [LATIN, CHINESE, "", "https://www.belta.example/" + "a" * 90])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_line_goes_on_beside_its_head_on_a_terminal(body: str, width: int) -> None:
    lines = shown(body, width, on_terminal=True)
    assert max(map(cell_len, lines)) <= width
    rest = "".join(line[26:] if width > 60 else line[4:] for line in (lines if width > 60 else lines[1:]))
    assert rest.replace(" ", "") == body.replace(" ", "")
    assert lines[0].startswith("   11   de.body.dateline")


@pytest.mark.parametrize("body", [LATIN, CHINESE, ""])
def test_a_line_is_one_in_a_pipe(body: str) -> None:
    assert shown(body, 40, on_terminal=False) == ["   11   de.body.dateline  " + body]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_summary_fits_and_keeps_names_and_numbers_together(width: int) -> None:
    lines = summary.text(STATS, ["data/articles.jsonl"], 4.2, width).splitlines()
    assert max(map(len, lines)) <= width
    whole = " ".join(" ".join(lines).split())
    assert all(any(f"{flag} 7" in line for line in lines) for flag in ("dateline_date_differs", "unknown_chrome"))
    assert whole == " ".join(summary.text(STATS, ["data/articles.jsonl"], 4.2).split())


def test_the_summary_has_a_line_for_each_count_in_a_pipe() -> None:
    assert len(summary.text(STATS, ["a.jsonl"], 4.2).splitlines()) == 5


def test_an_output_that_could_not_be_opened_is_not_said_to_be_written() -> None:
    told = summary.text({"belta/output_failure": "/no/a.jsonl: No such file or directory"}, ["/no/a.jsonl"])
    assert "not written" in told
    assert "written to" not in told
