"""What is typed after `scrapy crawl`: read before anything is opened or written."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from belta_spider.commands import PROGRAM
from belta_spider.extensions import known_settings
from belta_spider.output.beside import LINE_SUFFIXES
from belta_spider.text.printable import nearest, one_line

USAGE = 2  # the exit code, as reporting/run.py names it
WORDS = 600
"""Characters of a line at most that tells of wrong use: a value of the user's stands in it once or twice."""
_COMMAND = re.compile(
    r"\bscrapy (?=(?:crawl|explain|stats|report|changes|stories|diff|export|golden|parse|shell|[A-Z<\[])\b)"
)
_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")
_TAKEN = frozenset({"self", "cls", "crawler", "crawler_or_spidercls", "name"})
"""Arguments of Scrapy's own functions, through which a spider's go."""
_NUMBER = 99
"""Bytes of a file that tell whether it holds a process's number."""
_EXPORTED = frozenset({".parquet", ".sqlite", ".db", ".jsonld"})
_FORMATS = "jsonl (also .jsonl.gz and .jsonl.zst), csv, json, xml"


def is_belta() -> bool:
    """Whether the program was called by its own name, and not as Scrapy."""
    return sys.argv[:1] == [PROGRAM]


def as_typed(words: str) -> str:
    """What a message tells to type, under the name by which the program was called."""
    return as_belta(words) if is_belta() else words


def as_belta(words: str) -> str:
    """The same words for whoever types `belta`."""
    return _COMMAND.sub(f"{PROGRAM} ", words)


def wrong(words: object) -> UsageError:
    """The error that Scrapy ends a command with, in one line."""
    return UsageError(one_line(words, WORDS), print_help=False)


def check_pairs(option: str, pairs: Iterable[str]) -> None:
    """Check what stands behind `-a` or `-s`.

    Raises:
        UsageError: one is no NAME=VALUE.
    """
    for pair in pairs:
        name, equals, _ = pair.partition("=")
        if not equals or not name.strip():
            raise wrong(f"{option} {pair or repr(pair)}: write it as {option} NAME=VALUE")


def check_arguments(pairs: list[str]) -> None:
    """Check the spider's arguments as they are typed.

    Raises:
        UsageError: one is no NAME=VALUE, stands twice, or bears a name of Scrapy's own.
    """
    check_pairs("-a", pairs)
    for name in known_settings.repeated(pairs):
        values = ", ".join(pair for pair in pairs if pair.partition("=")[0] == name)
        raise wrong(f"-a {name} is given more than once: {values}")
    for pair in pairs:
        if pair.partition("=")[0] in _TAKEN:
            raise wrong(f"unknown argument: -a {pair}")


def check_settings(settings: Any, typed: list[str]) -> None:
    """Check our settings, and how those are typed that stand behind `-s`.

    Raises:
        UsageError: one is unknown, wrong, or typed twice.
    """
    for name in known_settings.repeated(typed):
        if known_settings.is_ours(name):
            raise wrong(f"-s {name} is given more than once")
    try:
        known_settings.check(settings)
    except ValueError as error:
        raise wrong(error) from error


def check_log(settings: Any) -> None:
    """Check what the log is to be, before Scrapy opens it.

    Raises:
        UsageError: there is no such level, or the file cannot be written.
    """
    level = settings.get("LOG_LEVEL")
    if str(level).isdigit():
        settings.set("LOG_LEVEL", int(level), priority=settings.getpriority("LOG_LEVEL"))
    elif str(level).upper() not in logging.getLevelNamesMapping():
        raise wrong(f"LOG_LEVEL={level}{nearest(str(level), _LEVELS)}: none of {' '.join(_LEVELS)}")
    else:
        settings.set("LOG_LEVEL", str(level).upper(), priority=settings.getpriority("LOG_LEVEL"))
    if settings.get("LOG_FILE"):
        check_writable("--logfile", settings["LOG_FILE"])


def check_writable(option: str, name: str) -> None:
    """Check a file that Scrapy is to write beside the outputs.

    Raises:
        UsageError: it is a folder, stands in none, or must not be written.
    """
    path = Path(name)
    why = None
    if path.is_dir():
        why = "a folder"
    elif not path.absolute().parent.is_dir():
        why = "no such folder"
    elif not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        why = "permission denied"
    if why:
        raise wrong(f"{option} {name}: cannot be written: {why}")


def check_pidfile(name: str | None) -> None:
    """Check that no file but one of its own kind is written over.

    Raises:
        UsageError: the file holds something else than a process's number.
    """
    path = Path(name) if name else None
    if path and path.is_file() and not path.read_bytes()[:_NUMBER].strip().isdigit() and path.stat().st_size:
        raise wrong(f"--pidfile {name}: holds something else than a process's number; name another")


def outputs(names: list[str] | None, formats: Iterable[str]) -> list[str] | None:
    """Return what stands behind `-o` or `-O` as Scrapy reads it; `-` alone is JSON Lines on standard output.

    Raises:
        UsageError: a name tells no format that a crawl writes.
    """
    known = frozenset(formats)
    return [_output(name, known) for name in names] if names else None


def _output(name: str, formats: frozenset[str]) -> str:
    if name == "-":
        return "-:jsonl"
    before, _, format_ = name.rpartition(":")
    if before and format_ in formats:
        return name
    path = Path(name)
    if not name or path.is_dir() or name.endswith("/"):
        raise wrong(f"cannot write to {name or repr(name)}: no file; name one, such as articles.jsonl")
    if path.suffix.lower() in _EXPORTED:
        made = f"{name.removesuffix(path.suffix)}{LINE_SUFFIXES[0]}"
        raise wrong(f"cannot write to {name}: crawl to {made}, then scrapy export {made} --to {name}")
    if path.suffix.removeprefix(".") not in formats:
        advice = nearest(path.suffix.removeprefix("."), formats)
        raise wrong(f"cannot write to {name}: unknown format {path.suffix or repr('')}{advice}; known: {_FORMATS}")
    return name


def spider_argument(option: str, args: Iterable[str], known: Iterable[str]) -> str:
    """What to type instead of `--source PATH`: an argument of the spider's; nothing where it is none."""
    name = option.lstrip("-").replace("-", "_")
    if name not in known:
        return ""
    rest = list(args)
    after = rest[rest.index(option) + 1 : rest.index(option) + 2] if option in rest else []
    return f": an argument of the spider is written -a {name}={one_line(after[0]) if after else 'VALUE'}"


def other_files(opts: argparse.Namespace, settings: Any) -> dict[str, Path]:
    """The files that Scrapy writes beside the outputs, by their options."""
    named = {"--logfile": settings.get("LOG_FILE"), "--pidfile": opts.pidfile, "--profile": opts.profile}
    return {option: Path(name) for option, name in named.items() if name}
