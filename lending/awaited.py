"""Who must do what next about a request: the same sentence on pages and in mails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backoffice.core.dates import date_format
from lending.states import PackStatus, RequestStatus

if TYPE_CHECKING:
    from lending.models import EquipmentRequest


class Side(models.TextChoices):
    """Who is to move."""

    STRUCTURE = "structure", _("the structure")
    ASSOCIATION = "association", _("the association")
    NOBODY = "nobody", _("nobody")


class Awaited(NamedTuple):
    """Whose turn it is, and what for: one sentence that both sides can read."""

    side: Side
    words: str | Promise
    # Packs that the structure has, and that nobody is to receive yet.
    delivered: int = 0


R = RequestStatus
_OVER = Awaited(Side.NOBODY, _("Nothing more is to be done."))
_AGAIN = Awaited(Side.NOBODY, _("The structure may ask again whenever it is useful."))
# A request that is put off says its day: see `awaited`.
_NEXT: Mapping[RequestStatus, Awaited] = {
    R.DRAFT: Awaited(
        Side.STRUCTURE, _("The structure answers the last questions and sends it.")
    ),
    R.SUBMITTED: Awaited(Side.ASSOCIATION, _("The association reads the request.")),
    R.INCOMPLETE: Awaited(
        Side.STRUCTURE, _("The structure completes the request and sends it again.")
    ),
    R.UNDER_REVIEW: Awaited(
        Side.ASSOCIATION, _("The association decides and says so by e-mail.")
    ),
    R.WAITING: Awaited(
        Side.ASSOCIATION,
        _("The association writes as soon as the request’s turn comes."),
    ),
    R.APPROVED: Awaited(
        Side.ASSOCIATION, _("The workshop prepares what was asked for.")
    ),
    R.ALLOCATED: Awaited(
        Side.ASSOCIATION, _("The association proposes an appointment.")
    ),
    R.SCHEDULED: Awaited(
        Side.STRUCTURE, _("The person comes to the appointment, or says so before.")
    ),
    R.FULFILLED: _OVER,
    R.REFUSED: _AGAIN,
    R.WITHDRAWN: _OVER,
    R.NO_SHOW: _AGAIN,
    R.DISMISSED: _OVER,
    R.EXPIRED: _AGAIN,
}
_BEFORE_A_DAY = frozenset({R.APPROVED, R.ALLOCATED})


def awaited(request: EquipmentRequest) -> Awaited:
    """Who must do what next about a request, in the state in which it is."""
    day = request.adjourned_until_on
    if request.status == R.ADJOURNED and day is not None:
        words = gettext("The association takes the request up again on %(day)s.")
        return Awaited(Side.ASSOCIATION, words % {"day": date_format(day)})
    if request.status in _BEFORE_A_DAY and (delivered := _at_structure(request)):
        told = ngettext(
            "%(count)d pack is with the structure, which hands it over.",
            "%(count)d packs are with the structure, which hands them over.",
            delivered,
        )
        return Awaited(Side.STRUCTURE, told % {"count": delivered}, delivered)
    return _NEXT[RequestStatus(request.status)]


def _at_structure(request: EquipmentRequest) -> int:
    """Of the packs as they were fetched with the request, where a list did so."""
    packs = request.packs.all()
    return sum(pack.status == PackStatus.AT_STRUCTURE for pack in packs)
