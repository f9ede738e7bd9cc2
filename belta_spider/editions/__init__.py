"""The editions: what each prints, where, and in which words.

One TOML file holds all that is known of one edition; `common.toml` holds the shapes that all
share. Code refers to a rule by its place and kind alone, never by an edition's words.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import regex

from belta_spider.editions.elements import ElementRules
from belta_spider.editions.rules import Rule, label_key
from belta_spider.text.lines import Punctuation

_HERE = Path(__file__).parent
_PLACES = ("head", "tail", "end")
_NEEDED_SHAPES = frozenset({"capture_day", "section", "date"})
_COMPONENT = regex.compile(r"\{([a-z_]+)\}")
_STRUCTURAL = {
    "header.title": "title",
    "header.title_again": "title",
    "header.person": "authors",
    "header.post": None,
    "markup.outside": None,
    "markup.boilerplate": None,
    "head.unknown": None,
    "tail.unknown": None,
    "body.caption": "captions",
    "body.dateline": "dateline",
    "body.repeat": None,
    "body.related": None,
    "body.embed": None,
}
"""Rules that position alone decides, in every edition, with the field each feeds."""
_SHARED = frozenset({"body.embed"})
"""Rules that have one name in all editions: no word of a language is in them."""


class EditionError(ValueError):
    """An edition file is wrong: says which, where and why."""


@dataclass(frozen=True, eq=False)
class Edition:
    """All that is known of one edition, compiled from its TOML. Equal to itself alone, so that caches may ask by it."""

    code: str
    language: str
    hosts: tuple[str, ...]
    """The canonical host first."""
    section_slugs: Mapping[str, str]
    """Printed name, case folded, to slug."""
    months: Mapping[str, int]
    foreign_months: Mapping[str, int]
    """What the other editions call the months: a page may print one of those."""
    weekdays: frozenset[str]
    day_labels: frozenset[str]
    agencies: tuple[str, ...]
    dateline_sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    pages: Mapping[str, frozenset[str]]
    """Lines, as `label_key` gives them, that show a page to be no article, by the reason."""
    pictured: tuple[str, ...] = ()
    """How the last sentence of a photo page starts."""
    examples: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    """Datelines that are taken and left."""

    @cached_property
    def head(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.where == "head")

    @cached_property
    def tail(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.where == "tail")

    @cached_property
    def end(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.where == "end")

    def ending(self, text: str, offset: int = 0) -> tuple[Rule, int] | None:
        """Return the rule that takes the end of a paragraph, and where that end begins, from `offset` on."""
        return _ending(self, text, offset)

    @cached_property
    def labels(self) -> frozenset[str]:
        """All whole lines of the chrome, as `label_key` gives them."""
        return frozenset().union(*(rule.labels for rule in self.rules if rule.shape != "section"))

    @cached_property
    def place_of_places(self) -> int:
        """Index in the tail of the rule for the forecast's cities, below a heading; 0 where there is none."""
        return next((index for index, rule in enumerate(self.tail) if rule.shape == "places"), 0)

    @cached_property
    def labels_above_places(self) -> frozenset[str]:
        return frozenset().union(*(rule.labels for rule in self.tail[: self.place_of_places]))

    def shaped(self, shape: str) -> Rule:
        """The rule of that shape: date, section, capture_day, weather, places."""
        return self._shapes[shape]

    @cached_property
    def _shapes(self) -> dict[str, Rule]:
        return {rule.shape: rule for rule in self.rules if rule.shape}

    @cached_property
    def datelines(self) -> regex.Pattern[str]:
        return regex.compile("|".join(f"(?:{source})" for source in self.dateline_sources))

    @cached_property
    def signatures(self) -> tuple[str, ...]:
        """What every dateline holds one of, case folded and without spaces: cheaper to look for than the pattern."""
        if not all("(?P<agency>" in source for source in self.dateline_sources):
            return ("",)
        return tuple({name.casefold().replace(" ", "") for name in self.agencies})

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name: name if name in _SHARED else f"{self.code}.{name}" for name in _STRUCTURAL}

    def rule_name(self, name: str) -> str:
        """`de.head.unknown` of `head.unknown`."""
        return self._names[name]

    def section_slug(self, printed: str) -> str | None:
        return self.section_slugs.get(printed.casefold())

    def month(self, printed: str) -> int | None:
        """The number of a month, None for a word that no edition calls one by."""
        name = printed.casefold().rstrip(".")
        return self.months.get(name) or self.foreign_months.get(name)


@lru_cache(maxsize=64)
def _ending(edition: Edition, text: str, offset: int) -> tuple[Rule, int] | None:
    """Remembered: a page's last paragraph is asked about before and after its dateline is cut."""
    found = ((rule, rule.ending(text, offset)) for rule in edition.end)
    return next(((rule, start) for rule, start in found if start is not None), None)


def structural_rules() -> Mapping[str, str | None]:
    """Names (without the edition) of the rules that position decides, and the field each feeds."""
    return _STRUCTURAL


@dataclass(frozen=True, eq=False)
class Editions:
    """The editions that a run knows, by code. Equal to itself alone, as an edition is."""

    by_code: Mapping[str, Edition]
    digest: str
    """SHA-256 over the files, in hexadecimal: `rules/` in the producer."""
    punctuation: Punctuation
    embed: regex.Pattern[str]
    """A line that is a bare embed address."""
    elements: ElementRules
    """What stands where in the markup, in all editions."""

    @cached_property
    def by_host(self) -> dict[str, Edition]:
        return {host: edition for edition in self.by_code.values() for host in edition.hosts}

    @cached_property
    def by_language(self) -> dict[str, Edition]:
        return {edition.language: edition for edition in self.by_code.values()}

    @cached_property
    def by_date_word(self) -> dict[str, tuple[str, ...]]:
        """The codes of the editions that call a month or a weekday so, by its name in lower case."""
        found: dict[str, list[str]] = {}
        for edition in self.by_code.values():
            for word in {word for name in (*edition.months, *edition.weekdays) for word in name.split()}:
                found.setdefault(word, []).append(edition.code)
        return {word: tuple(owners) for word, owners in found.items()}

    @cached_property
    def by_label(self) -> dict[str, tuple[tuple[Edition, Rule], ...]]:
        """Which editions print a line, and by which rule."""
        found: dict[str, list[tuple[Edition, Rule]]] = {}
        for edition in self.by_code.values():
            for rule in edition.rules:
                for label in rule.labels:
                    found.setdefault(label, []).append((edition, rule))
        return {label: tuple(owners) for label, owners in found.items()}


@cache
def load(extra: Path | None = None) -> Editions:
    """Load the built-in editions, and those in the folder `extra`.

    Raises:
        EditionError: the folder holds no edition file; a file is no TOML, lacks a key or a rule that no
            edition can do without, or holds a pattern that does not compile.
    """
    common_file = _HERE / "common.toml"
    files = sorted(path for path in _HERE.glob("*.toml") if path != common_file)
    if extra:
        files += _files_in(extra)
    digest = hashlib.sha256()
    common = tomllib.loads(common_file.read_text(encoding="utf-8"))
    editions = {}
    for path in (common_file, *files):
        digest.update(path.read_bytes())
    for path in files:
        edition = _read(path, common)
        editions[edition.code] = edition
    months = {name: number for edition in editions.values() for name, number in edition.months.items()}
    editions = {code: replace(edition, foreign_months=months) for code, edition in editions.items()}
    return Editions(
        editions,
        digest.hexdigest(),
        Punctuation(**common["punctuation"]),
        regex.compile(common["body"]["embed"]),
        ElementRules(common["markup"]),
    )


def _files_in(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise EditionError(f"{folder}: there is no edition file (*.toml) in it")
    return files


def _read(path: Path, common: Mapping[str, Any]) -> Edition:
    try:
        edition = _edition(tomllib.loads(path.read_text(encoding="utf-8")), common)
        if path.parent != _HERE:  # the built-in patterns are tested, and compiled when first needed
            for source in (*edition.dateline_sources, *(rule.source or "" for rule in edition.rules)):
                regex.compile(source)
        return edition
    except (KeyError, ValueError, TypeError, regex.error) as error:
        raise EditionError(f"{path}: {type(error).__name__}: {error}") from error


def _edition(data: Mapping[str, Any], common: Mapping[str, Any]) -> Edition:
    calendar, dateline = data["calendar"], data["dateline"]
    months = {name.casefold(): number for number, names in enumerate(calendar["months"], 1) for name in names}
    sections = {name.casefold(): slug for slug, names in data["sections"].items() for name in names}
    components = common["components"] | {
        "month": _one_of("month", months),
        "month_names": _one_of(None, months),
        "agency": _one_of("agency", dateline["agencies"]),
        "correspondent": dateline.get("correspondent", "(?:)"),
        "section_name": _one_of(None, sections),
        "longer_place": _one_of(None, data["weather"]["longer_places"]),
    }
    components |= data.get("components", {})
    shapes = _shapes(common, data, components, sections)
    missing = _NEEDED_SHAPES - {table.get("shape") for table in data["rule"]}
    if missing:
        raise ValueError(f"there is no rule of the shape {', '.join(sorted(missing))}")
    code = data["edition"]
    return Edition(
        code=code,
        language=data["language"],
        hosts=tuple(data["hosts"]),
        section_slugs=sections,
        months=months,
        foreign_months={},
        weekdays=frozenset(name.casefold() for name in calendar["weekdays"]),
        day_labels=frozenset(name.casefold() for name in calendar["day_labels"]),
        agencies=tuple(dateline["agencies"]),
        dateline_sources=tuple(_compose(form, components) for form in dateline["forms"]),
        rules=tuple(_rule(code, table, components, shapes) for table in data["rule"]),
        pages=_pages(common["pages"], data.get("pages", {})),
        pictured=tuple(data.get("body", {}).get("pictured", ())),
        examples={"dateline": (tuple(dateline["takes"]), tuple(dateline["leaves"]))},
    )


def _pages(*tables: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """The lines that show a page to be no article: those of all editions, and those of this one."""
    kinds = {kind for table in tables for kind in table}
    return {
        kind: frozenset(label_key(line) for table in tables for line in table.get(kind, ())) for kind in sorted(kinds)
    }


def _shapes(
    common: Mapping[str, Any], data: Mapping[str, Any], components: Mapping[str, str], sections: Iterable[str]
) -> dict[str, str]:
    """The patterns that a rule may name by its shape."""
    dates = common["dates"] | data.get("dates", {})
    forms = [*dates["forms"], *(f"(?P<below_title>){form}" for form in dates["below_title"])]
    shapes = {
        "date": "|".join(f"(?:{form})" for form in forms),
        "capture_day": dates["capture_day"],
        "weather": common["weather"]["pattern"],
        "places": data["weather"].get("place", common["weather"]["place"]),
        "section": _one_of("section", sections),
        "end_mark": common["body"]["end_mark"],
    }
    return {shape: _compose(source, components) for shape, source in shapes.items()}


def _one_of(group: str | None, words: Iterable[str]) -> str:
    """A pattern for one of `words`, the longest first, in any case; a dot after a word is its own."""
    choices = "|".join(regex.escape(word, literal_spaces=True) for word in sorted(words, key=lambda w: (-len(w), w)))
    return f"(?P<{group}>(?i:{choices}))" if group else f"(?i:{choices or '(?!)'})"


def _compose(source: str, components: Mapping[str, str]) -> str:
    """Put each component into its place; components may hold others."""

    def component(found: regex.Match[str]) -> str:
        return _compose(components[found[1]], components)

    return _COMPONENT.sub(component, source)


def _rule(code: str, table: Mapping[str, Any], components: Mapping[str, str], shapes: Mapping[str, str]) -> Rule:
    if table["where"] not in _PLACES:
        raise ValueError(f"rule {table['name']}: where is {table['where']!r}, not one of {', '.join(_PLACES)}")
    lines = table.get("lines", ())
    shape = table.get("shape")
    source = shapes[shape] if shape else table.get("pattern")
    if not lines and source is None:
        raise KeyError(f"rule {table['name']} has neither lines, pattern nor shape")
    labels = frozenset(label_key(form) for line in lines for form in (line, line * 2, f"{line} {line}"))
    return Rule(
        name=f"{code}.{table['name']}",
        where=table["where"],
        shape=shape,
        labels=labels,
        source=_compose(source, components) if source else None,
        field=table.get("field"),
        most=table.get("most", 1),
        takes=(*lines, *table.get("takes", ())),
        leaves=tuple(table["leaves"]),
        headed=table.get("headed", False),
    )
