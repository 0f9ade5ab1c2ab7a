"""A bench of its own for the scan elements: one page, and a server that only notes.

What the real server makes of a scan is tested with the real server; here only what
the browser sends, in which order, and what it shows meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import parse_qsl

from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

STATIC = Path(__file__).resolve().parents[2] / "backoffice" / "core" / "static"
POLICY = "default-src 'self'; img-src 'self' data:"
PAGE = """
{% load static %}<!DOCTYPE html><html lang="en"><head><title>Bench</title>
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,"responseHandling":[{"code":"[23]..","swap":true},{"code":"403|404|409|422","swap":true},{"code":"...","swap":false,"error":true}]}'>
<link rel="stylesheet" href="{% static 'build/app.css' %}">
<script type="module" src="{% static 'build/app.js' %}"></script>
<script type="module" src="{% static 'build/station.js' %}"></script>
</head><body><main><h1>Bench</h1><station-modes>
<nav class="modes" aria-label="Modes"><a class="btn mode" href="#one">One</a> <a class="btn mode" href="#two">Two</a></nav>
{% include "core/components/scan_input.html" with action="/scan/" target="result" label="Scan" mode="look" nonce="first" %}
<div id="result" aria-live="polite"></div>
<p><label for="other">Note</label> <input id="other" class="control" data-search></p>
<form action="/form/" method="post"><scan-field><label for="serial">Serial</label> <input id="serial" name="serial" class="control"></scan-field> <label for="next">Next</label> <input id="next" name="next" class="control"> <button class="btn">Save</button></form>
{% include "core/components/station_sound.html" %}{% include "core/components/shortcuts.html" %}
</station-modes></main></body></html>
"""
ANSWER = """
{% include "core/components/result.html" with outcome=outcome code=code lead="" next_step="" %}
<button class="btn" type="button" data-undo>Undo</button>
"""


class Bench(ThreadingHTTPServer):
    """Notes every scan posted; `faults` are statuses answered before the good ones."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scans: list[dict[str, str]] = []
        self.faults: list[int] = []
        self.sign_in = False
        self.gate = threading.Event()
        self.gate.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def codes(self) -> list[str]:
        return [scan["code"] for scan in self.scans]


class Handler(BaseHTTPRequestHandler):
    server: Bench
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            kind = guess_type(file.name)[0] or "application/octet-stream"
            self.answer(200, file.read_bytes(), kind)
        elif path == "/favicon.ico":
            self.answer(204, b"")
        else:
            self.answer(200, render(PAGE))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.gate.wait(timeout=20)
        if self.server.faults:
            self.answer(self.server.faults.pop(0), b"")
        elif self.server.sign_in:
            self.redirect(reverse("account_login") + "?next=/")
        else:
            scan = dict(parse_qsl(body, keep_blank_values=True))
            self.server.scans.append(scan)
            outcome = "refused" if "REFUSE" in scan["code"] else "ok"
            status = 409 if outcome == "refused" else 200
            self.answer(status, render(ANSWER, outcome=outcome, code=scan["code"]))

    def redirect(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, status: int, body: bytes, kind: str = "text/html") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Silent: the tests say what matters."""


def render(text: str, **values: str) -> bytes:
    template = engines["django"].from_string(text)
    return template.render(values, RequestFactory().get("/")).encode()


@contextmanager
def bench() -> Iterator[Bench]:
    server = Bench()
    worker = threading.Thread(target=server.serve_forever, daemon=True)
    worker.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        server.server_close()
        worker.join()
