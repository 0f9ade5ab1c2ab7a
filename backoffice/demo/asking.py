"""What the demo's structures ask for, and what the association has answered so far."""

from __future__ import annotations

import dataclasses
import datetime as dt

from backoffice.demo.partners import TOWN, WORKSHOP, YOUTH, Partners
from lending import actions
from lending.actions import RequestAnswers, StructureFacts
from lending.kinds import Capability, Goal, Situation, Urgency, UrgencyReason
from lending.models import EquipmentRequest
from lending.states import HandOverMode, RefusalReason

GIFT, LOAN = HandOverMode.GIFT, HandOverMode.LOAN
ONE = RequestAnswers(
    for_one=True,
    situation=Situation.NONE,
    goals=[Goal.JOB_SEARCH, Goal.ADMIN],
    capabilities=[Capability.COMPUTER, Capability.LAPTOP],
)


def ask(
    partners: Partners, facts: StructureFacts, name: str = "", **answers: object
) -> EquipmentRequest:
    """A structure asks for one person, or else as the answers say."""
    structure = partners.structures[facts]
    by = partners.member(structure)
    request = actions.begin_request(structure=structure, by=by)
    told = dataclasses.replace(ONE, **answers)  # type: ignore[arg-type]
    if name:
        told = dataclasses.replace(told, beneficiary=partners.people[name])
    request = actions.answer_request(request=request, answers=told, by=by)
    return actions.submit_request(request=request, by=by)


def accept(
    partners: Partners, request: EquipmentRequest, mode: HandOverMode
) -> EquipmentRequest:
    return actions.approve_request(
        request=request,
        mode=mode,
        programme=partners.programme,
        by=partners.coordinator,
    )


def tell_requests(partners: Partners) -> None:
    """One at nearly every step that comes before a pack."""
    _unsent(partners)
    _unread(partners)
    _read(partners)
    _waiting(partners)
    _decided(partners)


def _unsent(partners: Partners) -> None:
    structure = partners.structures[YOUTH]
    by = partners.member(structure)
    draft = actions.begin_request(structure=structure, by=by)
    person = partners.people["Malik"]
    answers = RequestAnswers(for_one=True, beneficiary=person)
    actions.answer_request(request=draft, answers=answers, by=by)


def _unread(partners: Partners) -> None:
    ask(
        *(partners, YOUTH, "Fatou"),
        urgency=Urgency.URGENT,
        urgency_reason=UrgencyReason.JOB_START,
        wanted_on=partners.today + dt.timedelta(days=9),
        note="Commence une formation à distance.",
    )


def _read(partners: Partners) -> None:
    actions.take_up(request=ask(partners, TOWN, "Hodan"), by=partners.coordinator)
    unclear = ask(partners, WORKSHOP, "Thierry", situation=Situation.SHARED)
    actions.ask_to_complete(
        request=unclear,
        text="A-t-il une connexion à la maison ? Sinon nous ajoutons une carte SIM.",
        by=partners.coordinator,
    )


def _waiting(partners: Partners) -> None:
    """Two for people, one of them in a hurry, and one of a workshop for two."""
    first = ask(partners, TOWN, "Gérard", capabilities=[Capability.COMPUTER])
    hurried = ask(
        *(partners, TOWN, "Maria"),
        urgency=Urgency.SOON,
        urgency_reason=UrgencyReason.PROCEDURE,
        goals=[Goal.ADMIN, Goal.FAMILY],
    )
    workshop = _for_a_workshop(partners, WORKSHOP, 2)
    for request in (first, hurried, workshop):
        actions.put_on_waiting_list(
            request=request, programme=partners.programme, by=partners.coordinator
        )


def _decided(partners: Partners) -> None:
    """Put off, refused with its reason, and accepted for whoever packs next."""
    by = partners.coordinator
    later = _for_a_workshop(partners, TOWN, 3)
    until = partners.today + dt.timedelta(days=30)
    actions.adjourn_request(request=later, until=until, by=by)
    again = ask(partners, YOUTH, "Oleksandra")
    actions.refuse_request(request=again, reason=RefusalReason.ALREADY_EQUIPPED, by=by)
    rahim = ask(partners, WORKSHOP, "رحیم", goals=[Goal.TRAINING])
    accept(partners, rahim, GIFT)


def ask_for_four(partners: Partners) -> EquipmentRequest:
    """The packs of a workshop, accepted: names are told later."""
    return accept(partners, _for_a_workshop(partners, YOUTH, 4), LOAN)


def _for_a_workshop(
    partners: Partners, facts: StructureFacts, packs: int
) -> EquipmentRequest:
    return ask(
        *(partners, facts),
        for_one=False,
        quantity=packs,
        situation=None,
        goals=[Goal.TRAINING],
    )
