"""The spider's arguments: each is checked before anything is opened, and wrong use is said in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from scrapy.exceptions import UsageError

from belta_spider import cleaning, sources
from belta_spider.cleaning import choice
from belta_spider.editions import EditionError, Editions, load
from belta_spider.editions.dates import MINSK
from belta_spider.extensions import known_settings
from belta_spider.extensions.known_settings import local_outputs
from belta_spider.live import arguments as live_arguments
from belta_spider.output.targets import TargetError, check_outputs, without_outputs
from belta_spider.replay.crawl import CAPTURES
from belta_spider.sources.wanted import wanted_by
from belta_spider.text.printable import nearest, one_line

FIXTURES = "fixtures"
"""What is read where no source is named."""
_LENGTH = 300
_SETTINGS_LENGTH = 600
"""Characters of a sentence about a setting: it lists all that are known."""
_ASYNCIO = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_ARGUMENTS = ("source", "edition", "any_site", "captures", "columns", *choice.ARGUMENTS)
"""Of every crawl; `live_arguments.ARGUMENTS` are a live one's."""


class Given(NamedTuple):
    """The spider's arguments as they were typed."""

    edition: str | None
    any_site: str
    columns: str
    others: Mapping[str, str]
    """Those that choose, and those of a live crawl."""

    @property
    def of_live(self) -> dict[str, str]:
        """The arguments that a live crawl takes."""
        return {name: value for name, value in self.others.items() if name in live_arguments.ARGUMENTS}


def wrong(words: object, length: int = _LENGTH) -> UsageError:
    """Return what ends the run with exit code 2 and one line."""
    return UsageError(one_line(words, length), print_help=False)


@contextmanager
def wrong_use(*kinds: type[Exception], length: int = _LENGTH) -> Iterator[None]:
    """Turn errors of these kinds into wrong use."""
    try:
        yield
    except kinds as error:
        raise wrong(error, length) from error


def known(given: Mapping[str, str]) -> dict[str, str]:
    """Return the arguments that are ours; names that start with `_` are those of a server (scrapyd's `_job`).

    Raises:
        UsageError: one is unknown: says which is nearest.
    """
    ours = {name: value for name, value in given.items() if not name.startswith("_")}
    names = tuple(dict.fromkeys((*_ARGUMENTS, *live_arguments.ARGUMENTS)))
    for name in sorted(ours.keys() - set(names)):
        advice = f"{nearest(name, names)}; known: {' '.join(names)}"
        value = f"unknown argument: -a {one_line(name)}={one_line(ours[name])}{advice}"
        raise UsageError(value, print_help=False)
    return ours


def source_of(source: str | None) -> str:
    """Return what is read.

    Raises:
        UsageError: it is empty.
    """
    if source is not None and not source.strip():
        raise wrong("source= names nothing to read: -a source=PATH, or -a source=live")
    return FIXTURES if source is None else source


def check_use(source: str, *, of_saved: Mapping[str, str], of_live: Mapping[str, str]) -> None:
    """Refuse the arguments of the other kind of crawl.

    Raises:
        UsageError: one was given.
    """
    others, words = (of_saved, "for saved pages") if source == "live" else (of_live, "with -a source=live")
    told = [f"-a {name}={one_line(value)}" for name, value in others.items() if value or others is of_live]
    if told:
        raise UsageError(f"only {words}: {' '.join(told)}", print_help=False)


def check_reactor(settings: Any) -> None:
    """Refuse what runs no asyncio, before a reactor is installed.

    Raises:
        UsageError: another reactor is asked for.
    """
    reactor = settings.get("TWISTED_REACTOR")
    if settings.getbool("TWISTED_REACTOR_ENABLED", True) and reactor and reactor != _ASYNCIO:
        raise wrong(f"TWISTED_REACTOR={reactor}: the spider needs {_ASYNCIO}, Scrapy's default")


def check_settings(settings: Any) -> None:
    """Check our settings and the outputs, before one of them is opened.

    Raises:
        UsageError: one is wrong.
    """
    with wrong_use(ValueError, TypeError, length=_SETTINGS_LENGTH):
        if not settings.frozen:
            known_settings.check(settings)
        if settings.get("BELTA_CONTACT"):
            live_arguments.check_contact(settings["BELTA_CONTACT"])
        check_outputs(known_settings.outputs(settings))


def today() -> date:
    """The day in Minsk, which articles are dated by."""
    return datetime.now(MINSK).date()


def editions_of(settings: Any) -> Editions:
    """Return the editions that `BELTA_EDITIONS` names beside the built-in ones.

    Raises:
        UsageError: a file of them is wrong.
    """
    folder = settings.get("BELTA_EDITIONS")
    with wrong_use(EditionError):
        return load(Path(folder) if folder else None)


def options_of(edition: str | None, any_site: str, editions: Editions, settings: Any) -> cleaning.Options:
    """Return what the cleaner is told.

    Raises:
        UsageError: the edition is unknown, or `any_site` is no switch.
    """
    if edition and edition not in editions.by_code:
        raise UsageError(
            f"unknown edition: {one_line(edition)} (known: {' '.join(editions.by_code)})", print_help=False
        )
    if any_site not in {"0", "1"}:
        raise UsageError(f"any_site={one_line(any_site)}: 0 or 1", print_help=False)
    return cleaning.Options(edition, settings.getbool("BELTA_AUDIT"), editions, any_site == "1")


def check_saved(source: str, captures: str, *, is_of_fixtures: bool) -> None:
    """Check what a replay is asked for.

    Raises:
        UsageError: no such choice of captures, or there are no fixtures here.
    """
    if captures not in CAPTURES:
        raise UsageError(f"unknown captures: {one_line(captures)} (known: {' '.join(CAPTURES)})", print_help=False)
    if is_of_fixtures and not Path(source).is_dir():
        raise wrong("there is no folder fixtures/ here: name what to read, -a source=PATH or -a source=live")


def reader_of(source: str, columns: str, options: cleaning.Options, settings: Any) -> sources.Reader:
    """Return what reads the source; what the run writes is none of it.

    Raises:
        UsageError: no such path, no such columns, or an output is named as source.
    """
    with wrong_use(sources.SourceError, TargetError, OSError):
        mapped = sources.columns_of(columns) if columns else {}
        found = sources.find(source, mapped)
        found[:] = without_outputs(list(found), local_outputs(settings), source)
        sources.check_columns(found, mapped)
        return sources.Reader(found, mapped, wanted_by(options))


def check_repeatable(reader: sources.Reader, captures: str) -> None:
    """Refuse to read twice what can be read once.

    Raises:
        UsageError: `captures=newest` of a pipe.
    """
    if captures == "newest" and not reader.is_repeatable:
        raise wrong("captures=newest reads twice, which standard input and pipes cannot")
