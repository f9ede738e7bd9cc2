"""Saved pages through Scrapy, on all cores."""
