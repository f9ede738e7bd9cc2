"""Which articles the report shows: few enough for a phone, of each edition and each flag some.

The choice goes by a hash of the id: the same output gives the same sample, and each article is as
likely as any other.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable

from belta_spider.items import Article

_MOST = 600  # articles: by so many a share is known to four in a hundred either way (two standard errors)
_OF_AN_EDITION = 30  # so that a small edition is seen
_OF_A_FLAG = 20  # so that a rare flag is seen


class Sample:
    """Takes each article, keeps some."""

    def __init__(self, asked: Iterable[str] = ()):
        self.asked = dict.fromkeys(asked)
        self.found: dict[str, Article] = {}
        self._drawn: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        self._held: dict[str, Article] = {}

    def add(self, article: Article) -> None:
        """Keep the article, or not."""
        if article.id in self.asked:
            self.found.setdefault(article.id, article)
        key = (-_key(article.id), article.id)
        strata = [("all", "", _MOST), ("edition", article.edition, _OF_AN_EDITION)]
        strata += [("flag", flag, _OF_A_FLAG) for flag in article.flags]
        for kind, name, most in strata:
            self._draw(self._drawn[kind, name], key, most, article)

    def _draw(self, drawn: list[tuple[int, str]], key: tuple[int, str], most: int, article: Article) -> None:
        if len(drawn) < most:
            heapq.heappush(drawn, key)
        elif key > drawn[0]:
            heapq.heapreplace(drawn, key)
        else:
            return
        self._held[article.id] = article
        if len(self._held) > 2 * self._most_held():
            self._forget()

    def _most_held(self) -> int:
        return sum(map(len, self._drawn.values()))

    def _forget(self) -> None:
        chosen = self._chosen()
        self._held = {identity: article for identity, article in self._held.items() if identity in chosen}

    def _chosen(self) -> set[str]:
        return {identity for drawn in self._drawn.values() for _, identity in drawn}

    def articles(self) -> list[Article]:
        """The sample: those asked for first, then in the order of the draw."""
        chosen = self._chosen() - self.found.keys()
        drawn = [self._held[identity] for identity in chosen]
        return [*self.found.values(), *sorted(drawn, key=lambda article: _key(article.id))]

    @property
    def missing(self) -> list[str]:
        """Ids that were asked for and are not there."""
        return [identity for identity in self.asked if identity not in self.found]


def _key(identity: str) -> int:
    return int.from_bytes(hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
