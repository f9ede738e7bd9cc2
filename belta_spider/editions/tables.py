"""What an edition file may hold, key by key: TOML in, typed tables out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from belta_spider.editions.limits import Limits
from belta_spider.editions.story_words import AddedStoryWords, StoryWords

Words = list[Annotated[str, Meta(min_length=1)]]
Months = Annotated[list[Words], Meta(min_length=12, max_length=12)]
_T = TypeVar("_T")
_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_RULE = re.compile(r"(?P<table>rule|markup|notice)\[(?P<number>\d+)\]\.?(?P<key>.*)")


_WORDS = (
    ("Object contains unknown field", "unknown key"),
    ("Object missing required field", "missing key"),
    ("Expected `array`", "expected a list"),
    ("Expected `object`", "expected a table"),
    ("Expected `str`", "expected a string"),
    ("Expected `int`", "expected a whole number"),
    ("Expected `float`", "expected a number"),
    ("Expected `bool`", "expected true or false"),
)
"""msgspec's words, and TOML's."""
_CHOICES = {
    "where": ("head", "tail", "end"),
    "shape": ("date", "capture_day", "weather", "places", "section", "end_mark"),
}


class EditionError(ValueError):
    """An edition file is wrong: says which file, table, rule and key, and why."""


class _Table(Struct, forbid_unknown_fields=True):
    """A table in which each key is known."""


class RuleTable(_Table):
    """`[[rule]]`: which lines are chrome, and what becomes of them."""

    name: Annotated[str, Meta(pattern=r"^[a-z_]+\.[a-z_]+$")]
    where: Literal["head", "tail", "end"]
    leaves: Annotated[Words, Meta(min_length=1)]
    """Lines that the rule must leave."""
    lines: Words = field(default_factory=list)
    pattern: str | None = None
    shape: Literal["date", "capture_day", "weather", "places", "section", "end_mark"] | None = None
    takes: Words = field(default_factory=list)
    field: str | None = None
    """The record's key that the line goes to."""
    most: Annotated[int, Meta(ge=1)] = 1
    headed: bool = False
    after: str | None = None
    """In a file that extends an edition: the rule behind which this one is."""


class MarkupTable(_Table):
    """`[[markup]]`: which element of a page holds what."""

    name: str
    takes: Words
    leaves: Words
    classes: Words = field(default_factory=list)
    tags: Words = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    field: str | None = None
    any: bool = False
    prose: int = 0
    """Sentences outside links that it may hold within the body; with more it was never closed."""
    leads: bool = False
    """Whether it may hold one more for each link."""


class NoticeTable(_Table):
    """`[[notice]]`: what servers and their guards send in place of a page."""

    name: str
    words: Annotated[Words, Meta(min_length=1)]
    takes: Words
    leaves: Words


class Calendar(_Table):
    """`[calendar]`: months with all their forms and cases, weekdays, labels of the visitor's day."""

    months: Months
    weekdays: Words
    day_labels: Words


class ForecastWords(_Table):
    """`[weather]` of an edition: places of more than one word."""

    longer_places: Words = field(default_factory=list)
    place: str | None = None
    """The pattern of a line in the forecast's list of cities, where it is not the common one."""


class DatelineWords(_Table):
    """`[dateline]`: the agency's names, the forms, and examples of both sides."""

    agencies: Annotated[Words, Meta(min_length=1)]
    forms: Annotated[Words, Meta(min_length=1)]
    takes: Words
    leaves: Words
    correspondent: str | None = None


class DateForms(_Table):
    """`[dates]` of an edition: what replaces the common forms."""

    forms: Words | None = None
    below_title: Words | None = None
    capture_day: str | None = None


class BodyWords(_Table):
    """`[body]` of an edition."""

    pictured: Words = field(default_factory=list)


class EditionTable(_Table):
    """An edition file."""

    edition: Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
    language: Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
    hosts: Annotated[Words, Meta(min_length=1)]
    sections: dict[str, Words]
    calendar: Calendar
    weather: ForecastWords
    dateline: DatelineWords
    rule: list[RuleTable]
    dates: DateForms = field(default_factory=DateForms)
    components: dict[str, str] = field(default_factory=dict)
    body: BodyWords = field(default_factory=BodyWords)
    pages: dict[str, list[str]] = field(default_factory=dict)
    stories: StoryWords = field(default_factory=StoryWords)


class _AddedCalendar(_Table):
    months: Months | None = None
    weekdays: Words = field(default_factory=list)
    day_labels: Words = field(default_factory=list)


class _AddedDateline(_Table):
    agencies: Words = field(default_factory=list)
    forms: Words = field(default_factory=list)
    takes: Words = field(default_factory=list)
    leaves: Words = field(default_factory=list)


class AdditionTable(_Table):
    """A file that adds to an edition: whatever it lists is added to what that edition lists."""

    extends: str
    hosts: Words = field(default_factory=list)
    sections: dict[str, Words] = field(default_factory=dict)
    calendar: _AddedCalendar = field(default_factory=_AddedCalendar)
    weather: ForecastWords = field(default_factory=ForecastWords)
    dateline: _AddedDateline = field(default_factory=_AddedDateline)
    rule: list[RuleTable] = field(default_factory=list)
    components: dict[str, str] = field(default_factory=dict)
    body: BodyWords = field(default_factory=BodyWords)
    pages: dict[str, list[str]] = field(default_factory=dict)
    stories: AddedStoryWords = field(default_factory=AddedStoryWords)


class CommonDates(_Table):
    """`[dates]` of all editions."""

    forms: Words
    below_title: Words
    capture_day: str


class CommonWeather(_Table):
    """`[weather]` of all editions: the patterns of the forecast's line, and of a city's."""

    pattern: str
    place: str


class CommonBody(_Table):
    """`[body]` of all editions: patterns."""

    end_mark: str
    embed: str


class PunctuationTable(_Table):
    """`[punctuation]`: the characters that end, close and continue a line."""

    final: str
    full_stop: str
    listing: str
    stop: str
    closing: str
    continuing: str


class CommonTable(_Table):
    """`common.toml`."""

    components: dict[str, str]
    dates: CommonDates
    weather: CommonWeather
    body: CommonBody
    pages: dict[str, list[str]]
    punctuation: PunctuationTable
    limits: Limits
    markup: list[MarkupTable]
    notice: list[NoticeTable]


def parse(path: Path) -> dict[str, Any]:
    """Return what a file holds.

    Raises:
        EditionError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EditionError(f"{path}: {error}") from error


def convert(path: Path, data: Mapping[str, Any], kind: type[_T]) -> _T:
    """Return a file's tables, typed.

    Raises:
        EditionError: a key is unknown or missing, or of another type.
    """
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise EditionError(f"{path}: {_explained(str(error), data)}") from error


def _explained(message: str, data: Mapping[str, Any]) -> str:
    """`[[rule]] header.day: Object contains unknown field `mots``: msgspec's words behind the place's name."""
    found = _PATH.search(f"{message} - at `$`" if " - at `" not in message else message)
    if found is None:
        return message
    what, path = found.string[: found.start()], _with_key(found["path"], data)
    for theirs, ours in _WORDS:
        what = what.replace(theirs, ours)
    if what.startswith("Invalid enum value"):
        what += f" (known: {' '.join(_CHOICES[path.rpartition('.')[2]])})"
    rule = _RULE.fullmatch(path)
    if not path:
        return what
    if rule is None:
        table, _, key = path.partition(".")
        place = f"[{table}] {key}" if isinstance(data.get(table), dict) else table
    else:
        row = data[rule["table"]][int(rule["number"])]
        name = row.get("name") if isinstance(row, dict) else None
        place = f"[[{rule['table']}]] {name or 'number ' + str(int(rule['number']) + 1)} {rule['key']}"
    return f"{place.strip()}: {what}"


def _with_key(path: str, data: Mapping[str, Any]) -> str:
    """`sections.politics[0]` of `sections[...][0]`: msgspec does not say which key of a free table is wrong."""
    table, any_key, rest = path.partition("[...]")
    if not any_key:
        return path
    kind = str if table == "components" else Words
    return f"{table}.{next(key for key, value in data[table].items() if not _is(value, kind))}{rest}"


def _is(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
