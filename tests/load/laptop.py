"""One of many laptops: the agent's own code, a disk and a clock of its own.

Only what it sees of its hardware is made up: the golden sample of a full report,
with serial numbers of its own.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import random
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from agent import durable, identity, wire
from agent.client import Client
from agent.collect.around import Around
from agent.identity import Identity, Server
from agent.place import place_of
from agent.resident import Resident
from agent.sending import Sender
from agent.session import Session
from agent.spool import Link
from agent.transport import Answer, OverHttp, Unreachable
from agent.work import End, Progress

SAMPLE = Path(__file__).parents[1] / "agent/wire/v1/report-laptop-in-full.json"
REPORT_EVERY = 6.0  # seconds, more or less
# Dead batteries of clocks: years that a machine is off by.
YEARS_OFF = (0, -17, 3, 0, -56, 0, 12, 0)


class Asked(NamedTuple):
    """One request: the last part of its path, the status and how long it took."""

    what: str
    status: int
    seconds: float


def serial(number: int) -> str:
    return f"EX-LOAD-{number:05d}"


@functools.cache
def _sample() -> wire.Report:
    return wire.Report.from_bytes(SAMPLE.read_bytes())


class Laptop:
    """Joins, then reports and polls until it is told to end; `asked` says how it went."""

    def __init__(self, number: int, address: str, folder: Path) -> None:
        self.number = number
        self.folder = folder
        self.asked: list[Asked] = []
        self.made: list[str] = []
        self._server = Server(address=address)
        self._over = OverHttp(self._server)
        self._random = random.Random(number)
        off = dt.timedelta(days=365 * YEARS_OFF[number % len(YEARS_OFF)])
        self._around = Around(now=lambda: dt.datetime.now(dt.UTC) + off)

    def join(self, code: str) -> None:
        """As often as it takes: a lost answer is asked for again."""
        durable.make_folder(self.folder)
        key = identity.begin(self.folder, code, self._server.address)
        request = wire.EnrolRequest.signed(
            identity.signer(key),
            code=code,
            public_key=identity.public_key(key),
            machine=self._machine(),
            agent_version=_sample().agent_version,
        )
        while True:
            try:
                reply = self._client.enrol(request)
                break
            except Unreachable:
                time.sleep(self._random.random())
        known = Identity(
            server=self._server,
            agent_id=reply.agent_id,
            token=reply.token,
            private_key=key,
        )
        identity.save(self.folder, known)
        self._place = place_of(self.folder, known, self._around)

    def serve(self, ending: threading.Event) -> None:
        """The service of `agent run`, with a report every few seconds."""
        resident = Resident(
            self._session(),
            self._place,
            self._no_work,
            random=self._random.random,
            monotonic=time.monotonic,
            wait=time.sleep,
        )
        due = time.monotonic() + REPORT_EVERY * self._random.random()
        while not ending.is_set():
            if time.monotonic() >= due:
                self._place.spool.add(self._write)
                due += REPORT_EVERY * (0.5 + self._random.random())
            rest = resident.turn()
            ending.wait(max(0.05, min(rest, due - time.monotonic())))
        resident.close()

    def empty_the_spool(self, deadline: float) -> None:
        """What still waits is sent, now that nothing is cut any more."""
        session = self._session()
        while self._place.spool.waiting() and time.monotonic() < deadline:
            Sender(self._place.spool, session.report, time.sleep).send()

    def _session(self) -> Session:
        keep = functools.partial(identity.keep, self.folder)
        load = functools.partial(identity.load, self.folder)
        return Session(self._client, load(), keep, load)

    @property
    def left(self) -> int:
        return len(self._place.spool.waiting())

    def _write(self, link: Link) -> wire.Report:
        drives = _sample().drives
        first = dataclasses.replace(drives[0], serial=serial(self.number))
        report = dataclasses.replace(
            _sample(),
            report_id=self._around.new_id(),
            seq=link.seq,
            prev_sha256=link.prev_sha256,
            taken_at=self._around.now(),
            machine=self._machine(),
            drives=(first, *self._others(drives[1:])),
        )
        self.made.append(str(report.report_id))
        return report

    def _machine(self) -> wire.Machine:
        own = f"{serial(self.number)}-M"
        sample = _sample().machine
        return dataclasses.replace(sample, serial=own, uuid="", board_serial="")

    def _others(self, drives: tuple[wire.Drive, ...]) -> list[wire.Drive]:
        return [
            dataclasses.replace(drive, serial=f"{serial(self.number)}-{place}", wwn="")
            for place, drive in enumerate(drives, start=1)
        ]

    @property
    def _client(self) -> Client:
        return Client(self._server.address, self._send)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        started = time.monotonic()
        status = 0
        try:
            answer = self._over(method, url, headers, body)
            status = answer.status
        finally:
            what = url.partition("?")[0].rstrip("/").rpartition("/")[2]
            self.asked.append(Asked(what, status, time.monotonic() - started))
        return answer

    def _no_work(self, _job: wire.Job, _progress: Progress, _cancelled: object) -> End:
        return End(wire.Stage.DONE)
