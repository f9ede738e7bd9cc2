"""Tables of pages: rows with `text` or `html`, `url`, and a capture time."""
