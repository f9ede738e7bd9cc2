"""Web archives, record by record: WARC and WET, ARC, and the HTTP messages in them."""
