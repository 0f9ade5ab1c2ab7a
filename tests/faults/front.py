"""The reverse proxy of operations.md: it ends TLS, and says who asked and how.

A body is passed on as it comes, so that what is cut here is cut for the server too;
`requests` tells how much of each has come.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOCAL = "127.0.0.1"
CHUNK = 4096
PATIENCE = 60.0  # seconds that the server behind may take
# What is about one line, and not about what goes over it.
OF_THE_LINE = frozenset({"connection", "keep-alive", "transfer-encoding"})


@dataclass
class Underway:
    """One request, and how many bytes of its body have come so far."""

    path: str
    whole: int
    came: int = 0

    @property
    def is_midway(self) -> bool:
        return 0 < self.came < self.whole


class Front(ThreadingHTTPServer):
    """Stands before the server at `behind`, with TLS where it is given a certificate.

    `refused` counts the callers who hung up before they asked anything: with TLS,
    those who do not trust the certificate.
    """

    def __init__(self, behind: int, trust: ssl.SSLContext | None, port: int) -> None:
        super().__init__((LOCAL, port), _Passing)
        self.behind = behind
        self.scheme = "https" if trust else "http"
        self.requests: list[Underway] = []
        self.refused = 0
        if trust:  # the handshake is for the thread of the one who calls
            self.socket = trust.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def finish_request(self, request: Any, client_address: Any) -> None:
        if isinstance(request, ssl.SSLSocket):
            try:
                request.do_handshake()
            except OSError:
                self.refused += 1
                return
        with contextlib.suppress(OSError, HTTPException):  # a line was cut
            super().finish_request(request, client_address)


class _Passing(BaseHTTPRequestHandler):
    """Passes each request on, over a connection of its own."""

    protocol_version = "HTTP/1.1"
    server: Front

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        there = HTTPConnection(LOCAL, self.server.behind, timeout=PATIENCE)
        with contextlib.closing(there):
            self._ask(there)
            for chunk in self._body():
                there.send(chunk)
            self._answer(there.getresponse())

    def _ask(self, there: HTTPConnection) -> None:
        there.putrequest(
            self.command, self.path, skip_host=True, skip_accept_encoding=True
        )
        for name, value in self.headers.items():
            if name.lower() not in OF_THE_LINE:
                there.putheader(name, value)
        there.putheader("X-Forwarded-For", str(self.client_address[0]))
        there.putheader("X-Forwarded-Proto", self.server.scheme)
        there.endheaders()

    def _body(self) -> Iterator[bytes]:
        """As it comes. Raises ConnectionAbortedError where it ends before its end."""
        underway = Underway(self.path, int(self.headers.get("Content-Length") or 0))
        self.server.requests.append(underway)
        while left := underway.whole - underway.came:
            chunk = self.rfile.read1(min(CHUNK, left))
            if not chunk:
                raise ConnectionAbortedError
            underway.came += len(chunk)
            yield chunk

    def _answer(self, answer: HTTPResponse) -> None:
        body = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in {*OF_THE_LINE, "content-length"}:
                self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Nobody reads it: `requests` says the same."""


@contextmanager
def front(
    behind: int, trust: ssl.SSLContext | None = None, *, port: int = 0
) -> Iterator[Front]:
    """One that listens on `port`, or on a free one, until the end of the block."""
    standing = Front(behind, trust, port)
    thread = threading.Thread(target=standing.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield standing
    finally:
        standing.shutdown()
        thread.join()
        standing.server_close()
