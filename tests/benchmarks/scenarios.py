"""What is asked of a server, and how long each answer takes."""

from __future__ import annotations

import datetime as dt
import http.client
import itertools
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent import wire
from tests.faults.clients import CSRF, FORM

# Asks the server how many statements an answer cost.
COUNT = "X-Count-Queries"
REPORT_BYTES = 137 * 1024
GIB = 2**30


@dataclass(frozen=True)
class Request:
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    wanted: int = 200


@dataclass
class Connection:
    """One kept-alive connection to a server."""

    port: int

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def milliseconds(self, request: Request) -> float:
        """From the first byte asked to the last byte answered."""
        begun = time.perf_counter()
        self._answer(request, {})
        return (time.perf_counter() - begun) * 1000

    def queries(self, request: Request) -> int:
        return int(self._answer(request, {COUNT: "yes"})[COUNT])

    def _answer(
        self, request: Request, headers: Mapping[str, str]
    ) -> http.client.HTTPMessage:
        method = "GET" if request.body is None else "POST"
        sent = {**request.headers, **headers}
        self.connection.request(method, request.path, request.body, sent)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == request.wanted, (request.path, answer.status)
        return answer.headers


Asked = Callable[[], Request]


def signed_in(session: str) -> dict[str, str]:
    cookie = f"sessionid={session}; csrftoken={CSRF}"
    return {"Cookie": cookie, "X-CSRFToken": CSRF}


def page(world: dict[str, Any], path: str, **query: str | list[str]) -> Asked:
    asked = f"{path}?{urlencode(query, doseq=True)}" if query else path
    return lambda: Request(asked, headers=signed_in(world["lead"]))


def write(world: dict[str, Any]) -> Asked:
    headers = {**signed_in(world["lead"]), "Content-Type": FORM}
    return lambda: Request("/bench/write/", b"", headers)


def look_up(world: dict[str, Any]) -> Asked:
    tags = itertools.cycle(world["tags"][50:])
    return lambda: _scan(world, next(tags), "look_up", station=0)


def move(world: dict[str, Any]) -> Asked:
    """A scan that acts: a device carried to one shelf, then to the other."""
    turns = ((tag, n) for tag in itertools.cycle(world["tags"][:50]) for n in (0, 1))

    def asked() -> Request:
        tag, station = next(turns)
        return _scan(world, tag, "move", station=station)

    return asked


def _scan(world: dict[str, Any], code: str, mode: str, *, station: int) -> Request:
    headers = {
        **signed_in(world["sessions"][station]),
        "Content-Type": FORM,
        "HX-Request": "true",
    }
    said = {"code": code, "mode": mode, "nonce": str(uuid.uuid4())}
    return Request("/station/scan/", urlencode(said).encode(), headers)


class Machine:
    """A machine that reports, each time as much as a real one with many parts."""

    def __init__(self, known: dict[str, str]) -> None:
        self.agent = uuid.UUID(known["agent"])
        self.key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(known["key"]))
        self.headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {known['token']}",
        }
        self.seq = 0
        self.previous = ""
        self.payload_bytes = 0

    def report(self) -> Request:
        self.seq += 1
        report = _full_report(self.agent.hex[:8], self.seq, self.previous)
        envelope = wire.Envelope.seal(self.agent, report, self.key.sign)
        self.previous = envelope.sha256
        self.payload_bytes = len(envelope.payload)
        return Request(wire.REPORTS_PATH, envelope.to_bytes(), self.headers, 201)


def _full_report(name: str, seq: int, previous: str) -> wire.Report:
    return wire.Report(
        report_id=uuid.uuid4(),
        seq=seq,
        prev_sha256=previous,
        boot_id=uuid.uuid4(),
        monotonic_ms=1000,
        taken_at=dt.datetime.now(dt.UTC),
        kind=wire.Kind.INVENTORY,
        agent_version="0.1.0",
        machine=wire.Machine(make="Exemple", model="Portable 14"),
        drives=tuple(_drive(name, number) for number in range(4)),
        unseen=tuple(_unseen(number) for number in range(REPORT_BYTES // 362)),
    )


def _drive(name: str, number: int) -> wire.Drive:
    return wire.Drive(
        name=f"sd{number}",
        path=f"/dev/sd{number}",
        bus=wire.Bus.SATA,
        medium=wire.Medium.HDD,
        model="HD500",
        serial=f"{name.upper()}{number:02d}",
        size_bytes=500 * GIB,
        in_use=False,
        health=wire.Health(tool="smartctl", passed=True, power_on_hours=4321),
    )


def _unseen(number: int) -> wire.Unseen:
    return wire.Unseen(
        subject=wire.Subject.BATTERIES,
        why=wire.Why.TOOL_FAILED,
        about=f"/sys/class/power_supply/BAT{number:04d}",
        detail="x" * 256,
    )
