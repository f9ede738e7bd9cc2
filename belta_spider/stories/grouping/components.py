"""The articles that links hold together, closed when nothing can come to them any more."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from belta_spider.stories.grouping.groups import Member
from belta_spider.stories.grouping.ids import Named, named_stories
from belta_spider.stories.grouping.links import Links
from belta_spider.stories.points import Points
from belta_spider.stories.record import FIRST, VERSION, Proof, Story, StoryMember

_BETWEEN = 1.0
"""Hours after which is looked again for what is closed: each look goes through all that is open."""


@dataclass
class Component:
    """Articles of which each is linked to another one."""

    members: dict[str, Member] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)
    last: float = 0.0

    def take(self, other: Component) -> None:
        """Take what another component holds."""
        self.members |= other.members
        self.published |= other.published
        self.last = max(self.last, other.last)


class Components:
    """Links to components; those that are closed come out as stories."""

    def __init__(self, points: Points, days: float, kept: float = math.inf, left_alone: int = 0):
        self.points = points
        self._hours = days * 24
        self._kept = kept
        self._of: dict[str, Component] = {}
        self._open: dict[int, Component] = {}
        self._looked = float("-inf")
        self.links: dict[str, Links] = {}
        """Of all articles that are linked to one from the moment `kept` on, and of all that are open."""
        self._taken: deque[Links] = deque()
        self.left_alone = left_alone
        """Articles without figures that are of no story, of those whose links are not kept."""
        self.without_figures = left_alone
        """Of all."""

    def take(self, links: Links) -> Iterator[Story]:
        """Take the next article; yield the stories that it closes."""
        if links.hours >= self._looked + _BETWEEN:
            self._looked = links.hours
            yield from self._closed_before(links.hours - self._hours)
        member = Member((links.hours, links.id), links.edition)
        held = self._of[links.id] = Component({links.id: member}, {links.id: links.published}, last=links.hours)
        self._open[id(held)] = held
        self.links[links.id] = links
        self._taken.append(links)
        for other in (*links.proofs, *(double.earlier for double in links.doubles)):
            self._join(links.id, other)

    def _join(self, one: str, other: str) -> None:
        """Let the components of two articles be one: the larger takes the smaller, as a chain of months is long."""
        small, large = sorted((self._of[one], self._of[other]), key=lambda component: len(component.members))
        if small is not large:
            large.take(small)
            del self._open[id(small)]
            self._of.update(dict.fromkeys(small.members, large))

    def _closed_before(self, hours: float) -> Iterator[Story]:
        for key, component in list(self._open.items()):
            if component.last < hours:
                del self._open[key]
                alone = self.without_figures
                yield from self._stories(component)
                for identity in component.members:
                    del self._of[identity]
                if component.last < self._kept:
                    self.left_alone += self.without_figures - alone
                    for identity in component.members:
                        del self.links[identity]
        while self._taken and self._taken[0].hours < hours - 2 * self._hours:
            self._forget_chances(self._taken.popleft())

    def _forget_chances(self, links: Links) -> None:
        """Forget what an article had in common with those that are done with: in a chain of months it is much."""
        links.chances = {other: chance for other, chance in links.chances.items() if other in self.links}

    def kept_links(self) -> list[Links]:
        """Return the links that the next run asks for, by publication and id."""
        for links in self.links.values():
            self._forget_chances(links)
        return sorted(self.links.values(), key=lambda one: (one.hours, one.id))

    def rest(self) -> Iterator[Story]:
        """Yield the stories of all that is still open."""
        for component in self._open.values():
            yield from self._stories(component)

    def _stories(self, component: Component) -> Iterator[Story]:
        found = list(self._grouped(component)) if len(component.members) > 1 else []
        told = {member.id for story in found for member in story.members}
        self.without_figures += sum(self.links[identity].is_plain for identity in component.members.keys() - told)
        return iter(found)

    def _grouped(self, component: Component) -> Iterator[Story]:
        scores = {
            (other, identity): chance
            for identity in component.members
            for other, chance in self.links[identity].chances.items()
            if other in component.members
        }
        doubles = [(one.earlier, one.later) for identity in component.members for one in self.links[identity].doubles]
        bars = (self.points.least, self.points.least_average)
        for named in named_stories(component.members.values(), scores, doubles, bars):
            yield _story(named, component, self.links)


def _story(named: Named, component: Component, links: Mapping[str, Links]) -> Story:
    members, earlier = [_first(named.members[0], component)], {named.members[0]}
    for identity in named.members[1:]:
        members.append(_linked(links[identity], earlier))
        earlier.add(identity)
    editions = list(dict.fromkeys(member.edition for member in members))
    return Story(named.id, component.published[named.members[0]], editions, members, list(named.was))


def _first(identity: str, component: Component) -> StoryMember:
    return StoryMember(identity, component.members[identity].edition, FIRST, None, None, None)


def _linked(links: Links, earlier: set[str]) -> StoryMember:
    """A member with the earlier one that it is nearest to, an earlier issue of the same edition before all others."""
    doubles = [one for one in links.doubles if one.earlier in earlier]
    if doubles:
        best = max(doubles, key=lambda one: (one.shared, one.earlier))
        proof = Proof(shared_words=best.shared)
        return StoryMember(links.id, links.edition, best.role, best.earlier, best.shared, proof)
    if earlier.isdisjoint(links.proofs):  # a later member holds it in the story, or the other issue of the same text
        return StoryMember(links.id, links.edition, VERSION, None, None, None)
    chance, other = max((links.chances[one], one) for one in earlier & links.proofs.keys())
    return StoryMember(links.id, links.edition, VERSION, other, chance / 1000, links.proofs[other])
