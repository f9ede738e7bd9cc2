"""The list of the fixtures, made of their names, their looks and their expected records: `fixtures/README.md`.

It is written at the end of `python -m tests.factory.make_fixtures` and `python -m tests.factory.html_page`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from belta_spider.reporting import golden_files
from tests.factory.html_page import LOOKS, HtmlLook
from tests.factory.sample_articles import EDITIONS

FILE = Path("fixtures/README.md")
_SUFFIX = ".record.json"
_SEED = re.compile(r"\d{3}_[0-9a-f]{16}\.txt")
_LAYOUT = re.compile(r"layout(\d)-")
_LAYOUTS = {"000": "5", "002": "4", "body": "0", "bytes-mixed": "4", "bytes": "5", "amp": "AMP"}
"""By the start of the name, where it does not tell the number; the first that fits."""
_INTRODUCTION = """# Fixtures

Made by `python -m tests.factory.make_fixtures` and `python -m tests.factory.html_page`; do not edit.

{pages} pages, each with what must come of it in `<file>.record.json`: {articles} articles,
{dropped} pages that are none.
Real pages, kept as they were captured: {seeds}.
They are samples of structure; their texts are BelTA's own.
All other pages are fictional: invented news of `tests/factory/articles/`, with what an edition prints around it.

Layouts 1 to 5 are those of pages saved as text, drawn in [docs/layouts.md](../docs/layouts.md): 1 the old desktop page,
2 the old mobile page, 3 with day and weather (2020), 4 the same with a word before the day (2021 to 2023), 5 without
weather (from 2024). 0 is the body alone, AMP the page for slow lines, "markup" a page in HTML.
*Alone* are the rules that fire in no other fixture: without that page, no expected record would show them.
"""
_HEADER = "| file | layout | shows | article | alone |\n|---|---|---|---|---|"


def text() -> str:
    """The list as it must stand in fixtures/README.md."""
    found = {path: golden_files.decode(path.read_bytes()) for path in sorted(FILE.parent.glob(f"*/*{_SUFFIX}"))}
    rules = Counter(rule for outcome in found.values() for rule in _rules(outcome))
    articles = sum("record" in outcome for outcome in found.values())
    seeds = [f"`{_page(path)}`" for path in found if _SEED.fullmatch(path.name.removesuffix(_SUFFIX))]
    lines = [
        _INTRODUCTION.format(
            pages=len(found), articles=articles, dropped=len(found) - articles, seeds=" and ".join(seeds)
        )
    ]
    for edition in EDITIONS:
        own = {path: outcome for path, outcome in found.items() if path.parent.name == edition}
        lines += [f"## {edition}\n", _HEADER, *(_row(path, outcome, rules) for path, outcome in own.items()), ""]
    return "\n".join(lines)


def write() -> None:
    FILE.write_text(text(), encoding="utf-8")


def _page(path: Path) -> str:
    return path.relative_to(FILE.parent).as_posix().removesuffix(_SUFFIX)


def _rules(outcome: dict[str, Any]) -> set[str]:
    return {entry["rule"] for entry in outcome.get("audit", [])}


def _row(path: Path, outcome: dict[str, Any], rules: Counter[str]) -> str:
    name = path.name.removesuffix(_SUFFIX)
    alone = " ".join(f"`{rule}`" for rule in sorted(_rules(outcome)) if rules[rule] == 1)
    is_seed = _SEED.fullmatch(name)
    title = "" if is_seed else outcome.get("record", {}).get("title") or ""
    shows = "a real page" if is_seed else "; ".join(_shows(name, outcome))
    cells = (f"`{name}`", _layout(name), shows, title.replace("|", "\\|"), alone)
    return f"| {' | '.join(cells)} |".replace("  ", " ")


def _layout(name: str) -> str:
    numbered = _LAYOUT.match(name)
    if numbered:
        return numbered[1]
    if name.endswith(".html"):
        return "markup"
    if name.startswith("dropped"):
        return ""
    return next((layout for start, layout in _LAYOUTS.items() if name.startswith(start)), "5")


def _shows(name: str, outcome: dict[str, Any]) -> Iterator[str]:
    """What the name says, and for a page in markup how its look is not the usual one."""
    stem = name.rpartition(".")[0]
    if "dropped" in outcome:
        yield f"no article: `{outcome['dropped']}`"
    yield _LAYOUT.sub("", stem).removeprefix("dropped-").replace("-", " ")
    if stem in LOOKS and name.endswith(".html"):
        yield from _unusual(LOOKS[stem][1])


def _unusual(look: HtmlLook) -> Iterator[str]:
    for one in fields(look):
        value, name = getattr(look, one.name), one.name.replace("_", " ")
        if value != one.default:
            words = " ".join(value) if isinstance(value, tuple) else value
            yield name if value is True else f"{name} {words}" if value else f"no {name}"
