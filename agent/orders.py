"""What the server asks of a machine, and what the machine says while it does it.

Orders are polled: a held connection would occupy a thread of the server. Events
may get lost on a full disk, reports never; nothing is proven by an event.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Final

from agent.fields import (
    Count,
    Digest,
    Line,
    Numbers,
    Percent,
    PublicKey,
    Sentence,
    Signature,
    Token,
    Word,
)
from agent.installed import ProfileOrder
from agent.kinds import AtMost, Number
from agent.message import Message
from agent.proofs import MAX_RUNS, Run, Stride
from agent.vocabulary import Check, Judge, Mode, Result, Stage, Work

ASSIGNMENT_PATH: Final = "/api/agent/v1/assignment/"
EVENTS_PATH: Final = "/api/agent/v1/events/"
ROTATE_PATH: Final = "/api/agent/v1/token/rotate/"

AUTHORITY_PATH: Final = "/api/agent/v1/authority/"

MAX_EVENTS: Final = 200

# An export is a zip: MANIFEST, and each report's envelope as it would be sent.
MANIFEST: Final = "manifest.json"
MAX_EXPORTED: Final = 10_000


class JobArgs(Message):
    """How a job is to be done. No tests named means all that need nobody.

    An erasure is planned and shown at once, and begun when `confirmed`: by a person
    at the machine, or at a scan station. `stopped` are the runs to give up of those
    that were begun together; the others go on.
    """

    tests: Annotated[tuple[Check, ...], AtMost(32)] = ()
    language: Word = ""
    runs: Annotated[tuple[Run, ...], AtMost(MAX_RUNS)] = ()
    confirmed: bool = False
    stopped: Annotated[tuple[uuid.UUID, ...], AtMost(MAX_RUNS)] = ()
    profile: ProfileOrder | None = None


class Job(Message):
    """One thing to do, once, by this agent on this device and no other."""

    job_id: uuid.UUID
    kind: Work
    agent_id: uuid.UUID
    device: Word | None = None
    args: JobArgs = JobArgs()
    cancelled: bool = False


class Assignment(Message):
    """What a machine is there for, and its next job. `rev` changes with any of it."""

    rev: Line
    mode: Mode
    device: Word | None = None
    poll_seconds: Annotated[int, Number(1, 86_400)]
    approved: bool = True
    job: Job | None = None


class Event(Message):
    """Something that happened on the machine.

    `seq` counts the events of one agent from 1; gaps are allowed, because the oldest
    events are dropped where the disk is full. `at` is the agent's clock: evidence.
    """

    seq: Annotated[int, Number(1, 2**63 - 1)]
    job_id: uuid.UUID | None = None
    step: Word
    state: Stage
    percent: Percent | None = None
    message: Sentence = ""
    seconds_left: Count | None = None
    at: dt.datetime
    monotonic_ms: Count
    stride: Stride | None = None


class Events(Message):
    """Events in the order in which they happened, all of one start of the machine."""

    boot_id: uuid.UUID | None = None
    events: Annotated[tuple[Event, ...], AtMost(MAX_EVENTS)]


class EventsReply(Message):
    """The events up to `last_seq` are known. `cancelled`: jobs to give up."""

    last_seq: Count
    cancelled: Annotated[tuple[uuid.UUID, ...], AtMost(64)] = ()


class Rotated(Message):
    """A fresh credential. The former one ends when this one is first used."""

    token: Token


class Test(Message):
    """One test of the machine, with the numbers behind its result."""

    name: Check
    result: Result
    by: Judge
    reason: Sentence = ""
    numbers: Numbers = {}  # copied into each message
    tool: Line = ""
    seconds: Count | None = None
    at: dt.datetime


class Listed(Message):
    """One report in an export: `name` is its file's, `sha256` that of its payload."""

    name: Line
    report_id: uuid.UUID
    seq: Annotated[int, Number(1, 2**63 - 1)]
    sha256: Digest
    size_bytes: Count


class Manifest(Message):
    """What an export holds, in the order of the chain. Nothing in it is trusted.

    `own_key` and `signature` are those of a machine that never joined: its own key,
    that seals the reports too, over `signed`. They show that nothing was altered
    since, and nothing of who wrote it.
    """

    version: Annotated[int, Number(1, 1)] = 1
    agent_id: uuid.UUID
    agent_version: Word
    reports: Annotated[tuple[Listed, ...], AtMost(MAX_EXPORTED)]
    own_key: PublicKey | None = None
    signature: Signature | None = None

    @property
    def signed(self) -> bytes:
        """The exact bytes that are signed: purpose, agent, version, a line a report."""
        each = (
            f"{listed.seq} {listed.report_id} {listed.sha256} {listed.size_bytes}"
            f" {listed.name}"
            for listed in self.reports
        )
        head = ("rebond-export-v1", str(self.agent_id), self.agent_version)
        return "\n".join((*head, *each)).encode()
