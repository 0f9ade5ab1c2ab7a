"""Packs made for requests, their hand-overs, their papers and their loans."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

from django.utils import timezone

from backoffice.core.documents import content_hash
from backoffice.core.models import Document, DocumentKind, User
from backoffice.core.models.document import PREFIX
from inventory.models import Device, DeviceEvent
from inventory.states import DeviceStatus
from inventory.tags import TagKind, format_tag
from lending.models import (
    EquipmentRequest,
    HandOver,
    HandOverEvent,
    Loan,
    LoanEvent,
    Pack,
    PackEvent,
    PackLine,
    Signature,
    TemplateVersion,
)
from lending.states import (
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    LineNature,
    PackStatus,
    RequestStatus,
    SignatureKind,
)
from tests.benchmarks.chains import Facts, chained, heads

P, R, D, H = PackStatus, RequestStatus, DeviceStatus, HandOverStatus
# One loan in so many is overdue.
LATE = 5
DRAWN = b"\x89PNG\r\n\x1a\n" + bytes(2000)
PACK_OF = {R.ALLOCATED: P.DRAFT, R.SCHEDULED: P.READY, R.FULFILLED: P.HANDED_OVER}


def pack(
    asked: Sequence[EquipmentRequest],
    devices: Sequence[Device],
    version: TemplateVersion,
    first: int,
    by: User,
) -> None:
    """One pack with its machine for each of these requests, as far as each has come."""
    packs = Pack.objects.bulk_create(
        Pack(
            tag=format_tag(TagKind.PACK, first + number),
            version=version,
            request=request,
            site_id=request.site_id,
            status=PACK_OF[R(request.status)],
            status_since=request.status_since,
            begun_by=by,
        )
        for number, request in enumerate(asked)
    )
    _fill(packs, devices, version, by)
    PackEvent.objects.bulk_create(
        itertools.chain.from_iterable(
            chained(PackEvent, each, _life(each, machine), each.status_since, by)
            for each, machine in zip(packs, devices, strict=True)
        )
    )
    planned = [each for each in packs if each.status != P.DRAFT]
    _hand_over(planned, first, by)


def _fill(
    packs: Sequence[Pack],
    devices: Sequence[Device],
    version: TemplateVersion,
    by: User,
) -> None:
    """Put a machine into each, and move the machine on with it."""
    now, wanted = timezone.now(), version.lines.get(nature=LineNature.MAIN)
    PackLine.objects.bulk_create(
        PackLine(
            pack=each,
            wanted=wanted,
            nature=wanted.nature,
            device=machine,
            quantity=1,
            filled_at=now,
            filled_by=by,
        )
        for each, machine in zip(packs, devices, strict=True)
    )
    known = heads(DeviceEvent, devices)
    for each, machine in zip(packs, devices, strict=True):
        lived = list(_life_of_machine(each))
        machine.status = str(lived[-1][1]["to"])
        DeviceEvent.objects.bulk_create(
            chained(
                DeviceEvent, machine, lived, each.status_since, by, known[machine.pk]
            )
        )
    Device.objects.bulk_update(devices, ["status"], batch_size=500)


def _life(pack: Pack, machine: Device) -> Iterator[Facts]:
    assert pack.request is not None
    yield "begun", {"request": str(pack.request.uuid)}
    yield "filled", {"unit": machine.tag}
    if pack.status == P.DRAFT:
        return
    yield "closed", {"from": P.DRAFT.value, "to": P.COMPLETE.value}
    yield "placed", {"from": P.COMPLETE.value, "to": P.READY.value}
    if pack.status == P.HANDED_OVER:
        yield "handed_over", {"from": P.READY.value, "to": P.HANDED_OVER.value}


def _life_of_machine(pack: Pack) -> Iterator[Facts]:
    assert pack.request is not None
    yield "reserved", {"from": D.READY.value, "to": D.RESERVED.value}
    if pack.status == P.DRAFT:
        return
    yield "packed", {"from": D.RESERVED.value, "to": D.PACKED.value}
    if pack.status == P.HANDED_OVER:
        lent = pack.request.mode == HandOverMode.LOAN
        to = D.ON_LOAN if lent else D.HANDED_OVER
        yield (
            "lent" if lent else "handed_over",
            {"from": D.PACKED.value, "to": to.value},
        )


def _hand_over(packs: Sequence[Pack], first: int, by: User) -> None:
    """An appointment for each pack; for those that are out, signed, and lent."""
    signed = [each for each in packs if each.status == P.HANDED_OVER]
    slips = dict(
        zip(
            (each.pk for each in signed),
            Document.objects.bulk_create(
                _slip(each, first + number, by) for number, each in enumerate(signed)
            ),
            strict=True,
        )
    )
    made = HandOver.objects.bulk_create(
        _appointment(each, slips.get(each.pk), by) for each in packs
    )
    HandOverEvent.objects.bulk_create(
        itertools.chain.from_iterable(
            chained(HandOverEvent, each, _life_of_handover(each), each.status_since, by)
            for each in made
        )
    )
    given = [each for each in made if each.status == H.SIGNED]
    Signature.objects.bulk_create(
        Signature(
            handover=each,
            media_type="image/png",
            image=DRAWN,
            signed_at=each.status_since,
        )
        for each in given
    )
    _lend([each for each in given if each.mode == HandOverMode.LOAN], by)


def _slip(pack: Pack, number: int, by: User) -> Document:
    assert pack.request is not None
    kind, year = DocumentKind.HANDOVER_SLIP, 2026
    made = Document(
        kind=kind,
        number=f"{PREFIX[kind]}-{year}-{number:05d}",
        year=year,
        serial=number,
        language="fr",
        template_version=1,
        site_id=pack.site_id,
        subject="handover",
        subject_uuid=pack.uuid,
        content={"pack": pack.tag, "request": pack.request.number},
        issued_at=pack.status_since,
        issued_by=by,
    )
    made.sha256 = content_hash(made)
    return made


def _appointment(pack: Pack, slip: Document | None, by: User) -> HandOver:
    request = pack.request
    assert request is not None
    hour = dt.timedelta(hours=request.pk % 700)
    planned = timezone.now() + hour if slip is None else pack.status_since
    common = HandOver(
        pack=pack,
        request=request,
        programme_id=request.programme_id,
        structure_id=request.structure_id,
        site_id=request.site_id,
        beneficiary_id=request.beneficiary_id,
        mode=request.mode,
        planned_at=planned,
        where="Antenne des Sablières",
        status_since=pack.status_since,
    )
    if slip is not None:
        common.status = H.SIGNED
        common.slip = slip
        common.signed_at = pack.status_since
        common.handed_over_by = by
        common.signature_kind = SignatureKind.DRAWN
        common.identity_check = IdentityCheck.KNOWN
    return common


def _life_of_handover(handover: HandOver) -> Iterator[Facts]:
    yield "planned", {}
    if handover.status == H.SIGNED:
        yield "begun", {"from": H.PLANNED.value, "to": H.UNDER_WAY.value}
        yield "signed", {"from": H.UNDER_WAY.value, "to": H.SIGNED.value}


def _lend(given: Sequence[HandOver], by: User) -> None:
    """Half a year each; one in so many ended three days ago."""
    today = timezone.localdate()
    made = Loan.objects.bulk_create(
        Loan(
            handover=each,
            starts_on=today - dt.timedelta(days=120),
            due_on=today + dt.timedelta(days=_days(number)),
            status_since=each.status_since,
        )
        for number, each in enumerate(given)
    )
    LoanEvent.objects.bulk_create(
        itertools.chain.from_iterable(
            chained(LoanEvent, each, [("started", {})], each.status_since, by)
            for each in made
        )
    )


def _days(number: int) -> int:
    return -3 if number % LATE == 0 else 20 + number % 150
