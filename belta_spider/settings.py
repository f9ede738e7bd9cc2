"""Settings of the project, in the order of `scrapy startproject`.

Each says what Scrapy's default is, and why ours differs.
"""

BOT_NAME = "belta_spider"

SPIDER_MODULES = ["belta_spider.spiders"]
NEWSPIDER_MODULE = "belta_spider.spiders"
COMMANDS_MODULE = "belta_spider.commands"

# Default True: port 6023 answers whoever asks on this machine.
TELNETCONSOLE_ENABLED = False
# Default True: likewise; and it costs 0.2 s of every start.
REMOTE_CONTROL_ENABLED = False

# Item pipelines, one duty each. Yours may stand anywhere between: items are dataclasses that
# ItemAdapter reads, and each stage fills further fields.
ITEM_PIPELINES = {
    "belta_spider.pipelines.ChromePipeline": 100,
    "belta_spider.pipelines.HeaderPipeline": 200,
    "belta_spider.pipelines.BodyPipeline": 300,
    "belta_spider.pipelines.LanguagePipeline": 400,
    "belta_spider.pipelines.NormalizationPipeline": 500,
    "belta_spider.pipelines.ChoicePipeline": 800,
    "belta_spider.pipelines.DuplicatesPipeline": 900,
}
# Default 100, which starts 101 tasks for each response; at 1 the output keeps the input's order.
CONCURRENT_ITEMS = 1

# Default None (UTF-8 since 2.x for JSON only): the output is UTF-8, not escaped.
FEED_EXPORT_ENCODING = "utf-8"
# Scrapy's exporters lose what a killed crawl had not flushed; these write each article durably.
FEED_EXPORTERS = {
    "jsonl": "belta_spider.extensions.feeds.exporter.DurableExporter",
    "jsonlines": "belta_spider.extensions.feeds.exporter.DurableExporter",
    "jl": "belta_spider.extensions.feeds.exporter.DurableExporter",
    "gz": "belta_spider.extensions.feeds.exporter.DurableExporter",
    "zst": "belta_spider.extensions.feeds.exporter.DurableExporter",
}
FEED_STORAGES = {
    "": "belta_spider.extensions.feeds.DurableStorage",
    "file": "belta_spider.extensions.feeds.DurableStorage",
    # Default: uploads at the end what a killed crawl loses. These write segments, or go on from files here.
    "s3": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "s3a": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "gs": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "gcs": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "abfs": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "abfss": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "az": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "hdfs": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "webhdfs": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "hf": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "http": "belta_spider.extensions.feeds.remote.RemoteStorage",
    "https": "belta_spider.extensions.feeds.remote.RemoteStorage",
}
EXTENSIONS = {
    # Replaced by its subclass, which opens the feeds before the first request.
    "scrapy.extensions.feedexport.FeedExporter": None,
    "belta_spider.extensions.feeds.DurableFeeds": 0,
    # Likewise.
    "scrapy.extensions.corestats.CoreStats": None,
    "belta_spider.extensions.stats.PageStats": 0,
    # Counts errors, and judges the run at its end.
    "belta_spider.extensions.verdict.Verdict": 0,
    "belta_spider.extensions.progress.Progress": 0,
    # With BELTA_STORIES alone.
    "belta_spider.extensions.stories.Stories": 0,
    # A line a minute of pages crawled: the summary says it once.
    "scrapy.extensions.logstats.LogStats": None,
}

# Default: those that Scrapy knows. @fixture checks a callback with a page of fixtures/, offline.
SPIDER_CONTRACTS = {"belta_spider.extensions.contracts.Fixture": 10}

# Default DEBUG: a crawl's own words are its summary; -L DEBUG brings Scrapy's log back.
LOG_LEVEL = "WARNING"
# Default: prints the whole item with each drop and each error.
LOG_FORMATTER = "belta_spider.extensions.logs.OneLine"

# Ours. Each JSON Lines output has its audit beside it; 0 leaves it out.
BELTA_AUDIT = True
# 1 brings the stories beside each JSON Lines output up to date at the end of a run, as scrapy stories does.
BELTA_STORIES = False
# Gates, for runs that nobody watches: below this many articles (new, or held already), and
# above this share of new ones from a page of unknown layout, the exit code is 5.
BELTA_MIN_ARTICLES = 0
BELTA_MAX_UNKNOWN = 1.0  # no gate
# In live crawls, above this share of an edition's pages without known markup, or where a field is
# there by this share less often than in earlier runs, the exit code is 5, and pages are kept.
BELTA_MAX_DRIFT = 0.2
# Processes that clean the pages of a replay, beside this one, which reads and writes: 0 takes as many as
# there are cores. On a single core, and for small inputs, there is none. What comes out is the same, byte for byte.
BELTA_WORKERS = 0
# Of an output in parts, -o s3://bucket/articles-%(batch_id)08d.jsonl.zst: each after so many bytes or seconds.
BELTA_SEGMENT_BYTES = 4 * 2**20
BELTA_SEGMENT_SECONDS = 60  # what a reader of the store waits for at most
# A folder of further edition files, beside the built-in ones.
BELTA_EDITIONS = None
# Live crawls. A mail address or a web page where the site's operators reach you; none runs without it.
BELTA_CONTACT = None
# Edition to base address, for mirrors and tests: {"de": "http://127.0.0.1:8000"}.
BELTA_BASE_URLS: dict[str, str] = {}
# A folder for WARC files of all that is sent and received.
BELTA_WARC_DIR = None
# Archives. Where the Wayback Machine and Common Crawl's indexes are asked, for mirrors and tests.
BELTA_WAYBACK_URL = "https://web.archive.org"
BELTA_COMMONCRAWL_URL = "https://index.commoncrawl.org"
# 0 asks an archive in spite of its robots.txt: with its leave alone (docs/archives.md).
BELTA_ARCHIVE_ROBOTS = True
# What a run says at its end: "full", or "quiet", which says nothing where the exit code is 0, for cron.
BELTA_SUMMARY = "full"
