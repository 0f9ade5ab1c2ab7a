"""Lending by programs: the same acts, the same refusals, each side what is its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from backoffice.core.actions import create_token
from backoffice.core.models import User
from backoffice.core.models.token import TokenScope
from lending.models import Beneficiary, EquipmentRequest, FileReading, Loan, Pack
from lending.states import LoanStatus, PackStatus, RequestStatus
from tests.lending.handing import Desk, make_desk
from tests.lending.lent import make_lending

pytestmark = pytest.mark.django_db
API = "/api/v1/"


class Caller:
    """A program with the personal key of somebody."""

    def __init__(self, user: User, scope: TokenScope = TokenScope.WRITE) -> None:
        _row, secret = create_token(name="programme", scope=scope, days=1, by=user)
        self.headers = {"authorization": f"Bearer {secret}"}
        self.client = Client()

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(API + path, headers=self.headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = self.client.post(
            API + path,
            json.dumps(body),
            content_type="application/json",
            headers=self.headers,
        )
        assert answer.status_code == status, answer.content
        return answer.json()


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def partner(desk: Desk) -> Caller:
    return Caller(desk.member)


@pytest.fixture
def staff(desk: Desk) -> Caller:
    return Caller(desk.staff)


ANSWERS: dict[str, Any] = {
    "for_one": False,
    "quantity": 4,
    "situation": "workshop",
    "goals": ["job_search"],
    "capabilities": ["laptop", "camera"],
    "urgency": 0,
}


def ask(desk: Desk, partner: Caller) -> Any:
    """A request of four packs for a workshop, sent."""
    structure = str(desk.partners.structure.uuid)
    begun = partner.post("requests/", 201, structure=structure)
    assert "whom" in begun["missing"]
    answered = partner.post(f"requests/{begun['uuid']}/answers/", **ANSWERS)
    assert answered["missing"] == []
    return partner.post(f"requests/{begun['uuid']}/submit/")


def test_a_structure_asks_and_the_association_accepts(
    desk: Desk, partner: Caller, staff: Caller
) -> None:
    sent = ask(desk, partner)
    assert sent["number"].startswith("DEM-")
    answer = staff.post(f"requests/{sent['uuid']}/approve/", mode="loan")
    assert answer["status"] == RequestStatus.APPROVED
    assert partner.get(f"requests/{sent['uuid']}/")["status"] == RequestStatus.APPROVED


def test_a_structure_does_not_decide_of_its_own_request(
    desk: Desk, partner: Caller
) -> None:
    sent = ask(desk, partner)
    partner.post(f"requests/{sent['uuid']}/approve/", 403, mode="loan")
    assert EquipmentRequest.objects.get().status == RequestStatus.SUBMITTED


def test_a_key_that_reads_changes_nothing(desk: Desk) -> None:
    reader = Caller(desk.member, TokenScope.READ)
    reader.post("requests/", 403, structure=str(desk.partners.structure.uuid))
    assert not EquipmentRequest.objects.exists()
    assert reader.get("requests/")["results"] == []


def test_a_thread_is_read_and_written_by_both_sides(
    desk: Desk, partner: Caller, staff: Caller
) -> None:
    sent = ask(desk, partner)
    address = f"requests/{sent['uuid']}/messages/"
    staff.post(address, 201, text="Pour quel jour ?")
    partner.post(address, 201, text="Le douze.")
    assert [each["from_structure"] for each in staff.get(address)] == [False, True]


def test_a_file_read_by_a_colleague_leaves_a_trace(desk: Desk, staff: Caller) -> None:
    person = desk.someone()
    assert "birth_year" not in staff.get("people/")["results"][0]
    assert staff.get(f"people/{person.uuid}/")["birth_year"] == 1990
    assert FileReading.objects.get().reader == desk.staff


def test_what_is_wrong_with_a_person_is_said_by_field_and_nothing_is_written(
    desk: Desk, partner: Caller
) -> None:
    told = {"first_name": "أمينة " * 40, "channel": "pigeon", "notice_language": "fr"}
    structure = str(desk.partners.structure.uuid)
    problem = partner.post("people/", 400, structure=structure, **told)
    assert {error["field"] for error in problem["errors"]} == {"first_name", "channel"}
    assert not Beneficiary.objects.exists()


def test_a_pack_is_made_by_the_codes_on_its_things(desk: Desk) -> None:
    bench = desk.bench
    packer = Caller(bench.packer)
    device, place = bench.world.ready(), bench.shelf()
    version = str(bench.recipe().uuid)
    made = packer.post("packs/", 201, version=version, place=place.tag)
    packer.post(f"packs/{made['uuid']}/close/", 409)
    packer.post(f"packs/{made['uuid']}/put-in/", 400, code="EX-NOTHING")
    filled = packer.post(f"packs/{made['uuid']}/put-in/", code=device.tag)
    assert filled["lines"][0]["device"] == device.tag
    packer.post(f"packs/{made['uuid']}/close/")
    packer.post(f"packs/{made['uuid']}/place/", place=place.tag)
    assert Pack.objects.get().status == PackStatus.READY


def test_a_loan_comes_back_line_by_line() -> None:
    lending = make_lending()
    loan = lending.lend()
    staff = Caller(lending.partners.coordinator)
    lines = [
        {"line": str(line.uuid), "condition": "good"}
        for line in loan.handover.pack.lines.all()
    ]
    address = f"loans/{loan.uuid}/return/"
    staff.post(address, 409, lines=lines[:1], reason="end")
    assert Loan.objects.get().status == LoanStatus.ACTIVE
    assert staff.post(address, lines=lines, reason="end")["status"] == "returned"


def test_no_code_of_a_card_is_ever_told(desk: Desk, staff: Caller) -> None:
    card = desk.bench.card()
    shown = staff.get(f"sims/{card.uuid}/")
    assert shown["iccid"] == card.iccid
    assert not {name for name in shown if "pin" in name or "puk" in name}
