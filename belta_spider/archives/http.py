"""What is asked again of an archive, and what its robots.txt forbids."""

from __future__ import annotations

from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Request, Response

from belta_spider.archives.pace import is_of_the_archive


class Retry(RetryMiddleware):
    """Scrapy's, which leaves alone what an archive replays: an error that it captured is one for ever."""

    def process_response(  # type: ignore[override] # the spider is no argument any more
        self, request: Request, response: Response
    ) -> Request | Response:
        if not is_of_the_archive(response):
            return response
        return super().process_response(request, response)
