"""A server that a scanner’s bridge may talk to: it keeps each code once."""

from __future__ import annotations

import uuid
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from agent import wire
from agent.scans import (
    SCANNER_PATH,
    SCANS_PATH,
    JoinScanner,
    ScannerJoined,
    Scans,
    ScansKept,
)
from tests.agent.server import CODE, Reply, Server, problem, say


class Station(Server):
    """“Bench 3”, with a code for one scanner."""

    def __init__(self) -> None:
        super().__init__()
        self.scanner_token = ""
        self.read: dict[uuid.UUID, str] = {}
        self.ages: list[int | None] = []

    @property
    def codes(self) -> list[str]:
        return list(self.read.values())

    def _true_reply(self, request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        path = urlsplit(request.path).path
        if path == SCANNER_PATH:
            return self._join(JoinScanner.from_bytes(body))
        if path == SCANS_PATH:
            if request.headers["Authorization"] != f"Bearer {self.scanner_token}":
                return problem(wire.Code.TOKEN_INVALID)
            return self._keep(Scans.from_bytes(body))
        return super()._true_reply(request, body)

    def _join(self, asked: JoinScanner) -> Reply:
        if (asked.code, asked.station) != (CODE, "Bench 3"):
            return problem(wire.Code.CODE_INVALID)
        self.scanner_token = self.scanner_token or asked.token
        if asked.token != self.scanner_token:
            return problem(wire.Code.CODE_INVALID)
        return say(201, ScannerJoined(station="Bench 3", site="Roubaix"))

    def _keep(self, said: Scans) -> Reply:
        for scan in said.scans:
            self.read.setdefault(scan.nonce, scan.code)
            self.ages.append(scan.age_ms)
        return say(200, ScansKept(kept=tuple(scan.nonce for scan in said.scans)))
