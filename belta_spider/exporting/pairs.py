"""Stories for linguists: pairs of documents and paragraphs. They are comparable, not parallel."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import msgspec

from belta_spider.cleaning.choice import Choice
from belta_spider.editions.edition import Editions
from belta_spider.exporting.formats import PAIRS, ExportError
from belta_spider.items import Article
from belta_spider.output.reading import BadLine
from belta_spider.output.replacing import replaced
from belta_spider.reporting.differences import Records
from belta_spider.stories import paragraphs, write
from belta_spider.stories.record import Story, stories_path
from belta_spider.text.printable import for_xml
from belta_spider.version import __version__

_NOTE = (
    "Comparable, not parallel: versions of one news story in several editions. Paragraphs may be missing, reordered or "
    "rewritten; aligned paragraphs are those that are each other's best match."
)
_XML = "http://www.w3.org/XML/1998/namespace"
_CARD, _DATA = "README.md", "data"


class Pair(NamedTuple):
    """Two versions of a story."""

    story: Story
    one: Article
    other: Article
    score: float


def export(source: Path, target: str, editions: Editions, bad: list[BadLine], choice: Choice | None = None) -> str:
    """Write the pairs of an output by the stories beside it, of the articles that are chosen; say how many.

    Raises:
        ExportError: there are no stories, or an edition is not known.
        OSError: it cannot be written; what stood there stands.
    """
    stories = stories_path(source)
    if not stories.is_file():
        raise ExportError(f"{stories}: no such file; run scrapy stories {source} first")
    wanted = _editions_of(target, editions)
    with Records(source, bad) as records:
        texts = _Texts(records, choice)
        if Path(target).name == "stories":
            return _write_stories(Path(target), stories, texts)
        pairs = (pair for story in write.read(stories) for pair in _pairs(story, wanted, texts))
        with replaced(Path(target)) as new:
            return _write_tmx(new, pairs, editions) if target.endswith(".tmx") else _write_jsonl(new, pairs, editions)


def _editions_of(target: str, editions: Editions) -> tuple[str, str] | None:
    named = PAIRS.match(Path(target).name)
    if not named:
        return None
    codes = (named["one"], named["other"])
    unknown = [code for code in codes if code not in editions.by_code]
    if unknown:
        raise ExportError(f"--to {target}: unknown edition {unknown[0]} (known: {' '.join(editions.by_code)})")
    return codes


class _Texts:
    """The newest captures of the articles that are asked for."""

    def __init__(self, records: Records, choice: Choice | None):
        self._records = records
        self._choice = choice

    def __call__(self, identity: str) -> Article | None:
        try:
            found = msgspec.convert(self._records.history(identity)[-1], Article)
        except (KeyError, msgspec.ValidationError):
            return None
        return None if self._choice and self._choice.reason_to_leave_out(found) else found


def _pairs(story: Story, wanted: tuple[str, str] | None, texts: _Texts) -> Iterator[Pair]:
    """Yield the pairs of a story's first version in each edition."""
    firsts = {member.edition: member for member in reversed(story.members)}
    if wanted and not set(wanted) <= firsts.keys():
        return
    for codes in [wanted] if wanted else combinations(sorted(firsts), 2):
        one, other = (firsts[code] for code in codes)
        mine, theirs = texts(one.id), texts(other.id)
        if mine and theirs:
            score = min(member.score if member.score is not None else 1.0 for member in (one, other))
            yield Pair(story, mine, theirs, score)


def _write_jsonl(path: Path, pairs: Iterator[Pair], editions: Editions) -> str:
    documents = aligned = 0
    with path.open("wb") as file:
        for pair in pairs:
            documents += 1
            file.write(_line(pair, pair.one.text, pair.other.text, pair.score, "document"))
            for one, other, score in paragraphs.align(pair.one, pair.other, editions):
                aligned += 1
                file.write(_line(pair, one, other, score, "paragraph"))
    return f"{documents} pairs of documents and {aligned} of paragraphs"


def _line(pair: Pair, one: str, other: str, score: float, level: str) -> bytes:
    """One pair in the shape that Hugging Face calls Translation."""
    codes = (pair.one.edition, pair.other.edition)
    made = {
        "story_id": pair.story.story_id,
        "id": dict(zip(codes, (pair.one.id, pair.other.id), strict=True)),
        "translation": dict(zip(codes, (one, other), strict=True)),
        "score": score,
        "level": level,
        "relation": "comparable",
    }
    return msgspec.json.encode(made) + b"\n"


def _write_tmx(path: Path, pairs: Iterator[Pair], editions: Editions) -> str:
    root = ET.Element("tmx", version="1.4")
    header = ET.SubElement(
        root, "header", {
            "creationtool": "belta_spider", "creationtoolversion": __version__, "segtype": "paragraph",
            "o-tmf": "belta_spider", "adminlang": "en", "srclang": "*all*", "datatype": "plaintext",
        },
    )  # fmt: skip
    ET.SubElement(header, "note").text = _NOTE
    body = ET.SubElement(root, "body")
    for pair in pairs:
        for one, other, score in paragraphs.align(pair.one, pair.other, editions):
            _put_unit(body, pair, (one, other), score)
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return f"{len(body)} pairs of paragraphs"


def _put_unit(body: ET.Element, pair: Pair, texts: tuple[str, str], score: float) -> None:
    unit = ET.SubElement(body, "tu")
    ET.SubElement(unit, "prop", type="x-story").text = pair.story.story_id
    ET.SubElement(unit, "prop", type="x-score").text = f"{score:g}"
    for article, text in zip((pair.one, pair.other), texts, strict=True):
        variant = ET.SubElement(unit, "tuv", {f"{{{_XML}}}lang": article.language})
        ET.SubElement(variant, "prop", type="x-id").text = article.id
        ET.SubElement(variant, "seg").text = for_xml(text)


# Whole stories


def _write_stories(folder: Path, stories: Path, texts: _Texts) -> str:
    """A folder for Hugging Face datasets: each row a story, with one text for each language."""
    others = {path.name for path in folder.iterdir()} - {_CARD, _DATA} if folder.is_dir() else set()
    if others:
        raise ExportError(f"{folder}: holds something else than a dataset ({', '.join(sorted(others))}); name another")
    number = 0
    with replaced(folder) as new:
        (new / _DATA).mkdir(parents=True)
        with (new / _DATA / "train.jsonl").open("wb") as file:
            for story in write.read(stories):
                row = _row(story, texts)
                if len(row["ids"]) > 1:
                    number += 1
                    file.write(msgspec.json.encode(row) + b"\n")
        (new / _CARD).write_text(_card(folder.resolve().name, number), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
    return f"{number} stories"


def _row(story: Story, texts: _Texts) -> dict[str, Any]:
    """A story in the shape that Hugging Face calls TranslationVariableLanguages."""
    held = [article for member in story.members if (article := texts(member.id))]
    return {
        "story_id": story.story_id,
        "first_published": story.first_published,
        "ids": [article.id for article in held],
        "titles": [article.title for article in held],
        "translation": {
            "language": [article.language for article in held],
            "translation": [article.text for article in held],
        },
    }


def _card(name: str, number: int) -> str:
    front: dict[str, Any] = {
        "pretty_name": name,
        "license": "other",
        "multilinguality": "multilingual",
        "tags": ["news", "belta"],
    }
    front |= {"configs": [{"config_name": "default", "data_files": [{"split": "train", "path": f"{_DATA}/*.jsonl"}]}]}
    rows = [f"{key}: {json.dumps(value)}" for key, value in front.items()]
    body = f"{number:,} stories of the Belarusian news agency BelTA, each in two versions or more. {_NOTE}"
    return "\n".join(["---", *rows, "---", "", f"# {name}", "", body, "", "The texts are BelTA's.", ""])
