"""What the code knows, for the pages of the site: put in at each `<!-- made: name -->` when the site is built."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from belta_spider import items
from belta_spider.commands import _listing, _options
from belta_spider.reporting import golden_files

ROOT = Path(__file__).resolve().parent.parent
_SHOWN = 120
"""Characters of an example."""


def commands() -> str:
    """Each command: what it does, how it is typed, what it takes."""
    return "\n".join(line for name, one in _parsers().items() for line in _command(name, one))


def common_options() -> str:
    """The options that all commands have from Scrapy."""
    return "\n".join(["| option | what |", "|---|---|", *_rows(_parsers()["stats"], of_scrapy=True)])


@cache
def _parsers() -> dict[str, argparse.ArgumentParser]:
    (below,) = (one for one in _listing.parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(below.choices)


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    words, _, example = str(parser.description).partition(" Example: ")
    yield from (f"## belta {name}", "", words, "", "```text", str(parser.usage), "```", "")
    yield from ("For example:", "", "```console", f"$ {example}", "```", "")
    rows = list(_rows(parser, of_scrapy=False))
    if rows:
        yield from ("| option | what |", "|---|---|", *rows, "")


def _rows(parser: argparse.ArgumentParser, *, of_scrapy: bool) -> Iterator[str]:
    for group in parser._action_groups:
        for one in group._group_actions:
            if one.option_strings and one.dest != "help" and (group.title == "Global Options") == of_scrapy:
                names = " ".join([", ".join(one.option_strings), str(one.metavar or "")]).strip()
                yield f"| `{names}` | {_options.as_belta(str(one.help)).replace('|', ' or ')} |"


def settings() -> str:
    """Our settings: name, default, and what settings.py says of them; those below one comment share it."""
    _, _, ours = (ROOT / "belta_spider/settings.py").read_text(encoding="utf-8").partition("# Ours. ")
    made = []
    for comment, values in re.findall(r"(.*\n(?:#.*\n)*)((?:BELTA_.*\n?)+)", ours):
        pairs = [re.split(r"(?:: [^=]*)? = ", line) for line in values.splitlines()]
        names = ", ".join(f"`{name}`" for name, _ in pairs)
        defaults = ", ".join(f"`{value}`" for _, value in pairs)
        words = " ".join(line.removeprefix("# ") for line in comment.splitlines())
        made.append(f"{names}\n: {words} Default: {defaults}.\n")
    return "\n".join(made)


def record() -> str:
    """The record, key by key, each with what stands in it in one of the fixtures."""
    return "\n".join(_keys(_schema("article"), [one["record"] for one in _expected() if "record" in one]))


def audit() -> str:
    """The audit, key by key."""
    return "\n".join(_keys(_schema("audit"), [entry for one in _expected() for entry in one.get("audit", ())]))


def run() -> str:
    """The summary of a run, key by key."""
    return "\n".join(_keys(_schema("run"), []))


def flags() -> str:
    """Each flag, and what it tells."""
    return "\n".join(
        ["| flag | what it tells |", "|---|---|", *(f"| `{one}` | {why} |" for one, why in items.FLAGS.items())]
    )


def example() -> str:
    """A whole page of the audit: the fixture that README.md shows, line by line."""
    (path,) = (ROOT / "fixtures/de").glob("000_*.record.json")
    entries = golden_files.decode(path.read_bytes())["audit"]
    rows = (f"| {one['line']} | `{one['rule']}` | {one['field'] or ''} | {_cut(one['text'], 60)} |" for one in entries)
    return "\n".join(["| line | rule | field | text |", "|---|---|---|---|", *rows])


def _schema(name: str) -> dict[str, Any]:
    return json.loads((ROOT / f"docs/{name}.schema.json").read_bytes())


@cache
def _expected() -> list[dict[str, Any]]:
    """What is expected of the fixtures, German first."""
    paths = sorted((ROOT / "fixtures").glob("*/*.record.json"), key=lambda path: (path.parent.name != "de", path))
    return [golden_files.decode(path.read_bytes()) for path in paths]


def _keys(schema: Mapping[str, Any], examples: list[Any], of: str = "") -> Iterator[str]:
    """A definition for each key; what is within an object or a list of objects is a key of its own."""
    for name, one in schema["properties"].items():
        within = [found for found in (example.get(name) for example in examples) if found not in (None, [], {})]
        yield f"`{of}{name}`\n: *{_kind(one)}.* {one.get('description', '')}\n"
        below = one.get("items", one)
        if "properties" in below:
            inner = [entry for found in within for entry in (found if isinstance(found, list) else [found])]
            yield from _keys(below, inner, f"{of}{name}[]." if below is not one else f"{of}{name}.")
        elif within:
            yield f"  `{_cut(json.dumps(within[0], ensure_ascii=False))}`\n"


def _kind(one: Mapping[str, Any]) -> str:
    """The type of a value, in words."""
    if "anyOf" in one:
        return " or ".join(_kind(each) for each in one["anyOf"])
    kinds = [one["type"]] if isinstance(one["type"], str) else sorted(one["type"], key="null".__eq__)
    return " or ".join(
        f"list of {'objects' if 'properties' in one['items'] else 'strings'}" if each == "array" else each
        for each in kinds
    )


def _cut(text: str, most: int = _SHOWN) -> str:
    """Text for a table's cell, or an example, with its rest left out."""
    text = text if len(text) <= most else f"{text[:most]} ..."
    return text.replace("|", "\\|").replace("\n", " ")
