"""Scrapy's way of an item, with plain calls where Scrapy makes a coroutine or a task for each.

What it hands an item to is the same, in the same order: pipelines and signal handlers of any kind,
coroutines too. Only what returns no promise costs no promise.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterable
from functools import cache
from types import CodeType
from typing import Any

from pydispatch.dispatcher import getAllReceivers, liveReceivers  # type: ignore[import-untyped]
from scrapy import signals
from scrapy.pipelines import ItemPipelineManager
from scrapy.signalmanager import SignalManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name

logger = logging.getLogger(__name__)
_OF_ITEMS = frozenset({signals.item_scraped, signals.item_dropped})
_ERROR = "Error caught on signal handler: %(receiver)s"


class Pipelines(ItemPipelineManager):
    """The item pipelines: a promise is awaited, anything else goes on to the next at once."""

    async def process_item_async(self, item: Any) -> Any:
        methods: Iterable[Any] = self.methods["process_item"]
        for method in methods:
            result = method(item, self._spider) if method in self._mw_methods_requiring_spider else method(item)
            if result is not item:
                result = await ensure_awaitable(result, _warn=global_object_name(method))
            item = result
        return item


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
