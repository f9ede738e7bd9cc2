"""What stands in README and docs, and what of the package they must name."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import belta_spider
from belta_spider.spiders import arguments
from belta_spider.spiders.belta import BeltaSpider

PACKAGE = Path(belta_spider.__file__).parent
SETTINGS = sorted(
    {name for path in PACKAGE.rglob("*.py") for name in re.findall(r"\bBELTA_[A-Z_]+\b", path.read_text("utf-8"))}
)
PARAMETERS = inspect.signature(BeltaSpider.__init__).parameters.values()
ARGUMENTS = [one.name for one in PARAMETERS if one.kind is not one.VAR_KEYWORD and one.name != "self"]
ARGUMENTS += arguments.OTHERS


def blocks(language: str, text: str, heading: str | None = None) -> list[str]:
    """The code blocks of a language, of a whole page or under a heading."""
    text = text if heading is None else text.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
