"""Stories made by the hour are those made at once, whatever comes between two runs."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belta_spider.editions import load
from belta_spider.items import Article
from belta_spider.output.beside import stories_cache_path
from belta_spider.stories import points
from belta_spider.stories.cache import DIGEST, Cache, unpacked
from belta_spider.stories.grouping.components import Components
from belta_spider.stories.grouping.links import Links
from belta_spider.stories.write import Options, Summary, write
from tests.factory import news, outputs

EDITIONS = load()


class Issue(NamedTuple):
    """An article of a story, or the same one issued again."""

    story: int
    edition: str
    hours: int
    """After the start."""
    words: int
    """Which of the figures it has: others are another day's."""


def articles(issues: Sequence[Issue]) -> list[Article]:
    """The articles of some issues by their publication."""
    made = []
    for number, issue in enumerate(issues):
        one = news.article(issue.edition, issue.story + issue.words * 11)
        one.id = f"{issue.edition}-{5000 + number}-2026"
        one.date_published = (news.START + timedelta(hours=issue.hours)).isoformat()
        made.append(one)
    return sorted(made, key=lambda one: (datetime.fromisoformat(one.date_published or ""), one.id))


def run(folder: Path, held: Iterable[Article], options: Options = Options()) -> tuple[bytes, Summary]:  # noqa: B008
    path = outputs.write(folder / "a.jsonl", list(held))
    bad: list = []
    summary = write(path, EDITIONS, options, bad)
    assert bad == []
    return (folder / "a.stories.jsonl").read_bytes(), summary


def by_the_hour(states: Iterable[Sequence[Article]], options: Options = Options()) -> tuple[bytes, Summary]:  # noqa: B008
    with tempfile.TemporaryDirectory() as folder:
        for state in states:
            found = run(Path(folder), state, options)
        return found


def at_once(held: Iterable[Article], options: Options = Options()) -> tuple[bytes, Summary]:  # noqa: B008
    return by_the_hour([list(held)], options)


def told(summary: Summary) -> tuple[int, ...]:
    return summary[:-1]


issue = st.builds(
    Issue,
    story=st.integers(0, 3),
    edition=st.sampled_from(list(news.WORDS)),
    hours=st.integers(0, 24 * 30),
    words=st.sampled_from([0, 0, 0, 0, 1]),
)


@st.composite
def chains(draw: st.DrawFn) -> list[Issue]:
    """A text issued again and again, over up to a month, and others beside it."""
    edition, story = draw(st.sampled_from(list(news.WORDS))), draw(st.integers(0, 3))
    steps = draw(st.lists(st.sampled_from([1, 20, 45, 70, 72]), min_size=5, max_size=16))
    chain = [Issue(story, edition, sum(steps[:end]), 0) for end in range(len(steps) + 1)]
    return chain + draw(st.lists(issue, max_size=12))


@settings(max_examples=15, deadline=None)
@given(chains(), st.integers(1, 6), st.sampled_from([0.5, 3.0]))
def test_what_comes_in_the_order_of_time_gives_the_same_bytes(issues: list[Issue], step: int, days: float) -> None:
    held, options = articles(issues), Options(days=days)
    ends = [*range(1, len(held), step), len(held)]
    found, summary = by_the_hour((held[:end] for end in ends), options)
    once, whole = at_once(held, options)
    assert found == once
    assert told(summary) == told(whole)


def without_names(stories: bytes) -> list[dict[str, Any]]:
    """The stories but for their ids, which a file keeps when earlier articles come."""
    rows = [json.loads(line) for line in stories.splitlines()]
    assert len({row["story_id"] for row in rows}) == len(rows)
    return sorted(({**row, "story_id": None, "was": None} for row in rows), key=json.dumps)


@st.composite
def events(draw: st.DrawFn) -> list[tuple[str, int]]:
    return draw(st.lists(st.tuples(st.sampled_from(["edit", "late", "gone", "back"]), st.integers(0, 30)), max_size=6))


def states(held: list[Article], changes: list[tuple[str, int]]) -> list[list[Article]]:
    """What an output holds from run to run: articles are edited, come late, vanish and come back."""
    late = {number % len(held) for what, number in changes if what == "late"}
    now = {one.id: one for number, one in enumerate(held) if number not in late}
    made = [list(now.values())]
    for what, number in changes:
        one = held[number % len(held)]
        if what == "gone":
            now.pop(one.id, None)
        elif what == "edit" and one.id in now:
            edited = copy.deepcopy(now[one.id])
            edited.text = edited.text.replace("1", "3").replace("9", "4")
            now[one.id] = edited
        else:
            now[one.id] = one
        made.append(list(now.values()))
    return made


@settings(max_examples=15, deadline=None)
@given(chains(), events())
def test_what_is_edited_comes_late_or_vanishes_gives_the_same_stories(
    issues: list[Issue], changes: list[tuple[str, int]]
) -> None:
    all_states = states(articles(issues), changes)
    found, summary = by_the_hour(all_states)
    once, whole = at_once(all_states[-1])
    assert without_names(found) == without_names(once)
    assert told(summary) == told(whole)


@pytest.mark.parametrize("every", [20, 60])
def test_a_chain_of_reissues_that_lasts_for_weeks_is_one_story(every: int) -> None:
    held = articles([Issue(1, "ru", hours, 0) for hours in range(0, 24 * 30, every)])
    found, _ = by_the_hour(held[:end] for end in range(1, len(held) + 1))
    (story,) = [json.loads(line) for line in found.splitlines()]
    assert len(story["members"]) == len(held)
    assert found == at_once(held)[0]


@pytest.mark.faults
def test_a_chain_longer_than_any_keeps_its_name() -> None:
    held = articles([Issue(1, ("ru", "de")[hours % 2], hours, 0) for hours in range(120)])
    assert by_the_hour(held[:end] for end in (60, 119, 120))[0] == at_once(held)[0]


def test_a_kill_between_stories_and_cache_changes_nothing(tmp_path: Path) -> None:
    held = list(news.corpus(60))
    run(tmp_path, held[:100])
    cache = stories_cache_path(tmp_path / "a.jsonl")
    before = cache.read_bytes()
    run(tmp_path, held[:120])
    cache.write_bytes(before)
    assert run(tmp_path, held)[0] == at_once(held)[0]


def test_what_is_kept_by_the_hour_is_what_is_kept_at_once(tmp_path: Path) -> None:
    """Facts grow common over weeks: what a run keeps must reach back as far as weights do, or chances differ."""
    issues = [Issue(number % 4, "ru", number * 6, number // 40) for number in range(100)]
    issues += [Issue(number % 4, "de", number * 6 + 2, number // 40) for number in range(0, 100, 3)]
    held = articles(issues)
    kept: list[Cache] = []
    for name, starts in (("hourly", range(len(held) - 12, len(held) + 1)), ("once", [len(held)])):
        (tmp_path / name).mkdir()
        for end in starts:
            run(tmp_path / name, held[:end])
        path = stories_cache_path(tmp_path / name / "a.jsonl")
        kept.append(msgspec.msgpack.decode(path.read_bytes()[DIGEST:], type=Cache))
    facts = [{name: unpacked(one) for name, one in cache.articles.items()} for cache in kept]
    assert facts[0] == facts[1]
    kept[0].articles = kept[1].articles
    assert kept[0] == kept[1]


def test_what_is_kept_of_a_chain_does_not_tell_of_what_is_done_with(tmp_path: Path) -> None:
    """Its first article is months old, and was compared with others that nothing can come to any more."""
    chain = [Issue(1, "ru", hours, 0) for hours in range(0, 24 * 40, 30)]
    beside = [Issue(story, "de", 24 * day + story, 0) for day in range(40) for story in (1, 2)]
    run(tmp_path, articles([*chain, *beside]))
    kept = msgspec.msgpack.decode(stories_cache_path(tmp_path / "a.jsonl").read_bytes()[DIGEST:], type=Cache)
    told = {links.id for links in kept.links}
    assert len(kept.links) > len(chain)
    assert all(links.chances.keys() <= told for links in kept.links)


def test_components_hold_what_is_open_alone() -> None:
    components = Components(points.load(meaning=False), days=3.0)
    for number in range(1000):
        one = Links(f"ru-{number}", "ru", 6.0 * number, "", False, {f"ru-{number - 1}": 10}, {}, [])
        assert list(components.take(one)) == []
        assert len(components.links) <= 3 * 24 / 6 + 2
