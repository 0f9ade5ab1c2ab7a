"""A machine at the bench whose drives are to be erased, and what it says of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from agent import methods, proofs, wire
from inventory.models import Device, Donation, StorageDrive
from provisioning import actions
from provisioning.actions.progress import Noted
from provisioning.actions.report import Accepted
from provisioning.api.assignment import assignment_of
from provisioning.models import Agent, ErasureRun
from tests.kept import kept
from tests.provisioning.machines import FakeMachine, drive
from tests.world import GIB, World, make_world

SIZE = 500 * GIB


@dataclass
class Bench:
    """A received device, the machine that it is, and hard disks that it showed."""

    world: World
    serials: tuple[str, ...] = ("EX-RUN-1",)
    fields: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.device = self.world.receive(drives=())
        self.machine = FakeMachine()
        self.machine.join(self.world, self.world.technician, self.device)
        self.look()

    def look(self) -> None:
        """The machine shows its drives as they are."""
        self.machine.send(*(self.disk(serial) for serial in self.serials))

    def disk(self, serial: str = "", **fields: Any) -> wire.Drive:
        named = {"serial": serial or self.serials[0], **self.fields, **fields}
        return drive(**named)

    @property
    def agent(self) -> Agent:
        assert self.machine.agent is not None
        return Agent.objects.select_related("job", "device").get(
            pk=self.machine.agent.pk
        )

    @property
    def drives(self) -> list[StorageDrive]:
        return list(StorageDrive.objects.filter(host=self.device).order_by("pk"))

    @property
    def drive(self) -> StorageDrive:
        return self.drives[0]

    @property
    def run(self) -> ErasureRun:
        """The newest order for the first drive."""
        return ErasureRun.objects.filter(drive__serial=self.serials[0]).latest("pk")

    def order(self, *drives: StorageDrive, by: Any = None) -> list[ErasureRun]:
        return actions.order_erasure(
            device=self.device,
            drives=drives or self.drives,
            by=by or self.world.technician,
        )

    def confirm(self) -> list[ErasureRun]:
        return actions.confirm_order(device=self.device, by=self.world.technician)

    def begun(self) -> ErasureRun:
        """Ordered and confirmed; the newest run."""
        self.order()
        self.confirm()
        return self.run

    def given(self) -> wire.Job | None:
        """What the machine is told to do."""
        return assignment_of(self.agent).job

    def say(self, seq: int, state: wire.Stage, **said: Any) -> Noted:
        """An event of its job; `stride` says how far a drive is."""
        job = self.agent.job
        wanted: dict[str, Any] = {
            "seq": seq,
            "job_id": job.uuid if job else None,
            "step": "overwrite",
            "state": state,
            "at": timezone.now(),
            "monotonic_ms": 1000 * seq,
        }
        event = wire.Event(**{**wanted, **said})
        return actions.note_events(agent=self.agent, told=wire.Events(events=(event,)))

    def record(
        self, run: ErasureRun | None = None, **said: Any
    ) -> proofs.ErasureRecord:
        """A drive overwritten, read back in full, nothing amiss: the answer to `run`."""
        started = timezone.now() - dt.timedelta(hours=2)
        given = {}
        if run is not None:
            given = {
                "run_id": run.uuid,
                "token": actions.run_of(run).token,
                "cycle": run.cycle,
            }
        wanted: dict[str, Any] = {
            **given,
            "drive": self.disk(run.serial if run else ""),
            "ended": methods.Ended.ERASED,
            "technique": methods.Technique.OVERWRITE,
            "erasure_class": methods.ErasureClass.CLEAR,
            "attempts": (attempt(started),),
            "bytes_erased": SIZE,
            "verified": verified(),
            "hidden": hidden(),
            "started_at": started,
            "ended_at": timezone.now(),
            "tools": ("rebond-agent 0.1.0",),
            "kernel": "6.1.0-28-amd64",
        }
        return proofs.ErasureRecord(**{**wanted, **said})

    def report(self, record: proofs.ErasureRecord) -> Accepted:
        return self.machine.send(kind=wire.Kind.ERASURE, erasure=record)


@kept
def make_bench() -> Bench:
    return Bench(make_world())


def attempt(started: dt.datetime, **said: Any) -> proofs.Attempt:
    wanted: dict[str, Any] = {
        "technique": methods.Technique.OVERWRITE,
        "ended": methods.Ended.ERASED,
        "started_at": started,
        "ended_at": started + dt.timedelta(hours=1),
        "passes": 1,
        "pattern": "zeros",
        "bytes_written": SIZE,
        "steps": (proofs.Step(line="overwrite /dev/sda", exit_code=0, seconds=3600),),
    }
    return proofs.Attempt(**{**wanted, **said})


def verified(**said: Any) -> proofs.Verified:
    wanted: dict[str, Any] = {
        "method": methods.Verification.FULL,
        "bytes_read": SIZE,
        "status": "all zero",
        "seconds": 3000,
    }
    return proofs.Verified(**{**wanted, **said})


def hidden(**said: Any) -> proofs.HiddenAreas:
    none = methods.Hidden.NONE
    wanted: dict[str, Any] = {
        "hpa": none,
        "dco": none,
        "amax": none,
        "native_bytes": SIZE,
        "visible_before": SIZE,
        "visible_after": SIZE,
    }
    return proofs.HiddenAreas(**{**wanted, **said})


def want_two(world: World) -> None:
    """The donor asks for a second person."""
    Donation.objects.filter(lots=world.lot).update(erasure_by_two=True)


def device_of(bench: Bench) -> Device:
    return Device.objects.get(pk=bench.device.pk)
