"""Web archives: the Wayback Machine, Common Crawl, and whoever else serves an index of captures."""
