"""Stories of several editions: found, explained, and the same bytes in any order, by the hour and at once."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError

from belta_spider.commands import stories as command
from belta_spider.editions import load
from belta_spider.items import Article
from belta_spider.stories import points
from belta_spider.stories.grouping.groups import Grouping, Member
from belta_spider.stories.grouping.ids import Named, assign, named_stories
from belta_spider.stories.write import Options, write
from tests.conftest import run_command
from tests.factory import news, outputs

EDITIONS = load()
OPTIONS = Options()


def found(folder: Path, articles: Iterable[Article], options: Options = OPTIONS) -> bytes:
    path = outputs.write(folder / "a.jsonl", list(articles))
    bad: list = []
    write(path, EDITIONS, options, bad)
    assert bad == []
    return (folder / "a.stories.jsonl").read_bytes()


def rows(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def test_stories_are_found_and_lone_articles_left_alone(tmp_path: Path) -> None:
    stories = rows(found(tmp_path, news.corpus()))
    assert [story["story_id"] for story in stories] == [f"story-ru-{1000 + n}-2026" for n in range(20) if n % 5 != 4]
    for story in stories:
        assert story["editions"] == ["ru", "de", "zh"]
        assert [one["role"] for one in story["members"]] == ["first", "version", "version"]
        assert len({one["id"].partition("-")[2] for one in story["members"]}) == 1
    second = stories[0]["members"][1]
    assert second["linked_to"] == "ru-1000-2026"
    assert ["12.345", "12 тыс. 345"] in second["evidence"]["figures"]
    assert ["Gontscharewitsch", "Гончаревич"] in second["evidence"]["names"]


def test_any_order_of_lines_gives_the_same_bytes(tmp_path: Path) -> None:
    articles = list(news.corpus())
    made = set()
    for seed in range(3):
        (tmp_path / str(seed)).mkdir()
        random.Random(seed).shuffle(articles)
        made.add(found(tmp_path / str(seed), articles))
    assert len(made) == 1


@pytest.mark.parametrize("step", [1, 7])
def test_stories_by_the_hour_are_those_at_once(tmp_path: Path, step: int) -> None:
    articles = sorted(news.corpus(60), key=lambda one: (one.date_published or "", one.id))
    (tmp_path / "hourly").mkdir()
    (tmp_path / "once").mkdir()
    start = len(articles) - 5 * step
    for end in range(start, len(articles) + 1, step):
        hourly = found(tmp_path / "hourly", articles[:end])
    assert hourly == found(tmp_path / "once", articles)
    cache = tmp_path / "hourly" / ".a.stories.cache"
    whole = cache.read_bytes()
    places = [0, len(whole) // 3, len(whole) // 2, len(whole) - 1]
    for damaged in [b"damaged", whole[:-1], *(_flipped(whole, place) for place in places)]:
        cache.write_bytes(damaged)
        assert found(tmp_path / "hourly", articles) == hourly


def _flipped(whole: bytes, place: int) -> bytes:
    return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


@pytest.mark.parametrize("age", [0, 30])
def test_an_article_that_comes_late_is_taken_in(tmp_path: Path, age: int) -> None:
    articles = list(news.corpus(60))
    late = articles[-1 - 3 * age]
    rest = [one for one in articles if one is not late]
    found(tmp_path, rest)
    (tmp_path / "once").mkdir()
    assert len(found(tmp_path, articles).splitlines()) == len(found(tmp_path / "once", articles).splitlines())


def test_a_story_keeps_its_id_when_an_earlier_article_comes_to_it(tmp_path: Path) -> None:
    before = rows(found(tmp_path, [news.article("de", 1), news.article("zh", 1)]))
    after = rows(found(tmp_path, [news.article("de", 1), news.article("zh", 1), news.article("ru", 1)]))
    assert [story["story_id"] for story in before + after] == ["story-de-1001-2026"] * 2
    assert next(one["id"] for one in after[0]["members"]) == "ru-1001-2026"


def test_an_edited_article_is_read_anew(tmp_path: Path) -> None:
    articles = list(news.corpus(6))
    found(tmp_path, articles)
    edited = copy.deepcopy(articles[1])
    edited.text, edited.title = "Es war ein ruhiger Tag.", "Ruhe im Wald"
    edited.captured_at = "2026-07-01T00:00:00Z"
    (tmp_path / "once").mkdir()
    assert found(tmp_path, [*articles, edited]) == found(tmp_path / "once", [articles[0], edited, *articles[2:]])


def again(article: Article, **changes: str) -> Article:
    made = copy.deepcopy(article)
    made.id = f"{made.edition}-9{made.id[3:]}"
    made.date_published = (datetime.fromisoformat(made.date_published or "") + timedelta(hours=2)).isoformat()
    for old, new in changes.items():
        made.text = made.text.replace(*new.split("|")) if old.startswith("text") else made.text
        made.title = new if old == "title" else made.title
    return made


def test_an_article_that_is_issued_again_is_of_the_story(tmp_path: Path) -> None:
    one = news.article("ru", 3)
    (story,) = rows(found(tmp_path, [one, again(one, text="рассказал|сообщил"), news.article("de", 3)]))
    roles = {member["id"]: member["role"] for member in story["members"]}
    assert roles == {"ru-1003-2026": "first", "ru-91003-2026": "reissue", "de-1003-2026": "version"}


@pytest.mark.parametrize(
    "changes", [{"text": "17 тыс.|18 тыс.", "title": "День второй"}, {"text": "Сикора|Иванов", "title": "Другой день"}]
)
def test_a_series_is_no_double(tmp_path: Path, changes: dict[str, str]) -> None:
    one = news.article("ru", 3)
    assert found(tmp_path, [one, again(one, **changes)]) == b""


def test_articles_without_a_date_are_told(tmp_path: Path) -> None:
    undated = news.article("ru", 1)
    undated.date_published = None
    path = outputs.write(tmp_path / "a.jsonl", [undated, news.article("de", 1)])
    summary = write(path, EDITIONS, Options(), [])
    assert (summary.stories, summary.articles, summary.undated) == (0, 1, 1)


def member(number: int, edition: str) -> Member:
    return Member((float(number), f"{edition}-{number}"), edition)


def test_an_edition_is_in_a_story_once_and_the_best_link_goes_first() -> None:
    members = [member(1, "ru"), member(2, "de"), member(3, "ru"), member(4, "en")]
    scores = {("ru-1", "de-2"): 700, ("de-2", "ru-3"): 900, ("ru-3", "en-4"): 990, ("de-2", "en-4"): 800}
    assert Grouping(members, scores, [], (500, 500)).stories() == [["de-2", "ru-3", "en-4"]]


def test_one_link_does_not_join_two_groups() -> None:
    members = [member(1, "ru"), member(2, "de"), member(3, "en"), member(4, "es")]
    scores = {("ru-1", "de-2"): 990, ("en-3", "es-4"): 980, ("de-2", "en-3"): 900}
    assert Grouping(members, scores, [], (500, 500)).stories() == [["ru-1", "de-2"], ["en-3", "es-4"]]


def test_a_story_that_becomes_part_of_another_is_named_by_it() -> None:
    members = [member(1, "ru"), member(2, "de"), member(3, "en"), member(4, "es"), member(5, "pl")]
    scores = {("ru-1", "de-2"): 990, ("en-3", "es-4"): 980}
    scores |= {(one, "pl-5"): 970 for one in ("ru-1", "de-2", "en-3", "es-4")}
    scores |= {(one, other): 450 for one in ("ru-1", "de-2") for other in ("en-3", "es-4")}
    (story,) = named_stories(members, scores, [], (500, 500))
    assert (story.id, story.was) == ("story-ru-1", ("story-en-3",))


def test_a_story_that_is_divided_leaves_its_id_to_the_article_that_it_is_named_by() -> None:
    whole = Named("story-a", ("a", "b", "c", "d"), ())
    before = dict.fromkeys(whole.members, whole)
    assert [one.id for one in assign([["b", "c"], ["a", "d"]], before)] == ["story-b", "story-a"]


@pytest.mark.parametrize("meaning", [False, True])
def test_the_points_are_whole_and_of_known_evidence(meaning: bool) -> None:
    table = points.load(meaning=meaning)
    nothing = [0.0] * len(table.weights)
    assert table.total(nothing) == table.base < 0
    assert table.chance(nothing) < 10
    assert points.chance_of(0) == 500


@pytest.fixture
def run() -> Callable[..., int]:
    def run(*arguments: str | Path) -> int:
        return run_command(command.Command(), arguments)

    return run


def test_the_command_tells_and_explains(run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = outputs.write(tmp_path / "a.jsonl", list(news.corpus()))
    assert run(path) == 0
    assert "16 stories of 52 articles" in capsys.readouterr().out
    assert run(path, "--explain", "ru-1001-2026", "de-1001-2026") == 0
    told = capsys.readouterr().out
    assert "One story in a.stories.jsonl: story-ru-1001-2026" in told
    assert "figures: 14 тыс. 84 = 14.084" in told
    assert run(path, "--explain", "ru-1001-2026", "de-1018-2026") == 0
    assert "hours apart" in capsys.readouterr().out
    for wrong in (["--days", "0"], ["--since", "x"], ["--explain", "x", "y"]):
        with pytest.raises(UsageError):
            run(path, *wrong)


def test_since_leaves_out_what_is_older(run: Callable[..., int], tmp_path: Path) -> None:
    path = outputs.write(tmp_path / "a.jsonl", list(news.corpus()))
    assert run(path, "--since", "2026-06-05") == 0
    stories = rows((tmp_path / "a.stories.jsonl").read_bytes())
    assert 0 < len(stories) < 16
    assert min(story["first_published"] for story in stories) >= "2026-06-05"


def test_a_crawl_keeps_the_stories_up_to_date(tmp_path: Path) -> None:
    output = tmp_path / "a.jsonl"
    for setting, is_there in (("0", False), ("1", True)):
        _crawl("fixtures/ru/layout5-plain.txt,fixtures/de/layout5-plain.txt", output, f"BELTA_STORIES={setting}")
        assert output.with_name("a.stories.jsonl").exists() is is_there


def test_any_number_of_workers_and_any_order_of_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    made, orders = set(), set()
    for workers, source in ((1, "fixtures/ru,fixtures/zh"), (3, "fixtures/zh,fixtures/ru")):
        output = tmp_path / f"{workers}.jsonl"
        _crawl(source, output, "BELTA_STORIES=1", f"BELTA_WORKERS={workers}")
        orders.add(output.read_bytes())
        made.add(output.with_name(f"{workers}.stories.jsonl").read_bytes())
    assert len(orders) == 2
    assert len(made) == 1
    assert len(rows(made.pop())) > 5


def _crawl(source: str, output: Path, *values: str) -> None:
    code = "from scrapy.cmdline import execute; execute()"
    chosen = [part for value in values for part in ("-s", value)]
    crawl = ["crawl", "belta", "-a", f"source={source}", "-o", str(output), *chosen]
    subprocess.run([sys.executable, "-c", code, *crawl], check=True, capture_output=True)
