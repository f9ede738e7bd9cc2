"""Which rules take a line."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from belta_spider.editions.dates import read_date
from belta_spider.editions.edition import Edition
from belta_spider.editions.rules import Parts, Rule, label_key, remembered


class RuleMatch(NamedTuple):
    """A rule that takes a line, if the line stands where the rule's lines stand."""

    place: int
    """Index of the rule among those of the head, or of the tail."""
    rule: Rule
    parts: Parts


@remembered
def head_matches(text: str, edition: Edition) -> tuple[RuleMatch, ...]:
    """The rules of the head that take a line, in their order; not those of section and date, which need more."""
    return _claims(text, edition.head, ("section", "date"))


@remembered
def tail_matches(text: str, edition: Edition) -> tuple[RuleMatch, ...]:
    """The rules of the tail that take a line, in their order."""
    return _claims(text, edition.tail, ())


def is_chrome(text: str, edition: Edition) -> bool:
    """Whether the edition prints such a line around its articles."""
    if edition.section_slug(text) or read_date(text, edition):
        return True
    claims = (*head_matches(text, edition), *tail_matches(text, edition))
    return any(claim.rule.shape != "places" for claim in claims)


def _claims(text: str, rules: tuple[Rule, ...], without: Container[str | None]) -> tuple[RuleMatch, ...]:
    key = label_key(text)
    found = ((place, rule, rule.match(text, key)) for place, rule in enumerate(rules) if rule.shape not in without)
    return tuple(RuleMatch(place, rule, parts) for place, rule, parts in found if parts is not None)
