"""What is asked about a learning environment, and what a machine says came of it."""

from __future__ import annotations

import enum
from typing import Annotated, Final

from agent.fields import Count, Digest, Line, Sentence, Size, Word
from agent.kinds import AtMost, Number, Shape
from agent.message import Message

PROFILES_PATH: Final = "/api/agent/v1/profiles/"
BLOBS_PATH: Final = "/api/agent/v1/blobs/sha256/"
PROFILE_KEYS_PATH: Final = "/api/agent/v1/profile-keys/"

MAX_STEP_RESULTS: Final = 540


class Pass(enum.StrEnum):
    """What one pass over the steps is for. `verify` writes nothing."""

    INSTALL = "install"
    VERIFY = "verify"
    ROLLBACK = "rollback"
    RETURN = "return"
    UNKNOWN = "unknown"


class StepState(enum.StrEnum):
    """What came of a step. `ok` was so already, `changed` was verified afterwards."""

    OK = "ok"
    CHANGED = "changed"
    DRIFT = "drift"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_REACHED = "not_reached"
    UNKNOWN = "unknown"


class Outcome(enum.StrEnum):
    """What came of the whole. Only `whole` means that every step was verified."""

    WHOLE = "whole"
    PARTIAL = "partial"
    REFUSED = "refused"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Value(Message):
    """One of the values that differ from person to person."""

    name: Word
    value: Annotated[str, Shape("[^\x00-\x1f]{1,256}", "a value", is_secret=True)]


class ProfileOrder(Message):
    """Which environment, in which exact bytes, and what to do with it.

    A lower `version` than the machine has is refused without `downgrade`. `mirrors`
    are addresses under which `blobs/sha256/` may be found, tried before the server.
    """

    slug: Word
    version: Annotated[int, Number(1, 1_000_000)]
    sha256: Digest
    aim: Pass = Pass.INSTALL
    downgrade: bool = False
    mirrors: Annotated[tuple[Line, ...], AtMost(8)] = ()
    values: Annotated[tuple[Value, ...], AtMost(16)] = ()


class ProfileKeys(Message):
    """The keys that sign environments: the current one, and the next.

    `signature` is the server's, over `signed`; `counter` only grows.
    """

    counter: Annotated[int, Number(1, 2**31)]
    keys: Annotated[tuple[Line, ...], AtMost(2)]
    signature: Annotated[
        str, Shape("[A-Za-z0-9+/]{86}==", "an Ed25519 signature in base64")
    ]

    @property
    def signed(self) -> bytes:
        """The exact bytes that are signed: purpose, counter, a key a line."""
        return "\n".join(
            ("rebond-profile-keys-v1", str(self.counter), *self.keys)
        ).encode()


class Evidence(Message):
    """One thing that was seen: a version, a hash, a mode."""

    name: Word
    value: Line


class StepResult(Message):
    """What came of one step, with what was seen at the end."""

    id: Word
    kind: Word
    state: StepState
    code: Word = ""
    message: Sentence = ""
    evidence: Annotated[tuple[Evidence, ...], AtMost(4)] = ()
    ms: Count = 0
    optional: bool = False


class Installed(Message):
    """One pass over an environment, step by step."""

    slug: Word
    version: Annotated[int, Number(1, 1_000_000)]
    sha256: Digest
    aim: Pass
    outcome: Outcome
    message: Sentence = ""
    steps: Annotated[tuple[StepResult, ...], AtMost(MAX_STEP_RESULTS)] = ()
    resumed: Count = 0
    fetched_bytes: Size = 0
    seconds: Count = 0
