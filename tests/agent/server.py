"""A server that really listens and keeps the rules of docs/wire.md, in one thread."""

from __future__ import annotations

import dataclasses
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

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

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
        self.pending: str | None = None
        self.rotations = 0
        self.assignment: wire.Assignment | None = None
        self.events: list[wire.Event] = []
        self.cancelled: tuple[uuid.UUID, ...] = ()
        self.authority = b""
        self.files: dict[str, bytes] = {}
        self.time_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
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
            time = wire.Time(nonce=nonce, now=self.clock())
            signature = self.time_key.sign(time.signed)
            return say(200, dataclasses.replace(time, signature=signature))
        if path.path == wire.AUTHORITY_PATH:
            return Reply(200 if self.authority else 404, self.authority, {})
        if path.path == wire.ENROL_PATH:
            return self._enrol(wire.EnrolRequest.from_bytes(body))
        if path.path.startswith(wire.BLOBS_PATH):
            return self._file(path.path)
        if not self._knows(request.headers.get("Authorization", "")):
            return problem(wire.Code.TOKEN_INVALID)
        if path.path in self.files:
            return self._file(path.path)
        if path.path == wire.ROTATE_PATH:
            self.rotations += 1
            self.pending = f"rotated-token-{self.rotations:010d}"
            return say(200, wire.Rotated(token=self.pending))
        if path.path == wire.ASSIGNMENT_PATH:
            return self._assign(request.headers.get("If-None-Match"))
        if path.path == wire.EVENTS_PATH:
            return self._hear(wire.Events.from_bytes(body))
        return self._report(wire.Envelope.from_bytes(body))

    def _knows(self, bearer: str) -> bool:
        """The former credential ends when the fresh one is first used."""
        if self.pending and bearer == f"Bearer {self.pending}":
            self.token, self.pending = self.pending, None
        return bearer == f"Bearer {self.token}"

    def _file(self, path: str) -> Reply:
        kind = {"Content-Type": "application/octet-stream"}
        if path not in self.files:
            return problem(wire.Code.NOT_FOUND)
        return Reply(200, self.files[path], kind)

    def _assign(self, known: str | None) -> Reply:
        if self.assignment is None:
            return problem(wire.Code.NOT_FOUND)
        etag = f'"{self.assignment.rev}"'
        if known == etag:
            return Reply(304, b"", {"ETag": etag})
        reply = say(200, self.assignment)
        return reply._replace(headers={**reply.headers, "ETag": etag})

    def _hear(self, said: wire.Events) -> Reply:
        last = self.events[-1].seq if self.events else 0
        self.events += [event for event in said.events if event.seq > last]
        last = self.events[-1].seq if self.events else 0
        return say(202, wire.EventsReply(last_seq=last, cancelled=self.cancelled))

    def _enrol(self, asked: wire.EnrolRequest) -> Reply:
        key = Ed25519PublicKey.from_public_bytes(asked.public_key)
        key.verify(asked.proof, asked.claim)
        if asked.code != CODE:
            return problem(wire.Code.CODE_INVALID)
        is_known = asked.public_key in self.agents
        agent_id = self.agents.setdefault(asked.public_key, uuid.uuid4())
        reply = wire.EnrolReply(
            agent_id=agent_id,
            token=self.token,
            server_time=self.clock(),
            server_key=self.time_key.public_key().public_bytes_raw(),
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
