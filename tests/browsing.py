"""What is asked of every page that a reader opens, whether report or documentation, in `tests.chromium`.

axe-core stands in `.venv-docs`, which `make docs` and `make test` set up: `needs_axe` skips a test where it is missing.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import chromium

ROOT = Path(__file__).resolve().parent.parent
AXE = next((ROOT / ".venv-docs").glob("lib/python*/site-packages/axe_playwright_python/axe.min.js"), None)
needs_axe = pytest.mark.skipif(
    not (chromium.PATH and AXE), reason="no chromium, or no axe-core in .venv-docs (make .venv-docs/.locked)"
)
in_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium.PATH, reason="chromium is not installed: no page is opened in a browser"),
]


def complaints(tab: chromium.Tab) -> list[object]:
    """What a console would show: errors, whatever the page's policy stopped, and what scripts said."""
    told = [entry["entry"]["text"] for entry in tab.events("Log.entryAdded")]
    return [*told, *tab.events("Runtime.exceptionThrown"), *tab.events("Runtime.consoleAPICalled")]


def requests(tab: chromium.Tab, schemes: tuple[str, ...] = ("file:", "data:", "blob:")) -> list[str]:
    """The addresses elsewhere that the page asked for: those of other schemes than a local page's own."""
    asked = [str(event["request"]["url"]) for event in tab.events("Network.requestWillBeSent")]
    return [url for url in asked if not url.startswith(schemes)]


def wider_than(tab: chromium.Tab, width: int) -> list[str]:
    """The elements that make a page scroll sideways; empty where it does not."""
    if tab.run("document.documentElement.scrollWidth") <= width:
        return []
    return list(
        tab.run(f"""[...document.querySelectorAll("body *")]
            .filter((one) => one.getBoundingClientRect().right > {width} + 1)
            .map((one) => one.outerHTML.slice(0, 120))""")
    )


def violations(tab: chromium.Tab, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds: rule, help, selector and why, a line for each element; of these rules alone, or of all."""
    assert AXE
    if not tab.run("typeof axe === 'object'"):
        tab.run(f"{AXE.read_text(encoding='utf-8')}; undefined")
    options = {"preload": False, "resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = tab.run(f"""axe.run(document, {json.dumps(options)}).then((all) => all.violations.flatMap((one) =>
        one.nodes.map((node) => [one.id, one.help, node.target.join(" "), node.failureSummary].join(" | "))))""")
    return list(found)
