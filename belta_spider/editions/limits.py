"""The numbers that are knowledge about pages: table `[limits]` of `common.toml`, where each has its source.

They are one for all editions: some are needed before a page's edition is known. What guards memory and time against
hostile input is no knowledge, and stays a constant where it guards.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(gt=0, le=1)]


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """The table `[limits]`; lengths are in characters, letters as `count_letters` counts them."""

    # Lines
    label_length: Count
    wrap_lines: Count
    wrap_width: Count
    wrap_ragged: Count
    # The date line, datelines, addresses
    date_length: Count
    dateline_length: Count
    dateline_lines: Count
    dateline_caption: Count
    dateline_days: Count
    long_number: Count
    # Which edition
    edition_top: Count
    edition_bottom: Count
    edition_sample: Count
    edition_line: Count
    language_lines: Count
    language_sample: Count
    # A text dump's head and title
    head_lines: Count
    head_unknown: Count
    head_labels: Count
    head_prose: Count
    section_length: Count
    title_to_dateline: Count
    # A text dump's tail
    witnesses: Count
    tail_between: Count
    tail_below: Count
    tail_bare: Count
    bare_length: Count
    bare_words: Count
    cities: Count
    cities_alone: Count
    # The body
    caption_run: Count
    captions: Count
    captions_length: Count
    caption_length: Count
    title_lines: Count
    ending_length: Count
    repeat_length: Count
    headline_length: Count
    headline_letters: Count
    lead_length: Count
    # What is no article
    list_dates: Count
    list_items: Count
    front_titles: Count
    front_share: Share
    front_title_length: Count
    front_title_letters: Count
    notice_top: Count
    notice_label: Count
    notice_alone: Count
    notice_worded: Count
    notice_words: Count
    notice_chrome: Count
    notice_text: Count
    article_letters: Count
    # Markup
    box_prose: Count
    box_caption: Count
    name_length: Count
    cell_paragraphs: Count
    generic_prose: Count
    generic_share: Share
    match_long: Count
    match_short: Count
    match_share: Share
    match_again: Share
