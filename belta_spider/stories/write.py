"""Make `articles.stories.jsonl` of an output, or bring it up to date: the same bytes by the hour and at once."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
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
from belta_spider.text.keys import Keys, key_of
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
        held = _Held(read(target))
        with _Sorted() as lines_by_time:
            for story in run.kept_stories(target):
                lines_by_time.put(story)
            for story in run.stories():
                lines_by_time.put(held.named(story))
            with replaced(target) as new, new.open("wb") as file:
                file.writelines(lines_by_time)
        run.keep(source)
        counts = run.components
        number = lines_by_time.number
        return Summary(number, len(articles), articles.undated, counts.without_figures, target)


class _Run:
    """One pass over the articles, or over those that may have changed since the last one."""

    def __init__(self, articles: Ordered, editions: Editions, options: Options, source: Path):
        self._articles = articles
        self._days = options.days
        self._key = cache.key_of(__version__, editions.digest, points.load(meaning=options.meaning), options)
        is_there = stories_path(source).is_file()
        self._before = (
            cache.read(stories_cache_path(source), self._key, articles.times()) if is_there else cache.NOTHING
        )
        self._spans = cache.spans(articles.times, options.days, self._before)
        self._kept = {name: one for name, one in self._before.articles.items() if self._is_kept(one.hours)}
        self._reader = FactReader(editions)
        self._sweep = Sweep(editions, options.days, Encoder(editions) if options.meaning else None)
        self.components = Components(
            points.load(meaning=options.meaning), options.days, self._spans.stories, self._before.left_alone
        )

    def _is_kept(self, hours: float) -> bool:
        return self._spans.facts <= hours < self._spans.changed

    def kept_stories(self, target: Path) -> Iterator[Story]:
        """Yield the stories of the last run that nothing can change."""
        again = {links.id for links in self._before.links}
        for story in read(target):
            if _hours(story) < self._before.settled and story.members[0].id not in again:
                yield story

    def stories(self) -> Iterator[Story]:
        """Yield the stories that are made again."""
        for links in self._before.links:
            if links.hours < self._spans.changed:
                yield from self.components.take(links)
        for article, digest in self._articles.since(self._spans.changed - cache.reach(self._days)):
            new = self._links(article, digest)
            if new:
                yield from self.components.take(new)
        yield from self.components.rest()

    def _links(self, article: Article, digest: int) -> Links | None:
        """Take the next article; return its links where they are to be found anew."""
        kept = self._before.articles.get(article.id)
        kept = kept if kept and kept.digest == digest else None
        facts, known = cache.unpacked(kept) if kept else (self._reader.read(article), None)
        if facts is None:
            return None
        self._sweep.enter(facts)
        if facts.hours >= self._spans.changed:
            taken = self._sweep.take(facts, article, known)
            if facts.hours >= self._spans.facts:
                self._kept[article.id] = kept or cache.packed(digest, facts, taken.known)
            return links_of(taken, article.date_published or "", self.components.points)
        if known and facts.hours >= self._spans.changed - self._days * 24:  # else nothing new is compared with it
            self._sweep.add(facts, article.text, known)
        return None

    def keep(self, source: Path) -> None:
        """Keep what the next run may use."""
        times, settled = self._articles.times, self._spans.settled
        found = cache.Cache(
            key=self._key,
            settled=settled,
            before=cache.sum_before(times(), settled),
            recent=[one for one in times() if one[0] >= settled],
            left_alone=self.components.left_alone,
            articles=self._kept,
            links=self.components.kept_links(),
        )
        cache.write(stories_cache_path(source), found)


class _Sorted:
    """Stories by first publication and id: on disk, as a million articles have many."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)
        self._hours, self._offsets = array("d"), array("Q")

    def __enter__(self) -> _Sorted:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def number(self) -> int:
        return len(self._hours)

    def put(self, story: Story) -> None:
        self._hours.append(_hours(story))
        self._offsets.append(self._file.tell())
        self._file.write(_encode(story) + b"\n")

    def __iter__(self) -> Iterator[bytes]:
        places = array("Q", sorted(range(self.number), key=self._hours.__getitem__))
        for _, same in groupby(places, key=self._hours.__getitem__):
            yield from sorted(map(self._read, same), key=lambda line: _story(line).story_id)

    def _read(self, place: int) -> bytes:
        self._file.seek(self._offsets[place])
        return self._file.readline()


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


class _Held:
    """The ids by which the file before knows its stories."""

    def __init__(self, stories: Iterable[Story]):
        self._ids = Keys()
        self._of_members = Keys()
        """Of stories that hold the article by which they are named."""
        for story in stories:
            self._ids.add(key_of(story.story_id))
            if any(f"{PREFIX}{member.id}" == story.story_id for member in story.members):
                self._of_members.add(key_of(story.story_id))

    def named(self, story: Story) -> Story:
        """Keep a story's earlier id, where an earlier article has come to it since."""
        names = (f"{PREFIX}{member.id}" for member in story.members)
        before = [name for name in names if key_of(name) in self._of_members]
        if not before or key_of(story.story_id) in self._ids:
            return story
        was = sorted({*story.was, *before[1:]} - {before[0]})
        return msgspec.structs.replace(story, story_id=before[0], was=was)


def of_article(path: Path, wanted: Iterable[str]) -> dict[str, Story]:
    """Return the stories of some articles, by the articles' ids."""
    asked = frozenset(wanted)
    return {member.id: story for story in read(path) for member in story.members if member.id in asked}
