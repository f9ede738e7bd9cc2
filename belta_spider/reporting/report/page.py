"""The report's page: its numbers, charts and tables, and the data of its browser of the cleaning."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from belta_spider.items import FLAGS, Article, Removal
from belta_spider.reporting.groups import ORDER
from belta_spider.reporting.report import charts
from belta_spider.reporting.report.alignment import align, kind_of, place_of
from belta_spider.reporting.report.census import Census, Made
from belta_spider.reporting.report.figures import Figures
from belta_spider.reporting.report.findings import MOST, Seen, findings
from belta_spider.reporting.report.repeats import SHOWN, Repeat, embedded
from belta_spider.reporting.report.views import Views
from belta_spider.reporting.statistics import DISTINCT, FIELDS, Statistics, has_value
from belta_spider.text.normalization import normalize

KINDS = {
    "kept": "in the text",
    "field": "went to a field",
    "head": "cut above the article",
    "tail": "cut below the article",
    "body": "cut from the body",
    "other": "cut elsewhere",
    "unknown": "cut, but no rule knows it",
}
_EXAMPLES, _BY_EYE = 3, 12  # what a reader looks through: examples of a drop, articles
_EXCERPT, _LINE = 600, 70  # characters: some sentences, and a line of a table
_TEXT = 5_000  # characters of one line of a page: the page is to be opened in a browser
_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)


def environment() -> Environment:
    """Return what reads the templates: each value that goes into one is escaped."""
    made = Environment(
        loader=PackageLoader(__package__, "assets"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    made.filters["number"] = lambda value: f"{value:,}"
    made.filters["place"] = lambda value: f"{value:.4g}"
    made.filters["total_of"] = lambda name, figures: figures.of(name)
    made.filters["pair"] = lambda panel: (panel.edition, panel)
    return made


def render(
    census: Census,
    shown: Sequence[Article],
    removals: Mapping[str, list[Removal]],
    views: Views,
    seen: Seen,
    made: Made,
) -> str:
    """Return the page: self-contained, with a policy that forbids whatever is not in it."""
    counts = census.counts
    style, script = _asset("report.css"), _asset("report.js") + _asset("filter.js")
    figures = Figures(counts.groups)
    lists = _lists(census)
    entries = [_entry(article, removals[article.id]) | _group(figures, census, article.id) for article in shown]
    repeats = {"repeats": {name: embedded(texts, figures.places) for name, texts in lists.items()}, "most": SHOWN}
    return (
        environment()
        .get_template("report.html")
        .render(
            **_of_counts(counts),
            **_of_lists(census, figures, lists),
            views=views,
            odd=findings(seen),
            most=MOST,
            made=made,
            name=made.name,
            has_audit=made.has_audit,
            figures=figures,
            panels=charts.panels(figures.drawn()),
            colours=_colours(figures.editions),
            lengths=figures.lengths(),
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 (our own file)
            script=Markup(script),  # noqa: S704 (our own file)
            shown=shown,
            linked={article.id for article in shown},
            by_eye=[_glance(article) for article in shown[:_BY_EYE]],
            data=_embedded({"kinds": KINDS, "articles": entries, **repeats, **figures.embedded()}),
        )
    )


def _of_counts(counts: Statistics) -> dict[str, Any]:
    """What the page shows of the summary's counts."""
    return {
        "counts": counts,
        "kinds": KINDS,
        "flags": {f"flag.{name}": words for name, words in FLAGS.items()},
        "examples": _examples(counts),
        "spans": counts.spans,
        "speed": _speed(counts.fetches),
        "drops": _drops(counts),
    }


def _lists(census: Census) -> dict[str, list[Repeat]]:
    """The lists of texts that come in several articles."""
    counts = census.counts
    ranked = {
        "unknown": counts.unknown.most_common(DISTINCT),
        "titles": counts.odd_titles,
        "edges": counts.edges.most_common(DISTINCT),
    }
    return {name: census.lists[name].of(texts) for name, texts in ranked.items()} | {"doubles": census.doubles()}


def _of_lists(census: Census, figures: Figures, lists: Mapping[str, list[Repeat]]) -> dict[str, Any]:
    """What the page shows of texts that come in several articles, and of an article's group."""
    return {
        "lists": lists,
        "most_shown": SHOWN,
        "near": len(census.double),
        "group_of": lambda identity: _group(figures, census, identity)["group"],
    }


def _group(figures: Figures, census: Census, identity: str) -> dict[str, int]:
    group = census.group_of(identity)
    return {"group": figures.places[group] if group else -1}


def _asset(name: str) -> str:
    return (files(__package__ or "") / "assets" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy: this style sheet and this script, by their hashes, and nothing else."""
    hashes = {kind: _hash(text) for kind, text in (("style", style), ("script", script))}
    sources = "; ".join(f"{kind}-src '{value}'" for kind, value in hashes.items())
    return f"default-src 'none'; {sources}; img-src data:; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _top(counts: Counter[str], number: int | None = None) -> list[tuple[str, int]]:
    """The most frequent first, equal ones by name."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:number]


# Tables


def _colours(editions: Sequence[str]) -> dict[str, str]:
    """A class for each edition: the seven have theirs whatever else is there, further ones share the last."""
    return {edition: f"e{ORDER.index(edition)}" if edition in ORDER else "e7" for edition in editions}


def _speed(fetches: Counter[str]) -> tuple[int, int, float] | None:
    """Live fetches: how many, in how many minutes with any, how many a minute at most."""
    return (fetches.total(), len(fetches), max(fetches.values())) if fetches else None


def _examples(counts: Statistics) -> dict[str, str]:
    """What each rule took most, in any edition."""
    found: dict[str, tuple[str, int, str]] = {}
    for rule, texts in counts.rule_texts.items():
        name = f"rule.{kind_of(rule, counts.rule_fields.get(rule))} {place_of(rule)}"
        for one in texts.most_common(1):
            found[name] = max(found.get(name, one), one, key=lambda example: (example[1], example[0]))
    return {name: f"{_cut(text, _LINE)} ({times:,}×)" for name, (text, times, _) in found.items()}


def _drops(counts: Statistics) -> list[tuple[str, int, list[tuple[Any, ...]]]]:
    return [
        (reason, number, [(_seen(text), *rest) for text, *rest in counts.drop_examples[reason].most_common(_EXAMPLES)])
        for reason, number in _top(counts.drops)
    ]


def _seen(start: str) -> str:
    """What a reader would see of a page, of which the audit has the start alone: of markup the title."""
    text = normalize(start)
    if not text.startswith("<"):
        return text or "(empty)"
    title = _TITLE.search(text)
    return normalize(unescape(title[1])) if title else "(markup)"


def _glance(article: Article) -> dict[str, str]:
    """An article's first and last paragraph: where a fault of the cleaning shows."""
    first, _, rest = article.text.partition("\n\n")
    return {
        "id": article.id,
        "title": article.title or "(no title)",
        "date": article.date_published or "(no date)",
        "start": _cut(first, _EXCERPT),
        "end": _cut(rest.rpartition("\n\n")[2], _EXCERPT),
    }


# The browser of the cleaning


def _entry(article: Article, removals: Iterable[Removal]) -> dict[str, Any]:
    lines = align(article, removals)
    record = {name: getattr(article, name) for name in FIELDS if name != "text" and has_value(getattr(article, name))}
    return {
        "id": article.id,
        "edition": article.edition,
        "date": (article.date_published or "")[:10],
        "title": article.title or "",
        "flags": article.flags,
        "reckoned": lines.is_reckoned,
        "rows": [(*row[:-1], _cut(row.text.strip(), _TEXT)) for row in lines.rows],
        "record": msgspec.to_builtins(record),
    }


def _cut(text: str, most: int) -> str:
    rest = len(text) - most
    return text if rest <= 0 else f"{text[:most]} … ({rest:,} more characters)"


def _embedded(data: object) -> Markup:
    """JSON that no text in it can end: what markup is made of stands escaped."""
    encoded = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        encoded = encoded.replace(character, f"\\u{ord(character):04x}")
    return Markup(encoded)  # noqa: S704 (nothing of markup is left in it)
