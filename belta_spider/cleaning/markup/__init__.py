"""A page in markup: the site's own by its elements, any other by a general extractor."""
