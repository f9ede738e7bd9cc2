"""A story's id: that of its earliest member, and kept when others come to it.

What an id would have been at each moment follows from the articles alone, so stories that are made by the hour and
stories that are made at once have the same ids, and the same ids that were merged into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from belta_spider.stories.grouping.groups import Grouping, Member, Scores

PREFIX = "story-"
_LONGEST = 200
"""Articles of one component, whose stories are made anew for each that comes; of a longer one the end alone counts."""


class Named(NamedTuple):
    """A story with its id."""

    id: str
    members: tuple[str, ...]
    """In the order of publication."""
    was: tuple[str, ...]
    """Ids of stories that became part of it."""


def named_stories(
    members: Iterable[Member], scores: Scores, doubles: Sequence[tuple[str, str]], bars: tuple[int, int]
) -> list[Named]:
    """Return the stories of one component, with the ids that they got when their first members met."""
    ordered = sorted(members)
    stories: list[Named] = []
    for end in range(2 if len(ordered) <= _LONGEST else len(ordered), len(ordered) + 1):
        groups = Grouping(ordered[:end], scores, doubles, bars).stories()
        stories = assign(groups, {member: story for story in stories for member in story.members})
    return stories


def assign(groups: Sequence[Sequence[str]], before: Mapping[str, Named]) -> list[Named]:
    """Give each group the id of the story before it that it continues, or a new one.

    A group that holds the article by which a story is named goes before others that hold members of that story.
    """
    taken: dict[str, int] = {}
    for number, group in enumerate(groups):
        for identity in _earlier(group, before):
            if identity.removeprefix(PREFIX) in group:
                taken.setdefault(identity, number)
    for number, group in enumerate(groups):
        for identity in _earlier(group, before):
            taken.setdefault(identity, number)
    return [_named(number, group, before, taken) for number, group in enumerate(groups)]


def _named(number: int, group: Sequence[str], before: Mapping[str, Named], taken: Mapping[str, int]) -> Named:
    own = [identity for identity in _earlier(group, before) if taken[identity] == number]
    own.sort(key=lambda identity: identity.removeprefix(PREFIX) not in group)
    free = (identity for member in group if (identity := f"{PREFIX}{member}") not in taken)
    name = own[0] if own else next(free, f"{PREFIX}{group[0]}")
    merged = {old for member in group if member in before and before[member].id in own for old in before[member].was}
    return Named(name, tuple(group), tuple(sorted((merged | set(own)) - {name})))


def _earlier(group: Sequence[str], before: Mapping[str, Named]) -> list[str]:
    """The ids of the stories that the members were of, the earliest member's first."""
    return list(dict.fromkeys(before[member].id for member in group if member in before))
