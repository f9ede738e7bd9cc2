"""Scrapy's signals about items, with plain calls where Scrapy makes a task for each handler.

A replay sends two signals for each article; a task for each handler costs 40 to 50 of some 100 microseconds
that an article takes in the parent. Who is called, in which order and with what is the same; handlers that
are coroutines, or that take any keyword, go Scrapy's own way.

It relies on this of Scrapy: `SignalManager.send_catch_log_async` is what sends a signal and `sender` who sends
it, and receivers hang on pydispatch's dispatcher. `tests/house/test_private_names.py` names what must be there.
"""

from __future__ import annotations

import inspect
import logging
from functools import cache
from types import CodeType
from typing import Any

from pydispatch.dispatcher import getAllReceivers, liveReceivers  # type: ignore[import-untyped]
from scrapy import signals
from scrapy.signalmanager import SignalManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name

logger = logging.getLogger(__name__)
_OF_ITEMS = frozenset({signals.item_scraped, signals.item_dropped})
_ERROR = "Error caught on signal handler: %(receiver)s"


class Signals(SignalManager):
    """Signals about items: handlers that are plain functions are called one after the other, in no task."""

    async def send_catch_log_async(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        receivers = list(liveReceivers(getAllReceivers(self.sender, signal))) if signal in _OF_ITEMS else []
        taken = [_taken(receiver) for receiver in receivers]
        if None in taken or not receivers:
            return await super().send_catch_log_async(signal, **kwargs)
        sent = {"signal": signal, "sender": self.sender, **kwargs}
        return [(one, await _call(one, names or (), sent)) for one, names in zip(receivers, taken, strict=True)]


def _taken(receiver: Any) -> tuple[str, ...] | None:
    """Which keywords a handler takes; None where it is no plain function or method."""
    code = getattr(getattr(receiver, "__func__", receiver), "__code__", None)
    return _names(code) if code else None


@cache
def _names(code: CodeType) -> tuple[str, ...] | None:
    is_plain = not code.co_flags & (inspect.CO_COROUTINE | inspect.CO_VARKEYWORDS)
    return code.co_varnames[: code.co_argcount] if is_plain else None


async def _call(receiver: Any, names: tuple[str, ...], sent: dict[str, Any]) -> Any:
    """As Scrapy calls a handler: with what it takes of what was sent, and an error of its own ends nothing else."""
    try:
        result = receiver(**{name: sent[name] for name in names if name in sent})
        if result is not None:
            result = await ensure_awaitable(result, _warn=global_object_name(receiver))
    except Exception as error:
        logger.exception(_ERROR, {"receiver": receiver}, extra={"spider": sent.get("spider")})
        return error
    return result
