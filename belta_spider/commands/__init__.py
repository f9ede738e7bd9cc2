"""The project's commands, beside Scrapy's own."""
