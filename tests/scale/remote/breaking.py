"""A proxy on loopback before a store, which breaks a share of its answers."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from queue import Queue

KINDS = ("503", "cut", "reset", "lost", "stall")
_REFUSALS = {
    "503": ("Slow Down", "SlowDown"),
    "429": ("Too Many Requests", "SlowDown"),
    "409": ("Conflict", "ConditionalRequestConflict"),
    "403": ("Forbidden", "AccessDenied"),
}
HTML = b"<!doctype html><html><body><h1>Please wait</h1></body></html>"
Wanted = Callable[[str, str], bool]
"""Whether a request may be broken, by its method and target."""


def of_objects(method: str, target: str) -> bool:
    """Requests of objects; neither lists nor questions for their heads."""
    return method in {"GET", "PUT"} and "list-type" not in target


class Breaking:
    """The proxy, in a thread of its own.

    A `503` (`429`, `409`, `403`) is answered before the store hears of it, and so is a page of `html`; of a `cut` two
    thirds come, of a `stall` too, and then nothing; a `reset` ends the connection at once, where an answer is `lost`,
    after the store has done what it was asked.
    """

    def __init__(
        self, upstream: int, share: float, *kinds: str, wanted: Wanted = of_objects, ignores_conditions: bool = False
    ):
        self.upstream, self.share, self.kinds, self.wanted = upstream, share, kinds or KINDS[:-1], wanted
        self.ignores_conditions = ignores_conditions
        self.counts: Counter[str] = Counter()
        self.whole: Counter[str] = Counter()
        """How often each target was answered well."""
        self.silence = 150.0
        self._chance = random.Random(7)
        self._ready: Queue[int] = Queue()
        threading.Thread(target=self._run, daemon=True).start()
        self.port = self._ready.get(timeout=10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _run(self) -> None:
        with suppress(RuntimeError):  # stopped
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, limit=2**20)
        self._loop = asyncio.get_running_loop()
        self._ready.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._one(reader, writer)
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        method, target = lines[0].decode().split(" ")[:2]
        fields = {name.strip().lower(): value.strip() for name, _, value in (one.partition(b":") for one in lines[1:])}
        if fields.get(b"expect", b"").lower() == b"100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
        kind = self._kind(method, target)
        self.counts[kind or "good"] += 1
        self.counts[method] += 1
        if kind in _REFUSALS:
            writer.write(_refused(kind))
            await writer.drain()
        elif kind == "html":
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(HTML), HTML)
            )
            await writer.drain()
        elif kind != "reset":
            self.whole[target] += kind is None
            answer = await self._upstream(lines, body)
            if kind == "lost":
                return
            writer.write(answer if kind is None else answer[: max(1, 2 * len(answer) // 3)])
            await writer.drain()
            if kind == "stall":
                await asyncio.sleep(self.silence)

    def _kind(self, method: str, target: str) -> str | None:
        is_broken = self.wanted(method, target) and self._chance.random() < self.share
        return self._chance.choice(self.kinds) if is_broken else None

    async def _upstream(self, lines: list[bytes], body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        left_out = (b"connection:", b"expect:", *([b"if-none-match:"] if self.ignores_conditions else []))
        kept = [line for line in lines[1:] if line and not line.lower().startswith(left_out)]
        writer.write(b"\r\n".join([lines[0], *kept, b"Connection: close", b"", b""]) + body)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer


def _refused(kind: str) -> bytes:
    words, code = _REFUSALS[kind]
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{words}</Message></Error>".encode()
    head = f"HTTP/1.1 {kind} {words}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
