"""The articles that links hold together, closed when nothing can come to them any more."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from belta_spider.stories.doubles import Double
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
    doubles: list[Double] = field(default_factory=list)
    proofs: dict[tuple[str, str], tuple[int, Proof]] = field(default_factory=dict)
    """The chance and the proof of each link, the earlier article first."""
    last: float = 0.0

    def take(self, other: Component) -> None:
        """Take what another component holds."""
        self.members |= other.members
        self.published |= other.published
        self.doubles += other.doubles
        self.proofs |= other.proofs
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
        held = Component({links.id: member}, {links.id: links.published}, last=links.hours)
        self.links[links.id] = links
        for other, proof in links.proofs.items():
            held.proofs[other, links.id] = links.chances[other], proof
            self._join(held, other)
        for double in links.doubles:
            held.doubles.append(double)
            self._join(held, double.earlier)
        for identity in held.members:
            self._of[identity] = held
        self._open[id(held)] = held

    def _join(self, held: Component, identity: str) -> None:
        other = self._of[identity]
        if other is not held and identity not in held.members:
            self._open.pop(id(other), None)
            held.take(other)

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
        doubles = [(double.earlier, double.later) for double in component.doubles]
        bars = (self.points.least, self.points.least_average)
        for named in named_stories(component.members.values(), scores, doubles, bars):
            yield _story(named, component)


def _story(named: Named, component: Component) -> Story:
    members = [_first(named.members[0], component)]
    for number, identity in enumerate(named.members[1:], 1):
        members.append(_linked(identity, named.members[:number], component))
    editions = list(dict.fromkeys(member.edition for member in members))
    return Story(named.id, component.published[named.members[0]], editions, members, list(named.was))


def _first(identity: str, component: Component) -> StoryMember:
    return StoryMember(identity, component.members[identity].edition, FIRST, None, None, None)


def _linked(identity: str, earlier: tuple[str, ...], component: Component) -> StoryMember:
    """A member with the earlier one that it is nearest to, an earlier issue of the same edition before all others."""
    edition = component.members[identity].edition
    doubles = [one for one in component.doubles if one.later == identity and one.earlier in earlier]
    if doubles:
        best = max(doubles, key=lambda one: (one.shared, one.earlier))
        proof = Proof(shared_words=best.shared)
        return StoryMember(identity, edition, best.role, best.earlier, best.shared, proof)
    links = [(*component.proofs[one, identity], one) for one in earlier if (one, identity) in component.proofs]
    if not links:  # a later member holds it in the story, or the other issue of the same text
        return StoryMember(identity, edition, VERSION, None, None, None)
    chance, proof, other = max(links, key=lambda link: (link[0], link[2]))
    return StoryMember(identity, edition, VERSION, other, chance / 1000, proof)
