"""The records for other tools."""
