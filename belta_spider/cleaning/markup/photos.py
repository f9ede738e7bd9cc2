"""The photos of a page in markup: all text in one's element is its own."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urljoin

import regex

from belta_spider.cleaning.draft import Draft
from belta_spider.cleaning.markup.blocks import Block, Picture
from belta_spider.editions import dates
from belta_spider.items import Image
from belta_spider.text.lines import Line, joined
from belta_spider.text.normalization import normalize

_UPLOADED = regex.compile(r"_(?P<seconds>[0-9]{9,10})_(?P<number>[0-9]{1,9})_[^/]*$")
"""`000028_1618676496_437695_big.jpg`: Unix time, and the article's number."""
_PATH = re.compile(r"(?:/[a-zA-Z0-9_-][a-zA-Z0-9_.-]*)+")
"""A plain path from the root on."""
_DAY = 86_400  # seconds; a flag says where it is more (the contract)


def take_photos(draft: Draft, blocks: list[Block], pictures: list[Picture], base: str) -> None:
    """Put captions and images into the draft; a caption that is printed and stated is one.

    `base` is what the page says that its addresses are relative to, where it says so.
    """
    marks = draft.edition.punctuation
    texts = _texts(blocks, "body.photo")
    sources = _texts(blocks, "body.photo_source")
    photos = {picture.owner for picture in pictures} | set(texts)
    captions = {owner: list(dict.fromkeys(joined(texts.get(owner, []), marks))) for owner in photos}
    for picture in pictures:
        if picture.owner and not captions[picture.owner] and picture.alt not in {"", draft.header.title}:
            captions[picture.owner] = [picture.alt]
    draft.captions += [caption for owner in sorted(captions) for caption in captions[owner]]
    seen: set[str] = set()
    for picture in pictures:
        url = _absolute(draft, picture.address, base)
        if url and url not in seen:
            seen.add(url)
            caption = " ".join(captions.get(picture.owner, ())) or picture.alt
            credit = " ".join(line.text for line in sources.get(picture.owner, ()))
            draft.images.append(Image(url, caption or None, credit or None))


def _texts(blocks: list[Block], name: str) -> dict[int, list[Line]]:
    """The lines under a rule, by the photo they stand in."""
    found: dict[int, list[Line]] = {}
    for block in blocks:
        if block.rule and block.rule.name == name:
            found.setdefault(block.owner, []).append(block.line)
    return found


def _absolute(draft: Draft, address: str, stated: str) -> str | None:
    """The picture's address on the web, None where it has none there."""
    base = draft.address.url if draft.address else draft.page.url or f"https://{draft.edition.hosts[0]}/"
    address = normalize(address)
    if draft.address and not stated and _PATH.fullmatch(address):  # joined by hand, in a tenth of the time
        return f"https://{draft.address.edition.hosts[0]}{address}"
    try:
        url = urljoin(urljoin(base, stated), address)
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def check_uploads(draft: Draft, published: datetime) -> None:
    """Flag a picture that bears the article's number and was uploaded over a day from its publication."""
    number = (draft.address.id or "") if draft.address else ""
    for image in draft.images:
        found = _UPLOADED.search(image.url)
        if found and found["number"] in number.split("-"):
            moment = published.replace(tzinfo=dates.MINSK).timestamp()
            if abs(int(found["seconds"]) - moment) > _DAY:
                draft.flag("photo_date_differs")
