"""A machine of the demo: it signs what it says, and does what it is asked."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from agent import __version__, proofs, wire
from backoffice.core.actors import Actor
from backoffice.core.models import Site
from backoffice.demo.hardware import GIB, Box
from inventory.models import Device
from provisioning import actions
from provisioning.actions.credential import is_contact_due
from provisioning.models import Agent, Job, Report

Stage = wire.Stage
# What a machine can try without anybody, and what somebody looks at.
MEASURED = (
    *(wire.Check.MEMORY, wire.Check.CPU_LOAD, wire.Check.DRIVE_SELF_TEST),
    *(wire.Check.CLOCK, wire.Check.WIFI),
)
LOOKED_AT = (
    *(wire.Check.KEYBOARD, wire.Check.TOUCHPAD, wire.Check.SCREEN),
    *(wire.Check.SPEAKERS, wire.Check.MICROPHONE, wire.Check.CAMERA),
    wire.Check.USB_PORTS,
)
SECONDS_OF_TESTS = 240


@dataclasses.dataclass(frozen=True)
class Machine:
    """Its key comes from its name, so that it is the same one at the next start.

    Nobody's data hangs on it: a credential is needed too, and this one is forgotten.
    """

    name: str
    # What its tests find not to be good.
    failed: tuple[wire.Check, ...] = ()
    # Its drive takes no more bytes at some point of an erasure.
    sticks: bool = False

    def join(
        self, box: Box, site: Site, *, by: Actor, device: Device | None = None
    ) -> Agent:
        _row, code = actions.create_join_code(site=site, device=device, by=by)
        request = wire.EnrolRequest.signed(
            self._key.sign,
            code=code,
            public_key=self._public_key,
            machine=box.machine,
            agent_version=__version__,
        )
        return actions.enrol_agent(request=request).agent

    @property
    def agent(self) -> Agent | None:
        """As the database has it now; None where it never joined."""
        found = Agent.objects.filter(public_key=self._public_key)
        return found.select_related("job", "device").first()

    @property
    def joined(self) -> Agent:
        agent = self.agent
        if agent is None:
            message = f"{self.name} has not joined"
            raise LookupError(message)
        return agent

    @property
    def box(self) -> Box | None:
        """What it last said that it is, whatever people have written of its device."""
        agent = self.agent
        newest = Report.objects.newest_of(agent) if agent else None
        if newest is None:
            return None
        said = wire.Report.from_bytes(newest.payload)
        return Box(
            machine=said.machine,
            cpu=said.cpu or wire.Cpu(),
            drives=said.drives,
            batteries=said.batteries,
            network=said.network,
        )

    def report(self, box: Box) -> None:
        self.send(
            wire.Kind.INVENTORY,
            box.machine,
            cpu=box.cpu,
            memory=wire.Memory(total_bytes=8 * GIB, installed_bytes=8 * GIB),
            drives=box.drives,
            batteries=box.batteries,
            network=box.network,
        )

    def say_test(self, job: Job, percent: int) -> None:
        """How far its tests are: what is tried by itself comes one after the other."""
        step = MEASURED[percent * len(MEASURED) // 100]
        left = SECONDS_OF_TESTS * (100 - percent) // 100
        self.say(job, Stage.PROGRESS, percent=percent, step=step.value, left=left)

    def tell_tests(self, machine: wire.Machine) -> None:
        """How its tests ended."""
        tests = [self._test(check) for check in (*MEASURED, *LOOKED_AT)]
        self.send(wire.Kind.TESTS, machine, tests=tuple(tests))

    def say(
        self,
        job: Job,
        state: wire.Stage,
        *,
        percent: int | None = None,
        step: str = "",
        message: str = "",
        left: int | None = None,
        stride: proofs.Stride | None = None,
    ) -> None:
        """One word about what it was asked; `left` in seconds."""
        agent = self.joined
        event = wire.Event(
            seq=agent.last_event_seq + 1,
            job_id=job.uuid,
            step=step or job.kind,
            state=state,
            percent=percent,
            message=message,
            seconds_left=left,
            at=timezone.now(),
            monotonic_ms=1000,
            stride=stride,
        )
        actions.note_events(agent=agent, told=wire.Events(events=(event,)))

    def call(self) -> None:
        """Show that it is there, unless it was sent away."""
        agent = self.agent
        if agent and not agent.revoked_at and is_contact_due(agent):
            actions.note_contact(agent=agent)

    def send(self, kind: wire.Kind, machine: wire.Machine, **found: object) -> None:
        agent = self.joined
        report = wire.Report(
            report_id=uuid.uuid4(),
            seq=agent.next_seq,
            prev_sha256=agent.last_sha256,
            boot_id=uuid.uuid5(agent.uuid, "start"),
            monotonic_ms=60_000,
            taken_at=timezone.now(),
            kind=kind,
            agent_version=__version__,
            machine=machine,
            unseen=(),
            **{"drives": (), **found},  # type: ignore[arg-type]
        )
        envelope = wire.Envelope.seal(agent.uuid, report, self._key.sign)
        actions.accept_report(agent=agent, envelope=envelope)

    def _test(self, check: wire.Check) -> wire.Test:
        by_person = check in LOOKED_AT
        return wire.Test(
            name=check,
            result=wire.Result.FAIL if check in self.failed else wire.Result.PASS,
            by=wire.Judge.PERSON if by_person else wire.Judge.MEASURED,
            at=timezone.now(),
        )

    @property
    def _key(self) -> Ed25519PrivateKey:
        seed = hashlib.sha256(f"demo {self.name}".encode()).digest()
        return Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def _public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()
