"""One story in several editions: facts that survive translation, and how they add up. No Scrapy in here."""
