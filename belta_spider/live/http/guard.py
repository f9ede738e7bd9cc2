"""Where a live crawl may go: the editions' hosts, at public addresses, and the bases that the user names."""

from __future__ import annotations

import ipaddress
from typing import Any, Self

from scrapy import signals
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from twisted.internet.interfaces import IAddress, IHostnameResolver, IResolutionReceiver
from zope.interface import implementer, provider

from belta_spider import stats_keys
from belta_spider.live.mirrors import origin

_PORTS = {"http": 80, "https": 443}


class Refused(IgnoreRequest):
    """The address is none that a live crawl may ask."""


def is_public(host: str) -> bool:
    """Whether an IP address is one of the public Internet.

    Raises:
        ValueError: it is none.
    """
    address = ipaddress.ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(mapped.is_global and address.is_global and not address.is_multicast)


class Redirects(RedirectMiddleware):
    """Scrapy's, which goes to an edition's base where a redirect names the edition's own host."""

    def _build_redirect_request(self, source_request: Any, response: Any, *, url: str, **values: Any) -> Any:
        url = self.crawler.spider.live.arguments.bases.to_request(url)
        return super()._build_redirect_request(source_request, response, url=url, **values)


class AddressGuard:
    """Downloader middleware next to the downloader: redirects, retries and robots.txt pass here too."""

    def __init__(self, crawler: Any):
        spider = crawler.spider
        self.stats = crawler.stats
        self.hosts = spider.live.arguments.site_hosts
        self.origins = spider.live.arguments.bases.origins
        self.resolver: PublicResolver | None = None
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler)

    def process_request(self, request: Any) -> None:
        if not self._allows(request.url):
            self.stats.inc_value(stats_keys.REFUSED)
            raise Refused(f"no address of the editions: {request.url}")
        if self.resolver is None:  # not before: Scrapy installs its own when the reactor starts
            self.resolver = PublicResolver({host for _, host, _ in self.origins})

    def _allows(self, url: str) -> bool:
        try:
            scheme, host, port = origin(url)
        except ValueError:
            return False
        if (scheme, host, port) in self.origins:
            return True
        authority = url.split("/")[2] if url.count("/") > 1 else ""
        return host in self.hosts and _PORTS.get(scheme) == port and "@" not in authority

    def close(self) -> None:
        """Give the reactor its resolver back."""
        if self.resolver:
            self.resolver.remove()


@implementer(IHostnameResolver)
class PublicResolver:
    """The reactor's resolver without the addresses that are not public. Connections ask it for literals too."""

    def __init__(self, named: set[str]):
        from twisted.internet import reactor

        self.reactor: Any = reactor
        self.named = named
        """Hosts that the user named: they may be anywhere."""
        self.inner = self.reactor.installNameResolver(self)

    def remove(self) -> None:
        self.reactor.installNameResolver(self.inner)

    def resolveHostName(self, receiver: Any, host: str, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 (Twisted's)
        if host not in self.named:
            receiver = _PublicOnly(receiver)
        return self.inner.resolveHostName(receiver, host, *args, **kwargs)


@provider(IResolutionReceiver)
class _PublicOnly:
    def __init__(self, receiver: Any):
        self.resolutionBegan = receiver.resolutionBegan
        self.resolutionComplete = receiver.resolutionComplete
        self.receiver = receiver

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 (Twisted's)
        if is_public(getattr(address, "host", "")):
            self.receiver.addressResolved(address)
