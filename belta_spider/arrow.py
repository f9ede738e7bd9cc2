"""The records' types for Apache Arrow, and for all that reads through it: pandas, Polars, Parquet, datasets.

Derived from the item class. Readers that guess types from the first records guess wrong where these
hold empty lists and nulls alone; hand them this schema instead.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from belta_spider.items import Article
from belta_spider.text.extras import missing

try:
    import pyarrow as pa
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(missing("pyarrow"), name="pyarrow") from error

_PRIMITIVES = {str: pa.string(), int: pa.int64(), float: pa.float64()}


def schema(item_class: type = Article) -> pa.Schema:
    """Return the schema of `articles.jsonl`; a field that may be null is nullable, others are not.

    Of another class of ours where one is named: `schema(Removal)` is that of the audit.
    """
    return pa.schema(_fields(item_class))


def _fields(item_class: Any) -> list[pa.Field]:
    hints = get_type_hints(item_class)
    return [_field(one.name, hints[one.name]) for one in fields(item_class)]


def _field(name: str, hint: Any) -> pa.Field:
    if get_origin(hint) is UnionType:
        (value,) = (one for one in get_args(hint) if one is not type(None))
        return pa.field(name, _type(value), nullable=True)
    return pa.field(name, _type(hint), nullable=False)


def _type(hint: Any) -> pa.DataType:
    if is_dataclass(hint):
        return pa.struct(_fields(hint))
    if get_origin(hint) is list:
        (value,) = get_args(hint)
        return pa.list_(pa.field("item", _type(value), nullable=False))
    return _PRIMITIVES[hint]
