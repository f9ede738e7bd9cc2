"""A small news site on loopback with the habits of BelTA's: lists, feeds, robots.txt, articles, quirks."""

from __future__ import annotations

import gzip
import html
import re
import socket
import ssl
import struct
import threading
import time
import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import cache, cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from belta_spider.editions import Edition, load
from belta_spider.editions.dates import MINSK

ROOT = Path(__file__).resolve().parents[2]
NEWEST = datetime.now(MINSK).date() - timedelta(days=1)
WEEK = timedelta(days=7)
PAGE = 4  # articles on a page of a list, or in the feed
PER_DAY = 2


def ago(days: int) -> str:
    """A day, counted back from the newest article's."""
    return (NEWEST - timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Story:
    """One article of the site."""

    number: int
    section: str
    moment: datetime
    title: str
    paragraphs: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"/{self.section}/view/a-story-{self.number}-{self.moment.year}"


@cache
def stories(code: str, count: int, per_day: int = PER_DAY) -> tuple[Story, ...]:
    """Fictional articles, the newest first, numbered without a gap; where more are asked for than there are, again."""
    data = tomllib.loads((ROOT / f"tests/factory/articles/{code}.toml").read_text(encoding="utf-8"))["article"]
    newest = datetime.combine(NEWEST, datetime.min.time()).replace(hour=18)
    return tuple(
        Story(
            number=65400 - place,
            section=one["section"],
            moment=newest - timedelta(days=1) * place / per_day,
            title=one["title"],
            paragraphs=tuple(one["paragraphs"]),
        )
        for place, one in zip(range(count), cycle(data), strict=False)
    )


@dataclass
class Seen:
    """One request, as the server saw it."""

    at: float
    path: str
    headers: dict[str, str]


@dataclass
class Site:
    """The site, its quirks, and the log of what was asked of it.

    Quirks: feed_slash, no_feed, lists_repeat, day_ignored, onclick, no_lists, no_sections, no_days, soft_404,
    robots_503, robots_404, reset_once, cut_once, busy_once, no_validators, undated, other_markup.
    """

    code: str = "de"
    quirks: frozenset[str] = frozenset()
    robots: str = "User-agent: *\nDisallow: /printv\n"
    count: int = 14
    """Articles."""
    per_day: int = PER_DAY
    page: int = PAGE
    clock: str = ""
    """What the pages' header shows for the time; the time itself where nothing is said."""
    pause: int = 1
    """Seconds of Retry-After, for busy_once."""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """Answers for single paths."""
    endless: dict[str, float] = field(default_factory=dict)
    """Paths with bodies that never end, and the seconds between their pieces."""
    log: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scheme = "http"
        self.stories = list(stories(self.code, self.count, self.per_day))
        self.failed: set[str] = set()
        site = self

        class Handler(_Handler):
            pass

        Handler.site = site
        self.server = _Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Site:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def base(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def encrypt(self, folder: Path) -> None:
        """Speak TLS from now on, with a certificate that the site issued itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + WEEK)
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        certificate = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
        unencrypted = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "site.pem").write_bytes(key.private_bytes(*unencrypted) + certificate.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "site.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https"

    @property
    def settings(self) -> dict[str, Any]:
        """What a test's crawl of this site needs: no pauses that nobody watches."""
        return {
            "BELTA_CONTACT": "desk@example.org",
            "BELTA_BASE_URLS": {self.code: self.base},
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_MAX_DELAY": 0,
        }

    @cached_property
    def edition(self) -> Edition:
        return load().by_code[self.code]

    @property
    def slugs(self) -> list[str]:
        return list(dict.fromkeys(self.edition.section_slugs.values()))

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.log]

    @property
    def fetched(self) -> list[str]:
        """The numbers of the articles that were asked for."""
        return [path for path in self.paths if "/view/" in path]

    def change(self, place: int, **values: Any) -> Story:
        """Rewrite an article."""
        self.stories[place] = replace(self.stories[place], **values)
        return self.stories[place]

    # What it answers

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        if path in self.answers:
            return self.answers[path]
        if parts.path == "/robots.txt":
            return self._robots()
        if parts.path in {"/rss", "/rss/"}:
            return self._feed(parts.path)
        place = self._place(parts.path.rstrip("/"))
        if place is not None:
            return self._article(place, headers)
        listed = self._list(parts.path, parse_qs(parts.query))
        if listed is not None:
            return 200, {}, listed.encode()
        return self._missing()

    def _place(self, path: str) -> int | None:
        """Of the article at that address; numbers count down, so there is nothing to search."""
        number = path.split("-")[-2:][0]
        place = self.stories[0].number - int(number) if number.isdecimal() else -1
        return place if 0 <= place < len(self.stories) and self.stories[place].path == path else None

    def _robots(self) -> tuple[int, dict[str, str], bytes]:
        if "robots_503" in self.quirks:
            return 503, {}, b""
        if "robots_404" in self.quirks:
            return 404, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n"
        return 200, {"Content-Type": "text/plain"}, self.robots.encode()

    def _missing(self) -> tuple[int, dict[str, str], bytes]:
        if "soft_404" in self.quirks:
            return 200, {}, self._page("Startseite", self._items(self.stories[:3])).encode()
        return 404, {}, self._page("404", "").encode()

    def _feed(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if "no_feed" in self.quirks or ("feed_slash" in self.quirks) != (path == "/rss/"):
            return self._missing()
        items = "".join(
            f"<item><title>{html.escape(one.title)}</title><link>{self._link(one)}</link>"
            f"<pubDate>{format_datetime(one.moment.replace(tzinfo=MINSK))}</pubDate></item>"
            for one in self.stories[:PAGE]
        )
        feed = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{items}</channel></rss>'
        return 200, {"Content-Type": "application/rss+xml"}, feed.encode()

    def _link(self, story: Story) -> str:
        """Half of the links name the site by its own name."""
        return f"http://{self.edition.hosts[0]}{story.path}/" if story.number % 2 else f"{self.base}{story.path}"

    def _list(self, path: str, query: dict[str, list[str]]) -> str | None:
        parts = path.strip("/").split("/")
        page = int(parts[2]) if parts[1:2] == ["page"] else 1
        shown = self._shown(parts[0], query)
        if shown is None:
            return None
        if "lists_repeat" in self.quirks:
            page = 1
        part = shown[(page - 1) * self.page : page * self.page]
        if page > 1 and not part:
            return None
        more = ""
        if "onclick" in self.quirks:
            more = f"""<div class="load_more"><a onclick="loadMore('/{parts[0]}/page/{page + 1}/', this)">+</a></div>"""
        return self._page(parts[0], self._items(part) + more)

    def _shown(self, section: str, query: dict[str, list[str]]) -> list[Story] | None:
        if section == "all_news" and "day" in query:
            if "no_days" in self.quirks:
                return None
            day = tuple(int(query[name][0]) for name in ("year", "month", "day"))
            wanted = date(2000 + day[0], day[1], day[2])
            return [one for one in self.stories if one.moment.date() == wanted or "day_ignored" in self.quirks]
        if section == "all_news":
            return None if "no_lists" in self.quirks else self.stories
        if section not in self.edition.section_slugs.values() or self.quirks & {"no_lists", "no_sections"}:
            return None
        return [one for one in self.stories if one.section == section]

    def _items(self, shown: list[Story]) -> str:
        return "".join(
            f'<div class="news_item"><a href="/{one.section}/">{one.section}</a>'
            f'<div class="new_date"><span class="day">{one.moment:%d}</span>'
            f'<span class="month_year">.{one.moment:%m.%y}</span></div>'
            f'<a href="{one.path}/"><span class="lenta_item_title">{html.escape(one.title)}</span></a></div>'
            for one in shown
        )

    def _page(self, title: str, inside: str) -> str:
        clock = self.clock or format(datetime.now(MINSK), "%H:%M")
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title></head><body>'
            f'<div class="header_date">{clock}</div><div class="main">{inside}</div></body></html>'
        )

    def _article(self, place: int, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        story = self.stories[place]
        tag = f'"{abs(hash((story.title, story.paragraphs))):x}"'
        validators = {} if "no_validators" in self.quirks else {"ETag": tag}
        if validators and headers.get("If-None-Match") == tag:
            return 304, validators, b""
        months = {number: name for name, number in reversed(self.edition.months.items())}
        around = [one for one in self.stories[max(0, place - 1) : place + 2] if one is not story]
        neighbours = "".join(f'<div class="rubricNews_item"><a href="{one.path}">n</a></div>' for one in around)
        paragraphs = "".join(f"<p>{html.escape(one)}</p>" for one in story.paragraphs)
        moment = story.moment
        body = (
            f'<div class="content_margin"><a class="rubric" href="/{story.section}/">{story.section}</a>'
            f'<div class="date_full">{moment:%d} {months[moment.month]} {moment:%Y, %H:%M}</div>'
            f"<h1>{html.escape(story.title)}</h1>"
            '<div class="inner_content"><div class="text"><div class="js-mediator-article">'
            f'{paragraphs}</div></div></div></div><div class="rubricNews">{neighbours}</div>'
        )
        if "undated" in self.quirks:
            body = re.sub('<div class="date_full">.*?</div>', "", body)
        if "other_markup" in self.quirks:
            body = f"<article><h1>{html.escape(story.title)}</h1>{paragraphs}</article>"
        page = self._page(story.title, body).encode()
        return 200, {**validators, "Content-Encoding": "gzip"}, gzip.compress(page)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Clients that go away are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"
    wbufsize = 2**16  # an answer in one packet: no 40 ms for the client's acknowledgement

    def log_message(self, *_: Any) -> None:
        """The site keeps its own log."""

    def do_GET(self) -> None:
        site = self.site
        headers = dict(self.headers.items())
        site.log.append(Seen(time.monotonic(), self.path, headers))
        if self._fails_once():
            return
        if self.path in site.endless:
            self._never_end(site.endless[self.path])
            return
        status, extra, body = site.answer(self.path, headers)
        self.send_response(status)
        usual = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        for name, value in (usual | extra).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _never_end(self, pause: float) -> None:
        """Send a body without an end, a piece at a time."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(b"<p>" * 2**12)
            self.wfile.flush()
            time.sleep(pause)

    def _fails_once(self) -> bool:
        """Break the first request for each article, as the quirks say."""
        site = self.site
        if "/view/" not in self.path or self.path in site.failed or self.path in site.answers:
            return False
        number = int(self.path.rstrip("/").split("-")[-2])
        if number % 5 or not site.quirks & {"reset_once", "cut_once", "busy_once"}:
            return False
        site.failed.add(self.path)
        if "reset_once" in site.quirks:  # a reset connection, in place of an answer
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif "cut_once" in site.quirks:  # half a body
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"<html>")
            self.close_connection = True
        else:
            self.send_response(429)
            self.send_header("Retry-After", str(site.pause))
            self.send_header("Content-Length", "0")
            self.end_headers()
        return True
