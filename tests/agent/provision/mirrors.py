"""Web servers that hold files by their hash: honest ones, and those of hotels."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from agent.profile import Blob


def blob_of(content: bytes, name: str = "film.mp4") -> Blob:
    digest = hashlib.sha256(content).hexdigest()
    return Blob(name=name, sha256=digest, size_bytes=len(content), media="video/mp4")


class Mirror:
    """What it has lies under `/sha256/ab/hex`. `asked` keeps path and Range.

    `lie` is given instead of every file; `cut` hangs up after so many bytes, once; so
    many times it is `busy`.
    """

    def __init__(self, *contents: bytes, lie: bytes | None = None) -> None:
        self.files = {hashlib.sha256(each).hexdigest(): each for each in contents}
        self.lie = lie
        self.cut: int | None = None
        self.busy = 0
        self.retry_after = "5"
        self.chunked = False
        self.ranges = True
        self.redirect = ""
        self.asked: list[tuple[str, str, str]] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                mirror.serve(self)

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/sha256"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        said = request.headers.get("Range", "")
        self.asked.append((request.path, said, request.headers.get("If-Range", "")))
        request.close_connection = True
        if self.busy:
            self.busy -= 1
            request.send_response(503)
            request.send_header("Retry-After", self.retry_after)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if self.redirect:
            request.send_response(302)
            request.send_header("Location", self.redirect + request.path[7:])
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        content = self.files.get(request.path.rpartition("/")[2])
        if self.lie is not None:
            content = self.lie
        if content is None:
            request.send_error(404)
            return
        start = int(said.removeprefix("bytes=").rstrip("-") or 0) if self.ranges else 0
        self._give(request, content, start, is_part=bool(said) and self.ranges)

    def _give(
        self,
        request: BaseHTTPRequestHandler,
        content: bytes,
        start: int,
        *,
        is_part: bool,
    ) -> None:
        request.send_response(206 if is_part else 200)
        if is_part:
            whole = len(content)
            request.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
        if not self.chunked:
            request.send_header("Content-Length", str(len(content) - start))
        request.send_header("Connection", "close")
        request.end_headers()
        rest = content[start:]
        if self.cut is not None:
            rest, self.cut = rest[: self.cut], None
        request.wfile.write(rest)
