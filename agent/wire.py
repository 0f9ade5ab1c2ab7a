"""What the agent and the server say to each other: the protocol's one definition.

Standard library only: this module ships on every machine, and the server reads
with the same classes. `docs/wire.md` explains it field by field.

A change that an old reader would misread gets a new VERSION, and the old one
stays readable as long as machines speak it. A new optional key does not.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Final, Self

from agent.facts import (
    MAX_DRIVES,
    Abilities,
    Battery,
    Cpu,
    Drive,
    Firmware,
    Health,
    Interface,
    Machine,
    Memory,
    Module,
    Peripheral,
    Screen,
    Sensor,
    System,
    Unseen,
    Windows11,
)
from agent.fields import (
    MAX_PAYLOAD_BYTES,
    Count,
    Line,
    Nonce,
    Payload,
    Previous,
    PublicKey,
    Seconds,
    Sentence,
    Signature,
    Token,
    Word,
)
from agent.kinds import AtMost, Malformed, Number
from agent.message import Message, decode, encode
from agent.orders import (
    ASSIGNMENT_PATH,
    AUTHORITY_PATH,
    EVENTS_PATH,
    MANIFEST,
    MAX_EVENTS,
    MAX_EXPORTED,
    ROTATE_PATH,
    Assignment,
    Event,
    Events,
    EventsReply,
    Job,
    JobArgs,
    Listed,
    Manifest,
    Rotated,
    Test,
)
from agent.proofs import ErasureRecord
from agent.vocabulary import (
    STATUS,
    Behind,
    Boot,
    Bus,
    Charge,
    Chassis,
    Check,
    Code,
    Judge,
    Kind,
    Link,
    Lock,
    Medium,
    Mode,
    Need,
    PeripheralKind,
    Result,
    SelfTest,
    Stage,
    Subject,
    Use,
    Why,
    Work,
)

__all__ = [
    "ASSIGNMENT_PATH",
    "AUTHORITY_PATH",
    "ENROL_PATH",
    "EVENTS_PATH",
    "MANIFEST",
    "MAX_BODY_BYTES",
    "MAX_DRIVES",
    "MAX_EVENTS",
    "MAX_EXPORTED",
    "MAX_PAYLOAD_BYTES",
    "REPORTS_PATH",
    "ROTATE_PATH",
    "STATUS",
    "TIME_PATH",
    "VERSION",
    "Abilities",
    "Assignment",
    "Battery",
    "Behind",
    "Boot",
    "Bus",
    "Charge",
    "Chassis",
    "Check",
    "Code",
    "Cpu",
    "Drive",
    "EnrolReply",
    "EnrolRequest",
    "Envelope",
    "Event",
    "Events",
    "EventsReply",
    "Firmware",
    "Health",
    "Interface",
    "Job",
    "JobArgs",
    "Judge",
    "Kind",
    "Link",
    "Listed",
    "Lock",
    "Machine",
    "Malformed",
    "Manifest",
    "Medium",
    "Memory",
    "Message",
    "Mode",
    "Module",
    "Need",
    "Peripheral",
    "PeripheralKind",
    "Problem",
    "Report",
    "ReportReply",
    "Result",
    "Rotated",
    "Screen",
    "SelfTest",
    "Sensor",
    "Stage",
    "Subject",
    "System",
    "Test",
    "Time",
    "Unseen",
    "Unsupported",
    "Use",
    "Why",
    "Windows11",
    "Work",
    "decode",
    "encode",
    "join_code",
]

VERSION: Final = 1

ENROL_PATH: Final = "/api/agent/v1/enrol/"
REPORTS_PATH: Final = "/api/agent/v1/reports/"
TIME_PATH: Final = "/api/agent/v1/time/"

# The body of a request.
MAX_BODY_BYTES: Final = 4 * 2**20


class Unsupported(Malformed):
    """A report of a version that this reader does not speak."""


class Report(Message):
    """What one machine said, once.

    `seq` counts from 1 and `prev_sha256` is the SHA-256 of the previous report's
    exact bytes ("" for the first). `taken_at`, `boot_id` and `monotonic_ms`
    (milliseconds since the machine started) are evidence, never authority.
    An empty list means that the agent looked and found none, unless `unseen`
    names the subject. A report of kind `tests` or `erasure` says who the machine is
    and what came of its tests or of one drive; of the rest it says nothing, and its
    empty lists mean nothing.
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


class EnrolRequest(Message):
    """A machine asks to be known: its code, its public key, what it looks like.

    `proof` is the signature of `claim`: only who holds the private key can join
    with the public one.
    """

    code: Word
    public_key: PublicKey
    proof: Signature
    machine: Machine
    agent_version: Word

    @classmethod
    def signed(
        cls,
        sign: Callable[[bytes], bytes],
        *,
        code: str,
        public_key: bytes,
        machine: Machine,
        agent_version: str,
    ) -> Self:
        unproven = cls(
            code=code,
            public_key=public_key,
            proof=bytes(64),
            machine=machine,
            agent_version=agent_version,
        )
        return dataclasses.replace(unproven, proof=sign(unproven.claim))

    @property
    def claim(self) -> bytes:
        """What the machine says to hold, for this one code."""
        key = base64.b64encode(self.public_key).decode()
        return f"rebond-enrol-v1\n{self.code}\n{key}".encode()


class EnrolReply(Message):
    """The machine is known. `next_seq` is 1 unless this agent reported before.

    `server_key` is the Ed25519 key that signs the server's time. `pending`: reports
    are kept, but a person has to approve the machine before it gets work.
    """

    agent_id: uuid.UUID
    token: Token
    server_time: dt.datetime
    next_seq: Annotated[int, Number(1, 2**63 - 1)] = 1
    server_key: PublicKey | None = None
    pending: bool = False


class ReportReply(Message):
    """The report is kept. `clock_offset_seconds` is server minus agent; `device` is
    the tag of the device that the machine is bound to, if it is.
    """

    report_id: uuid.UUID
    received_at: dt.datetime
    clock_offset_seconds: Seconds
    next_seq: Annotated[int, Number(1, 2**63 - 1)]
    device: Word | None = None


class Time(Message):
    """The server's clock, in answer to one nonce.

    `signature` is the server's, over `signed`: a dead clock is set by nothing less.
    """

    nonce: Nonce
    now: dt.datetime
    signature: Signature | None = None

    @property
    def signed(self) -> bytes:
        """The exact bytes that are signed: purpose, nonce and instant, a line each."""
        raw = self.to_json()
        return f"rebond-time-v1\n{raw['nonce']}\n{raw['now']}".encode()


class Problem(Message):
    """An RFC 9457 problem, as far as an agent reads it.

    `where` names the field of a malformed message; `expected` and
    `expected_prev_sha256` come with `seq_conflict`.
    """

    code: Code = Code.UNKNOWN
    title: Sentence = ""
    detail: Sentence = ""
    where: Line = ""
    expected: Annotated[int, Number(1, 2**63 - 1)] | None = None
    expected_prev_sha256: Previous | None = None


def join_code(typed: str) -> str:
    """A join code as it is compared: eight characters of Crockford's base 32.

    People read I and L as 1 and O as 0, and type dashes and blanks; none of that
    makes it another code. What cannot be a code comes back as "".
    """
    bare = "".join(c for c in typed.upper() if c not in "- \u2010\u2011\u00a0\u202f")
    plain = bare.translate(str.maketrans("OIL", "011"))
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    fits = len(plain) == 8 and all(c in alphabet for c in plain)
    return plain if fits else ""
