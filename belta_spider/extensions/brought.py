"""The settings that the spider brings into whatever project it runs in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES

from belta_spider import settings as ours

_OF_A_PROJECT = frozenset({"BOT_NAME", "SPIDER_MODULES", "NEWSPIDER_MODULE", "COMMANDS_MODULE", "LOG_LEVEL"})
"""What a project says of itself."""
_WHOLE = frozenset({"ITEM_PIPELINES"})
"""Who names one of these means them all: one of ours may be left out."""
_MERGED = frozenset({"EXTENSIONS", "FEED_EXPORTERS", "FEED_STORAGES", "SPIDER_CONTRACTS"})


def bring(settings: Any) -> None:
    """Add what the spider needs to the settings of a crawl; whatever a project says of it stays."""
    for name, value in vars(ours).items():
        if not name.isupper() or name in _OF_A_PROJECT:
            continue
        if name in _WHOLE | _MERGED:
            _merge(settings, name, value)
        elif (settings.getpriority(name) or 0) < SETTINGS_PRIORITIES["addon"]:
            settings.set(name, value, priority="addon")


def _merge(settings: Any, name: str, components: Mapping[str, Any]) -> None:
    there = dict(settings.getdict(name) or {})
    named = {key if isinstance(key, str) else f"{key.__module__}.{key.__qualname__}" for key in there}
    if name in _WHOLE and named & components.keys():
        return
    lacking = {key: value for key, value in components.items() if key not in named}
    if lacking:
        # Above the project's own: Scrapy puts its settings into the crawler's once more.
        priority = max(settings.getpriority(name) or 0, SETTINGS_PRIORITIES["addon"]) + 1
        settings.set(name, there | lacking, priority=priority)
