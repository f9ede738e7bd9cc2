"""Indexes of web archives: which captures there are, where they stand, and which of them are worth reading."""
