"""What a card’s page shows, to whom."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from backoffice.core.models import User
from lending.actions.entitlement import Allowance, allowance, rules_of
from lending.forms.connections.cards import FollowForm, GivePlanForm, TopUpForm
from lending.models import Beneficiary, Modem, SimCard, SimHolding
from lending.numbers import iccid_doubts
from lending.states import IN_HANDS, SimStatus
from lending.views.connections.history import history_of

ENDED = frozenset({SimStatus.EXPIRED, SimStatus.TERMINATED})


def holds_at(user: User, permission: str, site: int) -> bool:
    """Whether a button that needs this is shown to this person here."""
    sites = user.site_ids(permission)
    return sites is None or site in sites


def holder_of(card: SimCard, user: User) -> SimHolding | None:
    """Who has the card now, for those who may see people."""
    seen = SimHolding.objects.visible_to(user).for_register()
    return seen.filter(sim=card, until_on=None).first()


def page_of(card: SimCard, user: User) -> dict[str, Any]:
    """All of a card’s page; its forms are empty."""
    manages = holds_at(user, "lending.manage_sim", card.site_id)
    holding = holder_of(card, user)
    topping = holding is not None and card.status in IN_HANDS
    may_override = holds_at(user, "lending.override_top_up", card.site_id)
    return {
        "card": card,
        "doubts": iccid_doubts(card.iccid),
        "modem": Modem.objects.visible_to(user).filter(sim=card).first(),
        "holding": holding,
        "person": kept_file(holding.beneficiary) if holding else None,
        "top_ups": card.top_ups.select_related("made_by")[:20],
        "manages": manages,
        "may_see_codes": _has_codes(card)
        and holds_at(user, "lending.view_sim_secret", card.site_id),
        "may_top_up": topping and holds_at(user, "lending.top_up_sim", card.site_id),
        "may_override": may_override,
        "allowed": _allowed(holding, card) if topping else None,
        "top_up_form": TopUpForm(may_override=may_override),
        "plan_form": GivePlanForm(user=user),
        "follow_form": FollowForm(thing=card),
        "takes_plan": manages and card.status not in ENDED,
        "is_back": card.status == SimStatus.RETURNED,
        "today": timezone.localdate(),
        **history_of(card, user),
    }


def kept_file(person: Beneficiary) -> Beneficiary:
    """The file that stands for the person, also after a merge."""
    return person.merged_into or person


def _allowed(holding: SimHolding | None, card: SimCard) -> Allowance | None:
    if holding is None:
        return None
    kept = kept_file(holding.beneficiary)
    return allowance(kept, rules_of(card.site), timezone.localdate())


def _has_codes(card: SimCard) -> bool:
    return bool(card.pin_encrypted or card.puk_encrypted)
