"""The documentation as a site: `make docs` builds it strictly into build/docs, offline (Sphinx, MyST and Furo)."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.lexers.shell import BashLexer
from pygments.lexers.sql import PostgresLexer, SqlLexer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs import generated  # noqa: E402 (the checkout, not an installed package)

project = "belta_spider"
author = copyright = "The belta_spider authors"  # noqa: A001 (Sphinx's name)
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
default_role = "code"  # the docstrings' back-ticks
html_theme = "furo"
html_title = "belta_spider"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_search_summary = False  # a page of this disk may not fetch another
html_show_sphinx = False
html_use_index = False
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"
exclude_patterns = ["README.md"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # tests/house/test_site.py runs the notebook, and holds what it says against what it shows
nb_ipywidgets_js: dict[str, Any] = {}  # none is used, and these would be fetched from elsewhere
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True

_FENCES = {
    "sql": PostgresLexer,
    "sqlite": SqlLexer,
    "linguist": BashLexer,
    "archivist": BashLexer,
    "monitor": BashLexer,
    "crontab": BashLexer,
} | dict.fromkeys(
    ("developer", "settings", "addon", "addons", "pipelines", "pipelinesetting", "items", "spider"), PythonLexer
)
"""The names of code blocks that tests find by them."""
_FOR_ALL = {
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="On this page">',
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<div id="search-results"></div>': '<h1>Search</h1><div id="search-results" aria-live="polite"></div>',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    "<pre>": '<pre tabindex="0">',
}
"""What axe-core asks for and the theme leaves out: names of landmarks, headings, keys for what scrolls."""
_MADE = re.compile(r"^<!-- made: (\w+) -->$", re.MULTILINE)
_ELSEWHERE = re.compile(r"\]\((\.\./[^)#]+)(?:#[^)]*)?\)")


def setup(app: Any) -> None:
    """Let Sphinx know of what is ours."""
    os.chdir(ROOT)
    for name, lexer in _FENCES.items():
        app.add_lexer(name, lexer)
    app.connect("source-read", _fill)
    app.connect("build-finished", _mend)


def _fill(app: Any, name: str, source: list[str]) -> None:
    """Put what is made of the code into a page; what is no page of the site is named, and not linked."""
    text = _MADE.sub(lambda found: getattr(generated, found[1])(), source[0])
    source[0] = re.sub(rf"\[([^\]]+){_ELSEWHERE.pattern}", r"\1", text)


def _mend(app: Any, error: Exception | None) -> None:
    for path in Path(app.outdir).glob("*.html") if error is None else ():
        text = path.read_text(encoding="utf-8")
        for found, better in _FOR_ALL.items():
            text = text.replace(found, better)
        path.write_text(text, encoding="utf-8")
