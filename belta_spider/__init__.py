"""BelTA's pages to records: fetch or replay, clean, and say where each line went."""

__version__ = "1.0.0"
