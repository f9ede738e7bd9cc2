"""A folder that Hugging Face `datasets` loads: Parquet, and a card that says what is in it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from belta_spider.exporting.formats import ExportError, write_parquet
from belta_spider.exporting.schema import schema
from belta_spider.items import FLAGS, Article, Removal
from belta_spider.output.replacing import replaced
from belta_spider.reporting.statistics import FIELDS, Span, Statistics
from belta_spider.text.printable import one_line

_CARD, _DATA, _OLD = "README.md", "data", "old"
_RECORDS = "train-00000-of-00001.parquet"
_TAGS = ["news", "belta", "belarus"]
_HEAD = 2**16
"""Bytes of a card within which its tags stand."""
_NAMED = 5
_SIZES = [(10**exponent, name) for exponent, name in enumerate(("", "", "", "1K", "10K", "100K", "1M", "10M")) if name]
_RULES_NAMED = 30
_MADE = (
    "{pages} ({kinds}) were cleaned by {producers}; no word of a text was changed, only Unicode and "
    "white space normalised. The producer's second part is a digest of the rules: equal input and equal producer give "
    "equal records."
)
_RIGHTS = (
    "The texts are BelTA's; the licence of the program that collected them does not cover them. Persons are named "
    "in them as in any newspaper."
)
_EDITIONS = {
    "ru": "Russian",
    "be": "Belarusian",
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "pl": "Polish",
    "zh": "Chinese",
}


def write(folder: Path, captures: Iterable[tuple[Article, bool]], removals: Iterable[Removal]) -> Statistics:
    """Write the dataset of records, each with whether it is its article's newest; return what is in it.

    Raises:
        ExportError: the folder holds something that is no dataset of ours.
        OSError: it cannot be written; what stood there before stands.
    """
    _check(folder)
    counts = Statistics()
    with replaced(folder) as new:
        (new / _DATA).mkdir(parents=True)
        write_parquet(new / _DATA / _RECORDS, _counted(captures, counts))
        for removal in removals:
            counts.add_removal(removal)
        (new / _CARD).write_text(card(folder.resolve().name, counts), encoding="utf-8")
        if folder.exists():  # it goes with the rest of what is beside the new one, once that is whole
            Path(os.path.realpath(folder)).rename(new.parent / _OLD)
    return counts


def _check(folder: Path) -> None:
    """Only a dataset of ours may be replaced, or an empty folder."""
    here = Path.cwd()
    if folder.exists() and (not folder.is_dir() or folder.resolve() in {here, *here.parents}):
        raise ExportError(f"{one_line(folder)}: is no folder of its own; name another")
    others = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if others and not (others == {_CARD, _DATA} and _is_ours(folder)):
        named = ", ".join(sorted(others)[:_NAMED])
        raise ExportError(f"{one_line(folder)}: holds something else than a dataset of ours ({named}); name another")


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds a card of ours, and beside it nothing but the records."""
    data = folder / _DATA
    files = [path.name for path in data.iterdir()] if data.is_dir() else []
    card = folder / _CARD
    head = card.read_bytes()[:_HEAD] if card.is_file() else b""
    return f"tags: {json.dumps(_TAGS)}".encode() in head and set(files) <= {_RECORDS}


def _counted(captures: Iterable[tuple[Article, bool]], counts: Statistics) -> Iterator[Article]:
    for article, is_newest in captures:
        counts.add(article, is_newest=is_newest)
        yield article


def card(name: str, counts: Statistics) -> str:
    """The dataset card: what is in it, how it was made, what was removed."""
    sections = {
        "Editions": _table(("edition", "language", "articles", "first", "last"), _editions(counts)),
        "Languages found in the texts": _table(("language", "articles"), counts.languages.most_common()),
        "How it was made": [_made(counts)],
        "What was removed": _removed(counts),
        "Flags": _table(("flag", "articles", "meaning"), [(flag, counts.flags[flag], FLAGS[flag]) for flag in FLAGS]),
        "Fields": _table(("field", "filled", "meaning"), _fields(counts)),
        "Rights": [_RIGHTS],
    }
    body = [line for title, lines in sections.items() for line in (f"## {title}", "", *lines, "")]
    return "\n".join([_front_matter(name, counts), f"# {name}", "", _abstract(counts), "", *body])


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
        f"({undated:,} without a date), {counts.characters:,} characters of text."
    )


def _front_matter(name: str, counts: Statistics) -> str:
    """YAML, whose values are written as JSON: every JSON value is one of YAML."""
    tags = [language for language, _ in counts.languages.most_common() if language != "und"]
    values = {
        "pretty_name": name,
        "language": tags,
        "multilinguality": "multilingual" if len(tags) > 1 else "monolingual",
        "size_categories": [_size(counts.captures)],
        "license": "other",
        "task_categories": ["text-generation", "text-classification"],
        "tags": _TAGS,
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": f"{_DATA}/*.parquet"}]}],
    }
    rows = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(["---", *rows, "---", ""])


def _size(number: int) -> str:
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
