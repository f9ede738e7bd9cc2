"""What is in a dataset folder, for programs: Croissant 1.0 (mlcommons.org/croissant), JSON-LD beside the card."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from belta_spider.exporting.schema import schema
from belta_spider.items import Article, Removal

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "conformsTo": "dct:conformsTo",
} | {
    name: f"cr:{name}"
    for name in (
        "citeAs column equivalentProperty extract field fileObject fileProperty fileSet format includes isLiveDataset "
        "jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source "
        "subField transform"
    ).split()
}
_VERSION = "http://mlcommons.org/croissant/1.0"
_PARQUET = "application/x-parquet"
_TYPES = {str: "sc:Text", int: "sc:Integer", float: "sc:Float"}
_PIECE = 2**20  # bytes that are hashed at once


def description(about: dict[str, Any], folder: Path, tables: dict[str, str]) -> dict[str, Any]:
    """Describe the files of a folder: `about` is what is said of the dataset, `tables` the path of each table by name.

    The tables are `articles` and `audit`. Columns that hold objects are left out: Croissant has no words for objects in
    the cells of a table.
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _VERSION,
        **about,
        "distribution": [_file(name, folder, path) for name, path in tables.items()],
        "recordSet": [_records(name) for name in tables],
    }


def _file(name: str, folder: Path, path: str) -> dict[str, Any]:
    digest = hashlib.sha256()
    with (folder / path).open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return {
        "@type": "cr:FileObject",
        "@id": f"{name}-file",
        "name": f"{name}-file",
        "description": f"The table {name}.",
        "contentUrl": path,
        "encodingFormat": _PARQUET,
        "sha256": digest.hexdigest(),
    }


def _records(name: str) -> dict[str, Any]:
    item_class, kind = (Article, "article") if name == "articles" else (Removal, "audit")
    properties, hints = schema(kind)["properties"], get_type_hints(item_class)
    columns = [(one.name, *_type(hints[one.name])) for one in fields(item_class)]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": "One record for each article." if name == "articles" else "Where each line of each page went.",
        "field": [
            _field(name, column, data_type, properties[column].get("description", column), repeated=repeated)
            for column, data_type, repeated in columns
            if data_type
        ],
    }


def _field(table: str, column: str, data_type: str, words: str, *, repeated: bool) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column}",
        "name": column,
        "description": words,
        "dataType": data_type,
        **({"repeated": True} if repeated else {}),
        "source": {"fileObject": {"@id": f"{table}-file"}, "extract": {"column": column}},
    }


def _type(hint: Any) -> tuple[str, bool]:
    """A column's type in Croissant's words, empty for objects; and whether a cell holds several values."""
    if get_origin(hint) is UnionType:
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    is_list = get_origin(hint) is list
    if is_list:
        (hint,) = get_args(hint)
    return "" if is_dataclass(hint) else _TYPES[hint], is_list
