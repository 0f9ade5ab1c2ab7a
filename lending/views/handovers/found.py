"""Which hand-overs and packs somebody sees, and what of them was scanned."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from backoffice.core.requests import UserRequest
from inventory import tags
from lending.models import EquipmentRequest, HandOver, Pack, PackLine
from lending.models.handover import HandOverQuerySet
from lending.states import HANDOVER_OPEN
from lending.views.portal.current import current_membership

LOOK = "lending.view_handover"
HAND = "lending.hand_over"


def seen_handovers(request: UserRequest) -> HandOverQuerySet:
    """The staff’s, at their sites; for a partner, of the structure they work in."""
    rows: HandOverQuerySet = HandOver.objects.visible_to(request.user)
    if request.user.has_perm(LOOK):
        return rows
    mine = current_membership(request)
    return rows.filter(structure=mine.structure) if mine else rows.none()


def seen_packs(request: UserRequest) -> QuerySet[Pack]:
    rows = Pack.objects.visible_to(request.user)
    if request.user.has_perm(LOOK):
        return rows
    mine = current_membership(request)
    return rows.filter(request__structure=mine.structure) if mine else rows.none()


def one_handover(request: UserRequest, handover: uuid.UUID) -> HandOver:
    rows = HandOver.objects.visible_to(request.user).select_related(
        *("pack__version__template", "pack__place", "beneficiary__structure", "site"),
        *("structure", "request__beneficiary", "programme", "slip", "handed_over_by"),
    )
    return get_object_or_404(rows, uuid=handover)


def scanned_pack(request: UserRequest, code: str) -> Pack | EquipmentRequest | None:
    """The pack of a printed code, or the request of a number."""
    try:
        tag = tags.parse_tag(code)
    except tags.BadTag:
        number = code.replace("\0", "").strip().upper()
        mine = EquipmentRequest.objects.visible_to(request.user).exclude(number="")
        return mine.filter(number=number).first()
    return seen_packs(request).filter(tag=tag.text).first()


def open_handover_of(
    request: UserRequest, found: Pack | EquipmentRequest
) -> HandOver | None:
    rows = seen_handovers(request).filter(status__in=HANDOVER_OPEN)
    subject = {"pack": found} if isinstance(found, Pack) else {"request": found}
    return rows.filter(**subject).order_by("planned_at", "pk").first()


def pack_with(packs: QuerySet[Pack], code: str) -> Pack | None:
    """The one of these packs that holds the thing of this printed tag."""
    try:
        tag = tags.parse_tag(code).text
    except tags.BadTag:
        return None
    thing = Q(lines__device__tag=tag) | Q(lines__sim__tag=tag)
    return packs.filter(
        thing | Q(lines__modem__tag=tag), lines__released_at=None
    ).first()


def line_of_code(lines: Iterable[PackLine], code: str) -> PackLine | None:
    """Which line of this pack a scan is, by any code that is printed on its thing."""
    wanted = _plain(code)
    if not wanted:
        return None
    return next((line for line in lines if wanted in _codes(line)), None)


def _codes(line: PackLine) -> set[str]:
    known: list[str] = []
    if line.device is not None:
        known += [line.device.tag, line.device.serial]
    if line.sim is not None:
        known += [line.sim.tag, line.sim.iccid, line.sim.msisdn]
    if line.modem is not None:
        known += [line.modem.tag, line.modem.imei]
    if line.counted_kind is not None:
        known.append(line.counted_kind.code)
    return {_plain(code) for code in known} - {""}


def _plain(code: str) -> str:
    """As printed or as typed: capitals, spaces and hyphens do not matter."""
    return "".join(sign for sign in code.upper() if sign.isalnum())
