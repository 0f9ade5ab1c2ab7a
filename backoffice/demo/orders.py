"""The demo's erasures of this morning: one drive at each step of an order."""

from __future__ import annotations

from agent import methods, wire
from backoffice.demo import wiping
from backoffice.demo.morning import Morning
from backoffice.demo.seats import (
    APPROVED,
    ERASED,
    ERASED_TOO,
    ERASING,
    ODD,
    ORDERED,
    STUCK,
    UNWRITABLE,
    Seat,
)
from inventory.models import Device
from provisioning import actions
from provisioning.models import ErasureRun, Job

Stage = wire.Stage
Ended = methods.Ended


def tell(morning: Morning) -> None:
    for part in (_failed, _done, _odd, _under_way, _stuck, _ordered, _approved):
        part(morning)


def _ordered(morning: Morning) -> None:
    """The donor wants two people: the technician's order waits for the second."""
    device = morning.starts(ORDERED, 17)
    morning.orders(device, 15, by=morning.workshop.technician)


def _approved(morning: Morning) -> None:
    """The machine has shown what it would do, and waits for a scan at the bench."""
    device = morning.starts(APPROVED, 12)
    run = morning.orders(device, 10, by=morning.workshop.technician)
    with morning.minutes_ago(9):
        job = _job(run)
        wiping.show_plan(APPROVED.machine, job, run)


def _under_way(morning: Morning) -> None:
    """A hard disk, about half way through."""
    run, job = _begun(morning, ERASING, 46)
    for minutes, percent in ((40, 9), (20, 37), (0, 58)):
        _is_at(morning, ERASING, job, run, minutes, percent)


def _stuck(morning: Morning) -> None:
    """One whose drive has taken no byte for some minutes."""
    run, job = _begun(morning, STUCK, 38)
    _is_at(morning, STUCK, job, run, 10, wiping.STUCK_AT_PERCENT)
    stuck_at = _bytes(run, wiping.STUCK_AT_PERCENT)
    with morning.minutes_ago(0):
        wiping.be_at(*(STUCK.machine, job, run, stuck_at), stuck=wiping.STUCK_SECONDS)


def _odd(morning: Morning) -> None:
    """Erased, but what it may hide is not known: a second person looks."""
    run, job = _begun(morning, ODD, 66)
    odd = methods.Exceptional.HIDDEN_AREA_UNKNOWN
    with morning.minutes_ago(63):
        box = ODD.box(run.device)
        ended = Ended.ERASED_WITH_EXCEPTIONS
        wiping.tell(ODD.machine, run, box, ended=ended, exceptions=(odd,))
        ODD.machine.say(job, Stage.DONE)


def _done(morning: Morning) -> None:
    """Two that erased themselves within a minute, and are proven."""
    for seat, minutes in ((ERASED, 80), (ERASED_TOO, 73)):
        run, job = _begun(morning, seat, minutes)
        with morning.minutes_ago(minutes - 1):
            wiping.tell(seat.machine, run, seat.box(run.device))
            seat.machine.say(job, Stage.DONE)


def _failed(morning: Morning) -> None:
    """A dying disk that cannot be written to the end."""
    run, job = _begun(morning, UNWRITABLE, 108)
    with morning.minutes_ago(98):
        box = UNWRITABLE.box(run.device)
        wiping.tell(UNWRITABLE.machine, run, box, ended=Ended.FAILED)
        UNWRITABLE.machine.say(job, Stage.FAILED, message="1 disque non effacé")


def _begun(morning: Morning, seat: Seat, minutes: int) -> tuple[ErasureRun, Job]:
    """Ordered, approved by a second person where the donor wants one, and confirmed."""
    workshop = morning.workshop
    device: Device = morning.starts(seat, minutes + 6)
    run = morning.orders(device, minutes + 5, by=workshop.technician)
    if run.by_two:
        with morning.minutes_ago(minutes + 3):
            actions.approve_order(run=run, by=workshop.lead)
    with morning.minutes_ago(minutes + 2):
        wiping.show_plan(seat.machine, _job(run), run)
    with morning.minutes_ago(minutes):
        actions.confirm_order(device=device, by=workshop.technician)
    return _fresh(run), _job(run)


def _is_at(
    morning: Morning, seat: Seat, job: Job, run: ErasureRun, minutes: int, percent: int
) -> None:
    with morning.minutes_ago(minutes):
        wiping.be_at(seat.machine, job, run, _bytes(run, percent))


def _bytes(run: ErasureRun, percent: int) -> int:
    return (run.drive.size_bytes or 0) * percent // 100


def _fresh(run: ErasureRun) -> ErasureRun:
    return ErasureRun.objects.select_related("drive", "device", "job").get(pk=run.pk)


def _job(run: ErasureRun) -> Job:
    job = _fresh(run).job
    if job is None:
        message = f"{run} is no machine’s work"
        raise LookupError(message)
    return job
