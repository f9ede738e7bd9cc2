"""What is new, what was edited and how, and what is gone: from the captures of an output. No Scrapy in here."""
