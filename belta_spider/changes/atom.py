"""The changes as an Atom feed (RFC 4287)."""

from __future__ import annotations

import hashlib
from urllib.parse import quote
from xml.etree import ElementTree as ET

from belta_spider.changes.collect import Changes, Gone, New
from belta_spider.changes.edits import Edit
from belta_spider.changes.words import ADDED, GONE, Piece
from belta_spider.text.printable import for_xml

_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"
"""Atom wants a time of each entry: for one of which none is known."""
_NAMESPACE = "tag:belta.by,2026:changes"
"""RFC 4151: an id that is no address."""
_OF_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"
"""What an address may hold as it is (RFC 3986)."""
_MARKS = {GONE: ("[-", "-]"), ADDED: ("{+", "+}")}
ET.register_namespace("", _ATOM)


def feed(changes: Changes, name: str) -> bytes:
    """Return the feed of an output's changes, the newest first."""
    entries = [
        *((_moment(one.after.first), _edited(one)) for one in changes.edited),
        *((_moment(one.first), _new(one)) for one in changes.new),
        *((_moment(one.last), _gone(one)) for one in changes.gone),
    ]
    entries.sort(key=lambda one: one[0], reverse=True)
    root = ET.Element(f"{{{_ATOM}}}feed")
    _put(root, "id", f"{_NAMESPACE}:{quote(name)}")
    _put(root, "title", f"Changes in {name}")
    _put(root, "updated", entries[0][0] if entries else _NEVER)
    _put(_put(root, "author"), "name", "belta_spider")
    _put(root, "generator", "belta_spider")
    root.extend(entry for _, entry in entries)
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _edited(edit: Edit) -> ET.Element:
    silent = ", silent" if edit.silent else ""
    title = f"Edited ({', '.join(edit.kinds)}{silent}): {edit.title}"
    rows = [f"{one.field} ({', '.join(one.kinds)}): {marked(one.pieces)}" for one in edit.differences]
    seen = f"first seen {edit.after.first}, the state before last seen {edit.before.last}"
    return _entry(edit, title, edit.after.first, "\n".join([*rows, seen]), edit.kinds)


def _new(new: New) -> ET.Element:
    return _entry(new, f"New: {new.title}", new.first, f"published {new.date_published}", ["new"])


def _gone(gone: Gone) -> ET.Element:
    return _entry(gone, f"Gone ({gone.why}): {gone.title}", gone.last, f"last seen {gone.last}", ["gone"])


def _entry(of: Edit | New | Gone, title: str, moment: str | None, words: str, kinds: list[str]) -> ET.Element:
    entry = ET.Element(f"{{{_ATOM}}}entry")
    digest = hashlib.blake2b(f"{title}\n{moment}\n{words}".encode(), digest_size=8).hexdigest()
    _put(entry, "id", f"{_NAMESPACE}:{quote(of.id)}:{digest}")
    _put(entry, "title", title)
    _put(entry, "updated", _moment(moment))
    if of.url:
        ET.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=quote(of.url, safe=_OF_ADDRESSES))
    for kind in kinds:
        ET.SubElement(entry, f"{{{_ATOM}}}category", term=kind)
    content = _put(entry, "content", words)
    content.set("type", "text")
    return entry


def _put(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = for_xml(text) if text else None
    return element


def marked(pieces: list[Piece]) -> str:
    """Return pieces as git's word diff shows them: `[-old-]{+new+}`."""
    return "".join(text.join(_MARKS[sign]) if sign in _MARKS else text for sign, text in pieces)


def _moment(moment: str | None) -> str:
    """A time, or midnight of a day."""
    if not moment:
        return _NEVER
    return moment if "T" in moment else f"{moment}T00:00:00Z"
