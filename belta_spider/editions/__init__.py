"""The editions: what each prints, where, and in which words.

One TOML file holds all that is known of one edition; `common.toml` holds the shapes that all
share. Code refers to a rule by its place and kind alone, never by an edition's words.
"""

from belta_spider.editions.edition import Edition, Editions, structural_rules
from belta_spider.editions.loading import load
from belta_spider.editions.tables import EditionError

__all__ = ["Edition", "EditionError", "Editions", "load", "structural_rules"]
