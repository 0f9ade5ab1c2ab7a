"""What a machine says once, how it travels, and what the server answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Final, Self

from agent.connected import Connection
from agent.facts import (
    MAX_DRIVES,
    Battery,
    Cpu,
    Drive,
    Firmware,
    Interface,
    Machine,
    Memory,
    Peripheral,
    Screen,
    Sensor,
    Subject,
    System,
    Unseen,
    Windows11,
)
from agent.fields import Count, Payload, Previous, Seconds, Signature, Word
from agent.installed import Installed
from agent.kinds import AtMost, Malformed, Number
from agent.message import Message
from agent.orders import Test
from agent.proofs import ErasureRecord
from agent.vocabulary import Kind

REPORTS_PATH: Final = "/api/agent/v1/reports/"
VERSION: Final = 1


class Unsupported(Malformed):
    """A report of a version that this reader does not speak."""


class Report(Message):
    """What one machine said, once.

    `seq` counts from 1 and `prev_sha256` is the SHA-256 of the previous report's
    exact bytes ("" for the first). `taken_at`, `boot_id` and `monotonic_ms`
    (milliseconds since the machine started) are evidence, never authority.
    An empty list means that the agent looked and found none, unless `unseen`
    names the subject. A report of another kind than `inventory` says who the machine
    is and what came of its tests, of one drive, of an environment or of its line; of
    the rest it says nothing, and its empty lists mean nothing.
    """

    version: Annotated[int, Number(1, VERSION)] = VERSION
    report_id: uuid.UUID
    seq: Annotated[int, Number(1, 2**63 - 1)]
    prev_sha256: Previous
    boot_id: uuid.UUID | None = None
    monotonic_ms: Count
    taken_at: dt.datetime
    kind: Kind
    agent_version: Word
    machine: Machine
    firmware: Firmware | None = None
    cpu: Cpu | None = None
    memory: Memory | None = None
    drives: Annotated[tuple[Drive, ...], AtMost(MAX_DRIVES)]
    batteries: Annotated[tuple[Battery, ...], AtMost(16)] = ()
    network: Annotated[tuple[Interface, ...], AtMost(64)] = ()
    screens: Annotated[tuple[Screen, ...], AtMost(16)] = ()
    peripherals: Annotated[tuple[Peripheral, ...], AtMost(64)] = ()
    sensors: Annotated[tuple[Sensor, ...], AtMost(64)] = ()
    system: System | None = None
    windows_11: Windows11 | None = None
    tests: Annotated[tuple[Test, ...], AtMost(64)] = ()
    erasure: ErasureRecord | None = None
    installed: Installed | None = None
    connection: Connection | None = None
    unseen: Annotated[tuple[Unseen, ...], AtMost(512)]

    @classmethod
    def from_json(cls, raw: Any, where: str = "") -> Self:
        version = raw.get("version") if isinstance(raw, dict) else None
        if isinstance(version, int) and not 1 <= version <= VERSION:
            raise Unsupported("version", f"{version} is not spoken here")
        if version is None:
            raise Malformed("version", "is missing")
        return super().from_json(raw, where)

    def saw(self, subject: Subject) -> bool:
        """Whether nothing of a subject was out of sight."""
        return all(unseen.subject is not subject for unseen in self.unseen)


class Envelope(Message):
    """A report as it travels and is kept: its exact bytes, and who vouches for them."""

    agent_id: uuid.UUID
    payload: Payload
    signature: Signature

    @classmethod
    def seal(
        cls, agent_id: uuid.UUID, report: Report, sign: Callable[[bytes], bytes]
    ) -> Self:
        payload = report.to_bytes()
        return cls(agent_id=agent_id, payload=payload, signature=sign(payload))

    @property
    def sha256(self) -> str:
        """What the next report calls `prev_sha256`."""
        return hashlib.sha256(self.payload).hexdigest()

    def report(self) -> Report:
        """The report inside. The signature is for the caller to verify, first."""
        return Report.from_bytes(self.payload)


class ReportReply(Message):
    """The report is kept. `clock_offset_seconds` is server minus agent; `device` is
    the tag of the device that the machine is bound to, if it is.
    """

    report_id: uuid.UUID
    received_at: dt.datetime
    clock_offset_seconds: Seconds
    next_seq: Annotated[int, Number(1, 2**63 - 1)]
    device: Word | None = None
