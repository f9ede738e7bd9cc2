"""Which addresses a run wants."""

from __future__ import annotations

from collections.abc import Callable

from belta_spider import cleaning
from belta_spider.editions.addresses import is_of_the_site


def wanted_by(options: cleaning.Options) -> Callable[[str], bool]:
    """Whether an address is the site's, or on a host of a further edition; any, where the run asks for that."""
    if options.any_site:
        return bool
    hosts = options.editions.by_host if options.editions else {}
    others = [f"//{host}/" for host in hosts if not is_of_the_site(f"https://{host}/")]

    def wanted(url: str) -> bool:
        return is_of_the_site(url) or any(host in url for host in others)

    return wanted
