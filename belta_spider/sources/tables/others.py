"""Rows of other sites, told by their addresses before anything else of them is read.

What is told here is told for sure, and fast; of all other rows `rows.is_wanted` decides. So both give the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from belta_spider.sources.place import OfTheSite
from belta_spider.sources.tables.rows import is_wanted, names_of

if TYPE_CHECKING:
    import pyarrow as pa

Wanted = Callable[[str], bool]
_Getters = list[Callable[[Any], Any]]
_FEW = 20
"""Addresses that are sooner told one by one."""
_WEB = "://"
_UNSET = msgspec.UNSET
_ANYTHING_ELSE = None | bool | int | float | str | list[msgspec.Raw]


def numbers_of_wanted(addresses: pa.Array, wanted: Wanted) -> list[int]:
    """The rows of a column of addresses that are to be read, from 0; only what may be wanted becomes Python's."""
    marks = wanted.marks if isinstance(wanted, OfTheSite) else ()
    letters = _letters(addresses) if marks and len(addresses) > _FEW else None
    if letters is None:
        return [number for number, url in enumerate(addresses.to_pylist()) if is_wanted(url, wanted)]
    import pyarrow.compute as pc

    surely = pc.and_(pc.match_substring(letters, _WEB), pc.ascii_is_printable(letters))
    for mark in marks:
        surely = pc.and_not(surely, pc.match_substring(letters, mark, ignore_case=True))
    left = pc.indices_nonzero(pc.or_kleene(pc.invert(surely), pc.is_null(surely)))
    return [
        number
        for number, url in zip(left.to_pylist(), addresses.take(left).to_pylist(), strict=True)
        if is_wanted(url, wanted)
    ]


def _letters(column: pa.Array) -> pa.Array | None:
    """A column as one of strings, which need not be UTF-8; None where it is none."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return column.cast(pa.string() if pa.types.is_binary(column.type) else pa.large_string(), safe=False)
    return column if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) else None


def in_lines(columns: Mapping[str, str], wanted: Wanted) -> Callable[[bytes], bool]:
    """Return what tells whether a line of JSON is a row of another site's.

    The line is checked as JSON, but nothing in it is made Python's, except for the address.
    """
    reading = _reading(tuple(columns.items())) if isinstance(wanted, OfTheSite) else None
    if reading is None:
        return _is_never
    decode, pages_of, addresses_of = reading

    def is_others(line: bytes) -> bool:
        try:
            row = decode(line)
            if is_wanted(_first(addresses_of, row, None), wanted) or _first(pages_of, row, _UNSET) is _UNSET:
                return False
            return line.isascii() or bool(line.decode())  # nothing else has looked at it as letters
        except (ValueError, RecursionError):
            return False

    return is_others


@lru_cache(maxsize=4)
def _reading(columns: tuple[tuple[str, str], ...]) -> tuple[Callable[[bytes], Any], _Getters, _Getters] | None:
    """What reads a line, its pages and its addresses; None where the columns are no two things."""
    pages = [path for one in ("text", "html") for path in _paths(dict(columns), one)]
    addresses = _paths(dict(columns), "url")
    keys = _keys(pages, addresses)
    if keys is None:
        return None
    row_type, fields = _struct(keys)
    decode = msgspec.json.Decoder(row_type).decode
    return decode, [_getter(path, fields) for path in pages], [_getter(path, fields) for path in addresses]


def _is_never(_: bytes) -> bool:
    return False


def _paths(columns: Mapping[str, str], name: str) -> list[tuple[str, ...]]:
    """The keys that lead to a column, as `rows.cell` looks for it: a name with dots first, then what they divide."""
    found = []
    for one in names_of(columns, name):
        parts = one.split(".")
        found += [(*parts[:depth], ".".join(parts[depth:])) for depth in range(len(parts))]
    return found


def _keys(pages: list[tuple[str, ...]], addresses: list[tuple[str, ...]]) -> dict[str, Any] | None:
    """The keys of an object with their types; None where one is to hold several kinds of things."""
    keys: dict[str, Any] = {}
    for paths, kind in ((pages, msgspec.Raw), (addresses, Any)):
        for *outer, last in paths:
            inner = keys
            for key in outer:
                inner = inner.setdefault(key, {})
                if not isinstance(inner, dict):
                    return None
            if inner.setdefault(last, kind) is not kind:
                return None
    return keys


def _struct(keys: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The type of an object in which any key may lack, and an inner object be anything else; with its fields' names."""
    fields: list[tuple[str, Any, Any]] = []
    names: dict[str, Any] = {}
    for number, (key, kind) in enumerate(keys.items()):
        held, inner = kind, None
        if isinstance(kind, dict):
            row, inner = _struct(kind)
            held = row | _ANYTHING_ELSE
        fields.append((f"f{number}", held if held is Any else held | msgspec.UnsetType, _UNSET))
        names[key] = (f"f{number}", inner)
    return msgspec.defstruct("Row", fields, rename={name: key for key, (name, _) in names.items()}), names


def _getter(path: tuple[str, ...], fields: dict[str, Any]) -> Callable[[Any], Any]:
    """Return what finds the value at a path of keys, `_UNSET` where there is none."""
    names = []
    for key in path:
        name, fields = fields[key]
        names.append(name)
    if len(names) == 1:
        return attrgetter(*names)

    def found(row: Any) -> Any:
        for name in names:
            row = getattr(row, name, _UNSET)
        return row

    return found


def _first(getters: _Getters, row: Any, nothing: object) -> Any:
    """The first value that is there and is not `nothing`."""
    for get in getters:
        value = get(row)
        if value is not nothing and value is not _UNSET:
            return value
    return nothing


class InRows:
    """Finds the address of a row that stands there with all its cells, as csv's strict reader takes them."""

    def __init__(self, address: int, width: int, separator: str):
        bare = rf'[^"\r\n{re.escape(separator)}]*+'
        cells = [rf'(?:"[^"]*+(?:""[^"]*+)*+"|{bare})'] * width
        cells[address] = rf'(?:"([^"]*+)"|({bare}))'
        self.quoted = re.compile((re.escape(separator).join(cells) + r"\r?\n").encode())
        self.address = address
        self.between = width - 1
        self.separator = separator.encode()

    def address_of(self, data: bytearray, start: int) -> tuple[bytes, int] | None:
        """The address of the row that starts there, and where the row ends."""
        end = data.find(b"\n", start) + 1
        line = bytes(data[start:end])
        if b'"' in line:
            row = self.quoted.match(data, start)
            return (row[row.lastindex or 0], row.end()) if row else None
        if line.count(self.separator) != self.between or b"\r" in line[:-2]:
            return None
        return line.split(self.separator, self.address + 1)[self.address].strip(b"\r\n"), end
