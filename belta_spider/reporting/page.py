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
from belta_spider.reporting import charts
from belta_spider.reporting.alignment import align, kind_of
from belta_spider.reporting.statistics import FIELDS, Statistics, has_value
from belta_spider.reporting.views import Views
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
_TOP, _BARS, _EXAMPLES, _BY_EYE = 40, 20, 3, 12
_EXCERPT = 600
_TEXT = 5_000
_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)


def environment() -> Environment:
    """Return what reads the templates: each value that goes into one is escaped."""
    made = Environment(
        loader=PackageLoader(__package__, "assets"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    made.filters["number"] = lambda value: f"{value:,}"
    made.filters["place"] = lambda value: f"{value:.4g}"
    return made


def render(
    name: str,
    counts: Statistics,
    shown: Sequence[Article],
    removals: Mapping[str, list[Removal]],
    *,
    has_audit: bool,
    views: Views | None = None,
) -> str:
    """Return the page: self-contained, with a policy that forbids whatever is not in it."""
    style, script = _asset("report.css"), _asset("report.js")
    return (
        environment()
        .get_template("report.html")
        .render(
            name=name,
            counts=counts,
            has_audit=has_audit,
            views=views or Views(),
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 (our own file)
            script=Markup(script),  # noqa: S704 (our own file)
            shown=shown,
            linked={article.id for article in shown},
            kinds=KINDS,
            flags=FLAGS,
            charts=_charts(counts),
            spans=sorted(counts.spans.items()),
            speed=_speed(counts.fetches),
            fill=_fill(counts),
            rules=_rules(counts),
            drops=_drops(counts),
            frequent=counts.boilerplate.most_common(_TOP),
            unknown=counts.unknown.most_common(_TOP),
            titles=counts.odd_titles[:_TOP],
            edges=counts.edges.most_common(_TOP),
            by_eye=[_glance(article) for article in shown[:_BY_EYE]],
            data=_embedded({"kinds": KINDS, "articles": [_entry(article, removals[article.id]) for article in shown]}),
        )
    )


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


# Charts


def _charts(counts: Statistics) -> list[tuple[str, charts.Chart, str]]:
    """Title, drawing and a word to each chart that has something to show."""
    undated = counts.articles - counts.by_edition.total()
    note = f"{undated:,} articles have no date." if undated else ""
    drawn = [
        ("Articles over time, by edition", charts.over_time(counts.by_edition, "Articles over time, by edition"), note),
        ("Articles over time, by section", charts.over_time(counts.by_section, "Articles over time, by section"), ""),
        _ranking("Languages of the texts", counts.languages, "language"),
        _ranking("Flags", counts.flags, "flag"),
        _ranking("Pages dropped, by reason", counts.drops, "reason"),
        _ranking("Rules, by lines they took", counts.rules, "rule"),
        ("Keys that have a value", _fill_chart(counts), "In per cent of the records."),
    ]
    return [(title, chart, words) for title, chart, words in drawn if chart]


def _ranking(title: str, counts: Counter[str], what: str) -> tuple[str, charts.Chart | None, str]:
    note = f"The {_BARS} most frequent of {len(counts)}." if len(counts) > _BARS else ""
    return title, charts.ranking(_top(counts, _BARS), title, (what, "number")), note


def _fill_chart(counts: Statistics) -> charts.Chart | None:
    rows = [(name, _percent(sum(_filled(counts, name).values()), counts.articles)) for name in FIELDS]
    missing = [(name, share) for name, share in rows if share < 100]
    return charts.ranking(missing, "Keys that have a value, per cent", ("key", "per cent"))


# Tables


def _filled(counts: Statistics, name: str) -> dict[str, int]:
    return {edition: counts.filled[name, edition] for edition in counts.editions}


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _fill(counts: Statistics) -> dict[str, list[float]]:
    """In how many per cent of each edition's records a key has a value; keys that all have are left out."""
    rows = {name: [_percent(n, counts.editions[e]) for e, n in _filled(counts, name).items()] for name in FIELDS}
    return {name: shares for name, shares in rows.items() if min(shares, default=100) < 100}


def _speed(fetches: Counter[str]) -> tuple[int, int, float] | None:
    """Live fetches: how many, in how many minutes with any, how many a minute at most."""
    return (fetches.total(), len(fetches), max(fetches.values())) if fetches else None


def _rules(counts: Statistics) -> list[dict[str, Any]]:
    return [
        {
            "name": rule,
            "count": number,
            "field": counts.rule_fields.get(rule, ""),
            "kind": kind_of(rule, counts.rule_fields.get(rule)),
            "texts": counts.rule_texts[rule].most_common(_EXAMPLES),
        }
        for rule, number in _top(counts.rules)
    ]


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
