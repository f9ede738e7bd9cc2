"""The body: captions, dateline, paragraphs, and what stands at their end.

The same rules serve text dumps and the text blocks of a page's markup.
"""

from __future__ import annotations

from typing import NamedTuple

from belta_spider.cleaning.draft import Draft
from belta_spider.editions import datelines
from belta_spider.editions.limits import Limits
from belta_spider.text.languages import count_letters
from belta_spider.text.lines import Line, Paragraph, ends_in, goes_on, joined, paragraphs

_ENDINGS = 200
"""More than that no page has; only one that is made to keep us busy."""


class Body(NamedTuple):
    """What the lines between title and tail hold."""

    paragraphs: list[Paragraph]
    captions: list[str]
    credits: list[str]
    dateline: datelines.DatelineMatch | None


def begin(draft: Draft) -> None:
    """Take off embeds; and the title, where no head showed where it ends but a dateline does."""
    draft.body = _without_embeds(draft, draft.body)
    start = None if draft.head_found else _dateline_index(draft)
    if start:
        _take_bare_title(draft, start)
        draft.head_found = True


def compose(draft: Draft) -> Body:
    """Make the body of the draft's lines; what is not text goes to the audit."""
    start = _dateline_index(draft)
    captions, first = _captions(draft, draft.body, start) if draft.head_found else ([], 0)
    found = _paragraphs(draft, draft.body[first:])
    signed = _trim_end(draft, found)  # first with the dateline: a repeat may bear it too
    if start is not None:
        captions += _cut_glued_caption(draft, found)
    dateline = _cut_dateline(draft, found) if start is not None else None
    if dateline:
        signed = _trim_end(draft, found) + signed
    return Body(found, captions, list(dict.fromkeys(signed)), dateline)


# Dateline


def _dateline_index(draft: Draft) -> int | None:
    """Where the body's first line stands, if a dateline shows it; lines above are few and no prose."""
    index = datelines.search(draft.body, draft.edition)
    if not index:
        return index
    limits, above = draft.edition.limits, draft.body[:index]
    if not draft.head_found:
        if index >= limits.title_lines or _is_sentence(draft, above[0].text):
            return None
        above = above[1:]
    singles = [line for run in _runs(above, limits.caption_run) if not run.doubled for line in run.lines]
    length = sum(len(line.text) for line in singles)
    if len(singles) > limits.captions or length > max(limits.captions_length, len(singles) * limits.caption_length):
        return None
    return index


def _is_sentence(draft: Draft, text: str) -> bool:
    """Whether a line ends in a full stop: a title ends in none."""
    marks = draft.edition.punctuation
    return ends_in(text, marks.stop, marks)


def _cut_glued_caption(draft: Draft, found: list[Paragraph]) -> list[str]:
    """Take off a caption that stands before the dateline without a space, as where two elements had none between."""
    size = datelines.glued(found[0].text, draft.edition) if found else 0
    if not size:
        return []
    caption = found[0].text[:size]
    draft.remove_pieces(found[0].cut_start(size), draft.edition.rule_name("body.caption"), "captions")
    draft.flag("unpaired_caption")
    return [caption]


def _cut_dateline(draft: Draft, found: list[Paragraph]) -> datelines.DatelineMatch | None:
    """Take the dateline off the first paragraph: the first of them, where it stands twice."""
    first = None
    while found and (dateline := datelines.match(found[0].text, draft.edition)):
        first = first or dateline
        draft.remove_pieces(found[0].cut_start(dateline.end), draft.edition.rule_name("body.dateline"), "dateline")
        if not found[0].text:
            del found[0]
    return first


# Title and captions


class _Run(NamedTuple):
    """Lines in a row, doubled if the same lines follow once more."""

    lines: list[Line]
    doubled: bool


def _runs(lines: list[Line], most: int) -> list[_Run]:
    """Divide lines into runs of one to `most` that stand twice, and single lines."""
    runs = []
    index = 0
    while index < len(lines):
        size = _run_size(lines, index, most)
        runs.append(_Run(lines[index : index + (size or 1)], bool(size)))
        index += 2 * size or 1
    return runs


def _run_size(lines: list[Line], index: int, most: int) -> int:
    """How many lines from `index` on stand there once more directly after, 0 where none do."""
    text = lines[index].text
    for size in range(1, min(most, (len(lines) - index) // 2) + 1):
        if text == lines[index + size].text and all(
            lines[at].text == lines[at + size].text for at in range(index + 1, index + size)
        ):
            return size
    return 0


def _captions(draft: Draft, lines: list[Line], dateline: int | None) -> tuple[list[str], int]:
    """Return the captions between title and text, and the index of the first line of the text."""
    captions: list[str] = []
    index = 0
    edition = draft.edition
    runs = _runs(lines if dateline is None else lines[:dateline], edition.limits.caption_run)
    if dateline is None and all(run.doubled for run in runs):
        return [], 0  # nothing would be left: it is the text that stands twice
    for run in runs:
        size = len(run.lines) * (2 if run.doubled else 1)
        if not run.doubled and run.lines[0].text == draft.header.title:
            draft.remove_line(run.lines[0], edition.rule_name("header.title_again"), "title")
        elif run.doubled or dateline is not None:
            _cut_captions(draft, lines[index : index + size])
            captions += joined(run.lines, edition.punctuation)
            if not run.doubled and run.lines[0].text not in captions[:-1]:
                draft.flag("unpaired_caption")
        else:
            break
        index += size
    return list(dict.fromkeys(captions)), index


def _cut_captions(draft: Draft, lines: list[Line]) -> None:
    for line in lines:
        draft.remove_line(line, draft.edition.rule_name("body.caption"), "captions")


def _take_bare_title(draft: Draft, dateline: int) -> None:
    """Without chrome: the first line above a dateline is the title, with those that it goes on in."""
    lines = draft.body[:dateline]
    end = 1
    while end < len(lines) and goes_on(lines[end - 1], lines[end], draft.edition.punctuation):
        end += 1
    draft.header.title = " ".join(line.text for line in lines[:end])
    for line in lines[:end]:
        draft.remove_line(line, draft.edition.rule_name("header.title"), "title")
    del draft.body[:end]


# The end of the body


def _paragraphs(draft: Draft, lines: list[Line]) -> list[Paragraph]:
    """The paragraphs; what stands behind them on lines of its own is no part of any, nor of a hard-wrapped body."""
    end, edition = len(lines), draft.edition
    while end and (size := _appended_size(draft, [line.text for line in lines[max(0, end - 3) : end]])):
        end -= size
    found = paragraphs(lines[:end], edition.punctuation, edition.wrapping)
    return found + [Paragraph.of([line]) for line in lines[end:]]


def _appended_size(draft: Draft, texts: list[str]) -> int:
    """How many of the last lines are an end mark, a credit or a read-also block."""
    if any(rule.match(texts[-1]) is not None for rule in draft.edition.end):
        return 1
    return _related_size(draft, texts)


def _without_embeds(draft: Draft, lines: list[Line]) -> list[Line]:
    kept = []
    for line in lines:
        if "embed" in line.text and draft.editions.embed.fullmatch(line.text):
            draft.remove_line(line, draft.edition.rule_name("body.embed"))
        else:
            kept.append(line)
    return kept


def _trim_end(draft: Draft, found: list[Paragraph]) -> list[str]:
    """Take credits, end marks, read-also blocks and repeats off the end, in any order until none fits."""
    signed: list[str] = []
    for _ in range(_ENDINGS):  # a repeat first: its copy bears the end mark too
        if not found:
            break
        if not (_trim_repeat(draft, found) or _trim_ending(draft, found, signed) or _trim_related(draft, found)):
            break
    return signed[::-1]


def _trim_ending(draft: Draft, found: list[Paragraph], signed: list[str]) -> bool:
    """Take one end mark or credit off the last paragraph; drop the paragraph if nothing is left."""
    last = found[-1]
    offset = max(0, len(last.text) - draft.edition.limits.ending_length)
    ending = draft.edition.ending(last.text, offset)
    if ending is None:
        return False
    rule, start = ending
    value = last.text[start:].strip(" ")
    draft.remove_pieces(last.cut_end(start), rule.name, rule.field)
    if rule.field:
        signed.append(value)
    if not last.text:
        found.pop()
    return True


def _trim_related(draft: Draft, found: list[Paragraph]) -> bool:
    """Take off a headline that is printed twice, and the lead after it."""
    size = _related_size(draft, [paragraph.text for paragraph in found[-3:]])
    if not size or size >= len(found):
        return False
    for paragraph in found[-size:]:
        draft.remove_pieces(paragraph.pieces, draft.edition.rule_name("body.related"))
    del found[-size:]
    return True


def _related_size(draft: Draft, texts: list[str]) -> int:
    """How many of the last three paragraphs are a read-also block."""
    limits = draft.edition.limits
    if _is_glued(texts[-1], limits):
        return 1
    if len(texts) < 2 or len(texts[-1]) > limits.lead_length:
        return 0
    if _is_glued(texts[-2], limits):
        return 2
    twice = len(texts) > 2 and texts[0] == texts[1]
    if twice and len(texts[0]) <= limits.headline_length and not _is_sentence(draft, texts[0]):
        return 3 if count_letters(texts[0]) >= limits.headline_letters else 0
    return 0


def _is_glued(text: str, limits: Limits) -> bool:
    """Whether a line is one headline twice, with a space between or none."""
    size, rest = divmod(len(text), 2)
    if size > limits.headline_length:
        return False
    second = text[size + rest :]
    if text[:size] != second or (rest and text[size] != " "):
        return False
    return count_letters(second) >= limits.headline_letters


def _trim_repeat(draft: Draft, found: list[Paragraph]) -> bool:
    """Take off the longest run of last paragraphs that equals the run before it."""
    texts = [paragraph.text for paragraph in found]
    size = _repeat_size(texts)
    if not size or sum(map(len, texts[-size:])) < draft.edition.limits.repeat_length:
        return False
    for paragraph in found[-size:]:
        draft.remove_pieces(paragraph.pieces, draft.edition.rule_name("body.repeat"))
    del found[-size:]
    draft.flag("repeated_text")
    return True


def _repeat_size(texts: list[str]) -> int:
    """How many of the last texts, at most, equal as many before them; in one pass (the Z algorithm)."""
    if texts.count(texts[-1]) < 2:
        return 0
    back, most = texts[::-1], 0
    alike = [0] * len(back)
    start = end = 0
    for at in range(1, len(back)):
        size = min(end - at, alike[at - start]) if at < end else 0
        while at + size < len(back) and back[size] == back[at + size]:
            size += 1
        if at + size > end:
            start, end = at, at + size
        alike[at] = size
        if size >= at:
            most = at
    return most
