"""Fictional articles of each edition, from articles/<edition>.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
EDITIONS = ("be", "de", "en", "es", "pl", "ru", "zh")
MINSK = ZoneInfo("Europe/Minsk")


@dataclass(frozen=True)
class Story:
    """A fictional article: a table of its edition's file."""

    edition: str
    key: str
    title: str
    section: str
    date: datetime
    place: str
    dateline_day: date
    dateline: bool
    """Whether the article has one."""
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    credits: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    language: str
    language_confidence: float


@cache
def stories(edition: str) -> tuple[Story, ...]:
    """The edition's articles."""
    path = HERE / "articles" / f"{edition}.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_story(edition, told | table) for table in told.pop("article"))


def story(edition: str, key: str) -> Story:
    return next(one for one in stories(edition) if one.key == key)


def _story(edition: str, table: dict[str, Any]) -> Story:
    table = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    moment = datetime.fromisoformat(table.pop("date")).replace(tzinfo=MINSK)
    day = date.fromisoformat(table.pop("dateline_day"))
    return Story(edition=edition, date=moment, dateline_day=day, **table)


def moved(one: Story, weeks: int) -> Story:
    """The article some weeks earlier, so that each fixture is an article of its own."""
    earlier = timedelta(weeks=-weeks)
    return replace(one, date=one.date + earlier, dateline_day=one.dateline_day + earlier)


def person(one: Story) -> str:
    return one.authors[0] if one.authors else "Aglaja Wolkenstein"
