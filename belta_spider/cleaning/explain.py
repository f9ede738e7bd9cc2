"""What became of each line of a page, in the page's order."""

from __future__ import annotations

from typing import NamedTuple

from belta_spider.cleaning import Options, begin, run
from belta_spider.cleaning.draft import Draft
from belta_spider.items import Article, Page
from belta_spider.text.lines import Line
from belta_spider.text.normalization import normalize

KEPT, FIELD, BOILERPLATE, UNKNOWN, DOUBTFUL = "kept", "field", "boilerplate", "unknown", "doubtful"
_EDGE = 3  # lines at either end of the text, where chrome that no rule knows is left
_TITLE = " > title"
_DROPPED_LINES = 20  # what shows on a screen why a page is no article


class Row(NamedTuple):
    """A line, or a piece of one."""

    line: int
    label: str
    """The rule and the field that it fed; `text` for what stayed."""
    kind: str
    text: str


class Explained(NamedTuple):
    """What became of a page."""

    rows: list[Row]
    """One for each piece of each line."""
    verdict: str
    """One line on the outcome."""
    article: Article
    """As far as the stages came."""


def explain(page: Page, options: Options) -> Explained:
    """Return what became of a page, line by line."""
    draft = run(begin(page, options))
    article = draft.article
    if draft.drop or not isinstance(draft, Draft):
        rows = [Row(line.number, "", KEPT, line.text) for line in draft.lines[:_DROPPED_LINES]]
        return Explained(rows, f"dropped: {draft.drop}", article)
    rows = _doubt(_rows(draft), draft)
    flags = f", flags: {' '.join(article.flags)}" if article.flags else ""
    return Explained(rows, f"{article.id}: {article.text.count(chr(10) * 2) + 1} paragraphs{flags}", article)


def _rows(draft: Draft) -> list[Row]:
    cuts: dict[int, list[tuple[int, str, str | None, str]]] = {}
    for cut in draft.audit:
        cuts.setdefault(cut.line, []).append((cut.column, cut.rule, cut.field, cut.text))
    rows = []
    for line in draft.lines:
        rows += _pieces(line, sorted(cuts.pop(line.number, [])))
    return rows


def _pieces(line: Line, cuts: list[tuple[int, str, str | None, str]]) -> list[Row]:
    """The pieces of a line in their order: what was cut, and between them what stayed."""
    rows = []
    column = 0
    for start, rule, field, text in cuts:
        rows += _kept(line, column, start)
        kind = UNKNOWN if rule.endswith(".unknown") else FIELD if field else BOILERPLATE
        rows.append(Row(line.number, f"{rule} > {field}" if field else rule, kind, normalize(text)))
        column = start + len(text)
    return rows + _kept(line, column, len(line.raw))


def _kept(line: Line, start: int, end: int) -> list[Row]:
    text = normalize(line.raw[start:end])
    return [Row(line.number, "text", KEPT, text)] if text else []


def _doubt(rows: list[Row], draft: Draft) -> list[Row]:
    """Mark lines of the text near its edges that read like a label, and a title that is a section's name.

    New chrome is found so.
    """
    kept = [index for index, row in enumerate(rows) if row.kind == KEPT]
    stops, most = draft.editions.punctuation.full_stop, draft.editions.limits.label_length
    for index in {*kept[:_EDGE], *kept[-_EDGE:]}:
        text = rows[index].text
        if len(text) <= most and not any(stop in text for stop in stops):
            rows[index] = rows[index]._replace(kind=DOUBTFUL)
    edition = draft.editions.by_code.get(draft.article.edition)
    for index, row in enumerate(rows):
        if edition and row.label.endswith(_TITLE) and edition.section_slug(row.text):
            rows[index] = row._replace(kind=DOUBTFUL)
    return rows
