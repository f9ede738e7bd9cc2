"""Why something is not a page: every word that a run counts by, with what it means."""

from __future__ import annotations

UNREAD = {
    "changed": "A file elsewhere that another one took the place of while it was read.",
    "closed_folder": "A folder may not be entered, or a store does not let itself be listed.",
    "cut_short": "A live crawl's answer ended before its end.",
    "damaged_arrow": "An Arrow file, or one of its batches, is not what its head says.",
    "damaged_compression": "Compressed bytes are damaged: a member, frame or stream is lost, what follows is read.",
    "damaged_csv": "A row of a CSV or TSV file cannot be read.",
    "damaged_http": "A record holds no HTTP message, or a body that is not encoded as its header says.",
    "damaged_mail": "An MHTML or EML file has no page in it that can be read.",
    "damaged_orc": "An ORC file, or one of its stripes, is not what its foot says.",
    "damaged_parquet": "A Parquet file, or one of its row groups, is not what its foot says.",
    "damaged_record": "No record starts where one should, or its head is damaged.",
    "damaged_tar": "A member's head in a tar file is damaged; what follows is read.",
    "damaged_zip": "A zip file, or one of its members, cannot be unpacked.",
    "empty": "An archive without a record, or a container without a member.",
    "encrypted": "A member of a zip file asks for a password.",
    "http_NNN": "A live crawl's answer with that status.",
    "missing_columns": "A table has no column of pages: name it with -a columns=text:NAME.",
    "missing_library": "What reads such a file is not installed: the detail names the extra to install.",
    "nested": "Containers within containers, deeper than is read.",
    "no_address": "A live crawl found no address for a host's name.",
    "no_connection": "A live crawl reached nobody, or the connection broke.",
    "no_original": "A revisit whose original is not in the input: add the archive that holds it.",
    "not_json": "A line, or a value, is no JSON.",
    "nothing_came": "A live crawl asked, and had no answer.",
    "own_output": "This program wrote it: articles, an audit, a report or an export.",
    "refused": "A kind of file that holds no pages, or is not read: the detail says what to do.",
    "robots_unreachable": "A live crawl could not read a site's robots.txt, so nothing may be asked there.",
    "timeout": "A live crawl had no answer in time.",
    "too_large": "Larger than is read, or packed out of all proportion.",
    "truncated": "The file, a record or a body ends before its end.",
    "unknown_format": "Neither text nor an archive nor a table.",
    "unreadable": "The system does not let it be read, or a store does not give it.",
    "wrong_digest": "A record's block is not what its digest says.",
    "wrong_length": "A record does not end where its Content-Length says.",
    "wrong_type": "A table's cell is neither text nor bytes.",
}
"""Why something could not be read: counted as `not readable`, exit 4."""

SKIPPED = {
    "continuation": "A further segment of a record.",
    "not_a_page": "A record of a picture, a style, a script, or of the archive itself.",
    "other_site": "A record, or a table's row, of another site; -a any_site=1 reads it.",
    "redirect": "An answer that points elsewhere.",
    "unknown_type": "A record of a type that WARC does not know.",
}
"""Records that hold no page of the site."""

PASSED_OVER = {
    "binary": "Bytes of no known kind.",
    "broken_link": "A link to nothing.",
    "cdx": "An index of an archive.",
    "document": "PDF, DjVu.",
    "empty": "A table without a row, or a file without a byte whose name says nothing.",
    "feather": "The first form of Feather.",
    "feed": "A feed, a sitemap, or other XML.",
    "font": "A font.",
    "hidden": "A file or folder whose name starts with a dot, or that a system leaves behind.",
    "image": "A picture.",
    "linked_folder": "A link to a folder that is read already.",
    "mbox": "A mailbox of many mails.",
    "media": "Sound or film.",
    "office": "A document of an office program.",
    "other_data": "JSON or CSV without a column of pages.",
    "other_text": "Text that no edition's words, dateline or agency stand in.",
    "own_output": "What this program wrote.",
    "packed": "An archive in a form that is not read.",
    "script": "A script.",
    "special_file": "A pipe, socket or device.",
    "sqlite": "A SQLite database.",
    "style": "A style sheet.",
    "tar_link": "A link, device or pipe within a tar file.",
    "wat": "An archive of what was found in pages, without the pages.",
}
"""Files in folders, and members of archives of files, that hold no page."""

DROPPED = {
    "duplicate.capture": "A later capture of an article that the output holds.",
    "empty": "A page without a line.",
    "error_page": "An answer of 400 and above, or a page that says so.",
    "front_page": "A front page, also where it stands at an article's address.",
    "list_page": "A list of articles.",
    "no_text": "Nothing is left beside chrome, or too little to be sure of.",
    "notice": "A bot check, a maintenance notice, a wall of consent.",
    "other_site": "Another site's page; -a any_site=1 reads it.",
    "outside_dates": "An article of a day that the run was not asked for.",
    "outside_editions": "An article of an edition that the run was not asked for.",
    "outside_sections": "An article of a section that the run was not asked for.",
    "print_view": "The version of an article for printing.",
    "search_page": "Results of a search.",
    "unknown_edition": "A page of the site in none of the editions.",
    "video_record": "A film with a line below it.",
}
"""Why a page is no article."""

REFUSALS = {
    "cdx": "an index (CDX): it names captures but holds none; read the WARC files that it points to",
    "wat": "a WAT file: it holds what was found in pages, not the pages; read the WARC or WET file beside it",
    "sqlite": "a SQLite database: export its table to CSV (sqlite3 FILE -csv -header 'select url, html from ...')",
    "office": "a document of an office program: save it as text, or a table as CSV",
    "document": "a document (PDF, DjVu): convert it to text first, one file a page",
    "image": "a picture: there is no page in it",
    "media": "sound or film: there is no page in it",
    "font": "a font: there is no page in it",
    "style": "a style sheet: there is no page in it",
    "script": "a script: there is no page in it",
    "feed": "a feed, a sitemap or other XML: it lists articles but holds none; read the pages themselves",
    "feather": "the first form of Feather: save it anew as Arrow IPC or Parquet",
    "mbox": "a mailbox of many mails: save each mail as an .eml file",
    "packed": "an archive in a form that is not read: unpack it, or pack it anew as zip or tar",
    "own_output": "this program wrote it: name the pages that it was made from",
}
"""What is said of a kind that is refused."""
