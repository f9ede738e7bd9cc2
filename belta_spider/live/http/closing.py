"""A request that is not sent any more."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class Closing(IgnoreRequest):
    """The run is ending: the request is not sent any more."""
