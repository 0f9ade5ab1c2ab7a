"""What the agent and the server say to each other: the protocol's one definition.

Standard library only: this module ships on every machine, and the server reads
with the same classes. `docs/wire.md` explains it field by field.

A change that an old reader would misread gets a new VERSION, and the old one
stays readable as long as machines speak it. A new optional key does not.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

from agent.connected import (
    CONNECTIVITY_PATH,
    CardSeen,
    Connection,
    Connectivity,
    Driver,
    LinkTest,
    ModemSeen,
    PinEnd,
    Standing,
    Verdict,
)
from agent.enrolment import ENROL_PATH, EnrolReply, EnrolRequest, join_code
from agent.envelope import (
    REPORTS_PATH,
    VERSION,
    Envelope,
    Report,
    ReportReply,
    Unsupported,
)
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
    Line,
    Nonce,
    Previous,
    Sentence,
    Signature,
)
from agent.installed import (
    BLOBS_PATH,
    PROFILE_KEYS_PATH,
    PROFILES_PATH,
    Evidence,
    Installed,
    Outcome,
    Pass,
    ProfileKeys,
    ProfileOrder,
    StepResult,
    StepState,
    Value,
)
from agent.kinds import Malformed, Number
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
    "BLOBS_PATH",
    "CONNECTIVITY_PATH",
    "ENROL_PATH",
    "EVENTS_PATH",
    "MANIFEST",
    "MAX_BODY_BYTES",
    "MAX_DRIVES",
    "MAX_EVENTS",
    "MAX_EXPORTED",
    "MAX_PAYLOAD_BYTES",
    "PROFILES_PATH",
    "PROFILE_KEYS_PATH",
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
    "CardSeen",
    "Charge",
    "Chassis",
    "Check",
    "Code",
    "Connection",
    "Connectivity",
    "Cpu",
    "Drive",
    "Driver",
    "EnrolReply",
    "EnrolRequest",
    "Envelope",
    "Event",
    "Events",
    "EventsReply",
    "Evidence",
    "Firmware",
    "Health",
    "Installed",
    "Interface",
    "Job",
    "JobArgs",
    "Judge",
    "Kind",
    "Link",
    "LinkTest",
    "Listed",
    "Lock",
    "Machine",
    "Malformed",
    "Manifest",
    "Medium",
    "Memory",
    "Message",
    "Mode",
    "ModemSeen",
    "Module",
    "Need",
    "Outcome",
    "Pass",
    "Peripheral",
    "PeripheralKind",
    "PinEnd",
    "Problem",
    "ProfileKeys",
    "ProfileOrder",
    "Report",
    "ReportReply",
    "Result",
    "Rotated",
    "Screen",
    "SelfTest",
    "Sensor",
    "Stage",
    "Standing",
    "StepResult",
    "StepState",
    "Subject",
    "System",
    "Test",
    "Time",
    "Unseen",
    "Unsupported",
    "Use",
    "Value",
    "Verdict",
    "Why",
    "Windows11",
    "Work",
    "decode",
    "encode",
    "join_code",
]

TIME_PATH: Final = "/api/agent/v1/time/"

# The body of a request.
MAX_BODY_BYTES: Final = 4 * 2**20


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
