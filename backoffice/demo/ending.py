"""How far a device of the demo has come, through the acts that people use."""

from __future__ import annotations

import dataclasses

from django.utils import timezone

from backoffice.demo.erasing import erase
from backoffice.demo.workshop import Workshop
from inventory import actions
from inventory.models import (
    CheckOutcome,
    DestructionMethod,
    Device,
    ErasureException,
    ErasureResult,
    Place,
    Storage,
)
from inventory.models.quality import CheckSubject, checklist
from inventory.states import DataState, HoldReason, SetAsideReason


@dataclasses.dataclass
class Ending:
    """One device on its way; each step is an act."""

    workshop: Workshop
    device: Device

    def reach(self, end: str) -> None:
        if end in {"received", "missing", "diskless", "given_back"}:
            getattr(self, f"_{end}")()
            return
        actions.start_triage(device=self.device, by=self.workshop.technician)
        if end == "in_triage":
            return
        actions.triage_device(device=self.device, by=self.workshop.technician)
        if end != "to_process":
            getattr(self, f"_{end}")()

    def _received(self) -> None:
        """It stands where it was put."""

    def _missing(self) -> None:
        actions.declare_missing(device=self.device, by=self.workshop.technician)

    def _given_back(self) -> None:
        self._erased()
        self.device.refresh_from_db()
        if self.device.data_state == DataState.CLEAN:
            actions.return_to_donor(device=self.device, by=self.workshop.lead)

    def _diskless(self) -> None:
        if not self.device.drives.exists() and self.device.kind != "screen":
            actions.declare_no_storage(device=self.device, by=self.workshop.technician)

    def _erased(self) -> None:
        if self.device.storage == Storage.UNKNOWN:
            actions.declare_no_storage(device=self.device, by=self.workshop.technician)
        for drive in self.device.drives.all():
            erase(self.workshop, drive)

    def _failed(self) -> None:
        for drive in self.device.drives.all():
            erase(self.workshop, drive, result=ErasureResult.FAILED)

    def _exceptions(self) -> None:
        for drive in self.device.drives.all():
            erase(
                self.workshop,
                drive,
                result=ErasureResult.ERASED_WITH_EXCEPTIONS,
                exceptions=(ErasureException.HIDDEN_AREA_UNKNOWN,),
            )

    def _refurbishing(self) -> None:
        self._erased()
        actions.start_refurbishment(device=self.device, by=self.workshop.technician)
        self._move(self.workshop.benches)

    def _awaiting_parts(self) -> None:
        self._refurbishing()
        actions.await_parts(device=self.device, by=self.workshop.technician)

    def _checking(self) -> None:
        self._refurbishing()
        actions.send_to_quality_check(device=self.device, by=self.workshop.technician)

    def _ready(self) -> None:
        self._checking()
        self.device.refresh_from_db()
        actions.pass_quality_check(
            device=self.device, lines=self._good_lines(), by=self.workshop.technician
        )
        actions.declare_ready(device=self.device, by=self.workshop.technician)
        self._move(self.workshop.shelves[1:])

    def _set_aside(self) -> None:
        reason = self.workshop.chance.choice(list(SetAsideReason))
        actions.set_aside(device=self.device, reason=reason, by=self.workshop.lead)

    def _for_parts(self) -> None:
        self._erased()
        self._set_aside()
        actions.keep_for_parts(device=self.device, by=self.workshop.lead)

    def _scrapped(self) -> None:
        self._set_aside()
        actions.scrap_device(device=self.device, by=self.workshop.lead)

    def _held(self) -> None:
        actions.hold_device(
            device=self.device, reason=HoldReason.FIRMWARE_LOCK, by=self.workshop.lead
        )

    def _destroyed(self) -> None:
        """The drive fails, is taken out and destroyed before two people."""
        self._failed()
        for drive in self.device.drives.all():
            taken = actions.take_drive_out(
                drive=drive,
                custody=self.workshop.cupboard,
                by=self.workshop.technician,
            )
            destruction = actions.record_destruction(
                drive=taken,
                method=DestructionMethod.SHRED,
                place=self.workshop.cupboard,
                destroyed_on=timezone.localdate(),
                by=self.workshop.technician,
            )
            # Every other one still waits for the second person.
            if next(self.workshop.destructions) % 2:
                actions.confirm_destruction(
                    destruction=destruction, by=self.workshop.officer
                )

    def _move(self, places: list[Place]) -> None:
        place = self.workshop.chance.choice(places)
        actions.move_to_place(
            device=self.device, place=place, by=self.workshop.technician
        )

    def _good_lines(self) -> dict[CheckSubject, CheckOutcome]:
        return dict.fromkeys(checklist(self.device.kind), CheckOutcome.OK)
