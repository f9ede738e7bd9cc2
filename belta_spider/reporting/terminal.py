"""Lines on a terminal: in its width, in colour unless NO_COLOR is set; in a pipe plain and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_LEAST = 30  # columns for a line's text: with fewer it goes below its label
_INDENT = 4  # columns, then
_STYLES = {"-": "red", "+": "green", "…": "dim"}


def console() -> Console:
    """Standard output."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def show(out: Console, head: Text, body: Text) -> None:
    """Print a head and what belongs to it as one line.

    On a terminal what does not fit goes on below, beside the head; where the head leaves no room,
    under it.
    """
    from rich.text import Text

    if not out.is_terminal:
        out.print(head + body)
        return
    if out.width - head.cell_len < _LEAST:
        out.print(head)
        head = Text(" " * _INDENT)
    for line in body.wrap(out, out.width - head.cell_len) or [Text()]:
        out.print(head + line)
        head = Text(" " * head.cell_len)


def show_change(out: Console, key: str, old: Any, new: Any) -> None:
    """Print a key whose value is another, and both values, or of long texts what changed."""
    from rich.text import Text

    from belta_spider.reporting.differences import rows
    from belta_spider.text.printable import one_line

    out.print(Text(f"  {one_line(key)}", "cyan"))
    for row in rows(old, new):
        show(out, Text("    "), Text.assemble(*((text, _STYLES.get(sign, "")) for sign, text in row)))


def show_entry(out: Console, sign: str, text: str) -> None:
    """Print something that was there before (`-`), or that is there now (`+`)."""
    from rich.text import Text

    show(out, Text(f"    {sign} ", _STYLES[sign]), Text(text, _STYLES[sign]))
