"""What is known of each edition, and of all together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import regex

from belta_spider.editions.elements import ElementRules
from belta_spider.editions.limits import Limits
from belta_spider.editions.notices import NoticeWords
from belta_spider.editions.rules import Rule
from belta_spider.editions.story_words import StoryWords
from belta_spider.text.lines import Punctuation, Wrapping
from belta_spider.text.lookalikes import as_it_looks

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
    punctuation: Punctuation
    limits: Limits
    """Both are the same in all editions."""
    pictured: tuple[str, ...] = ()
    """How the last sentence of a photo page starts."""
    stories: StoryWords = field(default_factory=StoryWords)
    """What its articles share with those of other editions."""
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
    def forecast_cities_index(self) -> int:
        """Index in the tail of the rule for the forecast's cities, below a heading; 0 where there is none."""
        return next((index for index, rule in enumerate(self.tail) if rule.shape == "places"), 0)

    @cached_property
    def labels_above_cities(self) -> frozenset[str]:
        return frozenset().union(*(rule.labels for rule in self.tail[: self.forecast_cities_index]))

    def shaped(self, shape: str) -> Rule:
        """The rule of that shape: date, section, capture_day, weather, places."""
        return self._shapes[shape]

    @cached_property
    def _shapes(self) -> dict[str, Rule]:
        return {rule.shape: rule for rule in self.rules if rule.shape}

    @cached_property
    def wrapping(self) -> Wrapping:
        """What shows that a body was broken at a fixed width."""
        limits = self.limits
        return Wrapping(limits.wrap_lines, limits.wrap_width, limits.wrap_ragged)

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
        return self.section_slugs.get(as_it_looks(printed).casefold())

    def month(self, printed: str) -> int | None:
        """The number of a month, None for a word that no edition calls one by: in letters as they look."""
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
    limits: Limits
    embed: regex.Pattern[str]
    """A line that is a bare embed address."""
    elements: ElementRules
    """What stands where in the markup, in all editions."""
    notices: NoticeWords = NoticeWords(())  # noqa: RUF009 (it is frozen)
    """The words of bot checks and the like, in whatever language."""
    folder: Path | None = None
    """Where the files beside the built-in ones are."""
    replaced: tuple[str, ...] = ()
    """A sentence for each of those files that replaces a built-in edition."""

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
