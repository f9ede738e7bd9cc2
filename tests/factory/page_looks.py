"""How a page of an article may look, and the words that an edition prints around it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.factory.sample_articles import Story

HERE = Path(__file__).parent


class Related(NamedTuple):
    """A read-also block."""

    headline: str
    lead: str | None
    glued: bool = True
    """Printed twice on one line; else the line stands twice."""


@dataclass(frozen=True)
class Look:
    """How a page looks; `seen` gives what captures of a layout show."""

    layout: int
    captured: date | None = None
    """The day in the header; printed in layouts 3 to 5 only."""
    label: str | None = None
    """flag or Flag before that day."""
    weather: tuple[str, str, str, str] | None = None
    head: tuple[str, ...] = ()
    """The labels above, by their names in chrome.toml."""
    tail: str | None = "tail"
    """The table of chrome.toml that holds the tail; None for none."""
    network: str | None = None
    """Another network than the table's; "" for no line of it."""
    section_line: bool = True
    time_first: bool = False
    title_again: bool = False
    """Photo pages: the title once more before the text, which ends in the photo's words."""
    opinion: bool = False
    bare_title: bool = False
    """Layout 0: the title stands above all the same; only over a dateline, which shows it."""
    captions: str = "pairs"
    """pairs (A A B B), run (A B A B), single or none."""
    dateline: int | None = 0
    """Which of the edition's forms."""
    end_mark: str | None = None
    """own, behind or glued."""
    credit: str | None = "own"
    """own, behind or None; of articles that have one."""
    related: tuple[Related, ...] = ()
    embed: str | None = None
    """An address on a line of its own, after the first paragraph."""
    repeat: int = 0
    """How many of the last paragraphs stand twice; marks and credits follow the second copy."""
    wrap: bool = False
    """Broken at some 75 characters; only where `is_wrappable`."""
    broken: bool = False
    """Each paragraph goes on in a second line, which starts with a lower-case word."""
    parting: str = "blank"
    """Between paragraphs: blank, single or alternating."""
    gaps: str = "seen"
    """Blank lines elsewhere: seen, none, doubled, nine or spaced (they hold spaces)."""
    tail_gap: bool = True
    spaces: str = "plain"
    """plain, edges (spaces at both ends of each line) or nbsp (no-break spaces, and double ones)."""
    newline: str = "\n"
    bom: bool = False
    final_newline: bool = True
    missing: frozenset[str] = frozenset()
    """Rules whose lines are not there: `header.day`."""
    unknown_head: str | None = None
    """A label that no rule knows, above the capture day."""
    unknown_tail: str | None = None
    """A label that no rule knows, above the tail's last line."""


@cache
def chrome(edition: str) -> Mapping[str, Any]:
    """The edition's table of chrome.toml."""
    table = tomllib.loads((HERE / "chrome.toml").read_text(encoding="utf-8"))
    return table[edition]  # type: ignore[no-any-return]


def seen(edition: str, layout: int, **changes: Any) -> Look:
    """How captures of a layout look, with changes."""
    words = chrome(edition)
    head = tuple(words["head"])
    plain = Look(layout)
    if layout == 0:
        plain = Look(0, tail=None, captions="none")
    elif layout in {3, 4}:
        weather = tuple(words["weathers"][layout == 4])
        label = None if layout == 3 else words["labels"][0].capitalize()
        captured = date(2020, 5, 29) if layout == 3 else date(2021, 9, 24)
        plain = Look(layout, captured, label, weather, head)
    elif layout == 5:
        short = tuple(name for name in head if name != "services" or "government" not in head)
        plain = Look(layout, date(2024, 4, 19), words["labels"][0], None, short)
    return replace(plain, **changes)


def related_from(other: Story, *, glued: bool = True) -> Related:
    """A read-also block for another article: its title, and its first sentence as the lead."""
    return Related(other.title, other.paragraphs[0], glued)


def has_dateline(one: Story, look: Look) -> bool:
    return one.dateline and look.dateline is not None


def dateline_text(one: Story, look: Look) -> str:
    """The dateline as printed, with the space behind it."""
    words, day = chrome(one.edition), one.dateline_day
    months = words.get("dateline_months", words["months"])
    assert look.dateline is not None
    form: str = words["datelines"][look.dateline]
    parts = {"PLACE": one.place.upper(), "place": one.place, "day": day.day, "month": months[day.month - 1]}
    return form.format(number=day.month, reporter=words.get("reporter"), **parts)


def has_bare_title(one: Story, look: Look) -> bool:
    return look.bare_title and has_dateline(one, look)


def used_captions(one: Story, look: Look) -> tuple[str, ...]:
    if look.captions == "none" or look.title_again or look.opinion:
        return ()
    if look.layout == 0 and not has_bare_title(one, look):
        return ()
    if look.captions == "single" and not has_dateline(one, look):
        return ()
    return one.captions


def texts_of(one: Story, look: Look) -> list[str]:
    words = [chrome(one.edition)["photo_words"]] if look.title_again else []
    return [*one.paragraphs, *words]


def weather_line(weather: tuple[str, str, str, str]) -> str:
    place, condition, degrees, unit = weather
    return " ".join(filter(None, (place, condition, degrees + unit)))
