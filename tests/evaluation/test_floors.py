"""How many fields of pages that no author of a rule wrote come out exact: no fewer than floors.toml says."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belta_spider import cleaning, sources
from belta_spider.items import Page
from tests.evaluation.foreign_pages import Case, cases

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))
RECORDS = tuple(FLOORS.pop("record").values())
Judged = dict[str, dict[str, tuple[Any, Any]]]
"""By field and file: what must come, and what came."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("pages")
    found: Judged = defaultdict(dict)
    for case in cases():
        came = outcome(folder, case)
        for field, wanted in case.expected.items():
            found[field][case.file] = (wanted, came(field, wanted))
    return found


def outcome(folder: Path, case: Case) -> Any:
    """A function that gives a field of what came."""
    path = folder / case.file
    path.write_bytes(case.data)
    (page,) = (entry for entry in sources.read(str(path)) if isinstance(entry, Page))
    cleaned = cleaning.clean(page, cleaning.Options(edition=case.edition))
    record = msgspec.to_builtins(cleaned.article) if cleaned.article else {}

    def field(name: str, wanted: Any) -> Any:
        text = record.get("text", "").replace("\ufffd", "").strip()  # marks of damage are no letters
        if name == "paragraphs":
            return [one for one in text.split("\n\n") if one in wanted]
        special = {
            "text": text,
            "dropped": cleaned.dropped,
            "is_article": bool(record),
            "is_truncated": "truncated" in record.get("flags", ()),
            "dateline.date": record.get("dateline", {}).get("date"),
        }
        return special[name] if name in special else record.get(name)

    return field


@pytest.mark.parametrize("field", FLOORS)
def test_a_field_is_exact_as_often_as_before(field: str, judged: Judged) -> None:
    exact, of = FLOORS[field]["exact"], FLOORS[field]["of"]
    missed = {file: values for file, values in judged[field].items() if values[0] != values[1]}
    right = len(judged[field]) - len(missed)
    told = "".join(f"\n  {file}: {came!r}, where {wanted!r} must come" for file, (wanted, came) in missed.items())
    assert len(judged[field]) == of, f"{field}: {len(judged[field])} pages are judged by it, floors.toml says {of}"
    assert right >= exact, f"{field}: exact in {right} of {of} pages, the floor is {exact}:{told}"
    assert right == exact, f"{field}: exact in {right} of {of} pages: raise the floor in floors.toml from {exact}"


def test_each_field_has_a_floor(judged: Judged) -> None:
    assert sorted(judged) == sorted(FLOORS)


def test_whole_records_are_exact_as_often_as_before(judged: Judged) -> None:
    """A page counts where each of its fields is right."""
    wrong = {file for pages in judged.values() for file, (wanted, came) in pages.items() if wanted != came}
    files = {file for pages in judged.values() for file in pages}
    assert (len(files) - len(wrong), len(files)) == RECORDS, f"not exact: {sorted(wrong)}"


def test_a_floor_below_all_has_its_reason() -> None:
    assert [name for name, floor in FLOORS.items() if floor["exact"] < floor["of"] and "why" not in floor] == []
