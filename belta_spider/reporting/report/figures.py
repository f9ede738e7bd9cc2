"""The report's numbers, each by group: what the page shows of all, and its script of what a filter leaves."""

from __future__ import annotations

from collections import Counter
from typing import Any

from belta_spider.reporting.groups import LENGTHS, Counts, Groups, in_order

_PLACES = {
    "field": "To fields",
    "head": "Above the article",
    "body": "In the body",
    "tail": "Below the article",
    "other": "Elsewhere in the markup",
    "unknown": "At an edge, known to no rule",
}


class Figures:
    """Sums over groups. What can be summed has a name: `articles`, `flag.no_date`, `rule.tail.print`."""

    def __init__(self, groups: Groups) -> None:
        self.groups = [(group, _named(counts)) for group, counts in sorted(groups.items())]
        self.editions = in_order(group.edition for group, _ in self.groups)
        self.sections = sorted({group.section for group, _ in self.groups})
        self.years = sorted({group.year for group, _ in self.groups}, key=lambda year: (not year, year))
        self.places = {group: place for place, (group, _) in enumerate(self.groups)}
        self.periods = groups.periods()
        self._sums: Counter[tuple[str, str, str]] = Counter()
        for group, named in self.groups:
            for name, number in named.items():
                for edition in ("", group.edition):
                    for year in ("*", group.year):
                        self._sums[name, edition, year] += number
            self._sums[f"section.{group.section}", group.edition, "*"] += named.get("articles", 0)
            self._sums[f"section.{group.section}", "", "*"] += named.get("articles", 0)

    def of(self, name: str, edition: str = "", year: str = "*") -> int:
        """The number of all, of an edition, of a year."""
        return self._sums[name, edition, year]

    def years_of(self, edition: str) -> list[str]:
        """The years in which an edition has articles."""
        return [year for year in self.years if self.of("articles", edition, year)]

    def named(self, prefix: str) -> list[str]:
        """The names with this start, the largest first."""
        names = {name for name, edition, _ in self._sums if name.startswith(prefix) and not edition}
        return sorted(names, key=lambda name: (-self.of(name), name))

    def labelled(self, prefix: str) -> list[tuple[str, str]]:
        """The same, each with what it is of."""
        return [(name, name.removeprefix(prefix) or "(none)") for name in self.named(prefix)]

    def lengths(self) -> list[tuple[str, str]]:
        """The classes of lengths from the shortest that occurs to the longest."""
        seen = [number for number in range(len(LENGTHS)) if self.of(f"length.{number}")]
        classes = range(seen[0], seen[-1] + 1) if seen else range(0)
        return [(f"length.{number}", length_words(number)) for number in classes]

    def partly(self) -> list[tuple[str, str]]:
        """The keys that some records fill and some do not."""
        whole = self.of("articles")
        return [(name, label) for name, label in self.labelled("key.") if self.of(name) < whole]

    def by_edition(self) -> Counter[tuple[str, str]]:
        """Articles by edition and period, the editions in their order."""
        found: Counter[tuple[str, str]] = Counter()
        places = {edition: place for place, edition in enumerate(self.editions)}
        for (group, period), number in sorted(
            self.periods.items(), key=lambda one: (places[one[0][0].edition], one[0][1])
        ):
            found[group.edition, period] += number
        return found

    def drawn(self) -> Counter[tuple[str, str]]:
        """The same, led by all editions together (their name is empty) where there are several."""
        found: Counter[tuple[str, str]] = Counter()
        counts = self.by_edition()
        if len(self.editions) > 1:
            for (_, period), number in counts.items():
                found["", period] += number
        return found + counts

    def rules(self) -> list[tuple[str, str, list[str]]]:
        """The rules by where they stand: the kind, its words, the names."""
        names = self.named("rule.")
        kinds = [(kind, words, [n for n in names if n.startswith(f"rule.{kind} ")]) for kind, words in _PLACES.items()]
        return [one for one in kinds if one[2]]

    def embedded(self) -> dict[str, Any]:
        """The same for the page's script."""
        names = list(dict.fromkeys(name for _, named in self.groups for name in named))
        numbers = {name: number for number, name in enumerate(names)}
        return {
            "names": names,
            "groups": [
                [*group, [x for name, number in named.items() for x in (numbers[name], number)]]
                for group, named in self.groups
            ],
            "periods": [
                [self.places[group], period, number] for (group, period), number in sorted(self.periods.items())
            ],
        }


def length_words(number: int) -> str:
    """The words of a class of lengths."""
    start = f"{LENGTHS[number]:,}"
    return f"{start} and more" if number + 1 == len(LENGTHS) else f"{start} to {LENGTHS[number + 1] - 1:,}"


def _named(counts: Counts) -> dict[str, int]:
    found = {
        "articles": counts.articles,
        "words": counts.words,
        "characters": counts.characters,
        "flagged": counts.flagged,
        "captured": counts.captured,
        "fields": _characters(counts, is_field=True),
        "nothing": _characters(counts, is_field=False),
    }
    found |= {f"language.{name}": number for name, number in counts.languages.items()}
    found |= {f"flag.{name}": number for name, number in counts.flags.items()}
    found |= {f"length.{name}": number for name, number in counts.lengths.items()}
    found |= {f"rule.{name}": lines for name, (lines, _) in counts.cuts.items()}
    found |= {f"key.{name}": number for name, number in counts.filled.items()}
    return {name: number for name, number in found.items() if number}


def _characters(counts: Counts, *, is_field: bool) -> int:
    return sum(size for name, (_, size) in counts.cuts.items() if name.startswith("field ") == is_field)
