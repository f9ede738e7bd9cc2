"""The expected outcome of a page, made of the article and its look, and how a fixture is saved."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from belta_spider.items import Article
from belta_spider.reporting import golden_files
from tests.factory.text_dump import TextDump


def outcome(edition: str, name: str, page: TextDump, data: bytes) -> dict[str, Any]:
    """The record and the audit that must come of a page, as they stand beside it."""
    uri = (Path("fixtures") / edition / name).as_posix()
    record: dict[str, Any] = msgspec.to_builtins(Article())
    record |= page.record
    language, confidence = page.language
    record |= {"id": _id(edition, page.record), "edition": edition}
    record |= {"language": language, "language_confidence": confidence}
    record["source"] = {
        "kind": "text",
        "uri": uri,
        "record": None,
        "digest": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }
    told = {key: "page" if record[key] else None for key in ("title", "section", "date_published", "text")}
    record["provenance"] = told | {"language": "text"}
    del record["producer"]
    keys = ("line", "column", "rule", "field", "text")
    place = {"id": record["id"], "uri": uri, "record": None}
    return {"record": record, "audit": [place | dict(zip(keys, entry, strict=True)) for entry in page.audit]}


def _id(edition: str, record: dict[str, Any]) -> str:
    parts = [edition, record["date_published"] or "", record["title"] or ""]
    if not record["date_published"] or not record["title"]:
        parts.append(record["text"])
    return f"{edition}-x{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:16]}"


def write(edition: str, name: str, data: bytes, found: dict[str, Any]) -> None:
    """Save a fixture and what must come of it."""
    folder = Path("fixtures") / edition
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    (folder / f"{name}.record.json").write_text(golden_files.encode(found), encoding="utf-8")
