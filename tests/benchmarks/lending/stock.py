"""Lending of a given size; says, as JSON, whose sessions and which pages there are.

    python -m tests.benchmarks.lending.stock 500

Run with the settings of the installation. Ends with 1 where the history of what was
seeded does not hold.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import django

django.setup()

from django.urls import reverse  # noqa: E402

from backoffice.core.models import User  # noqa: E402
from lending.kinds import Capability  # noqa: E402
from lending.models import (  # noqa: E402
    Beneficiary,
    EquipmentRequest,
    HandOver,
    Loan,
    Pack,
    SimCard,
    Structure,
)
from lending.questions import Question  # noqa: E402
from lending.states import HandOverStatus, PackStatus, RequestStatus  # noqa: E402
from tests.benchmarks.lending.fill import Filled, fill  # noqa: E402
from tests.benchmarks.stock import events_that_hold  # noqa: E402
from tests.browser.seed import session_of  # noqa: E402

Page = tuple[str, str]


def main(count: int) -> None:
    filled = fill(count)
    structure = filled.structures[count // 2]
    told = {
        "sessions": {
            "partner": session_of(_member(structure)),
            "coordinator": session_of(filled.partners.coordinator),
        },
        "pages": {
            "partner": dict(portal_pages(structure)),
            "coordinator": dict(desk_pages(filled, structure)),
        },
        "events": events_that_hold(),
    }
    json.dump(told, sys.stdout)


def portal_pages(structure: Structure) -> Iterator[Page]:
    """Every page of a structure’s members, by name."""
    person = Beneficiary.objects.filter(structure=structure).order_by("-pk")[0]
    handovers = HandOver.objects.filter(structure=structure)
    planned = handovers.filter(status=HandOverStatus.PLANNED)[0]
    loan = Loan.objects.filter(handover__structure=structure)[0]
    yield "home", _at("portal")
    yield "requests that ended", f"{_at('portal')}?ended"
    yield "help", _at("portal-help")
    yield "which structure", _at("portal-choose")
    yield "own structure", _at("portal-structure")
    yield "ask for a pack", _at("portal-request-new")
    draft = _request(structure, RequestStatus.DRAFT).uuid
    for question in Question:
        asked = _at("portal-request-question", draft, question.value)
        yield f"question: {question.value}", asked
    yield "check the answers", _at("portal-request-check", draft)
    for status in (
        RequestStatus.SUBMITTED,
        RequestStatus.WAITING,
        RequestStatus.SCHEDULED,
        RequestStatus.FULFILLED,
    ):
        found = _request(structure, status).uuid
        yield f"request: {status.value}", _at("portal-request", found)
    sent = _request(structure, RequestStatus.SUBMITTED).uuid
    yield "request: just sent", _at("portal-request-sent", sent)
    yield "request: withdraw", _at("portal-request-withdraw", sent)
    yield "people", _at("person-list")
    yield "people: a name", f"{_at('person-list')}?q=awa"
    yield "people: new", _at("person-new")
    yield "person", _at("person-detail", person.uuid)
    yield "person: change", _at("person-amend", person.uuid)
    yield "hand-overs", _at("handover-list")
    yield "hand-over", _at("handover-detail", planned.uuid)
    yield "hand-over: plan", _at("handover-plan")
    yield "loans", _at("loan-list")
    yield "loans: overdue", f"{_at('loan-list')}?show=overdue"
    yield "loan", _at("loan-detail", loan.uuid)


def desk_pages(filled: Filled, structure: Structure) -> Iterator[Page]:
    """The lists of coordinators, and the pages that decisions are made on."""
    sent = _request(structure, RequestStatus.SUBMITTED)
    loan = Loan.objects.filter(handover__structure=structure)[0]
    pack = Pack.objects.filter(status=PackStatus.READY, request__structure=structure)[0]
    person = Beneficiary.objects.filter(structure=structure).order_by("-pk")[0]
    card = SimCard.objects.order_by("-pk")[0]
    requests = _at("request-list")
    yield "desk", _at("desk")
    yield "desk: free laptops", _at("desk-stock", Capability.LAPTOP.value)
    yield "requests", requests
    yield "requests: to decide", f"{requests}?status=to_decide"
    yield "requests: one state", f"{requests}?status=refused"
    yield "requests: one structure", f"{requests}?structure={structure.uuid}"
    yield "requests: a number", f"{requests}?q={sent.number}"
    yield "requests: waiting list", _at("request-waiting")
    yield "requests: committee", _at("request-committee")
    yield "request: to decide", _at("request-detail", sent.uuid)
    yield "hand-overs", _at("handover-list")
    yield "hand-overs: today", f"{_at('handover-list')}?when=today"
    yield "hand-overs: ended", f"{_at('handover-list')}?when=ended"
    yield "loans", _at("loan-list")
    yield "loans: overdue", f"{_at('loan-list')}?show=overdue"
    yield "loan", _at("loan-detail", loan.uuid)
    yield "returns", _at("return-start")
    yield "packs", _at("pack-list")
    yield "packs: all", f"{_at('pack-list')}?status=all"
    yield "packs: a tag", f"{_at('pack-list')}?status=all&q={pack.tag}"
    yield "packs: new", _at("pack-begin")
    yield "pack", _at("pack-detail", pack.tag)
    yield "people", _at("person-list")
    yield "people: a name", f"{_at('person-list')}?q=awa"
    yield "people: new", _at("person-new")
    yield "person", _at("person-detail", person.uuid)
    yield "structures", _at("structure-list")
    yield "structure", _at("structure-detail", structure.uuid)
    yield "programmes", _at("programme-list")
    yield "programme", _at("programme-detail", filled.programme.uuid)
    yield "cards", _at("sim-list")
    yield "cards: plans that end", _at("sim-ending")
    yield "card", _at("sim-detail", card.tag)
    yield "hotspots", _at("modem-list")
    yield "plans", _at("plan-list")
    yield "counted stock", _at("counted-list")
    yield "pack templates", _at("template-list")
    yield "calendar", _at("calendar-page")


def _at(name: str, *parts: object) -> str:
    return reverse(f"lending:{name}", args=parts)


def _request(structure: Structure, status: RequestStatus) -> EquipmentRequest:
    return EquipmentRequest.objects.filter(structure=structure, status=status)[0]


def _member(structure: Structure) -> User:
    return structure.memberships.order_by("pk")[0].user


if __name__ == "__main__":
    main(int(sys.argv[1]))
