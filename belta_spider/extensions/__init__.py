"""What Scrapy loads beside the spider."""
