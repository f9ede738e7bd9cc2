"""A web server on loopback: files with or without parts, marks and lengths, and answers that break."""

from __future__ import annotations

import hashlib
import http.server
import random
import re
import threading
import time
from collections import Counter
from typing import Any
from urllib.parse import unquote

_MODIFIED = "Tue, 30 Apr 2024 10:00:00 GMT"


class Web:
    """Serves `files` by their names. What it tells of them, and how it breaks, may be changed at any time."""

    def __init__(self, **files: bytes):
        self.files = {name.replace("_", "."): data for name, data in files.items()}
        self.marks = {"ETag", "Last-Modified", "Content-Length"}
        self.modified = _MODIFIED
        self.has_ranges = True
        self.share = 0.0
        self.kinds = ("503", "cut", "reset")
        self.silence = 60.0
        self.status = 0
        self.counts: Counter[str] = Counter()
        self.chance = random.Random(5)
        handler = type("Handler", (_Handler,), {"web": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()


class _Handler(http.server.BaseHTTPRequestHandler):
    web: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        web = self.web
        kind = web.chance.choice(web.kinds) if web.chance.random() < web.share else "good"
        web.counts[kind] += 1
        name = unquote(self.path.lstrip("/").partition("?")[0])
        if kind == "503" or web.status:
            self._head(web.status or 503, {"Content-Length": "0"})
        elif kind == "reset":
            self.close_connection = True
        elif name.endswith("/") or not name:
            self._give(200, self._links(name), {}, kind)
        elif name not in web.files:
            self._head(404, {"Content-Length": "0"})
        else:
            self._file(web.files[name], kind)

    def _file(self, data: bytes, kind: str) -> None:
        web = self.web
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        told = {"ETag": f'"{hashlib.sha256(data).hexdigest()[:8]}"', "Last-Modified": web.modified}
        fields = {name: value for name, value in told.items() if name in web.marks}
        if not (wanted and web.has_ranges):
            self._give(200, data, fields, kind)
        elif int(wanted[1]) >= len(data):
            self._head(416, {**fields, "Content-Range": f"bytes */{len(data)}", "Content-Length": "0"})
        else:
            part = data[int(wanted[1]) : int(wanted[2]) + 1]
            end = int(wanted[1]) + len(part) - 1
            self._give(206, part, {**fields, "Content-Range": f"bytes {wanted[1]}-{end}/{len(data)}"}, kind)

    def _links(self, folder: str) -> bytes:
        names = [name.removeprefix(folder) for name in sorted(self.web.files) if name.startswith(folder)]
        return "".join(f'<a href="{name}">{name}</a><a href="../">up</a>' for name in names).encode()

    def _give(self, status: int, data: bytes, fields: dict[str, str], kind: str) -> None:
        is_told = "Content-Length" in self.web.marks
        self._head(status, {**fields, **({"Content-Length": str(len(data))} if is_told else {"Connection": "close"})})
        cut = kind in {"cut", "stall"}
        self.wfile.write(data[: 2 * len(data) // 3] if cut else data)
        if kind == "stall":
            self.wfile.flush()
            time.sleep(self.web.silence)
        self.close_connection = self.close_connection or cut or not is_told

    def _head(self, status: int, fields: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
