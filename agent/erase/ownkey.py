"""The key of a machine that no server knows yet: it seals what is erased offline.

What it sealed waits in the spool. Once the machine is enrolled, it is sealed anew
with the enrolled key, like everything that waits under a former identity.
"""

from __future__ import annotations

import dataclasses
import uuid
from pathlib import Path

from agent import durable, identity, wire
from agent.identity import NotEnrolled, PrivateKey
from agent.spool import Spool

FILE = "own-key.json"


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnKey(wire.Message):
    """Made once, and kept on the machine alone."""

    agent_id: uuid.UUID
    private_key: PrivateKey = dataclasses.field(repr=False)

    def seal(self, report: wire.Report) -> wire.Envelope:
        sign = identity.signer(self.private_key)
        return wire.Envelope.seal(self.agent_id, report, sign)

    def vouch(self, manifest: wire.Manifest) -> wire.Manifest:
        """An export's manifest with this key and its signature."""
        key = identity.public_key(self.private_key)
        signature = identity.signer(self.private_key)(manifest.signed)
        return manifest.but(own_key=key, signature=signature)


def spool_of(state: Path) -> tuple[Spool, bool]:
    """Where reports wait, and whether a server knows this machine."""
    folder = state / "spool"
    try:
        known = identity.load(state)
    except NotEnrolled:
        own = _own(state)
        return Spool(folder, own.agent_id, own.seal), False
    return Spool(folder, known.agent_id, known.seal), True


def load(state: Path) -> OwnKey | None:
    """The key of a machine that has sealed something of its own, if it has."""
    try:
        return OwnKey.from_bytes((state / FILE).read_bytes())
    except FileNotFoundError:
        return None


def _own(state: Path) -> OwnKey:
    own = load(state)
    if own is None:
        own = OwnKey(agent_id=uuid.uuid4(), private_key=identity.new_key())
        durable.make_folder(state)
        durable.write(state / FILE, own.to_bytes())
    return own
