"""Who hands over what: the staff of a pack’s site, or the structure it was delivered to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit, person
from backoffice.core.dates import date_format
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from lending.actions.access import require_member
from lending.errors import (
    ModeNotYours,
    PackHandedOver,
    PackNotReady,
    StatusImpossible,
)
from lending.models import EquipmentRequest, HandOver, Pack, Structure
from lending.states import HandOverMode, HandOverStatus, PackStatus

HAND_OVER = "lending.hand_over"


def require_hand(by: Actor, pack: Pack, structure: Structure) -> User:
    """Who hands a pack over: the staff of its site, or a member it was delivered to.

    A step; refuses anybody else.
    """
    if is_ours(by, pack):
        return permit(by, HAND_OVER, at=pack.site_id)
    user = require_member(by, structure).user
    if pack.status != PackStatus.AT_STRUCTURE:
        raise PackNotReady(
            _("%(pack)s has not been delivered to your structure.") % {"pack": pack},
            advice=_("The association hands it over, or delivers it to you first."),
            pack=pack.tag,
        )
    return user


def is_ours(by: Actor, pack: Pack) -> bool:
    """Whether the person hands packs over for the site that this one is of."""
    sites = person(by).site_ids(HAND_OVER)
    return sites is None or pack.site_id in sites


def held(
    handover: HandOver, by: Actor, states: Collection[HandOverStatus]
) -> tuple[HandOver, User]:
    """A hand-over, locked after its pack, in one of these states: a step."""
    require_transaction()
    pack = Pack.objects.lock(handover.pack_id)
    handover = HandOver.objects.lock(handover.pk)
    handover.pack = pack
    user = require_hand(by, pack, handover.structure)
    if handover.status not in states:
        raise over(handover)
    return handover, user


def over(handover: HandOver) -> StatusImpossible:
    return StatusImpossible(
        _("This hand-over is “%(now)s” since %(when)s: nothing changes any more.")
        % {
            "now": handover.get_status_display(),
            "when": _day_and_hour(handover.status_since),
        },
        status=handover.status,
    )


def refuse_other_mode(
    by: Actor, pack: Pack, request: EquipmentRequest | None, mode: HandOverMode
) -> None:
    """A structure’s member hands over as the association accepted: lent, given or sold."""
    accepted = request.mode if request is not None else ""
    if not accepted or mode == accepted or is_ours(by, pack):
        return
    raise ModeNotYours(
        _("The association accepted this request as “%(mode)s”.")
        % {"mode": HandOverMode(accepted).label},
        advice=_("Ask the association if it has to go another way."),
        mode=accepted,
    )


def refuse_handed_over(pack: Pack) -> None:
    """Refuse a pack that somebody has, or had, saying since when."""
    if pack.status in {PackStatus.HANDED_OVER, PackStatus.CLOSED}:
        signed = pack.handovers.filter(status=HandOverStatus.SIGNED).first()
        when = signed.signed_at if signed else pack.status_since
        raise PackHandedOver(
            _("%(pack)s was handed over on %(when)s.")
            % {"pack": pack, "when": _day_and_hour(when or pack.status_since)},
            advice=_("Scan another pack, or look at that hand-over."),
            pack=pack.tag,
        )


def _day_and_hour(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
