"""Golden pages: each fixture with its expected record and audit beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from belta_spider import cleaning, sources
from belta_spider.items import Page

_SUFFIX = ".record.json"
# It names the version and the rules, which change far more often than what they do.
_LEFT_OUT = "producer"

Outcome = dict[str, Any]
"""`{"record": {...}, "audit": [...]}`, or `{"dropped": "empty"}`."""


def pages(folder: str) -> Iterator[Page]:
    """Yield the fixtures of a folder.

    Raises:
        SourceError: there are none, or one cannot be read.
    """
    for page in sources.read(folder):
        if isinstance(page, sources.Unread):
            raise sources.SourceError(f"{page.uri}: {page.detail}")
        yield page


def outcome(page: Page) -> Outcome:
    """What the cleaner makes of a page, as JSON values."""
    cleaned = cleaning.clean(page)
    if cleaned.article is None:
        return {"dropped": cleaned.dropped}
    record = msgspec.to_builtins(cleaned.article)
    del record[_LEFT_OUT]
    return {"record": record, "audit": msgspec.to_builtins(cleaned.audit)}


def expected_file(page: Page) -> Path:
    """`page.txt.record.json` beside `page.txt`."""
    return Path(page.uri + _SUFFIX)


def expected(page: Page) -> Outcome | None:
    """The outcome that stands beside the page, None where there is none."""
    file = expected_file(page)
    if not file.exists():
        return None
    found: Outcome = json.loads(file.read_text(encoding="utf-8"))
    found.get("record", {}).pop(_LEFT_OUT, None)
    return found


def write(page: Page, found: Outcome) -> None:
    """Make `found` the expected outcome."""
    expected_file(page).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def differences(wanted: Mapping[str, Any] | None, found: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The fields in which two outcomes differ, with both values; the audit entry by entry."""
    if wanted is None:
        return [("(no expected record)", None, sorted(found))]
    rows = (
        []
        if wanted.get("dropped") == found.get("dropped")
        else [("dropped", wanted.get("dropped"), found.get("dropped"))]
    )
    before, after = wanted.get("record", {}), found.get("record", {})
    rows += [
        (f"{key}", before.get(key), after.get(key)) for key in {**before, **after} if before.get(key) != after.get(key)
    ]
    old, new = wanted.get("audit", []), found.get("audit", [])
    rows += [("audit -", entry, None) for entry in old if entry not in new]
    rows += [("audit +", None, entry) for entry in new if entry not in old]
    return rows
