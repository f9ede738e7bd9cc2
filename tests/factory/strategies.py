"""Hypothesis strategies for pages: articles in chrome, and lines of any kind in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from hypothesis import strategies as st

from belta_spider.text.encodings import decode
from belta_spider.text.normalization import normalize
from tests.factory.page_looks import Look, chrome, related_from, seen, weather_line
from tests.factory.sample_articles import Story, stories
from tests.factory.text_dump import dump_of, is_wrappable

EMBED = "https://www.youtube.com/embed/Zw3sAmple"
ODD = "\u00a0\u00ad\u200b\u2028\u2029\u200f\u202e\x00\x0b\x0c\x1c\x85\ufeff\u0301\u3000\ud800e\u0301\u0344가각"


def looks(edition: str, one: Story) -> st.SearchStrategy[Look]:
    """Any look of an article's page, in any layout."""
    words = chrome(edition)
    changes = {
        "captured": st.dates(date(2020, 1, 1), date(2026, 12, 31)),
        "label": st.sampled_from([None, *words["labels"]]),
        "weather": st.sampled_from([None, *map(tuple, words["weathers"])]),
        "head": st.sampled_from([tuple(words["head"]), *((name,) for name in words["head"])]),
        "network": st.sampled_from([None, "", *words["networks"]]),
        "section_line": st.sampled_from([True, True, True, False]),
        "time_first": st.booleans(),
        "bare_title": st.booleans(),
        "captions": st.sampled_from(["pairs", "run", "single", "none"]),
        "dateline": st.sampled_from([*range(len(words["datelines"])), None]),
        "end_mark": st.sampled_from([None, "own", "behind", "glued"]),
        "credit": st.sampled_from(["own", "behind", None]),
        "related": related(edition),
        "embed": st.sampled_from([None, EMBED]),
        "repeat": st.integers(0, max(0, len(one.paragraphs) - 2)),
        "broken": st.booleans(),
        "parting": st.sampled_from(["blank", "single", "alternating"]),
        "gaps": st.sampled_from(["seen", "none", "doubled", "nine", "spaced"]),
        "tail_gap": st.booleans(),
        "spaces": st.sampled_from(["plain", "edges", "nbsp"]),
        "newline": st.sampled_from(["\n", "\r\n", "\r"]),
        "bom": st.booleans(),
        "final_newline": st.booleans(),
    }
    return st.builds(
        lambda layout, chosen: _fitting(one, replace(seen(edition, layout), **chosen)),
        st.integers(0, 5),
        st.lists(st.sampled_from(sorted(changes)), max_size=6, unique=True).flatmap(
            lambda names: st.fixed_dictionaries({name: changes[name] for name in names})
        ),
    )


@cache
def related(edition: str) -> st.SearchStrategy[tuple]:
    """None, one or two read-also blocks."""
    block = st.builds(
        lambda other, glued: related_from(other, glued=glued), st.sampled_from(stories(edition)), st.booleans()
    )
    return st.lists(block, max_size=2, unique_by=lambda one: one.headline).map(tuple)


def _fitting(one: Story, look: Look) -> Look:
    """Leave out what no page shows together: half of the head without its day, a read-also block of itself."""
    others = tuple(block for block in look.related if block.headline != one.title)
    look = replace(look, related=others, tail=None if look.layout == 0 else look.tail)
    if look.layout < 3:
        look = replace(look, captured=None)
    if look.repeat and sum(map(len, one.paragraphs[-look.repeat :])) < 40:
        look = replace(look, repeat=0)
    if look.layout == 0:
        look = replace(look, captions="none" if not look.bare_title else look.captions)
    return look


@cache
def chrome_lines(edition: str) -> list[str]:
    """Every line of the edition's chrome, dates and weather among them."""
    words = chrome(edition)
    page = dump_of(stories(edition)[0], seen(edition, 4))
    printed = [text for _, _, rule, _, text in page.audit if "header" in rule or "tail" in rule]
    old = dump_of(stories(edition)[0], seen(edition, 1))
    printed += [text for _, _, rule, _, text in old.audit if "header" in rule or "tail" in rule]
    printed += [weather_line(tuple(weather)) for weather in words["weathers"]]
    printed += [*words["sections"].values(), *words["networks"], *words["end_marks"], words["full"]]
    return list(dict.fromkeys(line.strip() for line in printed))


@cache
def odd_lines(edition: str) -> st.SearchStrategy[str]:
    """A line of any kind: chrome, prose, a caption, a dateline, a read-also block, any characters."""
    told = stories(edition)
    prose = [text for one in told[:8] for text in one.paragraphs[:6]]
    titles = [one.title for one in told[:6]]
    some = [
        st.sampled_from(chrome_lines(edition)),
        st.sampled_from(prose),
        st.sampled_from(titles),
        st.sampled_from([title * 2 for title in titles] + [f"{title} {title}" for title in titles]),
        st.sampled_from([text for one in told for text in (*one.captions, *one.credits)]),
        st.sampled_from([dump_of(one, seen(edition, 0)).text.split("\n")[0] for one in told[:5]]),
        st.sampled_from([EMBED, "-0-", "1998", "Ja", "?", "..."]),
        st.text(st.one_of(st.characters(), st.sampled_from(ODD)), max_size=30),
        st.builds(lambda text, odd: odd.join(text.split(" ", 3)), st.sampled_from(prose), st.sampled_from(list(ODD))),
    ]
    return st.one_of(some)


@cache
def odd_pages(edition: str) -> st.SearchStrategy[str]:
    """Lines of any kind in any order, doubled or not, with any line breaks between."""
    line = st.builds(
        lambda text, times, end: (text + end) * times,
        odd_lines(edition),
        st.sampled_from([1, 1, 1, 2]),
        st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\n \n\n"]),
    )
    return st.lists(line, max_size=25).map("".join)


@cache
def odd_stories(edition: str) -> st.SearchStrategy[Story]:
    """An article with lines of any kind within its body, and with one such line at either end."""
    told = [one for one in stories(edition) if len(one.paragraphs) < 10]
    line = odd_lines(edition).filter(lambda text: _is_plain(text) and not _opens_a_text(edition, text))
    within = st.lists(st.tuples(st.integers(1, 8), st.lists(line, min_size=1, max_size=4)), max_size=2)
    at_end = st.lists(line, max_size=1)
    return st.builds(_with_lines, st.sampled_from(told), within, at_end, at_end)


def _is_plain(text: str) -> bool:
    """Whether the line is there and reads the same when it is saved and decoded."""
    return text.isprintable() and normalize(text) != "" and decode(text.encode())[0] == text


def _opens_a_text(edition: str, text: str) -> bool:
    """Whether the line shows by itself where a body starts, or is none wherever it stands."""
    return text == EMBED or chrome(edition)["agency"] in text[:60]


def _with_lines(one: Story, within: list[tuple[int, list[str]]], first: list[str], last: list[str]) -> Story:
    told = list(one.paragraphs)
    for place, lines in within:
        index = min(place, len(told) - 2)  # what looks like a read-also block would take the last paragraph with it
        told[index:index] = lines
    return replace(one, paragraphs=(*first, *told, *last))


def torn(one: Story, look: Look) -> st.SearchStrategy[Look]:
    """The same look without some of its chrome, in any number, as long as something bears the date line out."""
    rules = {
        rule.split(".", 1)[1] for _, _, rule, _, _ in dump_of(one, look).audit if ".header." in rule or ".tail." in rule
    }
    rules -= {"header.date", "header.title", "header.section" if look.layout < 3 else ""}
    gone = st.lists(st.sampled_from(sorted(rules)), unique=True, max_size=len(rules) - (not one.dateline))
    return gone.map(lambda names: replace(look, missing=frozenset(names)))


def wrapped(one: Story, look: Look) -> Look:
    """The same look, broken at some 75 characters, where the article allows it."""
    return replace(look, wrap=True, credit="own", end_mark=None, related=()) if is_wrappable(one) else look
