"""Which records differ between two outputs, field by field.

The old file is indexed by id and its records are read again where they are needed: memory holds
ids and offsets alone.
"""

from __future__ import annotations

import difflib
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import msgspec

from belta_spider.output.reading import BadLine, lines

OF_A_CAPTURE = frozenset({"source", "captured_at", "captured_on", "weather"})
"""Keys that tell of a capture: another capture of the same article may differ in them."""
_PRODUCER = "producer"
_SHORT, _CONTEXT = 60, 60
_WORD = re.compile(r"\s+|\w+|.", re.DOTALL)
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Difference(NamedTuple):
    """A key whose value is another."""

    key: str
    """`dateline.place` for a key within an object."""
    old: Any
    new: Any


class Change(NamedTuple):
    """An article that is not the same in both."""

    kind: str
    """added, removed or changed."""
    id: str
    title: str
    differences: list[Difference]


class Word(NamedTuple):
    """A piece of a text diff."""

    sign: str
    """`-` for old, `+` for new, a space for both, `…` for what is left out."""
    text: str
    """Marked as in git's word diff, `[-old-]` and `{+new+}`: it reads without colours too."""


@dataclass
class Totals:
    """The counts of a comparison."""

    same: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    producers: Counter[tuple[str, str]] = field(default_factory=Counter)
    bad: list[BadLine] = field(default_factory=list)


class Records:
    """A file's records by id; a context manager, as it keeps a copy of them on disk."""

    def __init__(self, path: Path, bad: list[BadLine]):
        self.path = path
        self.bad = bad
        self.offsets: dict[str, int] = {}
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)

    def __enter__(self) -> Self:
        offset = 0
        for record, line in _records(self.path, self.bad):
            if record["id"] not in self.offsets:
                self.offsets[record["id"]] = offset
                offset += self.file.write(line)
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def line(self, identity: str) -> bytes:
        """The line of a record.

        Raises:
            KeyError: there is none with that id.
        """
        self.file.seek(self.offsets[identity])
        return self.file.readline()


def _records(path: Path, bad: list[BadLine]) -> Iterator[tuple[dict[str, Any], bytes]]:
    for number, line in lines(path, bad):
        try:
            record = _decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            bad.append(BadLine(path, number, str(error)))
            continue
        if isinstance(record.get("id"), str):
            yield record, line.rstrip(b"\n") + b"\n"
        else:
            bad.append(BadLine(path, number, "a record without an id"))


def compare(old: Path, new: Path, totals: Totals) -> Iterator[Change]:
    """Yield what changed, in the new file's order, then what was removed; `totals` counts."""
    seen = set()
    with Records(old, totals.bad) as before:
        for record, line in _records(new, totals.bad):
            identity = record["id"]
            if identity in seen:
                totals.kinds["repeated"] += 1
                continue
            seen.add(identity)
            if identity not in before.offsets:
                yield _counted(Change("added", identity, _title(record), []), totals)
            elif before.line(identity) == line:
                totals.same += 1
            else:
                yield from _changed(_decode(before.line(identity)), record, totals)
        for identity in before.offsets:
            if identity not in seen:
                record = _decode(before.line(identity))
                yield _counted(Change("removed", identity, _title(record), []), totals)


def _changed(old: dict[str, Any], new: dict[str, Any], totals: Totals) -> Iterator[Change]:
    if old.get(_PRODUCER) != new.get(_PRODUCER):
        totals.producers[str(old.get(_PRODUCER)), str(new.get(_PRODUCER))] += 1
    found = differences(old, new)
    if found:
        totals.keys.update({one.key for one in found})
        yield _counted(Change("changed", new["id"], _title(new), found), totals)
    else:
        totals.same += 1


def _counted(change: Change, totals: Totals) -> Change:
    totals.kinds[change.kind] += 1
    return change


def _title(record: dict[str, Any]) -> str:
    return str(record.get("title") or "")


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """The keys in which two records of an article differ.

    The producer is none of them; nor, where the two were read from different captures, what
    tells of the capture.
    """
    ignored = {_PRODUCER} | (set() if _capture(old) == _capture(new) else OF_A_CAPTURE)
    return list(_differences(old, new, ignored))


def _capture(record: dict[str, Any]) -> object:
    source = record.get("source")
    return source.get("digest") if isinstance(source, dict) else None


def _differences(old: dict[str, Any], new: dict[str, Any], ignored: set[str], prefix: str = "") -> Iterator[Difference]:
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if key in ignored or (before == after and (key in old) == (key in new)):
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _differences(before, after, set(), f"{prefix}{key}.")
        else:
            yield Difference(prefix + key, before, after)


def rows(old: Any, new: Any) -> Iterator[list[Word]]:
    """Two values as lines to print; of longer texts the paragraphs that changed, word by word."""
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _SHORT:
        yield from _paragraphs(old.split("\n\n"), new.split("\n\n"))
    else:
        yield [Word("-", f"- {_printable(_json(old))}")]
        yield [Word("+", f"+ {_printable(_json(new))}")]


def _paragraphs(old: list[str], new: list[str]) -> Iterator[list[Word]]:
    for sign, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sign == "equal":
            yield [Word("…", "(one paragraph)" if j - i == 1 else f"({j - i} paragraphs)")]
        elif sign == "replace" and j - i == m - k:
            for one, other in zip(old[i:j], new[k:m], strict=True):
                yield list(_words(_WORD.findall(one), _WORD.findall(other)))
        else:
            yield from ([_removed(one)] for one in old[i:j])
            yield from ([_added(one)] for one in new[k:m])


def _words(old: list[str], new: list[str]) -> Iterator[Word]:
    for sign, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sign == "equal":
            yield Word(" ", _ends("".join(old[i:j])))
            continue
        if j > i:
            yield _removed("".join(old[i:j]))
        if m > k:
            yield _added("".join(new[k:m]))


def _removed(text: str) -> Word:
    return Word("-", f"[-{_printable(text)}-]")


def _added(text: str) -> Word:
    return Word("+", f"{{+{_printable(text)}+}}")


def _ends(text: str) -> str:
    """What did not change: its ends alone, where it is long."""
    text = _printable(text)
    return text if len(text) <= 2 * _CONTEXT else f"{text[:_CONTEXT].rstrip()} … {text[-_CONTEXT:].lstrip()}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _printable(text: str) -> str:
    """Nothing that a terminal would obey."""
    return "".join(one if one.isprintable() else " " for one in text)
