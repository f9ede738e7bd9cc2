"""Make `articles.stories.jsonl` of an output, or bring it up to date: the same bytes by the hour and at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from belta_spider.editions.edition import Editions
from belta_spider.items import Article
from belta_spider.output.beside import stories_cache_path
from belta_spider.output.reading import BadLine, lines
from belta_spider.output.replacing import replaced
from belta_spider.output.revisions import Captures
from belta_spider.stories import cache, points
from belta_spider.stories.build import DAYS, Sweep
from belta_spider.stories.facts.article import FactReader
from belta_spider.stories.grouping.components import Components
from belta_spider.stories.grouping.ids import PREFIX
from belta_spider.stories.grouping.links import Links, links_of
from belta_spider.stories.meaning import Encoder
from belta_spider.stories.ordering import Ordered
from belta_spider.stories.record import Story, stories_path
from belta_spider.version import __version__

_story = msgspec.json.Decoder(Story).decode
_encode = msgspec.json.Encoder().encode


class Options(NamedTuple):
    """How stories are found."""

    days: float = DAYS
    since: float | None = None
    """Hours since 1970: only articles published since then are compared."""
    meaning: bool = False


class Summary(NamedTuple):
    """What came of it."""

    stories: int
    articles: int
    undated: int
    """Articles without a date: they are left out."""
    without_figures: int
    """Articles that are of no story and have no figures to be found by; of the last days where a file was kept."""
    path: Path


def write(source: Path, editions: Editions, options: Options, bad: list[BadLine]) -> Summary:
    """Write the stories of an output beside it.

    Raises:
        OSError: it cannot be written; what stood there stands.
        ModuleNotFoundError: meaning is wanted, and the extra is not installed.
    """
    target = stories_path(source)
    with Ordered(Captures(source, bad), options.since) as articles:
        run = _Run(articles, editions, options, source)
        held = {story.story_id for story in read(target)}
        with _Sorted() as lines_by_time:
            for story in run.kept_stories(target):
                lines_by_time.put(story)
            for story in run.stories():
                lines_by_time.put(_with_earlier_id(story, held))
            with replaced(target) as new, new.open("wb") as file:
                file.writelines(lines_by_time)
        run.keep()
        counts = run.components
        number = lines_by_time.number
        return Summary(number, len(articles), articles.undated, counts.without_figures, target)


class _Run:
    """One pass over the articles, or over those that may have changed since the last one."""

    def __init__(self, articles: Ordered, editions: Editions, options: Options, source: Path):
        self._articles = articles
        self._options = options
        self._path = stories_cache_path(source)
        self._points = points.load(meaning=options.meaning)
        encoder = Encoder(editions) if options.meaning else None
        self._sweep = Sweep(editions, options.days, encoder)
        self._reader = FactReader(editions)
        parts = (__version__, editions.digest, self._points, options)
        self._key = cache.key_of(*parts)
        self._cache = cache.read(self._path, self._key, articles.times()) if stories_path(source).is_file() else None
        self._kept: dict[str, cache.Kept] = {}
        self.components = Components(self._points, options.days)

    @property
    def _remade(self) -> float:
        """The stories that begin from here on are made again."""
        return self._cache.remade if self._cache else float("-inf")

    def kept_stories(self, target: Path) -> Iterator[Story]:
        """Yield the stories of the last run that nothing can change."""
        return (story for story in read(target) if _hours(story) < self._remade)

    def stories(self) -> Iterator[Story]:
        """Yield the stories that are made again."""
        for story in self._all():
            if _hours(story) >= self._remade:
                yield story

    def _all(self) -> Iterator[Story]:
        start = self._cache.start if self._cache else float("-inf")
        for article, digest in self._articles.since(start):
            links = self._links(article, digest)
            if links:
                yield from self.components.take(links)
        yield from self.components.rest()

    def _links(self, article: Article, digest: int) -> Links | None:
        """The links of the next article: those of the last run, where what they depend on is the same."""
        known = self._cache.articles.get(article.id) if self._cache else None
        facts = known.facts if known and known.digest == digest else self._reader.read(article)
        if facts is None:
            return None
        window = self._sweep.enter(facts, digest)
        if known and known.digest == digest and (self._is_settled(facts.hours) or known.window == window):
            if not self._is_settled(facts.hours + self._options.days * 24):  # else nothing new is compared with it
                self._sweep.add(facts, article, known.meaning)
            kept = msgspec.structs.replace(known, window=window)
        else:
            links = links_of(self._sweep.take(facts, article), article.date_published or "", self._points)
            kept = cache.Kept(digest, window, facts, links, self._sweep.meaning(article.id))
        self._kept[article.id] = kept
        self._forget(facts.hours - cache.horizon(self._options.days))
        return kept.links

    def _forget(self, hours: float) -> None:
        """Keep no article from before that moment: they came in the order of time."""
        while True:
            identity = next(iter(self._kept))
            if self._kept[identity].facts.hours >= hours:
                return
            del self._kept[identity]

    def _is_settled(self, hours: float) -> bool:
        """Whether all before that moment is as it was in the last run."""
        return self._cache is not None and hours < self._cache.settled

    def keep(self) -> None:
        """Keep what the next run may use."""
        cache.write(self._path, self._key, self._articles.times(), self._kept, self._options.days)


class _Sorted:
    """Stories by first publication and id: on disk, as a million articles have many."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)
        self._places: list[tuple[float, str, int]] = []

    def __enter__(self) -> _Sorted:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def number(self) -> int:
        return len(self._places)

    def put(self, story: Story) -> None:
        self._places.append((_hours(story), story.story_id, self._file.tell()))
        self._file.write(_encode(story) + b"\n")

    def __iter__(self) -> Iterator[bytes]:
        for _, _, offset in sorted(self._places):
            self._file.seek(offset)
            yield self._file.readline()


def _hours(story: Story) -> float:
    from datetime import datetime

    return datetime.fromisoformat(story.first_published).timestamp() / 3600


def read(path: Path) -> Iterator[Story]:
    """Yield the stories of a file, if it is there; a line that is none is passed over."""
    for _, line in lines(path, []) if path.is_file() else ():
        try:
            yield _story(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue


def _with_earlier_id(story: Story, held: set[str]) -> Story:
    """Keep the id by which the file before knows a story, where an earlier article has come to it since."""
    before = [name for member in story.members if (name := f"{PREFIX}{member.id}") in held]
    if not before or story.story_id in held:
        return story
    was = sorted({*story.was, *before[1:]} - {before[0]})
    return msgspec.structs.replace(story, story_id=before[0], was=was)


def of_article(path: Path, wanted: Iterable[str]) -> dict[str, Story]:
    """Return the stories of some articles, by the articles' ids."""
    asked = frozenset(wanted)
    return {member.id: story for story in read(path) for member in story.members if member.id in asked}
