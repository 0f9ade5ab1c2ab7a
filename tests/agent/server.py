"""A server that really listens and keeps the rules of docs/wire.md, in one thread."""

from __future__ import annotations

import datetime as dt
import json
import ssl
import threading
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent import wire

CODE = "K7QM3XPA"
TOKEN = "fictional-token-0123456789"
NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


class Reply(NamedTuple):
    """One answer. A status of 0 hangs up without a word."""

    status: int
    body: bytes
    headers: dict[str, str]


HANG_UP = Reply(0, b"", {})


def say(status: int, message: wire.Message) -> Reply:
    return Reply(status, message.to_bytes(), {"Content-Type": "application/json"})


def problem(
    code: wire.Code, headers: dict[str, str] | None = None, **facts: Any
) -> Reply:
    body = {"code": code, "title": "No.", "status": wire.STATUS[code], **facts}
    kind = {"Content-Type": "application/problem+json", **(headers or {})}
    return Reply(wire.STATUS[code], json.dumps(body).encode(), kind)


class Server:
    """What it keeps can be looked at; `script` answers first, once each.

    An entry of the script is a reply, or a function that gets the true reply.
    """

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self.script: list[Reply | Callable[[Reply], Reply]] = []
        self.asked: list[tuple[str, str]] = []
        self.kept: dict[uuid.UUID, wire.Envelope] = {}
        self.agents: dict[bytes, uuid.UUID] = {}
        self.token = TOKEN
        self.device: str | None = None
        self.clock = lambda: NOW
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._serve(self)

            def do_POST(self) -> None:
                server._serve(self)

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = False
        if trust:
            self._http.socket = trust.wrap_socket(self._http.socket, server_side=True)
        self._scheme = "https" if trust else "http"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def address(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers.get("Content-Length") or 0)
        body = request.rfile.read(length)
        self.asked.append((request.command, request.path))
        first = self.script.pop(0) if self.script else None
        if isinstance(first, Reply):
            reply = first
        else:
            reply = self._true_reply(request, body)
            reply = first(reply) if first else reply
        if not reply.status:
            request.close_connection = True
            return
        request.send_response(reply.status)
        for name, value in reply.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(reply.body)))
        request.end_headers()
        request.wfile.write(reply.body)

    def _true_reply(self, request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        path = urlsplit(request.path)
        if path.path == wire.TIME_PATH:
            (nonce,) = parse_qs(path.query)["nonce"]
            return say(200, wire.Time(nonce=nonce, now=self.clock()))
        if path.path == wire.ENROL_PATH:
            return self._enrol(wire.EnrolRequest.from_bytes(body))
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return problem(wire.Code.TOKEN_INVALID)
        return self._report(wire.Envelope.from_bytes(body))

    def _enrol(self, asked: wire.EnrolRequest) -> Reply:
        key = Ed25519PublicKey.from_public_bytes(asked.public_key)
        key.verify(asked.proof, asked.claim)
        if asked.code != CODE:
            return problem(wire.Code.CODE_INVALID)
        is_known = asked.public_key in self.agents
        agent_id = self.agents.setdefault(asked.public_key, uuid.uuid4())
        reply = wire.EnrolReply(
            agent_id=agent_id, token=self.token, server_time=self.clock()
        )
        return say(200 if is_known else 201, reply)

    def _report(self, envelope: wire.Envelope) -> Reply:
        keys = {agent: key for key, agent in self.agents.items()}
        key = Ed25519PublicKey.from_public_bytes(keys[envelope.agent_id])
        key.verify(envelope.signature, envelope.payload)
        report = envelope.report()
        if report.report_id in self.kept:
            is_same = self.kept[report.report_id].payload == envelope.payload
            if not is_same:
                return problem(wire.Code.REPORT_CONFLICT)
            return say(200, self._reply(report))
        last = list(self.kept.values())[-1:]
        expected = last[0].report().seq + 1 if last else 1
        previous = last[0].sha256 if last else ""
        if (report.seq, report.prev_sha256) != (expected, previous):
            return problem(
                wire.Code.SEQ_CONFLICT, expected=expected, expected_prev_sha256=previous
            )
        self.kept[report.report_id] = envelope
        return say(201, self._reply(report))

    def _reply(self, report: wire.Report) -> wire.ReportReply:
        return wire.ReportReply(
            report_id=report.report_id,
            received_at=self.clock(),
            clock_offset_seconds=round(
                (self.clock() - report.taken_at).total_seconds()
            ),
            next_seq=report.seq + 1,
            device=self.device,
        )
