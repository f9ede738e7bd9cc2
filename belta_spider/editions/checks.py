"""Whether an edition keeps what its file promises: names, fields, patterns and examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import regex

from belta_spider.editions import datelines
from belta_spider.editions.edition import Edition
from belta_spider.editions.rules import Rule
from belta_spider.editions.tables import EditionError
from belta_spider.items import Article

_NEEDED_SHAPES = ("capture_day", "section", "date")
_FIELDS = frozenset(one.name for one in fields(Article))


def check(path: Path, edition: Edition) -> None:
    """Compile an edition's patterns, and try its examples.

    Raises:
        EditionError: the first thing that is wrong: says which file, rule and key, and why.
    """
    for complaint in _complaints(edition):
        raise EditionError(f"{path}: {complaint}")


def _complaints(edition: Edition) -> Iterator[str]:
    names = Counter(rule.name.partition(".")[2] for rule in edition.rules)
    yield from (f"[[rule]] {name}: {count} rules have this name" for name, count in names.items() if count > 1)
    shapes = {rule.shape for rule in edition.rules}
    yield from (f"[[rule]]: there is no rule of the shape {shape}" for shape in _NEEDED_SHAPES if shape not in shapes)
    for rule in edition.rules:
        place = f"[[rule]] {rule.name.partition('.')[2]}"
        yield from (f"{place} {words}" for words in _of_rule(rule))
    yield from (f"[dateline] {words}" for words in _of_datelines(edition))


def _of_rule(rule: Rule) -> Iterator[str]:
    if rule.field is not None and rule.field not in _FIELDS:
        yield f"field: {rule.field} is no key of a record"
    bad = _bad_pattern(rule.source or "")
    if bad:
        yield f"pattern: {bad}"
        return
    yield from (f"takes: the rule leaves {text!r}" for text in rule.takes if not _takes(rule, text))
    yield from (f"leaves: the rule takes {text!r}" for text in rule.leaves if _takes(rule, text))


def _takes(rule: Rule, text: str) -> bool:
    """Whether a rule takes a whole line, or for the body's end the whole paragraph."""
    return rule.ending(text) == 0 if rule.where == "end" else rule.match(text) is not None


def _of_datelines(edition: Edition) -> Iterator[str]:
    bad = next(filter(None, map(_bad_pattern, edition.dateline_sources)), None)
    if bad:
        yield f"forms: {bad}"
        return
    takes, leaves = edition.examples["dateline"]
    yield from (f"takes: no form takes {text!r}" for text in takes if not _is_dateline(text, edition))
    yield from (f"leaves: a form takes {text!r}" for text in leaves if _is_dateline(text, edition))


def _is_dateline(text: str, edition: Edition) -> bool:
    found = datelines.match(text, edition)
    return found is not None and found.end == len(text)


def _bad_pattern(source: str) -> str | None:
    try:
        regex.compile(source)
    except regex.error as error:
        return str(error)
    return None
