"""Devices by the thousand, with drives and chained events that `verify_journal` accepts.

Rows are written in bulk, past the acts: nothing else here is told apart from what
the acts write, hashes included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from backoffice.core.models import User
from inventory import codes
from inventory.actions.search import terms_of
from inventory.methods import ErasureClass, Medium, Technique, Verification
from inventory.models import (
    Bus,
    CheckOutcome,
    Device,
    DeviceEvent,
    DeviceKind,
    DriveEvent,
    Erasure,
    ErasureResult,
    Lot,
    Place,
    QualityCheck,
    Storage,
    StorageDrive,
    TagCounter,
)
from inventory.models.device_search import DeviceTerm
from inventory.models.quality import checklist
from inventory.states import DataState, DeviceStatus, DriveStatus
from inventory.tags import TagKind, format_tag
from tests.benchmarks.chains import Facts, chained
from tests.world import GIB

BATCH = 2000
MODELS = (
    (DeviceKind.LAPTOP, "Lenovo", "ThinkPad T480"),
    (DeviceKind.LAPTOP, "Dell", "Latitude 5490"),
    (DeviceKind.DESKTOP, "HP", "ProDesk 400 G4"),
    (DeviceKind.MINI, "Lenovo", "ThinkCentre M710q"),
)
# What has become of a device; each is as common as it stands here.
STATUSES = (
    DeviceStatus.READY,
    DeviceStatus.RECEIVED,
    DeviceStatus.TO_PROCESS,
    DeviceStatus.READY,
    DeviceStatus.IN_REFURBISHMENT,
)
# Minutes over which devices were received: half a year.
SPREAD = 260_000


def seed(count: int, *, lots: Sequence[Lot], places: Sequence[Place], by: User) -> None:
    """Add `count` devices, each with one erased drive and at least four events."""
    newest = Device.objects.aggregate(Max("pk"))["pk__max"] or 0
    counter, _made = TagCounter.objects.get_or_create(prefix=TagKind.COMPUTER)
    shift = newest - counter.last
    for numbers in _batches(counter.last + 1, count):
        with transaction.atomic():
            _batch([_device(n, n + shift, lots, places) for n in numbers], by)
    counter.last += count
    counter.save(update_fields=["last"])
    if connection.vendor == "postgresql":
        _move_sequences()


def settle() -> None:
    """What a database does by itself at night: look at its rows, and tidy its pages."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        # tidying waits for the end of a transaction; looking does not
        tidies = postgresql and not connection.in_atomic_block
        cursor.execute("VACUUM ANALYZE" if tidies else "ANALYZE")


def _batches(first: int, count: int) -> Iterator[range]:
    for start in range(first, first + count, BATCH):
        yield range(start, min(start + BATCH, first + count))


def _batch(devices: list[Device], by: User) -> None:
    wanted = {device.pk: device.status for device in devices}
    for device in devices:
        device.status = DeviceStatus.RECEIVED  # as every device begins
    Device.objects.bulk_create(devices)
    drives = [_drive(device) for device in devices]
    StorageDrive.objects.bulk_create(drives)
    erasures = [_erasure(drive, by) for drive in drives]
    Erasure.objects.bulk_create(erasures)
    _prove(drives)
    DeviceTerm.objects.bulk_create(
        DeviceTerm(device=device, term=term)
        for device in devices
        for term in terms_of(device, [])
    )
    checks = [_check(d, by) for d in devices if wanted[d.pk] == DeviceStatus.READY]
    QualityCheck.objects.bulk_create(checks)
    _write_history(devices, drives, erasures, checks, wanted, by)
    for status in set(STATUSES):
        keys = [pk for pk, to in wanted.items() if to == status]
        Device.objects.filter(pk__in=keys).update(status=status)


def _prove(drives: list[StorageDrive]) -> None:
    """Say of each drive that its erasure is its proof."""
    proof = Erasure.objects.filter(drive=OuterRef("pk")).order_by("pk").values("pk")
    StorageDrive.objects.filter(pk__gte=drives[0].pk).update(
        status=DriveStatus.ERASED, proof_id=Subquery(proof[:1])
    )


def _device(
    number: int, pk: int, lots: Sequence[Lot], places: Sequence[Place]
) -> Device:
    kind, make, model = MODELS[number % len(MODELS)]
    serial = f"BENCH{number:08d}"
    lot, place = lots[number % len(lots)], places[number % len(places)]
    received = timezone.now() - dt.timedelta(minutes=SPREAD - number % SPREAD)
    return Device(
        pk=pk,
        tag=format_tag(TagKind.COMPUTER, number),
        kind=kind,
        make=make,
        model=model,
        serial=serial,
        make_key=codes.key(make),
        serial_key=codes.serial_key(serial),
        lot=lot,
        site_id=place.site_id,
        place=place,
        storage=Storage.LISTED,
        status=STATUSES[number % len(STATUSES)],
        status_since=received,
        data_state=DataState.CLEAN,
        received_at=received,
    )


def _drive(device: Device) -> StorageDrive:
    serial = f"BENCHD{device.pk:08d}"
    return StorageDrive(
        host=device,
        last_host=device,
        make="Exemple",
        model="HD500",
        serial=serial,
        serial_key=codes.serial_key(serial),
        medium=Medium.HDD,
        bus=Bus.SATA,
        size_bytes=500 * GIB,
        status=DriveStatus.AWAITING_ERASURE,
    )


def _erasure(drive: StorageDrive, by: User) -> Erasure:
    return Erasure(
        drive=drive,
        cycle=1,
        device=drive.last_host,
        result=ErasureResult.ERASED,
        technique=Technique.OVERWRITE,
        erasure_class=ErasureClass.CLEAR,
        tool="nwipe",
        tool_version="0.34",
        verification=Verification.FULL,
        bytes_erased=drive.size_bytes,
        size_bytes=drive.size_bytes,
        erased_on=timezone.localdate(),
        operator=by,
    )


def _check(device: Device, by: User) -> QualityCheck:
    return QualityCheck(
        device=device,
        passed=True,
        lines={s.value: CheckOutcome.OK.value for s in checklist(device.kind)},
        checked_by=by,
        checked_at=device.status_since,
    )


def _write_history(
    devices: list[Device],
    drives: list[StorageDrive],
    erasures: list[Erasure],
    checks: list[QualityCheck],
    wanted: dict[int, str],
    by: User,
) -> None:
    check_of = {check.device_id: check for check in checks}
    device_events: list[DeviceEvent] = []
    drive_events: list[DriveEvent] = []
    for device, drive, erasure in zip(devices, drives, erasures, strict=True):
        passed = check_of.get(device.pk)
        lived = _life(device, drive, erasure, wanted[device.pk], passed)
        device_events += chained(DeviceEvent, device, lived, device.status_since, by)
        erased = _life_of_drive(device, erasure)
        drive_events += chained(DriveEvent, drive, erased, device.status_since, by)
    DeviceEvent.objects.bulk_create(device_events)
    DriveEvent.objects.bulk_create(drive_events)


def _life(
    device: Device,
    drive: StorageDrive,
    erasure: Erasure,
    status: str,
    check: QualityCheck | None,
) -> Iterator[Facts]:
    """What happened to a device until it stood where it stands."""
    yield "received", {"to": DeviceStatus.RECEIVED.value, "tag": device.tag}
    yield "drive_declared", {"drive": str(drive.uuid)}
    yield "erasure_erased", {"erasure": str(erasure.uuid), "drive": str(drive.uuid)}
    yield "moved", {"from_place": None, "to_place": device.place and device.place.tag}
    if status == DeviceStatus.RECEIVED:
        return
    yield (
        "triaged",
        {"from": DeviceStatus.RECEIVED.value, "to": DeviceStatus.TO_PROCESS.value},
    )
    if status == DeviceStatus.IN_REFURBISHMENT:
        yield (
            "refurbishment_started",
            {"from": DeviceStatus.TO_PROCESS.value, "to": status},
        )
    if check is not None:
        at_check = DeviceStatus.IN_QUALITY_CHECK.value
        yield (
            "sent_to_quality_check",
            {"from": DeviceStatus.TO_PROCESS.value, "to": at_check},
        )
        yield "quality_check_passed", {"check": str(check.uuid)}
        yield "declared_ready", {"from": at_check, "to": DeviceStatus.READY.value}


def _life_of_drive(device: Device, erasure: Erasure) -> Iterator[Facts]:
    status = DriveStatus.AWAITING_ERASURE.value
    yield "declared", {"device": device.tag, "cycle": 1, "status": status}
    yield "erasure_erased", {"erasure": str(erasure.uuid), "device": device.tag}


def _move_sequences() -> None:
    """Primary keys were given by hand: the next device must come after them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('inventory_device', 'id'), "
            "(SELECT max(id) FROM inventory_device))"
        )
