"""Edition files to editions: TOML in, compiled patterns out."""

from __future__ import annotations

import copyreg
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import regex

from belta_spider.editions.edition import Edition, Editions
from belta_spider.editions.elements import ElementRules
from belta_spider.editions.rules import Rule, label_key
from belta_spider.text.lines import Punctuation

_HERE = Path(__file__).parent
_PLACES = ("head", "tail", "end")
_NEEDED_SHAPES = frozenset({"capture_day", "section", "date"})
_COMPONENT = regex.compile(r"\{([a-z_]+)\}")


class EditionError(ValueError):
    """An edition file is wrong: says which, where and why."""


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
        extra,
    )


# Editions go to another process as the folder's name: no compiled pattern travels.
copyreg.pickle(Editions, lambda editions: (load, (editions.folder,)))


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
