"""How a machine becomes known: its request, the answer, the code that a person types."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Annotated, Final, Self

from agent.facts import Machine
from agent.fields import PublicKey, Signature, Token, Word
from agent.kinds import Number
from agent.message import Message

ENROL_PATH: Final = "/api/agent/v1/enrol/"


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
        return unproven.but(proof=sign(unproven.claim))

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
