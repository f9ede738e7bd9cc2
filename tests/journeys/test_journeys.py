"""The four users of docs/journeys.md and the tutorial: each types what stands there, with the wheel installed."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests import installed
from tests.factory.site import Site, ago
from tests.installed import ROOT

PAGE = (ROOT / "docs/journeys.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
DUMPS = ("de", "ru")


def lines(user: str) -> list[str]:
    (block,) = re.findall(rf"^```{user}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return str(block).splitlines()


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of an environment are that has the wheel and nothing of the checkout."""
    return installed.once(tmp_path_factory).programs


class User:
    """Types commands in a folder, and remembers what they said."""

    def __init__(self, programs: Path, folder: Path):
        self.programs = programs
        self.folder = folder

    def run(self, line: str, code: int = 0) -> str:
        program, *arguments = shlex.split(line)
        done = subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.folder, env=installed.clean(), capture_output=True, text=True, check=False, timeout=400,
        )  # fmt: skip
        assert done.returncode == code, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr


@pytest.fixture
def user(programs: Path, tmp_path: Path) -> User:
    (tmp_path / "dumps").mkdir()
    for edition in DUMPS:
        for path in sorted((ROOT / "fixtures" / edition).glob("*.txt"))[:6]:
            shutil.copy(path, tmp_path / "dumps" / f"{edition}-{path.name}")
    shutil.copy(next((ROOT / "fixtures/de").glob("000_*.txt")), tmp_path / "dumps/page.txt")
    return User(programs, tmp_path)


def records(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_linguist(user: User) -> None:
    said = [user.run(line) for line in lines("linguist")]
    articles = records(user.folder / "corpus.jsonl")
    assert {one["edition"] for one in articles} == set(DUMPS)
    assert re.search(r"edition +year +articles +words +characters", said[1])
    vertical = (user.folder / "corpus.vert").read_text(encoding="utf-8")
    kept = {str(one["id"]) for one in articles if not one["date_published"] or str(one["date_published"]) >= "2019"}
    assert set(re.findall(r'^<doc id="([^"]+)"', vertical, re.MULTILINE)) == kept
    assert {one["id"] for one in records(user.folder / "corpus.vert.audit.jsonl")} <= kept
    assert len(list((user.folder / "texts/texts").rglob("*.txt"))) == len(articles)
    assert "de.body.dateline" in said[-1]


def test_an_archivist(user: User) -> None:
    (user.folder / "archive").mkdir()
    kept = archive(user.folder / "archive/a.warc.gz")
    whole = (user.folder / "archive/a.warc.gz").read_bytes()
    (user.folder / "archive/b.warc.gz").write_bytes(whole[: len(whole) - 200])
    crawl, *others = lines("archivist")
    assert "captures=newest" in crawl
    user.run(crawl, 4)
    assert {one["uri"] for one in records(user.folder / "articles.unread.jsonl")} == {"archive/b.warc.gz"}
    said = [user.run(line) for line in others]
    assert f"articles  {kept}" in said[0]
    assert f"{kept} articles" in (user.folder / "dataset/README.md").read_text(encoding="utf-8")


def archive(path: Path) -> int:
    """Write a WARC file of the fixtures' pages at their addresses; return how many articles are in it."""
    kept = set()
    with path.open("wb") as file:
        for page in sorted((ROOT / "fixtures/de").glob("*.html")):
            expected = json.loads(page.with_name(f"{page.name}.record.json").read_bytes()).get("record")
            if expected and expected["url"]:
                file.write(gzip.compress(record(expected["url"], page.read_bytes())))
                kept.add(expected["id"])
    return len(kept)


def record(url: str, html: bytes) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x:{url}>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(count=8) as site:
        yield site


def at_once(site: Site) -> str:
    """The settings of a crawl of the site on this machine, without pauses."""
    base = shlex.quote(json.dumps({site.code: site.base}))
    return f"-s DOWNLOAD_DELAY=0 -s AUTOTHROTTLE_MAX_DELAY=0 -s BELTA_BASE_URLS={base}"


def test_a_monitor(user: User, site: Site) -> None:
    crawl, *others = lines("monitor")
    crawl = f"{crawl.replace('SINCE', ago(9))} {at_once(site)}"
    user.run(crawl)
    before = len(records(user.folder / "watched.jsonl"))
    site.change(2, paragraphs=("Die Fähre fährt jetzt um 11 Uhr ab, nicht um 9 Uhr.", *site.stories[2].paragraphs[1:]))
    user.run(crawl)
    assert len(records(user.folder / "watched.jsonl")) == before + 1
    said = [user.run(line) for line in others]
    assert "1 edited (1 silently)" in said[0]
    assert (user.folder / "changes.xml").read_bytes().startswith(b"<?xml")


def test_a_developer(user: User) -> None:
    (user.folder / "mine.py").write_text("\n".join(lines("developer")), encoding="utf-8")
    said = user.run("python mine.py")
    assert "Sekretäre der SOZ-Sicherheitsräte" in said
    assert len(records(user.folder / "mine.jsonl")) == int(said.split()[0])


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TUTORIAL, re.DOTALL | re.MULTILINE)


def test_the_tutorial(programs: Path, tmp_path: Path, site: Site) -> None:
    learner = User(programs, tmp_path)
    (tmp_path / "pages").mkdir()
    for name, page in zip(re.findall(r"`(pages/\w+\.txt)`\.", TUTORIAL), blocks("text"), strict=True):
        (tmp_path / name).write_text(page, encoding="utf-8")
    (code,) = blocks("python")
    (tmp_path / "ask.py").write_text(code, encoding="utf-8")
    typed = [step for block in blocks("console") for step in block.removeprefix("$ ").split("\n$ ")]
    for step in typed:
        line, *shown = step.strip("\n").splitlines()
        if "source=live" in line:
            line = f"{line.replace('2024-04-01', ago(30)).replace('2024-04-30', ago(0))} {at_once(site)}"
        said = learner.run(line).split()
        assert [one for one in shown if f" {' '.join(one.split())} " not in f" {' '.join(said)} "] == [], said
    assert len(typed) == 8
    assert len(records(tmp_path / "month.jsonl")) == len(site.stories)
    assert (tmp_path / "month.report.html").stat().st_size
    (query,) = blocks("sql")
    with duckdb.connect() as database:
        assert database.sql(query.replace("month.", f"{tmp_path}/month.")).fetchall()
