"""The published JSON Schemas, made from the item classes.

`python -m belta_spider.exporting.schema` writes them into docs/.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter

from belta_spider.items import FLAGS, Article, Removal
from belta_spider.reporting.run import Run

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCHEMAS = {"article": (Article, "An article of BelTA"), "audit": (Removal, "Where a line of the input went")}
_SCHEMAS["run"] = (Run, "What a run of scrapy crawl belta did")


def schema(name: str) -> dict[str, Any]:
    """Return the schema of `article`, `audit` or `run`: every key is required, one type each."""
    item_class, title = _SCHEMAS[name]
    found = _strict(ItemAdapter.get_json_schema(item_class))
    if name == "article":
        found["properties"]["flags"]["items"] = {
            "oneOf": [{"const": flag, "description": meaning} for flag, meaning in FLAGS.items()]
        }
    return {"$schema": _DIALECT, "title": title, **found}


def _strict(found: dict[str, Any]) -> dict[str, Any]:
    """Require every key of every object; leave out the defaults, which are no output's."""
    strict = {key: value for key, value in found.items() if key != "default"}
    if "properties" in strict:
        strict["properties"] = {key: _strict(value) for key, value in strict["properties"].items()}
        strict["required"] = list(strict["properties"])
    if "items" in strict:
        strict["items"] = _strict(strict["items"])
    return strict


def text(name: str) -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(name), ensure_ascii=False, indent=1) + "\n"


def file(name: str) -> Path:
    """Where the schema is published."""
    return Path("docs") / f"{name}.schema.json"


if __name__ == "__main__":
    for one in _SCHEMAS:
        file(one).write_text(text(one), encoding="utf-8")
