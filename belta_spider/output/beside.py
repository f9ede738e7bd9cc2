"""What stands beside an output, by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

LINE_SUFFIXES = (".jsonl", ".jsonlines", ".jl")
PACKED_SUFFIXES = ("", ".gz", ".zst")
AFRESH = ".afresh."
"""How the name begins of a file that is to take another's place."""
_CACHE = ".stories.cache"
_OTHERS = ("visits.jsonl", "unread.jsonl", "coverage.jsonl", "stories.jsonl", "run.json")
_KINDS = ("audit", *(one.partition(".")[0] for one in _OTHERS))


def audit_path(path: Path) -> Path:
    """`articles.audit.jsonl.gz` beside `articles.jsonl.gz`."""
    for suffix in LINE_SUFFIXES:
        stem, dot, packed = path.name.rpartition(suffix)
        if dot and packed in PACKED_SUFFIXES:
            return path.with_name(f"{stem}.audit{suffix}{packed}")
    return path.with_name(f"{path.stem}.audit{path.suffix}")


def stem_of(path: Path) -> str:
    """`articles` of `articles.jsonl.gz`."""
    for suffix in LINE_SUFFIXES:
        stem, dot, packed = path.name.rpartition(suffix)
        if dot and packed in PACKED_SUFFIXES:
            return stem
    return path.stem


def beside(path: Path, name: str) -> Path:
    """`articles.run.json` beside `articles.jsonl.gz`, for the name `run.json`."""
    return path.with_name(f"{stem_of(path)}.{name}")


def stories_cache_path(stories: Path) -> Path:
    """`.articles.stories.cache`, what `articles.stories.jsonl` is brought up to date with."""
    return stories.with_name(f".{stories.name.removesuffix('.jsonl')}{_CACHE}")


def companions(path: Path) -> Iterator[Path]:
    """Yield the paths of all that may stand beside an output, there or not."""
    yield audit_path(path)
    for name in _OTHERS:
        yield beside(path, name)
    yield stories_cache_path(path)


def articles_of(path: Path) -> tuple[str, Path] | None:
    """Of a companion by its name: what it is (`audit`), and the articles that it stands beside; None for others."""
    if path.name.startswith(".") and path.name.endswith(_CACHE):
        return "cache of the stories", path.with_name(f"{path.name[1:].removesuffix(_CACHE)}.jsonl")
    for suffix in (*LINE_SUFFIXES, ".json"):
        stem, dot, packed = path.name.rpartition(suffix)
        name, point, kind = stem.rpartition(".")
        if dot and packed in PACKED_SUFFIXES and point and kind in _KINDS:
            own = f"{suffix}{packed}" if kind == "audit" else ".jsonl"
            return kind, path.with_name(f"{name}{own}")
    return None


def afresh_path(path: Path) -> Path:
    """`.afresh.articles.jsonl` beside `articles.jsonl`: what is to take its place."""
    return path.with_name(f"{AFRESH}{path.name}")
