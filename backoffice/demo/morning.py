"""The demo's morning: who starts machines on the bench, and when."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt

from django.db.models import Count, QuerySet

from backoffice.core.actors import Actor
from backoffice.demo.clock import pretending
from backoffice.demo.seats import Seat
from backoffice.demo.workshop import Workshop
from inventory import actions as inventory
from inventory.models import Device, Storage
from inventory.states import DeviceStatus, DriveStatus
from provisioning import actions
from provisioning.models import ErasureRun, Job, JobKind

ON_THE_WAY = (DeviceStatus.TO_PROCESS, DeviceStatus.IN_REFURBISHMENT)


@dataclasses.dataclass
class Morning:
    """Who starts machines, and when; each takes a device that none is yet."""

    workshop: Workshop
    now: dt.datetime
    taken: list[int] = dataclasses.field(default_factory=list)

    def minutes_ago(self, minutes: int) -> contextlib.AbstractContextManager[None]:
        return pretending(lambda: self.now - dt.timedelta(minutes=minutes))

    def starts(self, seat: Seat, minutes: int) -> Device:
        """A technician puts a device on the bench; its machine joins and reports."""
        by = self.workshop.technician
        device = self.take(seat.model, to_erase=seat.to_erase)
        bench = self.workshop.benches[len(self.taken) % len(self.workshop.benches)]
        with self.minutes_ago(minutes):
            if device.place != bench:
                inventory.move_to_place(device=device, place=bench, by=by)
            box = seat.box(device)
            seat.machine.join(box, self.workshop.site, by=by, device=device)
            seat.machine.report(box)
        return device

    def asks(self, seat: Seat, kind: JobKind, minutes: int) -> Job:
        with self.minutes_ago(minutes):
            return actions.ask_job(
                agent=seat.machine.joined, kind=kind, by=self.workshop.technician
            )

    def orders(self, device: Device, minutes: int, *, by: Actor) -> ErasureRun:
        """Somebody orders that the one drive of a device be erased."""
        with self.minutes_ago(minutes):
            drives = list(device.drives.all())
            (run,) = actions.order_erasure(device=device, drives=drives, by=by)
        return run

    def take(self, model: str, *, to_erase: bool = False) -> Device:
        """A device with one drive that is on no bench yet; the longest known first."""
        device = self._free(model, to_erase=to_erase)[0]
        self.taken.append(device.pk)
        return device

    def _free(self, model: str, *, to_erase: bool) -> QuerySet[Device]:
        found = Device.objects.annotate(inside=Count("drives")).filter(
            model=model, status__in=ON_THE_WAY, storage=Storage.LISTED, inside=1
        )
        free = (
            found.filter(hold_reason="").exclude(serial="").exclude(pk__in=self.taken)
        )
        if to_erase:
            free = free.filter(drives__status=DriveStatus.AWAITING_ERASURE)
        return free.order_by("pk")
