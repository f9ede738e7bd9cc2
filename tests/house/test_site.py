"""The documentation as a site: it is built strictly, says what is true, and can be read by everybody.

Its pages are opened in a browser at two widths. What is left out where `.venv-docs` or chromium is missing is said.
"""

from __future__ import annotations

import ast
import fcntl
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from belta_spider import clean
from tests import browsing, chromium
from tests.browsing import ROOT

DOCS = ROOT / "docs"
PYTHON = ROOT / ".venv-docs/bin/python"
needs_docs = pytest.mark.skipif(not PYTHON.exists(), reason="no Sphinx in .venv-docs: make .venv-docs/.locked")
SMALL, LARGE = 390, 1280


def once(factory: pytest.TempPathFactory) -> Path:
    """Build the site, once for all processes of a run of the tests."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "said").exists():
            command = [
                PYTHON,
                "-m",
                "sphinx",
                "-W",
                "--keep-going",
                "-q",
                "-d",
                folder / "trees",
                DOCS,
                folder / "html",
            ]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            (folder / "said").write_text(f"{done.returncode} {done.stdout}{done.stderr}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory) / "html"


@needs_docs
def test_it_is_built_without_a_warning(site: Path) -> None:
    assert (site.parent / "said").read_text(encoding="utf-8") == "0 "


@needs_docs
def test_all_links_of_the_built_pages_lead_somewhere(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in site.glob("*.html")}
    named = {path: set(re.findall(r'\sid="([^"]+)"', text)) for path, text in pages.items()}
    lost = []
    for path, text in pages.items():
        for link in re.findall(r'<a [^>]*href="([^"]*)"', text):
            address, _, place = link.partition("#")
            if re.match(r"https?:|mailto:", address):
                continue
            target = (path.parent / address).resolve() if address else path.resolve()
            if not target.exists() or (place and place not in named.get(target, set())):
                lost.append((path.name, link))
    assert lost == []


@needs_docs
def test_each_page_is_reached_from_the_start(site: Path) -> None:
    shown = set(re.findall(r'href="([\w-]+\.html)"', (site / "index.html").read_text(encoding="utf-8")))
    assert {path.name for path in site.glob("*.html")} - {"index.html", "search.html"} <= shown


@needs_docs
def test_what_the_code_knows_stands_there(site: Path) -> None:
    for page, words in {
        "commands.html": ("belta export", "--sections"),
        "settings.html": ("BELTA_MAX_DRIFT", "captures"),
        "record.html": ("dateline.place", "unknown_chrome", "de.header.projects", "pages_pending"),
        "python.html": ("captured_at", "ValueError", "to_json"),
        "quickstart.html": ("GOMEL",),
    }.items():
        text = re.sub("<[^>]+>", "", (site / page).read_text(encoding="utf-8"))
        assert [word for word in words if word not in text] == [], page
        assert "<!-- made" not in text


# In a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[chromium.Browser]:
    with chromium.Browser() as started:
        yield started


ROWS = 5
"""Where a table is cut for axe-core, which is busy for a minute with docs/rules.md: all rows are alike."""
PAGES = sorted(path.stem for path in DOCS.glob("*") if path.suffix in {".md", ".ipynb"})
PAGES += ["search"]
SHOWN = {"index", "tutorial", "record", "layouts", "search"}
"""A page of each kind; axe-core looks at the others among the long tests."""


@needs_docs
class TestInABrowser:
    pytestmark = browsing.in_browser

    @pytest.mark.parametrize("name", PAGES)
    def test_a_page_can_be_read_by_everybody(self, site: Path, browser: chromium.Browser, name: str) -> None:
        """No error, no request elsewhere, no bar to scroll sideways by, at both widths."""
        for width in (LARGE, SMALL):
            tab = browser.open(site / f"{name}.html", width=width)
            assert (browsing.complaints(tab), browsing.requests(tab), browsing.wider_than(tab, width)) == ([], [], [])

    @browsing.needs_axe
    @pytest.mark.parametrize(
        "name", [name if name in SHOWN else pytest.param(name, marks=pytest.mark.faults) for name in PAGES]
    )
    def test_axe_finds_no_violation(self, site: Path, browser: chromium.Browser, name: str) -> None:
        tab = browser.open(site / f"{name}.html", width=SMALL)
        tab.run(f"document.querySelectorAll('tbody tr:nth-child(n+{ROWS})').forEach((one) => one.remove())")
        assert browsing.violations(tab) == []

    @browsing.needs_axe
    def test_dark_colours_can_be_read_too(self, site: Path, browser: chromium.Browser) -> None:
        tab = browser.open(site / "tutorial.html", dark=True)
        assert browsing.violations(tab, ("color-contrast",)) == []

    def test_the_search_works_without_a_server(self, site: Path, browser: chromium.Browser) -> None:
        tab = browser.open(site / "search.html")
        tab.click(".sidebar-search")
        tab.type("dateline")
        tab.run("document.querySelector('.sidebar-search-container').submit()")
        tab.await_true("document.querySelectorAll('#search-results li').length > 2")
        assert (browsing.complaints(tab), browsing.requests(tab)) == ([], [])


# What the pages say


def messages() -> set[str]:
    """All that the program may print, with … where a value goes."""
    found = set()
    for path in (ROOT / "belta_spider").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (one.value if isinstance(one, ast.Constant) else "…" for one in node.values)
                found.add("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(re.sub("%[sd]", "…", node.value))
    return found


TROUBLES = re.findall(r"^### `(.+)`$", (DOCS / "troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def said() -> set[str]:
    return messages()


@pytest.mark.parametrize("message", TROUBLES)
def test_a_message_that_is_explained_is_one_of_ours(message: str, said: set[str]) -> None:
    parts = [re.escape(part.strip()) for part in message.split("…") if part.strip(" ;:,()")]
    pattern = re.compile(".*".join(parts), re.DOTALL)
    assert parts
    assert [one for one in said if pattern.search(one)], message


def test_a_message_that_nobody_says_is_seen(said: set[str]) -> None:
    assert len(TROUBLES) > 40
    with pytest.raises(AssertionError):
        test_a_message_that_is_explained_is_one_of_ours("… is missing: put it on the shelf, …", said)


LAYOUTS = re.findall(
    r"^## ([^\n]*, (?:to|from|any|20)[^\n]*)\n\n```text\n(.*?)^```$",
    (DOCS / "layouts.md").read_text(encoding="utf-8"),
    re.DOTALL | re.MULTILINE,
)


@pytest.mark.parametrize(("name", "drawn"), LAYOUTS, ids=[name for name, _ in LAYOUTS])
def test_a_layout_that_is_drawn_is_one_that_the_cleaner_knows(name: str, drawn: str) -> None:
    lines = [line[:42].rstrip() for line in drawn.splitlines()]
    body = next(line for line in lines if "(BelTA) - " in line)
    lines[lines.index(body)] = f"{body.split(' - ')[0]} - Die Fähre fährt um neun Uhr ab. Sie trägt vierzig Wagen."
    found = clean("\n".join(lines) + "\n", edition="de")
    assert found.article
    assert found.article.text == "Die Fähre fährt um neun Uhr ab. Sie trägt vierzig Wagen."
    assert found.article.title == (None if "alone" in name else "Neue Fähre in Gomel")
    assert not [one for one in found.audit if one.rule.endswith(".unknown")]


def test_all_layouts_are_drawn() -> None:
    assert len(LAYOUTS) == 5


# The notebook


@needs_docs
def test_the_notebook_says_what_it_says_when_it_is_run(tmp_path: Path) -> None:
    program = """
import json, sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
kernel = {"kernel_name": "python3", "timeout": 120, "resources": {"metadata": {"path": sys.argv[2]}}}
print(json.dumps([cell.get("outputs", []) for cell in NotebookClient(book, **kernel).execute().cells]))
"""
    book = DOCS / "quickstart.ipynb"
    done = subprocess.run(
        [PYTHON, "-c", program, book, tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1", "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stored = json.loads(book.read_bytes())["cells"]
    assert json.loads(done.stdout) == [[_joined(one) for one in cell.get("outputs", [])] for cell in stored]
    assert sum(len(cell.get("outputs", [])) for cell in stored) > 4
    assert str(ROOT) not in book.read_text(encoding="utf-8")


def _joined(output: dict[str, object]) -> dict[str, object]:
    """An output of the file as the program holds it: lists of lines are one text."""
    data = output.get("data")
    if isinstance(data, dict):
        return {**output, "data": {kind: "".join(lines) for kind, lines in data.items()}}
    return {**output, "text": "".join(output["text"])} if "text" in output else output  # type: ignore[arg-type]
