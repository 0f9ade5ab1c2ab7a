"""A machine with a key of its own, that speaks the wire as the agent does."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from agent import wire
from backoffice.core.models import User
from inventory.models import Device
from provisioning import actions
from provisioning.actions.report import Accepted
from provisioning.models import Agent
from tests.world import GIB, World


def drive(**fields: object) -> wire.Drive:
    wanted: dict[str, object] = {
        "name": "sda",
        "path": "/dev/sda",
        "bus": wire.Bus.SATA,
        "medium": wire.Medium.HDD,
        "model": "HD500",
        "serial": "EX-SEEN-0001",
        "size_bytes": 500 * GIB,
        "in_use": False,
    }
    return wire.Drive(**{**wanted, **fields})  # type: ignore[arg-type]


@dataclass
class FakeMachine:
    """Signs with a real key; only the hardware it speaks of is made up."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    agent: Agent | None = None
    token: str = ""
    previous: str = ""
    seq: int = 0

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def enrol_request(self, code: str) -> wire.EnrolRequest:
        return wire.EnrolRequest.signed(
            self.key.sign,
            code=code,
            public_key=self.public_key,
            machine=wire.Machine(make="Exemple", model="Portable 14"),
            agent_version="0.1.0",
        )

    def join(self, world: World, by: User, device: Device | None = None) -> Agent:
        _row, code = actions.create_join_code(site=world.site, device=device, by=by)
        enrolled = actions.enrol_agent(request=self.enrol_request(code))
        self.agent, self.token = enrolled.agent, enrolled.token
        return enrolled.agent

    def report(self, *drives: wire.Drive, **fields: object) -> wire.Report:
        """The next report in this machine's chain."""
        wanted: dict[str, object] = {
            "report_id": uuid.uuid4(),
            "seq": self.seq + 1,
            "prev_sha256": self.previous,
            "monotonic_ms": 1000,
            "taken_at": timezone.now(),
            "kind": wire.Kind.INVENTORY,
            "agent_version": "0.1.0",
            "machine": wire.Machine(make="Exemple", model="Portable 14"),
            "drives": drives,
            "unseen": (),
        }
        return wire.Report(**{**wanted, **fields})  # type: ignore[arg-type]

    def seal(self, report: wire.Report) -> wire.Envelope:
        assert self.agent is not None
        return wire.Envelope.seal(self.agent.uuid, report, self.key.sign)

    def send(self, *drives: wire.Drive, **fields: object) -> Accepted:
        """Report and be accepted; the chain moves on."""
        envelope = self.seal(self.report(*drives, **fields))
        assert self.agent is not None
        agent = Agent.objects.get(pk=self.agent.pk)
        accepted = actions.accept_report(agent=agent, envelope=envelope)
        self.seq += 1
        self.previous = envelope.sha256
        return accepted


def years_ago(years: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=365 * years)
