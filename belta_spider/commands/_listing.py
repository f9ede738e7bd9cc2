"""Which commands there are, as `belta` lists them; and from the same words its completion and its manual page.

`python -m belta_spider.commands._listing` writes the scripts and the page into `belta_spider/completion/`.
"""

from __future__ import annotations

import argparse
import pkgutil
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from scrapy import commands as of_scrapy

from belta_spider import commands as of_ours
from belta_spider.commands import PROGRAM, SCRIPTS
from belta_spider.commands._options import as_belta
from belta_spider.text.printable import nearest, one_line

FOLDER = Path("belta_spider/completion")
PAGE = "belta.1"
_FIRST = ("crawl", "explain", "stats", "report", "changes", "stories", "diff", "export", "golden")
"""In the order in which a user meets them."""
_OPTIONS = (
    ("--help", "show this, or after a command what it takes"),
    ("--version", "show the version"),
    ("--print-completion SHELL", f"print what a shell reads to complete what is typed: {' '.join(SCRIPTS)}"),
)
_DESCRIPTION = (
    "Articles of the Belarusian news agency BelTA, clean and dated, from its sites and from what was saved of them. "
    "It is Scrapy with this package's settings, in whatever folder it is typed."
)
_EPILOG = "belta crawl -a source=pages/ -o articles.jsonl"
_WIDTH = 100  # columns, as argparse's own lines at most
_TAIL = "Each of them, belta COMMAND --help, says what it takes."


def names() -> list[str]:
    """The names of all commands, ours first."""
    return [*ours(), *(name for name in _modules(of_scrapy) if name not in ours())]


def ours() -> list[str]:
    """The names of this package's commands; a new one that has no place yet comes last."""
    there = _modules(of_ours)
    return [*(name for name in _FIRST if name in there), *(name for name in there if name not in _FIRST)]


def _modules(package: Any) -> list[str]:
    return sorted(one.name for one in pkgutil.iter_modules(package.__path__) if not one.name.startswith("_"))


def unknown(name: str) -> str:
    """Say that a command is not there, and which is nearest."""
    kind = "option" if name.startswith("-") else "command"
    known = [one.partition(" ")[0] for one, _ in _OPTIONS] if kind == "option" else names()
    return f"unknown {kind}: {one_line(name)}{nearest(name, known)}; belta --help lists all"


def text() -> str:
    """The list of commands, ours first."""
    lines = [
        f"Usage: {PROGRAM} COMMAND [options]",
        "",
        textwrap.fill(_DESCRIPTION, _WIDTH),
        "",
        f"Example: {_EPILOG}",
        "",
    ]
    for title, found in (("Commands:", ours()), ("Of Scrapy itself:", names()[len(ours()) :])):
        lines += [title, *(f"  {name:<13} {one.short_desc()}" for name, one in _commands(found)), ""]
    return "\n".join([*lines, "Options:", *(f"  {name:<26} {words}" for name, words in _OPTIONS), "", _TAIL])


def _commands(wanted: list[str]) -> Iterator[tuple[str, Any]]:
    for name in wanted:
        package = of_ours if name in ours() else of_scrapy
        yield name, import_module(f"{package.__name__}.{name}").Command()


# Completion and manual page


def parser() -> argparse.ArgumentParser:
    """All of our commands in one parser: what each takes, in the words of its help."""
    from scrapy.utils.project import get_project_settings

    made = argparse.ArgumentParser(PROGRAM, description=_DESCRIPTION, epilog=f"Example: {_EPILOG}")
    made.add_argument("--version", action="store_true", help=_OPTIONS[1][1])
    made.add_argument("--print-completion", choices=SCRIPTS, metavar="SHELL", help=_OPTIONS[2][1])
    commands = made.add_subparsers(title="commands", metavar="COMMAND")
    for name, one in _commands(ours()):
        short = one.short_desc()
        below = commands.add_parser(name, help=short, description=as_belta(one.long_desc()), conflict_handler="resolve")
        one.settings = get_project_settings()
        one.add_options(below)
        below.usage = f"{PROGRAM} {name} {one.syntax()}"
        below.add_argument("files", nargs="*", metavar="FILE", help=argparse.SUPPRESS)
    return made


def made() -> dict[str, str]:
    """Each file by its name, with what it holds."""
    import shtab
    from argparse_manpage.manpage import Manpage

    whole = parser()
    for action in _actions(whole):
        if "files" in action.dest or any(mark in str(action.metavar) for mark in ("FILE", "TARGET", "REPORT")):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    files = {name: shtab.complete(whole, shell) for shell, name in SCRIPTS.items()}
    page = Manpage(whole, _data={"manual_section": "1", "manual_title": "User Commands", "project_name": PROGRAM})
    page.date = ""
    return files | {PAGE: f"{page}\n"}


def _actions(whole: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in whole._actions:  # noqa: SLF001 (argparse shows them nowhere else)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for below in action.choices.values():
                yield from _actions(below)
        else:
            yield action


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, words in made().items():
        (FOLDER / name).write_text(words, encoding="utf-8")
