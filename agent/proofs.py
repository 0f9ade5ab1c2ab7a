"""Orders to erase, and what a machine says of each drive that it erased or did not.

A record says what was executed, attempt by attempt, from the exit codes to the
bytes read back; the server decides what it proves. Nothing is proven by an event.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Final

from agent.facts import Drive
from agent.fields import Count, Line, Sentence, Size, Token, Word
from agent.kinds import AtMost, Number, Text
from agent.message import Message
from agent.methods import (
    Ended,
    ErasureClass,
    Exceptional,
    Hidden,
    Technique,
    Verification,
)

MAX_RUNS: Final = 32

# What a program said, cut; the whole of it stays on the machine.
Said = Annotated[str, Text(1_000)]


class Run(Message):
    """One drive to erase: who it was when a person approved it, and what is asked.

    `token` belongs to the drive's present cycle: a result that carries it answers
    this order. `least` and `verify` are what the donor asks; `not_below`: the drive is
    left as it is where nothing reaches `least`. `may_sleep`: the machine may be put to
    sleep, which thaws a frozen drive.
    """

    run_id: uuid.UUID
    token: Token
    cycle: Annotated[int, Number(1, 2**31 - 1)]
    make: Line = ""
    model: Line = ""
    serial: Line = ""
    size_bytes: Size | None = None
    least: ErasureClass
    verify: Verification = Verification.SAMPLED
    not_below: bool = False
    may_sleep: bool = False


class Step(Message):
    """One command or act of an attempt, as it was executed."""

    line: Annotated[str, Text(300)]
    exit_code: Annotated[int, Number(-1024, 1024)] | None = None
    seconds: Count = 0
    said: Said = ""


class Attempt(Message):
    """One technique tried on one drive.

    `resumed_from` is the byte from which an overwrite went on after a stop;
    `adopted`: the drive was found erasing itself. Times are the agent's clock.
    """

    technique: Technique
    ended: Ended
    reason: Sentence = ""
    started_at: dt.datetime
    ended_at: dt.datetime
    boot_id: uuid.UUID | None = None
    passes: Annotated[int, Number(0, 64)] = 0
    pattern: Word = ""
    bytes_written: Size = 0
    resumed_from: Size | None = None
    adopted: bool = False
    errors: Count = 0
    steps: Annotated[tuple[Step, ...], AtMost(24)] = ()


class Verified(Message):
    """What was looked at afterwards: the drive's own state, markers, bytes read back.

    `places` were sampled, from `seed`; `mismatches` counts blocks that were not as
    they should be. `status` is the drive's own word, re-read.
    """

    method: Verification = Verification.NONE
    bytes_read: Size = 0
    places: Count = 0
    seed: Word = ""
    mismatches: Count = 0
    errors: Count = 0
    markers_planted: Count = 0
    markers_found: Count = 0
    status: Line = ""
    seconds: Count = 0


class HiddenAreas(Message):
    """The parts of a drive that it does not show, and its size before and after."""

    hpa: Hidden = Hidden.UNKNOWN
    dco: Hidden = Hidden.UNKNOWN
    amax: Hidden = Hidden.UNKNOWN
    native_bytes: Size | None = None
    visible_before: Size | None = None
    visible_after: Size | None = None


class Counters(Message):
    """What a drive counts of its own faults. None where it does not say."""

    reallocated: Count | None = None
    pending: Count | None = None
    uncorrectable: Count | None = None
    media_errors: Count | None = None


class ErasureRecord(Message):
    """Everything about one drive and one order, or none (`run_id` None: a stick's).

    `technique` is the one that `ended` speaks of. `erasure_class` is what the
    machine holds it for; the server has its own table. `exceptions` are why a
    second person has to look. `plan` is what was shown before it began.
    """

    run_id: uuid.UUID | None = None
    token: Token | None = None
    cycle: Annotated[int, Number(1, 2**31 - 1)] | None = None
    drive: Drive
    ended: Ended
    reason: Sentence = ""
    technique: Technique
    erasure_class: ErasureClass = ErasureClass.UNKNOWN
    plan: Annotated[tuple[Line, ...], AtMost(32)] = ()
    attempts: Annotated[tuple[Attempt, ...], AtMost(8)] = ()
    bytes_erased: Size = 0
    verified: Verified = Verified()
    hidden: HiddenAreas = HiddenAreas()
    before: Counters = Counters()
    after: Counters = Counters()
    exceptions: Annotated[tuple[Exceptional, ...], AtMost(16)] = ()
    started_at: dt.datetime
    ended_at: dt.datetime
    tools: Annotated[tuple[Word, ...], AtMost(8)] = ()
    kernel: Line = ""
    image: Line = ""


class Stride(Message):
    """How far the erasure of one drive is. Shown to people; it proves nothing.

    `stuck_seconds`: for how long the drive has taken no byte.
    """

    run_id: uuid.UUID | None = None
    serial: Line = ""
    done_bytes: Size | None = None
    total_bytes: Size | None = None
    bytes_per_second: Size | None = None
    celsius: Annotated[int, Number(-273, 1000)] | None = None
    stuck_seconds: Count | None = None
    plan: Annotated[tuple[Line, ...], AtMost(32)] = ()
