"""`make demo-live`: a site that lives on, and says what to type next."""

from __future__ import annotations

import html
import json
import re
import shlex
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from belta_spider.changes import collect
from belta_spider.editions import load
from tests.conftest import Crawl
from tests.demo import OUTPUT, Demo
from tests.documentation import ARGUMENTS, SETTINGS
from tests.factory.site import ROOT, Site


def page_of(site: Site) -> str:
    with urllib.request.urlopen(f"{site.base}/") as answer:
        return html.unescape(answer.read().decode())


@pytest.mark.faults
async def test_what_happens_is_what_the_commands_find(crawl: Crawl, tmp_path: Path) -> None:
    with Site(count=26) as site:
        demo = Demo(site)
        output = tmp_path / "a.jsonl"
        settings = site.settings | {"FEEDS": {str(output): {"format": "jsonl"}}}
        before, _ = await crawl(settings, source="live", editions="de", since="2020-01-01")
        assert "nothing yet" in demo.page()
        while not any("layout" in one for one in demo.told):
            assert demo.step()
        items, stats = await crawl(settings, source="live", editions="de", since="2020-01-01", refresh="30d")
        assert len({one.id for one in items} - {one.id for one in before}) == 9
        assert stats["belta/gate"]
        bad: list[object] = []
        found = collect.collect(output, tmp_path / "a.visits.jsonl", load(), since=None, chosen=[], bad=bad)  # type: ignore[arg-type]
        assert found.silent >= 1
        while demo.step():
            pass
        assert "that is all that happens" in demo.page()


def test_the_page_says_what_to_type(tmp_path: Path) -> None:
    with Site(count=26) as site:
        demo = Demo(site)
        before = page_of(site)
        assert "belta crawl" in before
        assert "belta changes" not in before
        while demo.step():
            pass
        page = page_of(site)
        assert all(one.split("  ")[1] in page for one in demo.told)
        typed = [shlex.split(line) for line in re.findall(r"<pre>(belta [^<]+)</pre>", page)]
        assert [line[1] for line in typed] == ["crawl", "crawl", "changes", "explain", "report"]
        told = " ".join(" ".join(line) for line in typed)
        assert set(re.findall(r"-a ([a-z_]+)=", told)) <= set(ARGUMENTS)
        assert set(re.findall(r"BELTA_[A-Z_]+", told)) <= set(SETTINGS)
        assert json.dumps({"de": site.base}) in told
        assert OUTPUT in told


IN_BACKGROUND = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
"""As a script starts a program behind an &: deaf to Ctrl-C."""


@pytest.mark.faults
@pytest.mark.parametrize("started", [[], IN_BACKGROUND], ids=["in front", "in the background"])
def test_it_stays_until_ctrl_c(started: list[str], tmp_path: Path) -> None:
    code = "import sys, tests.demo as d; d.OUTPUT = sys.argv[1]; d.PACE = 0.2; sys.exit(d.main(sys.argv[2:]))"
    command = [
        *started,
        sys.executable,
        "-c",
        code,
        str(tmp_path / "a.jsonl"),
        "-s",
        "DOWNLOAD_DELAY=0",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        guard = threading.Timer(240, process.kill)
        guard.start()
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "published:" in line:
                process.send_signal(signal.SIGINT)
                break
        assert process.wait() == 0, lines
        guard.cancel()
    assert "stands at http://127.0.0.1:" in lines[0]
    assert "lives on until Ctrl-C" in "".join(lines)
    assert (tmp_path / "a.jsonl").is_file(), "".join(lines)[:3000]
