"""The version, a part of each record's producer."""

__version__ = "1.0.0"
