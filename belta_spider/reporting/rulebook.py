"""The published list of rules, made from the edition files and the fixtures.

`python -m belta_spider.reporting.rulebook` writes it into docs/.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from belta_spider.editions import Edition, load, structural_rules
from belta_spider.editions.rules import Rule
from belta_spider.reporting import golden_files

FILE = Path("docs/rules.md")
_FIXTURES = Path("fixtures")
_INTRODUCTION = """# Rules

Made by `python -m belta_spider.reporting.rulebook` from `belta_spider/editions/*.toml` and the fixtures; do not edit.

A rule is one decision with one name: in the TOML, in the audit, in the stats and in `scrapy explain`.
Rules of the head and the tail take whole lines, in the order in which they stand here, and only beside another
line of the chrome; rules of the end take the last words of the body. *Feeds* is the key of the record that a line
goes to; what feeds none is boilerplate. *Fires* is the share of the fixtures that are articles: of the edition's
text dumps for its own rules, of all pages in markup for rules of elements, of all fixtures for the rest.
"""
_SHAPES = {
    "capture_day": "the day of the capture, by its shape",
    "weather": "a place with degrees",
    "section": "a section's name",
    "date": "the date of publication",
    "places": "a place's name, below the forecast",
    "end_mark": "a nought between dashes",
}
_BY_POSITION = {
    "header.title": "the line below the date; in the old layouts above it",
    "header.title_again": "the title once more, above the text of a photo page",
    "header.person": "who gives an opinion: the name above and twice below the title",
    "header.post": "that person's post",
    "markup.outside": "in markup: an outermost element beside the article's container, cut to 200 characters",
    "markup.boilerplate": "in markup that is not the site's: what the general extractor left out",
    "head.unknown": "a line above the date that no rule knows",
    "tail.unknown": "a short line beside the tail that no rule knows",
    "body.caption": "what stands between title and dateline, or twice below the title",
    "body.dateline": "place, day and agency at the start of the text, in the edition's forms",
    "body.repeat": "the last paragraphs, where they repeat those before them",
    "body.related": "a read-also block: a headline twice, and its lead",
    "body.embed": "a bare embed address",
}


def text() -> str:
    """The list as its file holds it.

    Raises:
        KeyError: a rule that position decides has no description here.
    """
    lines = [_INTRODUCTION, "## In every edition, by position", "", *_positional()]
    lines += ["", "## In every edition, by the element in a page's markup", "", *_elements()]
    lines += ["", "## Notices, in whatever language", "", *_notices()]
    for edition in load().by_code.values():
        lines += ["", f"## {edition.code}", "", f"Hosts: {', '.join(edition.hosts)}", "", *_rows_of(edition)]
    return "\n".join(lines) + "\n"


def _positional() -> Iterator[str]:
    fired, pages = _fired(_FIXTURES.glob("*/*.record.json"))
    yield from _header("rule", "takes", "feeds", "fires")
    for name, field in structural_rules().items():
        yield _row(f"`{name}`", _BY_POSITION[name], field or "", _share(_count(fired, name), pages))


def _elements() -> Iterator[str]:
    fired, pages = _fired(_FIXTURES.glob("*/*.html.record.json"))
    yield from _header("rule", "takes", "leaves", "feeds", "fires")
    for rule in load().elements.all:
        share = _share(_count(fired, rule.name), pages)
        yield _row(f"`{rule.name}`", _listed(rule.takes), _listed(rule.leaves), rule.field or "", share)


def _notices() -> Iterator[str]:
    yield "A page without a mark of the site or of an article is a `notice` if it is short, or says such words."
    yield ""
    yield from _header("kind", "words", "takes", "leaves")
    for kind in load().notices.kinds:
        yield _row(kind.name, _listed(kind.words), _listed(kind.takes), _listed(kind.leaves))


def _count(fired: Counter[str], name: str) -> int:
    """How often a rule fired in all editions together."""
    return sum(times for rule, times in fired.items() if rule == name or rule.partition(".")[2] == name)


def _rows_of(edition: Edition) -> Iterator[str]:
    fired, pages = _fired((_FIXTURES / edition.code).glob("*.txt.record.json"))
    yield from _header("rule", "where", "takes", "example", "leaves", "feeds", "fires")
    for rule in edition.rules:
        example = _listed(rule.takes[:1] if rule.labels else rule.takes)
        share = _share(fired[rule.name], pages)
        yield _row(f"`{rule.name}`", rule.where, _what(rule), example, _listed(rule.leaves), rule.field or "", share)
    taken, left = edition.examples["dateline"]
    yield ""
    yield f"Datelines: {_listed(taken)}; not: {_listed(left)}."


def _what(rule: Rule) -> str:
    if rule.shape:
        return _SHAPES[rule.shape]
    if not rule.labels:
        return "what its pattern describes"
    return " or ".join(map(_code, rule.takes)) + (", twice" if rule.most == 2 else "")


def _fired(files: Iterable[Path]) -> tuple[Counter[str], int]:
    """How many of the expected records each rule stands in, and how many there are."""
    fired: Counter[str] = Counter()
    pages = 0
    for file in sorted(files):
        outcome = golden_files.decode(file.read_bytes())
        if "record" in outcome:
            pages += 1
            fired.update({entry["rule"] for entry in outcome["audit"]})
    return fired, pages


def _share(count: int, pages: int) -> str:
    return f"{count / pages:.0%}" if pages else ""


def _header(*names: str) -> tuple[str, str]:
    return _row(*names), _row(*("---" for _ in names))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _listed(strings: Iterable[str]) -> str:
    return ", ".join(map(_code, strings))


def _code(string: str) -> str:
    return f"`{string}`"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
