"""What may be ordered to be erased, and the row of each drive."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from agent import proofs
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from inventory.actions.drive_cycle import class_needed, verification_asked
from inventory.actions.drive_moves import note_order
from inventory.actions.evidence import in_use
from inventory.errors import DriveElsewhere
from inventory.methods import Medium
from inventory.models import Device, StorageDrive
from inventory.states import DriveStatus
from provisioning.actions.tokens import digest_of, token_of
from provisioning.errors import NothingToErase, OrderOpen
from provisioning.models import ErasureRun, RunState, Sighting
from provisioning.models.erasure_run import SETTLED


def chosen_in(device: Device, drives: Sequence[StorageDrive]) -> list[StorageDrive]:
    """The drives meant, held, if each of them may be erased by an order."""
    wanted = {drive.pk for drive in drives}
    inside = StorageDrive.objects.lock_inside(device)
    chosen = [drive for drive in inside if drive.pk in wanted]
    if len(chosen) != len(wanted):
        raise DriveElsewhere(
            _("A drive that was chosen is not in %(device)s any more.")
            % {"device": device},
            advice=_("Look again where it is."),
            device=device.tag,
        )
    if not 0 < len(chosen) <= proofs.MAX_RUNS:
        raise NothingToErase(
            _("Choose which drives are to be erased."), device=device.tag
        )
    for drive in chosen:
        _refuse_unfit(drive)
    return chosen


def names_of(drive: StorageDrive) -> tuple[str, str]:
    """Make and model as the machine itself last said them, else as a person did.

    The machine compares them with what it finds; people write them otherwise.
    """
    seen = Sighting.objects.filter(drive=drive).order_by("-last_seen_at").first()
    found = seen or drive
    return found.make[:60], found.model[:80]


def _refuse_unfit(drive: StorageDrive) -> None:
    if drive.status in SETTLED | {DriveStatus.INSTALLED_NEW} or not drive.gated:
        raise NothingToErase(
            _("There is nothing to erase on %(drive)s: “%(now)s”.")
            % {"drive": drive, "now": drive.get_status_display()},
            drive=str(drive.uuid),
        )
    if drive.in_use:
        raise in_use(drive)
    if ErasureRun.objects.filter(drive=drive).open().exists():
        raise OrderOpen(
            _("An order to erase %(drive)s is open already.") % {"drive": drive},
            advice=_("Wait for it, or cancel it."),
            drive=str(drive.uuid),
        )


@dataclasses.dataclass(frozen=True)
class Terms:
    """How an order is to be done, of all its drives.

    `not_below`: a drive on which nothing reaches its donor’s class is left as it is.
    `may_sleep`: the machine may be put to sleep, which thaws frozen drives.
    """

    not_below: bool = False
    may_sleep: bool = False


USUAL = Terms()


def ask_for(
    device: Device,
    drive: StorageDrive,
    order: uuid.UUID,
    user: User,
    *,
    terms: Terms,
    by_two: bool,
) -> ErasureRun:
    """The row of one held drive in an order: a step."""
    require_transaction()
    now = timezone.now()
    make, model = names_of(drive)
    run = ErasureRun(
        order=order,
        device=device,
        drive=drive,
        cycle=drive.cycle,
        make=make,
        model=model,
        serial=drive.serial,
        size_bytes=drive.size_bytes,
        least=class_needed(drive, Medium(drive.medium)),
        verify=verification_asked(drive),
        not_below=terms.not_below,
        may_sleep=terms.may_sleep,
        by_two=by_two,
        state=RunState.ASKED,
        asked_by=user,
        asked_at=now,
        last_news_at=now,
        quarter_at=now,
        changed_at=now,
    )
    run.token_sha256 = digest_of(token_of(run))
    run.save(force_insert=True)
    note_order(drive, now)
    return run
