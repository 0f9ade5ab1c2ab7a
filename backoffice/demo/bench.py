"""The demo's bench: machines that joined in the last two hours, and are still there."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt

from django.utils import timezone

from agent import wire
from backoffice.core.models import Site
from backoffice.demo import installing, orders, papers, reports, turns
from backoffice.demo.hardware import Box, box_of, card, drive_of
from backoffice.demo.morning import Morning
from backoffice.demo.seats import (
    AWAY,
    BROKEN_OFF,
    DOUBLED,
    FAILING,
    FOREIGN,
    GIVES,
    LIKE,
    MUTE,
    OLD_TOWER,
    SEATS,
    SOUND,
    TAKES,
    TESTING,
    TOWER,
    VISITOR,
    WAITING,
    WEAK,
)
from backoffice.demo.workshop import Workshop
from inventory.models import Device
from inventory.states import DeviceStatus
from provisioning import actions
from provisioning.errors import CloneSuspected
from provisioning.models import JobKind

Stage = wire.Stage
# How long before now the first machine of the day was started.
OPEN_FOR = dt.timedelta(hours=2)


def tell(workshop: Workshop) -> None:
    """Fill the bench: what was started, asked and seen in the last two hours."""
    morning = Morning(workshop, timezone.now())
    for part in (_done, _at_work, _amiss, _unknown, _drive_that_moved, _who_is_it):
        part(morning)
    installing.tell(morning)
    orders.tell(morning)
    reports.tell(morning)
    papers.tell(morning)
    _call()


def turn() -> None:
    """Every machine that is switched on asks what to do, and does a little of it."""
    _call()
    for seat in SEATS:
        if box := seat.machine.box:
            turns.turn(seat.machine, box)


def _call() -> None:
    for machine in (*(seat.machine for seat in SEATS), TOWER, LIKE, VISITOR):
        machine.call()


def _done(morning: Morning) -> None:
    """Three tried in full: one is good, one is worn, one has a dying disk."""
    for minutes, seat in ((112, SOUND), (101, WEAK), (95, FAILING)):
        device = morning.starts(seat, minutes)
        job = morning.asks(seat, JobKind.TESTS, minutes - 2)
        with morning.minutes_ago(minutes - 3):
            seat.machine.say(job, Stage.STARTED)
        with morning.minutes_ago(minutes - 12):
            seat.machine.tell_tests(seat.box(device).machine)
            seat.machine.say(job, Stage.DONE)


def _at_work(morning: Morning) -> None:
    """One in the middle of its tests, and one that has not taken them yet."""
    morning.starts(TESTING, 14)
    job = morning.asks(TESTING, JobKind.TESTS, 2)
    with morning.minutes_ago(2):
        TESTING.machine.say(job, Stage.STARTED)
    with morning.minutes_ago(0):
        TESTING.machine.say_test(job, 40)
    morning.starts(WAITING, 4)
    morning.asks(WAITING, JobKind.TESTS, 1)


def _amiss(morning: Morning) -> None:
    """A test that broke off, a machine without news, and one identity spoken twice."""
    morning.starts(BROKEN_OFF, 70)
    job = morning.asks(BROKEN_OFF, JobKind.TESTS, 66)
    with morning.minutes_ago(58):
        BROKEN_OFF.machine.say(
            *(job, Stage.FAILED),
            step="memory",
            message="stressapptest : arrêté par le système",
        )
    morning.starts(AWAY, 49)
    job = morning.asks(AWAY, JobKind.TESTS, 44)
    with morning.minutes_ago(41):
        AWAY.machine.say_test(job, 28)
    device = morning.starts(DOUBLED, 36)
    box = DOUBLED.box(device)
    with morning.minutes_ago(12), contextlib.suppress(CloneSuspected):
        DOUBLED.machine.report(_with_other_marks(box))


def _unknown(morning: Morning) -> None:
    """A disk that says nothing of its health, and a tower that has no name."""
    morning.starts(MUTE, 31)
    with morning.minutes_ago(24):
        TOWER.join(OLD_TOWER, morning.workshop.site, by=morning.workshop.technician)
        TOWER.report(OLD_TOWER)


def _drive_that_moved(morning: Morning) -> None:
    """A drive is seen in one desktop, later in another: the first one is held."""
    left, to = morning.starts(GIVES, 88), morning.starts(TAKES, 84)
    drive = left.drives.get()
    with morning.minutes_ago(52):
        box, travelled = TAKES.box(to), drive_of(drive)
        second = dataclasses.replace(travelled, name="sdb", path="/dev/sdb")
        TAKES.machine.report(dataclasses.replace(box, drives=(*box.drives, second)))


def _who_is_it(morning: Morning) -> None:
    """The serial number of a device in stock, one that nobody let in, two records."""
    workshop = morning.workshop
    device = (
        Device.objects.filter(model="EliteBook 840 G3", status=DeviceStatus.RECEIVED)
        .exclude(serial="")
        .order_by("pk")[0]
    )
    like = dataclasses.replace(
        box_of(device), drives=(), network=(card("another board"),)
    )
    with morning.minutes_ago(18):
        LIKE.join(like, workshop.site, by=workshop.technician)
        LIKE.report(like)
    other = Site.objects.exclude(pk=workshop.site.pk).get()
    with morning.minutes_ago(9):
        actions.want_approval(site=other, wanted=True, by=workshop.lead)
        VISITOR.join(FOREIGN, other, by=workshop.lead)

    stock = Device.objects.filter(model="ProDesk 400 G4", status=DeviceStatus.RECEIVED)
    first, second = stock.order_by("pk")[:2]
    with morning.minutes_ago(7):
        actions.propose_merge(
            device=first,
            other=second,
            reason="Reçu deux fois : la première étiquette s’était décollée",
            by=workshop.technician,
        )


def _with_other_marks(box: Box) -> Box:
    """The same disk's copy in another machine of the series."""
    machine = dataclasses.replace(
        box.machine,
        serial="DEMO9999",
        uuid="a3c45d21-4e88-4b00-97f2-660000009999",
        board_serial="L199999999",
    )
    drives = tuple(
        dataclasses.replace(each, serial=f"{each.serial}X") for each in box.drives
    )
    return dataclasses.replace(
        box, machine=machine, drives=drives, network=(card("another machine"),)
    )
