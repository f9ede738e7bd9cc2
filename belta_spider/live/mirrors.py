"""Where each edition is fetched: the site, or a mirror that stands in for it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from belta_spider.editions.edition import Editions


class Bases:
    """Where each edition is fetched: at its own host, or at a base address that stands in for it.

    Raises:
        ValueError: a base is no http or https address, or its edition is unknown.
    """

    def __init__(self, editions: Editions, bases: Mapping[str, str]):
        self._sites: dict[str, str] = {}
        self._bases: dict[str, str] = {}
        for code, base in bases.items():
            parts = urlsplit(base)
            if code not in editions.by_code:
                raise ValueError(f"{code}: unknown edition")
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
                raise ValueError(f"{base}: no http or https address of a host")
            self._sites[f"https://{editions.by_code[code].hosts[0]}"] = base.rstrip("/")
            self._bases |= dict.fromkeys(editions.by_code[code].hosts, base.rstrip("/"))
        self.origins = {origin(base) for base in self._sites.values()}
        """Scheme, host and port of each base."""
        self.hosts = self._bases.keys()
        """The site's own hosts, for which bases stand in: they are not asked."""

    def to_request(self, site: str) -> str:
        """Return where an address of the site is fetched, whichever of the edition's hosts it names."""
        try:
            parts = urlsplit(site)
            is_plain = parts.netloc == parts.hostname and parts.scheme in {"http", "https"}
        except ValueError:
            return site
        if not is_plain or parts.netloc not in self._bases:
            return site
        return self._bases[parts.netloc] + parts._replace(scheme="", netloc="").geturl()

    def to_site(self, url: str) -> str:
        """Return the site's own address for one of a base; the longest base that fits decides."""
        for own, base in sorted(self._sites.items(), key=lambda one: -len(one[1])):
            if url == base or url.startswith((f"{base}/", f"{base}?")):
                return own + url.removeprefix(base)
        return url


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port.

    Raises:
        ValueError: the address has no port that is one.
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80}.get(parts.scheme, 443)
