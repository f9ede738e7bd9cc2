"""Rules of the markup: which elements of a page hold what, by class, tag or attribute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from belta_spider.editions.tables import MarkupTable


@dataclass(frozen=True, slots=True)
class ElementRule:
    """One decision with one name, on an element and all text in it."""

    name: str
    """Without the edition: `markup.subscribe_box`; the audit has `de.markup.subscribe_box`."""
    field: str | None
    classes: frozenset[str]
    tags: frozenset[str]
    attributes: Mapping[str, str]
    any: bool
    """Whether one of class and tag is enough; else both must fit."""
    takes: tuple[str, ...]
    leaves: tuple[str, ...]
    prose: int = 0
    """Sentences outside links that it may hold within the body; with more it was never closed."""
    leads: bool = False
    """Whether it may hold one more for each link: read-also blocks print a lead below the headline."""


class ElementRules:
    """All rules of the markup, found by an element's class, tag or attributes."""

    def __init__(self, tables: list[MarkupTable]):
        self.all = tuple(_rule(table) for table in tables)
        self.by_name = {rule.name: rule for rule in self.all}
        self._by_class = {name: rule for rule in self.all for name in rule.classes}
        self._by_tag = {
            tag: rule for rule in self.all if rule.any or not (rule.classes or rule.attributes) for tag in rule.tags
        }
        self._by_attribute = {(name, value): rule for rule in self.all for name, value in rule.attributes.items()}
        self._attributes = tuple({name for name, _ in self._by_attribute})

    def match(self, tag: str, attributes: Mapping[str, str | None]) -> ElementRule | None:
        """Return the rule that takes an element, None where none does."""
        if not attributes:
            return self._by_tag.get(tag)
        for name in (attributes.get("class") or "").split():
            rule = self._by_class.get(name)
            if rule and (rule.any or not rule.tags or tag in rule.tags):
                return rule
        for attribute in self._attributes:
            if attribute in attributes:
                rule = self._by_attribute.get((attribute, attributes[attribute] or ""))
                if rule and (not rule.tags or tag in rule.tags):
                    return rule
        return self._by_tag.get(tag)


def _rule(table: MarkupTable) -> ElementRule:
    return ElementRule(
        name=table.name,
        field=table.field,
        classes=frozenset(table.classes),
        tags=frozenset(table.tags),
        attributes=table.attributes,
        any=table.any,
        takes=tuple(table.takes),
        leaves=tuple(table.leaves),
        prose=table.prose,
        leads=table.leads,
    )
