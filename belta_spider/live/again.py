"""When an article that did not come is asked for again: less and less often, for some days, then no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from belta_spider.live.state import CUT, ArticleState

_PASSING = frozenset(
    {CUT, *(f"dropped/{one}" for one in ("error_page", "empty", "no_text", "front_page", "list_page", "notice"))}
)
"""What stands at an article's address for an hour or a day, and then the article: servers answer so under load."""
_WAITS = tuple(timedelta(hours=hours) for hours in (0, 0.25, 1, 4, 12, 24, 48, 72))
"""After each answer in vain, before the next is asked for: the last comes after a week."""


def may_ask(known: ArticleState, now: datetime, *, insists: bool) -> bool:
    """Whether an article may be asked for now; a run that `insists` does not wait, but for what is gone."""
    if known.outcome not in _PASSING:
        return not known.is_final
    if is_gone(known):
        return False
    return insists or not known.tries or now >= datetime.fromisoformat(known.tried) + _WAITS[known.tries - 1]


def is_gone(known: ArticleState) -> bool:
    """Whether an article was asked for in vain so often that it counts as gone."""
    return known.outcome in _PASSING and known.outcome != CUT and known.tries > len(_WAITS)


def after(known: ArticleState, outcome: str) -> dict[str, Any]:
    """Return what changes of an article's state with an outcome."""
    if outcome not in _PASSING:
        return {"outcome": outcome, "tries": 0, "tried": ""}
    tried = datetime.now(UTC).isoformat(timespec="seconds")
    return {"outcome": outcome, "tries": min(known.tries, len(_WAITS)) + 1, "tried": tried}
