"""Which captures of an article are read, and in what order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from belta_spider.editions.addresses import Address
from belta_spider.sources.indexes.captures import Capture

FIRST, NEWEST, ALL = "first", "newest", "all"
_LAST = "\U0010ffff"


def chains(captures: Iterable[Capture], which: str, spent: Collection[str] = ()) -> list[list[Capture]]:
    """Return the captures that are worth reading, in chains: of each chain one is wanted, the first that is whole.

    `first` and `newest` make one chain, `all` one for each different body. What earlier runs have `spent` is left out:
    bodies by their digests, captures by their places.
    """
    ordered = sorted(set(captures), key=lambda one: (one.timestamp, one.url), reverse=which == NEWEST)
    left = [one for one in ordered if not is_spent(one, spent)]
    if which != ALL:
        return [left] if left else []
    bodies: dict[str, list[Capture]] = {}
    for one in left:
        bodies.setdefault(one.digest or one.place, []).append(one)
    return list(bodies.values())


def is_spent(capture: Capture, spent: Collection[str]) -> bool:
    """Whether a capture, or another with the same body, needs not be read again."""
    return capture.place in spent or (bool(capture.digest) and capture.digest in spent)


@dataclass(slots=True)
class Listed:
    """An article that an index lists, under whatever spellings of its address."""

    address: Address
    captures: list[Capture] = field(default_factory=list)
    key: str = ""
    """The greatest key of a spelling."""


class HostsInStep:
    """The lists of an edition's hosts, read in step: an article's captures at all hosts come together.

    Each list is in the order of its keys. What stands before the place that all lists have reached is complete.
    """

    def __init__(self, hosts: Iterable[str]):
        self._reached: dict[str, str] = dict.fromkeys(hosts, "")
        self._waiting: dict[str, Listed] = {}

    def add(self, address: Address, capture: Capture) -> None:
        """Take a capture of an article."""
        listed = self._waiting.setdefault(str(address.id), Listed(address))
        listed.captures.append(capture)
        listed.key = max(listed.key, capture.key)

    def reach(self, host: str, key: str | None) -> None:
        """Note how far a host's list was read; None is its end."""
        self._reached[host] = _LAST if key is None else max(self._reached[host], key)

    def following(self) -> str | None:
        """Return the host whose list is to be read next; None where all were read to their ends."""
        host = min(self._reached, key=lambda one: self._reached[one])
        return None if self._reached[host] == _LAST else host

    def complete(self) -> Iterator[Listed]:
        """Yield the articles whose captures have all come, in the order of the lists."""
        place = min(self._reached.values())
        done = sorted((one for one in self._waiting.values() if one.key < place), key=lambda one: one.key)
        for listed in done:
            yield self._waiting.pop(str(listed.address.id))
