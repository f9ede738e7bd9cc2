"""Edition files to editions: typed tables in, compiled patterns out."""

from __future__ import annotations

import copyreg
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import regex

from belta_spider.editions.built_in import folder
from belta_spider.editions.checks import check
from belta_spider.editions.edition import Edition, Editions
from belta_spider.editions.elements import ElementRules
from belta_spider.editions.notices import notice_words
from belta_spider.editions.rules import Rule, label_key
from belta_spider.editions.tables import (
    AdditionTable,
    CommonTable,
    EditionError,
    EditionTable,
    RuleTable,
    convert,
    parse,
)
from belta_spider.text.lines import Punctuation

_HERE = folder()
_COMPONENT = regex.compile(r"\{([a-z_]+)\}")


@cache
def load(extra: Path | None = None) -> Editions:
    """Load the built-in editions, and what the files of the folder `extra` add or replace.

    Raises:
        EditionError: the folder holds no edition file; a file is no TOML, has an unknown key or one of another
            type, lacks a key or a rule that no edition can do without, names two rules alike, or holds a component
            that is not there, a pattern that does not compile or an example that its rule does not hold.
    """
    common_file = _HERE / "common.toml"
    built_in = sorted(path for path in _HERE.glob("*.toml") if path != common_file)
    own = _files_in(extra) if extra else []
    common = convert(common_file, parse(common_file), CommonTable)
    tables: dict[str, tuple[Path, EditionTable]] = {}
    for path in built_in:
        table = convert(path, parse(path), EditionTable)
        tables[table.edition] = path, table
    replaced = tuple(_add_own(tables, own))
    editions = {code: _edition(path, table, common) for code, (path, table) in tables.items()}
    for code, (path, _) in tables.items():
        if path.parent != _HERE:  # the built-in ones are checked by a test, and compiled when first needed
            check(path, editions[code])
    months = {name: number for edition in editions.values() for name, number in edition.months.items()}
    return Editions(
        {code: replace(edition, foreign_months=months) for code, edition in editions.items()},
        hashlib.sha256(b"".join(path.read_bytes() for path in (common_file, *built_in, *own))).hexdigest(),
        _punctuation(common),
        common.limits,
        regex.compile(common.body.embed),
        ElementRules(common.markup),
        notice_words(common.notice),
        extra,
        replaced,
    )


# Editions go to another process as the folder's name: no compiled pattern travels.
copyreg.pickle(Editions, lambda editions: (load, (editions.folder,)))


# Files beside the built-in ones


def _files_in(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise EditionError(f"{folder}: there is no edition file (*.toml) in it")
    return files


def _add_own(tables: dict[str, tuple[Path, EditionTable]], own: Iterable[Path]) -> Iterator[str]:
    """Put own files into the tables; yield a sentence for each that replaces a built-in edition."""
    additions = []
    for path in own:
        data = parse(path)
        if "extends" in data:
            additions.append((path, convert(path, data, AdditionTable)))
            continue
        table = convert(path, data, EditionTable)
        before = tables.get(table.edition)
        if before and before[0].parent != _HERE:
            raise EditionError(f"{path}: edition {table.edition} is in {before[0].name} too")
        if before:
            yield f'{path} replaces the built-in edition {table.edition}: extends = "{table.edition}" adds to it'
        tables[table.edition] = path, table
    for path, addition in additions:
        if addition.extends not in tables:
            raise EditionError(f"{path}: extends: unknown edition {addition.extends} (known: {' '.join(tables)})")
        tables[addition.extends] = path, _extended(path, tables[addition.extends][1], addition)


def _extended(path: Path, table: EditionTable, added: AdditionTable) -> EditionTable:
    """Return an edition's tables with what a file adds to each list."""
    calendar, dateline = table.calendar, table.dateline
    months = added.calendar.months or [[] for _ in calendar.months]
    update = msgspec.structs.replace
    return update(
        table,
        hosts=[*table.hosts, *added.hosts],
        sections=_joined(table.sections, added.sections),
        calendar=update(
            calendar,
            months=[[*names, *more] for names, more in zip(calendar.months, months, strict=True)],
            weekdays=[*calendar.weekdays, *added.calendar.weekdays],
            day_labels=[*calendar.day_labels, *added.calendar.day_labels],
        ),
        weather=update(
            table.weather,
            longer_places=[*table.weather.longer_places, *added.weather.longer_places],
            place=added.weather.place or table.weather.place,
        ),
        dateline=update(
            dateline,
            agencies=[*dateline.agencies, *added.dateline.agencies],
            forms=[*dateline.forms, *added.dateline.forms],
            takes=[*dateline.takes, *added.dateline.takes],
            leaves=[*dateline.leaves, *added.dateline.leaves],
        ),
        rule=_with_rules(path, table.rule, added.rule),
        components=table.components | added.components,
        body=update(table.body, pictured=[*table.body.pictured, *added.body.pictured]),
        pages=_joined(table.pages, added.pages),
        stories=added.stories.behind(table.stories),
    )


def _joined(table: Mapping[str, list[str]], added: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {key: [*table.get(key, ()), *added.get(key, ())] for key in {**table, **added}}


def _with_rules(path: Path, rules: Iterable[RuleTable], added: Iterable[RuleTable]) -> list[RuleTable]:
    """Return the rules with those that are added, each behind the one that it names."""
    found = list(rules)
    for rule in added:
        names = [one.name for one in found]
        if rule.name in names:
            raise EditionError(f"{path}: [[rule]] {rule.name}: the edition has a rule of that name; give yours another")
        if rule.after not in names:
            known = " ".join(one.name for one in found if one.where == rule.where)
            raise EditionError(f"{path}: [[rule]] {rule.name} after: {rule.after}, not one of {known}")
        found.insert(names.index(rule.after) + 1, rule)
    return found


# Tables to editions


def _edition(path: Path, table: EditionTable, common: CommonTable) -> Edition:
    """Return an edition with the sources of its patterns.

    Raises:
        EditionError: a component is not there, a rule has nothing to take lines by, two have one name.
    """
    months = {name.casefold(): number for number, names in enumerate(table.calendar.months, 1) for name in names}
    sections = {name.casefold(): slug for slug, names in table.sections.items() for name in names}
    components = common.components | {
        "month": _one_of("month", months),
        "month_names": _one_of(None, months),
        "agency": _one_of("agency", table.dateline.agencies),
        "correspondent": table.dateline.correspondent or "(?:)",
        "section_name": _one_of(None, sections),
        "longer_place": _one_of(None, table.weather.longer_places),
    }
    composer = _Composer(path, components | table.components)
    shapes = _shapes(common, table, sections)
    return Edition(
        code=table.edition,
        language=table.language,
        hosts=tuple(table.hosts),
        section_slugs=sections,
        months=months,
        foreign_months={},
        weekdays=frozenset(name.casefold() for name in table.calendar.weekdays),
        day_labels=frozenset(name.casefold() for name in table.calendar.day_labels),
        agencies=tuple(table.dateline.agencies),
        dateline_sources=tuple(composer.compose(form, "[dateline] forms") for form in table.dateline.forms),
        rules=tuple(_rule(table.edition, rule, composer, shapes) for rule in table.rule),
        pages=_pages(common.pages, table.pages),
        punctuation=_punctuation(common),
        limits=common.limits,
        pictured=tuple(table.body.pictured),
        stories=table.stories,
        examples={"dateline": (tuple(table.dateline.takes), tuple(table.dateline.leaves))},
    )


def _punctuation(common: CommonTable) -> Punctuation:
    return Punctuation(**msgspec.structs.asdict(common.punctuation))


def _pages(*tables: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """The lines that show a page to be no article: those of all editions, and those of this one."""
    kinds = {kind for table in tables for kind in table}
    return {
        kind: frozenset(label_key(line) for table in tables for line in table.get(kind, ())) for kind in sorted(kinds)
    }


def _shapes(common: CommonTable, table: EditionTable, sections: Iterable[str]) -> dict[str, str]:
    """The patterns that a rule may name by its shape."""
    own, shared = table.dates, common.dates
    below_title = shared.below_title if own.below_title is None else own.below_title
    forms = [
        *(shared.forms if own.forms is None else own.forms),
        *(f"(?P<below_title>){form}" for form in below_title),
    ]
    return {
        "date": "|".join(f"(?:{form})" for form in forms),
        "capture_day": own.capture_day or shared.capture_day,
        "weather": common.weather.pattern,
        "places": table.weather.place or common.weather.place,
        "section": _one_of("section", sections),
        "end_mark": common.body.end_mark,
    }


def _one_of(group: str | None, words: Iterable[str]) -> str:
    """A pattern for one of `words`, the longest first, in any case; a dot after a word is its own."""
    choices = "|".join(regex.escape(word, literal_spaces=True) for word in sorted(words, key=lambda w: (-len(w), w)))
    return f"(?P<{group}>(?i:{choices}))" if group else f"(?i:{choices or '(?!)'})"


class _Composer:
    """Puts components into patterns; components may hold others."""

    def __init__(self, path: Path, components: Mapping[str, str]):
        self.path = path
        self.components = components

    def compose(self, source: str, where: str) -> str:
        """Return a pattern with each component in its place.

        Raises:
            EditionError: there is none of that name.
        """

        def component(found: regex.Match[str]) -> str:
            if found[1] not in self.components:
                known = " ".join(sorted(self.components))
                raise EditionError(f"{self.path}: {where}: unknown component {found[0]} (known: {known})")
            return self.compose(self.components[found[1]], where)

        return _COMPONENT.sub(component, source)


def _rule(code: str, table: RuleTable, composer: _Composer, shapes: Mapping[str, str]) -> Rule:
    where = f"[[rule]] {table.name}"
    source = shapes[table.shape] if table.shape else table.pattern
    if not table.lines and source is None:
        raise EditionError(f"{composer.path}: {where}: it has neither lines, pattern nor shape")
    forms = (form for line in table.lines for form in (line, line * 2, f"{line} {line}"))
    return Rule(
        name=f"{code}.{table.name}",
        where=table.where,
        shape=table.shape,
        labels=frozenset(map(label_key, forms)),
        source=composer.compose(source, f"{where} {'shape' if table.shape else 'pattern'}") if source else None,
        field=table.field,
        most=table.most,
        takes=(*table.lines, *table.takes),
        leaves=tuple(table.leaves),
        headed=table.headed,
    )
