"""How pages show a request: its state, and the words for its codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django import template
from django.utils.safestring import SafeString

from backoffice.core.templatetags.rebond import chip
from lending.awaited import Awaited, awaited
from lending.kinds import Capability, Goal, StructureKind
from lending.models import EquipmentRequest, Structure
from lending.states import RequestStatus

register = template.Library()

R = RequestStatus
_STATES = {
    "waiting": (R.DRAFT, R.SUBMITTED, R.INCOMPLETE, R.WAITING, R.ADJOURNED),
    "progress": (R.UNDER_REVIEW, R.APPROVED, R.ALLOCATED, R.SCHEDULED),
    "done": (R.FULFILLED,),
    "blocked": (R.REFUSED, R.NO_SHOW),
    "out": (R.WITHDRAWN, R.DISMISSED, R.EXPIRED),
}
FAMILY_OF_REQUEST = {
    state: family for family, all_of in _STATES.items() for state in all_of
}


@register.simple_tag
def request_chip(status: str) -> SafeString:
    """A request's state (its code) as a chip."""
    known = RequestStatus(status)
    return chip(FAMILY_OF_REQUEST[known], str(known.label))


@register.simple_tag
def next_of(request: EquipmentRequest) -> Awaited:
    """Who must do what next about a request."""
    return awaited(request)


@register.filter
def goals(codes: Collection[str]) -> str:
    """What it is for, in words; a code that is no longer known is left out."""
    return _listed(str(goal.label) for goal in Goal if goal.value in codes)


@register.filter
def capabilities(codes: Collection[str]) -> str:
    """What it must be able to do, in words; one that can be carried is a computer."""
    implied = {Capability.COMPUTER} if Capability.LAPTOP in codes else frozenset()
    wanted = [each for each in Capability if each.value in codes]
    return _listed(str(each.label) for each in wanted if each not in implied)


def _listed(labels: Iterable[str]) -> str:
    """One after the other, as in a sentence."""
    text = ", ".join(label[:1].lower() + label[1:] for label in labels)
    return text[:1].upper() + text[1:]


@register.filter
def public_kind(structure: Structure) -> str:
    """The kind of a structure, as those may read it who must not know more (INV-P4)."""
    kind = StructureKind.OTHER if structure.is_sensitive else structure.kind
    return str(StructureKind(kind).label)
