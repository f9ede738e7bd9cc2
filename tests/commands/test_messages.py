"""What is said where something is wrong or odd says what is meant: each was typed by somebody who read it otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factory import outputs
from tests.factory.small_pages import PAGE
from tests.typed import Typist, typist

GO = "crawl belta -a source=p.txt"
LIVE = "crawl belta -a source=live -a editions=de -s BELTA_CONTACT=desk@example.org -s RETRY_TIMES=0 -o live.jsonl"
DOWN = "127.0.0.1:9: robots.txt did not come (no such name), so nothing of the host may be asked now"
BASE = '-s BELTA_BASE_URLS={"de":"http://127.0.0.1:9"}'
ROWS: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [  # typed; said; not said
    (f"{GO} -a since=2024-02-30", ("since=2024-02-30: not a day; write it like 2024-04-01",), ("no day such as",)),
    (f"{LIVE} -a refresh=3", ("refresh=3: no span of time; write it like 3d or 12h",), ("no span such as",)),
    (f"{LIVE} {BASE}", (DOWN, "not reached  127.0.0.1:9 (no such name)"), ("nothing_came", "forbids")),
    ("report own.jsonl", ("300 articles, all of them in the browser of the cleaning",), ("to look at",)),
    (f"{GO} -o /dev/full:jsonl", ("not written  ", "articles  1 made"), ("written to  /dev/full",)),
    (f"{GO} -O x.parquet", ("crawl to x.jsonl, then scrapy export x.jsonl --to x.parquet",), ("Unrecognized",)),
    (f"{GO} -o -", ('{"schema_version":"1"', "written to  standard output"), ("Unrecognized",)),
    ("crawl belta -a source=https://deu.belta.by/", ("source=live crawls it, and scrapy parse reads",), ()),
    ("crawl belta -a source=com,ma.txt -o comma.jsonl", ("articles  1",), ("no such file",)),
    ("crawl belta -a source=x.csv -o csv.jsonl", ("name yours with -a columns=text:NAME",), ("unknown_edition",)),
    ("export own.jsonl --to corpus/", ("300 articles written to corpus/",), ()),
    ("report none.jsonl", ("no article in none.jsonl, which none.report.html says",), ("all of them",)),
    ("crawl belta --source d", ("an argument of the spider is written -a source=d",), ("takes one spider",)),
    (f"{LIVE} -s BELTA_BASE_URLS={{de:x}}", ('BELTA_BASE_URLS={de:x}: write it as JSON: {"de": "http',), ("property",)),
    ("explain pages.jsonl", ("2  pages.jsonl  2  https://deu.belta.by/culture/view/chor-2-2024",), ()),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("messages")
    outputs.write(folder / "own.jsonl", [outputs.article(number) for number in range(300)])
    outputs.write(folder / "none.jsonl", [])
    pages = [PAGE.format(n=number) for number in (1, 2)]
    (folder / "p.txt").write_text(pages[0], encoding="utf-8")
    (folder / "com,ma.txt").write_text(pages[1], encoding="utf-8")
    (folder / "x.csv").write_text("a,b\n1,2\n")
    rows = [{"text": one, "url": f"https://deu.belta.by/culture/view/chor-{n}-2024"} for n, one in enumerate(pages, 1)]
    (folder / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def types() -> Iterator[Typist]:
    with typist() as one:
        yield one


@pytest.mark.parametrize(("command", "said", "not_said"), ROWS, ids=[row[0] for row in ROWS])
def test_a_message_says_what_is_meant(
    command: str, said: tuple[str, ...], not_said: tuple[str, ...], folder: Path, types: Typist
) -> None:
    found = types.type(*command.split(), cwd=folder)
    words = found.out + found.err
    for one in said:
        assert one in words
    for one in not_said:
        assert one not in words


def test_the_card_and_the_report_say_what_they_count(folder: Path, types: Typist) -> None:
    for command in (
        "export own.jsonl --to card/",
        "report own.jsonl --to full.html",
        "report none.jsonl --to empty.html",
    ):
        assert types.type(*command.split(), cwd=folder).code == 0
    card = (folder / "card/README.md").read_text(encoding="utf-8")
    full, empty = ((folder / name).read_text(encoding="utf-8") for name in ("full.html", "empty.html"))
    assert "300 pages (300 text dumps) were cleaned by belta_spider/" in card
    assert "<dd>300 text dumps" in full
    assert re.search(r", articles on [\d,]+ of [\d,]+ days<", full)
    assert "Titles that come often, or are a section's name" in full
    assert "This output holds no article." in empty
    assert "Made by" not in empty
