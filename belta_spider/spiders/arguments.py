"""The spider's arguments: each is checked before anything is opened, and wrong use is said in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from scrapy.exceptions import UsageError

from belta_spider import cleaning, sources
from belta_spider.archives import arguments as archive_arguments
from belta_spider.archives.arguments import ArchiveArguments
from belta_spider.cleaning import choice
from belta_spider.editions import EditionError, Editions, load
from belta_spider.editions.dates import MINSK
from belta_spider.extensions import known_settings
from belta_spider.extensions.known_settings import local_outputs
from belta_spider.live import arguments as live_arguments
from belta_spider.output.targets import TargetError, check_outputs, without_outputs
from belta_spider.replay.crawl import CAPTURES
from belta_spider.sources.finishing import wanted_by
from belta_spider.sources.indexes.gathered import gather
from belta_spider.sources.indexes.records import IndexedRecords
from belta_spider.text.printable import nearest, one_line

FIXTURES = "fixtures"
"""What is read where no source is named."""
_LENGTH = 300  # characters of a message
_SETTINGS_LENGTH = 600
"""Characters of a sentence about a setting: it lists all that are known."""
_ASYNCIO = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
LIVE, ARCHIVE, SAVED = "live", "archive", "saved"
"""The kinds of source."""
_ARGUMENTS = ("source", "edition", "any_site", "captures", "columns", *choice.ARGUMENTS)
OTHERS = tuple(dict.fromkeys((*live_arguments.ARGUMENTS, *archive_arguments.ARGUMENTS, "dry_run")))
_ALONE: dict[str, tuple[frozenset[str], str]] = {
    "any_site": (frozenset({SAVED, LIVE}), "for saved pages"),
    "captures": (frozenset({SAVED, ARCHIVE}), "for saved pages and archives"),
    "columns": (frozenset({SAVED}), "for saved pages"),
    "refresh": (frozenset({LIVE}), "with -a source=live"),
    "missing": (frozenset({LIVE}), "with -a source=live"),
    "max_pages": (frozenset({LIVE, ARCHIVE}), "with -a source=live or an archive's"),
    "max_minutes": (frozenset({LIVE, ARCHIVE}), "with -a source=live or an archive's"),
    "replay": (frozenset({ARCHIVE}), "with -a source=cdx:... or records:..."),
    "base": (frozenset({ARCHIVE}), "with -a source=cdx:..., records:... or commoncrawl:..."),
}
"""Arguments that not every kind of source takes: which do, in words too."""
_DEFAULTS = {"any_site": "0", "captures": CAPTURES[0], "columns": ""}


class Given(NamedTuple):
    """The spider's arguments as they were typed."""

    edition: str | None
    any_site: str
    columns: str
    others: Mapping[str, str]
    """Those that choose, and those of a live crawl or an archive."""

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
    names = tuple(dict.fromkeys((*_ARGUMENTS, *OTHERS)))
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


def kind_of(source: str) -> str:
    """Return what kind of source it is: the live site, an archive, or what is saved here."""
    if source == "live":
        return LIVE
    return ARCHIVE if archive_arguments.kind_of(source) else SAVED


def check_use(source: str, given: Mapping[str, str]) -> None:
    """Refuse the arguments of other kinds of source.

    Raises:
        UsageError: one was given.
    """
    kind = kind_of(source)
    for name, value in given.items():
        kinds, words = _ALONE.get(name, (frozenset({kind}), ""))
        if kind not in kinds and value != _DEFAULTS.get(name):
            raise UsageError(f"only {words}: -a {name}={one_line(value)}", print_help=False)


def is_dry(value: str) -> bool:
    """Whether the run shall only say what it would do.

    Raises:
        UsageError: it is no switch.
    """
    if value not in {"0", "1"}:
        raise UsageError(f"dry_run={one_line(value)}: 0 or 1", print_help=False)
    return value == "1"


def of_archive(source: str, given: Given, captures: str, editions: Editions, settings: Any) -> ArchiveArguments:
    """Return what is asked of an archive.

    Raises:
        UsageError: something is wrong, or can be asked of a server alone.
    """
    with wrong_use(ValueError, TypeError, OSError):
        asked = archive_arguments.read(
            source, {"editions": given.edition, **given.others}, captures, editions, settings, today()
        )
    for name in ("max_pages", "max_minutes"):
        if asked.folder is not None and given.others.get(name):
            raise wrong(f"{name}={given.others[name]}: source={source} is read from files of this machine")
    return asked


def records_of(asked: ArchiveArguments, options: cleaning.Options) -> IndexedRecords:
    """Return what reads the records that index files of this machine name, in archive files beside them."""
    gathered, unread = gather(asked.files or (), options.known_editions, asked.includes)
    return IndexedRecords(gathered, unread, asked.folder or Path(), wanted_by(options))


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


def check_captures(captures: str) -> None:
    """Check which captures are asked for.

    Raises:
        UsageError: there is no such choice.
    """
    if captures not in CAPTURES:
        raise UsageError(f"unknown captures: {one_line(captures)} (known: {' '.join(CAPTURES)})", print_help=False)


def check_saved(source: str, *, is_of_fixtures: bool) -> None:
    """Check what a replay is asked for.

    Raises:
        UsageError: there are no fixtures here.
    """
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
