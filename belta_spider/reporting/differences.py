"""Which articles differ between two outputs, capture by capture and field by field.

Both files are indexed by id and their records are read again where they are needed: memory holds
ids and offsets alone.
"""

from __future__ import annotations

import difflib
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias

import msgspec

from belta_spider.output.reading import BadLine, lines
from belta_spider.output.revisions import OF_A_CAPTURE, ordered

_PRODUCER = "producer"
_SHORT, _CONTEXT = 60, 60  # characters: a value that fits a line is shown whole, else what is around a change
_WORD = re.compile(r"\s+|\w+|.", re.DOTALL)
_Pair: TypeAlias = tuple[dict[str, Any], dict[str, Any]]
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
    capture: str = ""
    """Which capture, where the article has several: its time."""


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
        self.offsets: dict[str, list[int]] = {}
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)

    def __enter__(self) -> Self:
        offset = 0
        for record, line in _records(self.path, self.bad):
            self.offsets.setdefault(record["id"], []).append(offset)
            offset += self.file.write(line)
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def lines(self, identity: str) -> list[bytes]:
        """The lines of an article's captures, in the file's order.

        Raises:
            KeyError: there is none with that id.
        """
        found = []
        for offset in self.offsets[identity]:
            self.file.seek(offset)
            found.append(self.file.readline())
        return found

    def history(self, identity: str) -> list[dict[str, Any]]:
        """The captures of an article in the order of their times."""
        records = [_decode(line) for line in self.lines(identity)]
        return ordered(records, lambda record: record.get("captured_at") or record.get("captured_on"))


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
    with Records(old, totals.bad) as before, Records(new, totals.bad) as after:
        for identity in after.offsets:
            if identity not in before.offsets:
                yield _counted(Change("added", identity, _title(after.history(identity)[-1]), []), totals)
            elif before.lines(identity) == after.lines(identity):
                totals.same += 1
            else:
                yield from _changed(before.history(identity), after.history(identity), totals)
        for identity in before.offsets:
            if identity not in after.offsets:
                yield _counted(Change("removed", identity, _title(before.history(identity)[-1]), []), totals)


def _changed(old: list[dict[str, Any]], new: list[dict[str, Any]], totals: Totals) -> Iterator[Change]:
    """Yield the captures of an article that are not the same in both."""
    if old[-1].get(_PRODUCER) != new[-1].get(_PRODUCER):
        totals.producers[str(old[-1].get(_PRODUCER)), str(new[-1].get(_PRODUCER))] += 1
    found = [
        Change("changed", after["id"], _title(after), keys, _moment(after) if len(new) > 1 else "")
        for before, after in _paired(old, new)
        if (keys := differences(before, after))
    ]
    if found:
        totals.kinds["changed"] += 1
    else:
        totals.same += 1
    for change in found:
        totals.keys.update({one.key for one in change.differences})
        yield change


def _paired(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[_Pair]:
    """Pair the captures of one article in two files: the same captures as they are, others by what they say."""
    if [_capture(one) for one in old] == [_capture(one) for one in new]:
        yield from zip(old, new, strict=True)
        return
    old, new = _states(old), _states(new)
    yield from zip(old, new, strict=False)
    yield from pairwise(new[max(0, len(old) - 1) :])  # what came after: each beside the one before it
    yield from ((one, new[-1]) for one in old[len(new) :])


def _states(captures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Captures without those that say the same as the one before them."""
    return captures[:1] + [new for old, new in pairwise(captures) if list(_differences(old, new, OF_A_CAPTURE))]


def _moment(record: dict[str, Any]) -> str:
    return str(record.get("captured_at") or record.get("captured_on") or "")


def _counted(change: Change, totals: Totals) -> Change:
    totals.kinds[change.kind] += 1
    return change


def _title(record: dict[str, Any]) -> str:
    return str(record.get("title") or "")


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """The keys in which two records of an article differ.

    The producer is none of them; nor, where the two were read from different captures, what
    tells of a capture and its reading: then they differ if one is a revision of the other.
    """
    ignored = frozenset({_PRODUCER}) if _capture(old) == _capture(new) else OF_A_CAPTURE
    return list(_differences(old, new, ignored))


def _capture(record: dict[str, Any]) -> object:
    source = record.get("source")
    return source.get("digest") if isinstance(source, dict) else None


def _differences(
    old: dict[str, Any], new: dict[str, Any], ignored: frozenset[str], prefix: str = ""
) -> Iterator[Difference]:
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if key in ignored or (before == after and (key in old) == (key in new)):
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _differences(before, after, frozenset(), f"{prefix}{key}.")
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
