"""Golden pages: each fixture with its expected record and audit beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from belta_spider import cleaning, sources
from belta_spider.editions import Editions
from belta_spider.items import Page
from belta_spider.reporting.differences import Difference
from belta_spider.reporting.golden_files import Outcome, decode, encode

_SUFFIX = ".record.json"
# It names the version and the rules, which change far more often than what they do.
_LEFT_OUT = "producer"


def pages(folder: str) -> Iterator[Page]:
    """Yield the fixtures of a folder.

    Raises:
        SourceError: there are none, or one cannot be read.
    """
    for page in sources.read(folder):
        if isinstance(page, sources.Unread):
            raise sources.SourceError(f"{page.uri}: {page.detail}")
        yield page


def outcome(page: Page, editions: Editions | None = None) -> Outcome:
    """What the cleaner makes of a page, as JSON values; `editions` where others count than the built-in ones."""
    cleaned = cleaning.clean(page, cleaning.Options(editions=editions))
    if cleaned.article is None:
        return {"dropped": cleaned.dropped}
    record = msgspec.to_builtins(cleaned.article)
    del record[_LEFT_OUT]
    return {"record": record, "audit": msgspec.to_builtins(cleaned.audit)}


def expected_file(page: Page) -> Path:
    """`page.txt.record.json` beside `page.txt`."""
    return Path(page.uri + _SUFFIX)


def expected(page: Page) -> Outcome | None:
    """The outcome that stands beside the page, None where there is none.

    Raises:
        SourceError: what stands there is no expected record.
    """
    file = expected_file(page)
    if not file.exists():
        return None
    try:
        found = decode(file.read_bytes())
    except ValueError as error:
        raise sources.SourceError(f"{file} is no expected record: {error}; mend or delete it") from None
    found.get("record", {}).pop(_LEFT_OUT, None)
    return found


def write(page: Page, found: Outcome) -> bool:
    """Make `found` the expected outcome; return whether the file is another one than before."""
    file, text = expected_file(page), encode(found).encode()
    if file.exists() and file.read_bytes() == text:
        return False
    file.write_bytes(text)
    return True


def differences(wanted: Mapping[str, Any] | None, found: Mapping[str, Any]) -> list[Difference]:
    """The keys in which two outcomes differ, with both values; of the audit see `audit_differences`."""
    if wanted is None:
        return [Difference("(no expected record)", None, sorted(found))]
    rows = [Difference("dropped", wanted.get("dropped"), found.get("dropped"))]
    before, after = wanted.get("record", {}), found.get("record", {})
    rows += [Difference(key, before.get(key), after.get(key)) for key in {**before, **after}]
    return [row for row in rows if row.old != row.new]


def audit_differences(wanted: Mapping[str, Any] | None, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The entries of the audit that only one outcome has, signed `-` for expected and `+` for found.

    Entries that name another article or page and are the same else come as one.
    """
    old, new = (wanted or {}).get("audit", []), found.get("audit", [])
    gone = {_cut(entry): entry for entry in old if entry not in new}
    come = {_cut(entry): entry for entry in new if entry not in old}
    yield from (("-", cut) for cut in gone if cut not in come)
    yield from (("+", cut) for cut in come if cut not in gone)
    if not gone and not come and old != new:
        yield "+", "the same entries in another order, or another number of them"
    alike = [cut for cut in gone if cut in come]
    for sign, entries in (("-", gone), ("+", come)):
        yield from ((sign, f"{len(alike)} entries of {_whose(entries[cut])}") for cut in alike[:1])


def _cut(entry: Mapping[str, Any]) -> str:
    into = f" > {entry['field']}" if entry["field"] else ""
    return f"{entry['line']}:{entry['column']} {entry['rule']}{into}: {entry['text']}"


def _whose(entry: Mapping[str, Any]) -> str:
    return " ".join(str(entry[key]) for key in ("id", "uri", "record") if entry[key])
