"""A columnar table's columns, and the fields within them that dots in a name lead to."""

from __future__ import annotations

from typing import Any

from belta_spider.sources.tables.rows import cell


def column_of(batch: Any, name: str) -> tuple[Any, str]:
    """A column, or the field that dots in its name lead to; and what is left of the name in a map."""
    import pyarrow as pa
    import pyarrow.compute as pc

    top, rest = _step(batch.schema.names, name)
    column = batch.column(top)
    while rest and pa.types.is_struct(column.type):
        field, rest = _step([one.name for one in column.type], rest)
        column = pc.struct_field(column, field)
    return column, rest


def cells_of(batch: Any, name: str) -> list[Any]:
    """A column's cells, or those of the field that dots in its name lead to."""
    import pyarrow as pa

    column, rest = column_of(batch, name)
    if pa.types.is_timestamp(column.type):  # nanoseconds fit into no datetime
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    cells: list[Any] = column.to_pylist()
    return [cell(dict(one), (rest,)) if one else None for one in cells] if rest else cells


def _step(known: list[str], name: str) -> tuple[str, str]:
    """The first part of a name, which may hold dots itself, and what is left."""
    if name in known:
        return name, ""
    first, _, rest = name.partition(".")
    return first, rest


class _AnyField(dict[str, Any]):
    """What a map holds: each row has keys of its own."""

    def __contains__(self, key: object) -> bool:
        return True


def fields_of(schema: Any) -> dict[str, Any]:
    """The names in a schema, or in a struct's type, with the fields under them."""
    import pyarrow as pa

    found: dict[str, Any] = {}
    for one in schema:
        if pa.types.is_map(one.type):
            found[one.name] = _AnyField()
        else:
            found[one.name] = fields_of(one.type) if pa.types.is_struct(one.type) else None
    return found
