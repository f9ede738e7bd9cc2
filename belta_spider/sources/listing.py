"""What holds no page among the files of a folder, or the members of an archive of files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from belta_spider.editions import datelines, load
from belta_spider.editions.rules import label_key
from belta_spider.sources import detection, own
from belta_spider.sources.unpacking import without_suffix
from belta_spider.text import forms
from belta_spider.text.lines import split_lines

_LEFT_BEHIND = {"thumbs.db", "desktop.ini", "__macosx", "hts-cache", "hts-log.txt"}
"""What systems and HTTrack leave beside pages."""
_TEXT_NAMES = (".txt", ".text")
_WRITING_NAME = re.compile(r"\.(?:md|rst|py|toml|ini|cfg|ya?ml|log|sh|sql|tex|bib|lock)$")
"""Writing about pages, which may quote one."""
_LINES = 60  # lines of the head: a date line is at most the 40th, a dateline some lines below


def is_hidden(name: str) -> bool:
    """Whether a file or folder is hidden, or none of the user's own."""
    return (name.startswith(".") and name not in {".", ".."}) or name.lower() in _LEFT_BEHIND


def reason_to_pass_over(
    head: bytes, name: str, columns: Iterable[str] = ("text", "html"), kind: str | None = None
) -> str | None:
    """Return why a file among others holds no page, None where it is to be read; `kind` is what it is, where known.

    A file whose name says that it holds pages is read in any case: so damage is named.
    """
    if own.is_own(head, name):
        return "own_output"
    kind = kind or detection.kind_of(head, name, columns)
    if kind == "quoted" and _WRITING_NAME.search(name.lower()):
        kind = "text"
    if kind not in detection.READ:
        return None if kind == "binary" and detection.suffix_kind(name) in detection.READ else kind
    if not head or head.isspace():
        return None if detection.suffix_kind(name) else "empty"
    if kind == "text" and not without_suffix(name).endswith(_TEXT_NAMES):
        return "other_text" if _WRITING_NAME.search(name.lower()) or not _is_dump(head) else None
    if kind in {"json", "csv"} and not any(name.encode() in forms.as_utf8(head) for name in columns):
        return "other_data"
    return None


def _is_dump(head: bytes) -> bool:
    """Whether text shows what an edition prints: a dateline, or some lines of chrome."""
    editions = load()
    lines = split_lines(forms.as_utf8(head).decode("utf-8", "ignore"))[:_LINES]
    chrome = {line.text for line in lines if editions.by_label.get(label_key(line.text))}
    if len(chrome) >= editions.limits.witnesses:
        return True
    return any(datelines.search(lines, edition) is not None for edition in editions.by_code.values())
