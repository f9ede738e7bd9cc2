"""Strings, whatever they say."""
