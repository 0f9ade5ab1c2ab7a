"""What the card of a machine’s pack needs is told to that machine, and written down."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from agent.connected import Addresses, Asks, Connectivity
from agent.kinds import Malformed
from backoffice.core.actors import Machine
from inventory.states import IN_A_PACK
from lending import numbers
from lending.actions.apns import apn_of
from lending.actions.sims import shown
from lending.errors import ApnUnknown, LineMalformed, NoCardAsked
from lending.models import ApnProfile, PinPolicy, SimCard, SimEvent
from provisioning.actions.assignments import assignment_of
from provisioning.actions.connecting import asks_for_pin
from provisioning.models import Agent


@transaction.atomic(durable=True)
def tell_connectivity(*, agent: Agent, page: str) -> Connectivity:
    """Tell a machine how the card of its pack is used. The PUK is told to no machine.

    The PIN only where the card’s policy lets machines enter it, and this machine last
    said that this very card asks for it. Every telling stays written. `page` is the
    address of the server’s own page.
    """
    card = _card_of(agent)
    profile = apn_of(card)
    if profile is None:
        raise ApnUnknown(
            _("No access point is known for %(card)s (%(operator)s).")
            % {"card": card, "operator": card.operator or "–"},
            advice=_("Choose one for its plan, or a usual one for its operator."),
        )
    pin = ""
    if card.pin_policy == PinPolicy.BY_MACHINE and asks_for_pin(agent, card.iccid):
        pin = shown(card.pin_encrypted)
    told = _written(card, profile, pin, page)
    SimEvent.append(
        card,
        "told_to_machine",
        by=Machine(str(agent.uuid)),
        data={"apn": str(profile.uuid), "with_pin": bool(pin)},
    )
    return told


def _written(card: SimCard, profile: ApnProfile, pin: str, page: str) -> Connectivity:
    try:
        return Connectivity(
            iccid=card.iccid[:20],
            apn=profile.apn,
            username=profile.username,
            password=shown(profile.password_encrypted),
            auth=Asks(profile.auth),
            ip_type=Addresses(profile.ip_type),
            pin=pin or None,
            page=page,
        )
    except Malformed as exc:
        raise LineMalformed(
            _("What is kept of %(card)s is not written as machines read it: %(field)s.")
            % {"card": card, "field": exc.where},
            advice=_("Correct it on the page of the card or of its access point."),
        ) from exc


def _card_of(agent: Agent) -> SimCard:
    """The held card that the machine’s pack brings and that goes into the machine."""
    asked = assignment_of(agent)
    nothing = NoCardAsked(_("No card belongs into this machine."))
    if asked is None or not asked.iccid or asked.device.status not in IN_A_PACK:
        raise nothing
    key = asked.iccid[: numbers.KEY_DIGITS]
    cards = SimCard.objects.select_for_update(of=("self",)).select_related("plan__apn")
    card = cards.filter(iccid_key=key).first()
    if card is None:
        raise nothing
    return card
