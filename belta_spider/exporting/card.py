"""The card of a dataset: what is in it, how it was made, what was removed, for people and for the hub."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from belta_spider.exporting.schema import schema
from belta_spider.items import FLAGS
from belta_spider.reporting.statistics import FIELDS, Span, Statistics
from belta_spider.text.languages import UNDETERMINED
from belta_spider.version import __version__

TAGS = ["news", "belta", "belarus"]
_SIZES = [(10**exponent, name) for exponent, name in enumerate(("", "", "", "1K", "10K", "100K", "1M", "10M")) if name]
_RULES_NAMED = 30  # what a reader looks through; the audit holds all
_MADE = (
    "{pages} ({kinds}) were cleaned by {producers}; no word of a text was changed, only Unicode and "
    "white space normalised. The producer's second part is a digest of the rules: equal input and equal producer give "
    "equal records."
)
_RIGHTS = (
    "The texts are BelTA's; the licence of the program that collected them does not cover them. Persons are named "
    "in them as in any newspaper."
)
_WORDS = (
    "Words are counted by Unicode's rules (UAX #29): what stands between two word boundaries and begins with a letter "
    "or digit. Chinese has no spaces: there each character counts as a word."
)
_SIZE_HEAD = ("edition", "year", "articles", "words", "characters")
_LICENCE = "https://belta.by"
_SITE = "https://belta.by"
_NO_TEX = re.compile(r"[{}\\%#&$~^]")
_EDITIONS = {
    "ru": "Russian",
    "be": "Belarusian",
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "pl": "Polish",
    "zh": "Chinese",
}


def card(name: str, counts: Statistics, made_on: str) -> str:
    """The dataset card: what is in it, how to load it, how it was made, what was removed, how to cite it."""
    sections = {
        "Load it": ["```python", "from datasets import load_dataset", "", _load(name), "```"],
        "Editions": _table(("edition", "language", "articles", "first", "last"), _editions(counts)),
        "Words and characters": [_WORDS, "", *_table(_SIZE_HEAD, _sizes(counts))],
        "Languages found in the texts": _table(("language", "articles"), counts.languages.most_common()),
        "How it was made": [_made(counts)],
        "What was removed": _removed(counts),
        "Flags": _table(("flag", "articles", "meaning"), [(flag, counts.flags[flag], FLAGS[flag]) for flag in FLAGS]),
        "Fields": _table(("field", "filled", "meaning"), _fields(counts)),
        "Limits": _limits(counts),
        "Cite it": ["```bibtex", *_bibtex(name, made_on), "```"],
        "Rights": [_RIGHTS],
    }
    body = [line for title, lines in sections.items() for line in (f"## {title}", "", *lines, "")]
    front = _front_matter(name, counts, made_on)
    head = [front, f"# {name}", "", _abstract(counts), "", _version(made_on), ""]
    return "\n".join([*head, *body])


def _made(counts: Statistics) -> str:
    """`300 pages (300 text dumps) were cleaned by belta_spider/1.0.0 rules/22b95418 (300 articles)`."""
    producers = [f"{_cell(name)} ({number:,} articles)" for name, number in counts.producers.most_common()]
    number = counts.kinds.total()
    if not number:
        return "No article is in it."
    pages = f"{number:,} page{'s' * (number != 1)}"
    return _MADE.format(pages=pages, kinds=counts.kinds_in_words, producers=" and ".join(producers))


def _abstract(counts: Statistics) -> str:
    first = min((span.first for span in counts.spans.values()), default="")
    last = max((span.last for span in counts.spans.values()), default="")
    dates = f"published from {first} to {last}" if first else "none with a date"
    undated = counts.articles - counts.by_edition.total()
    captures = f" in {counts.captures:,} captures" if counts.earlier else ""
    return (
        f"{counts.articles:,} articles{captures} of the Belarusian news agency BelTA, {dates} "
        f"({undated:,} without a date), {counts.words:,} words, {counts.characters:,} characters of text."
    )


def _version(made_on: str) -> str:
    return f"Version {_number(made_on)}, made on {made_on} by belta_spider {__version__}."


def _number(made_on: str) -> str:
    """A version of the day: `2026.11.28`, in the form that semantic versions have."""
    return ".".join(str(int(part)) for part in made_on.split("-"))


def _load(name: str) -> str:
    return f'articles = load_dataset({json.dumps(name, ensure_ascii=False)}, split="train")'


def _bibtex(name: str, made_on: str) -> list[str]:
    return [
        "@misc{belta,",
        f"  title = {{{_NO_TEX.sub('', name)}: articles of the Belarusian Telegraph Agency BelTA}},",
        "  author = {{BelTA}},",
        f"  year = {{{made_on[:4]}}},",
        f"  note = {{Collected with belta\\_spider {__version__}, version {_number(made_on)}}}",
        "}",
    ]


def _limits(counts: Statistics) -> list[str]:
    undated = counts.articles - counts.by_edition.total()
    unsure = counts.languages[UNDETERMINED]
    return [
        "- What stands here is what was captured: no article is known that nobody fetched or saved.",
        f"- {undated:,} articles have no date, {unsure:,} no language that is sure, {counts.flagged:,} a flag (below).",
        "- An article is written once, as its newest capture has it, unless all captures were asked for.",
        "- Editions translate each other: articles of several editions may tell one story.",
        "- The agency belongs to the state: what it reports, and what not, is no picture of the country.",
    ]


def _sizes(counts: Statistics) -> list[tuple[object, ...]]:
    return [
        (edition, year or "(no date)", size.articles, size.words, size.characters)
        for (edition, year), size in counts.sizes.items()
    ]


def about(name: str, counts: Statistics, made_on: str) -> dict[str, Any]:
    """What Croissant says of the dataset as a whole."""
    return {
        "name": name,
        "description": f"{_abstract(counts)} {_RIGHTS}",
        "license": _LICENCE,
        "url": _SITE,
        "version": _number(made_on),
        "datePublished": made_on,
        "inLanguage": sorted(language for language in counts.languages if language != UNDETERMINED),
        "keywords": TAGS,
        "creator": {"@type": "sc:Organization", "name": "BelTA", "url": _SITE},
        "citeAs": " ".join(line.strip() for line in _bibtex(name, made_on)),
    }


def _front_matter(name: str, counts: Statistics, made_on: str) -> str:
    """YAML, whose values are written as JSON: every JSON value is one of YAML."""
    tags = [language for language, _ in counts.languages.most_common() if language != "und"]
    has_audit = bool(counts.entries or counts.drops)
    values = {
        "pretty_name": name,
        "language": tags,
        "multilinguality": "multilingual" if len(tags) > 1 else "monolingual",
        "size_categories": [size_of(counts.captures)],
        "license": "other",
        "task_categories": ["text-generation", "text-classification"],
        "tags": TAGS,
        "version": _number(made_on),
        "configs": [_config("default", "data"), *([_config("audit", "audit")] if has_audit else [])],
    }
    rows = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(["---", *rows, "---", ""])


def _config(name: str, folder: str) -> dict[str, Any]:
    return {"config_name": name, "data_files": [{"split": "train", "path": f"{folder}/*.parquet"}]}


def size_of(number: int) -> str:
    """The hub's word for the size: `1K<n<10K`."""
    for (limit, name), (_, before) in zip(_SIZES, [(0, ""), *_SIZES], strict=False):
        if number < limit:
            return f"{before}<n<{name}" if before else f"n<{name}"
    return f"n>{_SIZES[-1][1]}"


def _editions(counts: Statistics) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for edition, number in counts.editions.most_common():
        span = counts.spans.get(edition, Span())
        rows.append((edition, _EDITIONS.get(edition, ""), number, span.first, span.last))
    return rows


def _removed(counts: Statistics) -> list[str]:
    dropped = [f"Dropped pages: {_words(counts.drops)}.", ""] if counts.drops else []
    if not counts.rules:
        return [*dropped, "No audit was kept with these records."]
    rows = [(rule, counts.rule_fields.get(rule, ""), number) for rule, number in counts.rules.most_common(_RULES_NAMED)]
    head = "Navigation, headers and repeats left the texts; what went to another field stands there."
    return [*dropped, head, "", *_table(("rule", "field", "lines"), rows)]


def _fields(counts: Statistics) -> list[tuple[object, ...]]:
    properties = schema("article")["properties"]
    filled: Counter[str] = Counter()
    for (name, _), number in counts.filled.items():
        filled[name] += number
    share = {name: f"{100 * filled[name] / counts.articles:.0f} %" if counts.articles else "" for name in FIELDS}
    return [(f"`{name}`", share[name], properties[name].get("description", "")) for name in FIELDS]


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{_cell(name)} {number:,}" for name, number in counts.most_common())


def _table(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> list[str]:
    """A table in Markdown; nothing in a cell ends it."""
    lines = [" | ".join(_cell(cell) for cell in row) for row in rows]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {line} |" for line in lines)]


def _cell(value: object) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text.replace("|", "\\|").replace("<", "&lt;")
