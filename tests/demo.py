"""A small news site on this machine to watch a live crawl with: `make demo-live`.

It stays until Ctrl-C, and meanwhile publishes, edits without a word, and changes its layout. The page that it serves
says what has happened, and what to type next.
"""

from __future__ import annotations

import html
import json
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from belta_spider.editions.dates import MINSK
from tests.factory.site import ROOT, Site, ago, stories

OUTPUT = "data/demo/articles.jsonl"
FIRST, LATER = 26, 9
"""Articles at the start, and those that come while one watches."""
PACE = 20.0
"""Seconds between two events."""
_FIGURE = re.compile(r"\d+")
_HEAD = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">'
    "<title>A small news site</title><style>"
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{background:#eee;color:#111;padding:.7rem;overflow-x:auto}</style>"
)


class Demo:
    """The site's life: one event after the other, each told on its front page."""

    def __init__(self, site: Site):
        every = stories(site.code, FIRST + LATER)
        self.site = site
        site.stories = list(every[LATER:])
        self.waiting = deque(reversed(every[:LATER]))
        self.told: list[str] = []
        self.events: deque[Callable[[], str]] = deque(
            [self.publish, self.edit, self.publish, self.edit, self.publish, self.change_layout, self.edit]
        )
        self.show()

    def step(self) -> bool:
        """Have the next thing happen; False where nothing is left."""
        if not self.events:
            return False
        self.told.append(f"{datetime.now():%H:%M:%S}  {self.events.popleft()()}")  # noqa: DTZ005 (the watcher's clock)
        self.show()
        return True

    def publish(self) -> str:
        """Put a new article on top of all lists."""
        story = replace(self.waiting.popleft(), moment=datetime.now(MINSK).replace(tzinfo=None))
        self.site.stories.insert(0, story)
        return f"published: {story.title}"

    def edit(self) -> str:
        """Correct a figure in an article, without a word of it."""
        place = next((n for n, one in enumerate(self.site.stories[1:], 1) if _FIGURE.search(one.paragraphs[0])), 1)
        story = self.site.stories[place]
        first = _FIGURE.sub(lambda figure: str(int(figure[0]) + len(self.told) + 1), story.paragraphs[0], count=1)
        first = first if first != story.paragraphs[0] else f"{first} ({len(self.told)})"
        self.site.change(place, paragraphs=(first, *story.paragraphs[1:]))
        return f"edited without a word: {story.title}"

    def change_layout(self) -> str:
        """Print all pages in another markup, and some new articles in it."""
        self.site.quirks |= {"other_markup"}
        number = len(self.waiting)
        for _ in range(number):
            self.publish()
        return f"changed the layout of all pages, and published {number} articles in it"

    # What the page says

    @property
    def crawl(self) -> str:
        """The command that crawls this site."""
        site = self.site
        return shlex.join(
            [
                *("belta", "crawl", "-a", "source=live", "-a", f"editions={site.code}", "-a", f"since={ago(20)}"),
                *("-s", "BELTA_CONTACT=desk@example.org", "-s", "DOWNLOAD_DELAY=0.2"),
                *("-s", f"BELTA_BASE_URLS={json.dumps({site.code: site.base})}", "-o", OUTPUT),
            ]
        )

    def advice(self) -> list[tuple[str, str]]:
        """What to type next, and what it is for."""
        words = "\n".join(self.told)
        found = [("Bring in what is new", self.crawl)]
        if "edited" in words:
            found += [
                ("Look again at what is young", f"{self.crawl} -a refresh=20d"),
                ("See what was edited", f"belta changes {OUTPUT}"),
            ]
        if "layout" in words:
            words = "The crawl now ends with exit code 5, and keeps pages: see them"
            found.append((words, f"belta explain {Path(OUTPUT).parent}/articles.drift/*"))
        return [*found, ("Look at all of it", f"belta report {OUTPUT}")]

    def page(self) -> str:
        """The front page."""
        happened = html.escape("\n".join(self.told) or "nothing yet: watch")
        escaped = [(html.escape(title), html.escape(line)) for title, line in self.advice()]
        typed = "".join(f"<h2>{title}</h2><pre>{line}</pre>" for title, line in escaped)
        events = f"{len(self.events)} things are still to happen" if self.events else "that is all that happens"
        return (
            f"{_HEAD}<h1>A small news site</h1><p>It stands at {self.site.base} until you press Ctrl-C where it was "
            f"started; {events}. This page loads itself anew.</p><h2>What has happened</h2><pre>{happened}</pre>"
            f"<h1>What to type next</h1><p>In another terminal, in the project's folder:</p>{typed}"
        )

    def show(self) -> None:
        """Put the front page in its place."""
        self.site.answers["/"] = (200, {}, self.page().encode())


def main(arguments: list[str]) -> int:
    """Serve the site, crawl it once as a user would, and stay."""
    # A shell without job control starts what goes to the background with Ctrl-C ignored, and all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Site(count=FIRST) as site:
        demo = Demo(site)
        print(f"a small news site stands at {site.base}: open it in a browser", flush=True)
        typed = [*shlex.split(demo.crawl), "-s", f"BELTA_WARC_DIR={Path(OUTPUT).parent}/captures", *arguments]
        typed[typed.index("-o")] = "-O"
        print("$", shlex.join(typed), flush=True)
        crawl = subprocess.Popen([sys.executable, "-m", "belta_spider", *typed[1:]], cwd=ROOT)
        try:
            crawl.wait()
            print(
                f"{len(site.log)} requests. The site lives on until Ctrl-C; its page says what to type next", flush=True
            )
            wait = threading.Event()
            while not wait.wait(PACE):
                if demo.step():
                    print(demo.told[-1], flush=True)
        except KeyboardInterrupt:
            crawl.wait()  # it got the signal too
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
