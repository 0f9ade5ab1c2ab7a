"""Clients that act, note what was acknowledged, and ask again what was not answered.

    python -m tests.faults.clients reporter|receiver|mover

reads its orders as one line of JSON and writes one line of JSON per acknowledged
act, until it is told to end (SIGTERM). An act cut off by a dead server is asked
again, to the letter, until it is answered: that is what real clients do.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import http.client
import itertools
import json
import signal
import sys
import time
import uuid
from collections.abc import Iterator
from types import FrameType
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent import wire

PAUSE = 0.1  # seconds before a server that does not answer is asked again
FORM = "application/x-www-form-urlencoded"
CSRF = "c" * 32


class Ended(Exception):
    """Told to end; what was not acknowledged stays unsaid."""


@dataclasses.dataclass
class Server:
    """One connection, kept alive while it lives. `cut` counts the times it did not."""

    port: int
    cut: int = 0
    ending: bool = False
    connection: http.client.HTTPConnection | None = None

    def post(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Status and body; raises OSError or HTTPException where no answer came."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=30
            )
        try:
            self.connection.request("POST", path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def insist(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        """Ask until a server answers that has its database: 5xx is no answer."""
        while not self.ending:
            try:
                status, answer = self.post(path, body, headers)
            except (OSError, http.client.HTTPException):
                status, answer = 0, b""
            if 0 < status < 500:
                return status, answer
            self.cut += 1
            time.sleep(PAUSE)
        raise Ended

    def end(self, _signum: int, _frame: FrameType | None) -> None:
        """Take the answer that is under way, and ask nothing more."""
        self.ending = True


Acknowledged = dict[str, Any]


def reporter(server: Server, orders: dict[str, Any]) -> Iterator[Acknowledged]:
    """A machine that reports without end, each report after the one before it."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(orders["key"]))
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {orders['token']}",
    }
    previous = ""
    for seq in itertools.count(1):
        envelope = wire.Envelope.seal(
            uuid.UUID(orders["agent"]), _report(seq, previous), key.sign
        )
        status, answer = server.insist(wire.REPORTS_PATH, envelope.to_bytes(), headers)
        reply = wire.ReportReply.from_bytes(answer) if status < 400 else None
        yield {
            "agent": orders["agent"],
            "report": str(reply.report_id) if reply else "",
            "seq": seq,
            "sha256": envelope.sha256,
            "status": status,
        }
        previous = envelope.sha256


def _report(seq: int, previous: str) -> wire.Report:
    return wire.Report(
        report_id=uuid.uuid4(),
        seq=seq,
        prev_sha256=previous,
        monotonic_ms=1000 * seq,
        taken_at=dt.datetime.now(dt.UTC),
        kind=wire.Kind.INVENTORY,
        agent_version="0.1.0",
        machine=wire.Machine(make="Exemple", model="Portable 14"),
        drives=(),
        unseen=(wire.Unseen(subject=wire.Subject.DRIVES, why=wire.Why.TOOL_MISSING),),
    )


def receiver(server: Server, orders: dict[str, Any]) -> Iterator[Acknowledged]:
    """Somebody at the reception: one device after the other, each with a serial."""
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {orders['token']}",
    }
    for number in itertools.count(1):
        serial = f"{orders['prefix']}{number:05d}"
        asked = {
            "lot": orders["lot"],
            "kind": "laptop",
            "make": "Exemple",
            "model": "Portable 14",
            "serial": serial,
            "drives": [{"medium": "hdd", "serial": f"D{serial}", "model": "HD500"}],
        }
        body = json.dumps(asked).encode()
        status, answer = server.insist("/api/v1/devices/", body, headers)
        said = json.loads(answer)
        # Asked twice, since the first answer was lost: it is there already.
        known = status == 409 and said["code"] == "serial_known"
        tag = said.get("device" if known else "tag")
        yield {"serial": serial, "tag": tag, "status": 201 if known else status}


def mover(server: Server, orders: dict[str, Any]) -> Iterator[Acknowledged]:
    """Somebody who carries devices from one place to the other and back, by scans."""
    for number in itertools.count():
        carried, way = divmod(number, 2)
        tag = orders["tags"][carried % len(orders["tags"])]
        nonce = str(uuid.uuid4())
        headers = {
            "Content-Type": FORM,
            "Cookie": f"sessionid={orders['sessions'][way]}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "HX-Request": "true",
        }
        asked = {"code": tag, "mode": "move", "nonce": nonce}
        body = urlencode(asked).encode()
        status, _answer = server.insist("/station/scan/", body, headers)
        yield {
            "nonce": nonce,
            "tag": tag,
            "place": orders["places"][way],
            "status": status,
        }


CLIENTS = {"reporter": reporter, "receiver": receiver, "mover": mover}


def main() -> None:
    orders = json.loads(sys.stdin.readline())
    server = Server(orders["port"])
    signal.signal(signal.SIGTERM, server.end)
    try:
        for acknowledged in CLIENTS[sys.argv[1]](server, orders):
            print(json.dumps(acknowledged), flush=True)  # noqa: T201
    except Ended:
        print(json.dumps({"cut": server.cut}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
