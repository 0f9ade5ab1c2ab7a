"""The pages of loans and returns: what they show, to whom, and what they do."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import DocumentKind, Outgoing
from backoffice.core.photos import read_photo
from backoffice.core.roles import Role
from inventory.actions import triage_device
from inventory.models import Device
from inventory.states import DeviceStatus
from lending.actions import join_structure, report_lost, return_loan
from lending.actions.handover_papers import papers_of
from lending.errors import TooManyPhotos
from lending.models import Loan, Plan, ReturnPhoto, SimCard
from lending.states import (
    Condition,
    HandOverMode,
    LineNature,
    LoanStatus,
    ReturnReason,
)
from tests.lending.lent import Lending, all_good, make_lending
from tests.photo import taken
from tests.unchanged import refused, rows
from tests.world import person

BAD = ["", "\x00", "\x1b[31m", "a" * 4000, "٣٣", "-1", "9" * 400]


@pytest.fixture
def lending(db: None) -> Lending:
    return make_lending()


@pytest.fixture
def loan(lending: Lending) -> Loan:
    return lending.lend(card=True)


@pytest.fixture
def staff(lending: Lending, client: Client) -> Client:
    client.force_login(lending.partners.coordinator)
    return client


@pytest.fixture
def member(lending: Lending) -> Client:
    client = Client()
    client.force_login(lending.partners.admin)
    return client


def address(name: str, loan: Loan) -> str:
    return reverse(f"lending:{name}", args=[loan.uuid])


def given_back(loan: Loan, **more: str) -> dict[str, Any]:
    lines = {f"line-{line}": "good" for line in all_good(loan)}
    mice = loan.handover.pack.lines.get(counted_kind__isnull=False)
    return {**lines, f"count-{mice.uuid}": "2", "reason": "end", **more}


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_what_is_out_and_what_it_is_asked_for(
    staff: Client, lending: Lending, loan: Loan
) -> None:
    tag = str(loan.handover.pack)
    assert tag in page(staff, "/loans/")
    assert tag not in page(staff, "/loans/?show=overdue")
    Loan.objects.update(
        starts_on=timezone.localdate() - dt.timedelta(days=30),
        due_on=timezone.localdate() - dt.timedelta(days=3),
    )
    assert tag in page(staff, "/loans/?show=overdue")
    assert tag in page(staff, f"/loans/?{urlencode({'code': tag})}")
    report_lost(loan=loan, by=lending.partners.coordinator)
    assert tag in page(staff, "/loans/?show=gone")
    assert tag not in page(staff, "/loans/?show=open_ended")


def test_a_click_reminds_and_leads_back_to_the_list(staff: Client, loan: Loan) -> None:
    before = Outgoing.objects.count()
    data = {"back": "/loans/?show=overdue"}
    answer = staff.post(address("loan-remind", loan), data)
    assert answer["Location"] == "/loans/?show=overdue"
    answer = staff.post(address("loan-remind", loan), {"back": "//elsewhere.test/"})
    assert answer["Location"] == address("loan-detail", loan)
    assert Outgoing.objects.count() == before + 1


def test_a_loan_s_page_says_what_is_in_the_pack_and_what_happened(
    staff: Client, loan: Loan
) -> None:
    said = page(staff, address("loan-detail", loan))
    for words in ("Samira B.", "L’ordinateur", "Souris × 2", "History holds", "Lent"):
        assert words in said


def test_what_never_left_is_not_in_the_pack_of_a_loan(
    staff: Client, member: Client, lending: Lending, loan: Loan
) -> None:
    pack = loan.handover.pack
    machine = pack.lines.get(nature=LineNature.MAIN)
    before = timezone.now() - dt.timedelta(hours=1)
    replaced = pack.lines.create(
        wanted=machine.wanted,
        nature=machine.nature,
        device=lending.world.ready(),
        quantity=1,
        filled_at=before,
        filled_by=machine.filled_by,
        released_at=before,
    )
    for client in (staff, member):
        said = page(client, address("loan-detail", loan))
        assert str(machine.device) in said
        assert str(replaced.device) not in said
    return_loan(
        loan=loan,
        conditions=all_good(loan),  # type: ignore[arg-type]
        reason=ReturnReason.END,
        by=lending.partners.coordinator,
    )
    assert str(machine.device) in page(staff, address("loan-detail", loan))


def test_a_member_reads_asks_and_does_no_more(member: Client, loan: Loan) -> None:
    said = page(member, address("loan-detail", loan))
    assert "Ask to keep it for longer" in said
    assert "Remind now" not in said + page(member, "/loans/")
    answer = member.post(address("loan-ask-renewal", loan), follow=True)
    assert "The association has been told" in answer.content.decode()
    for name in ("loan-renew", "loan-give", "loan-remind", "loan-lost"):
        assert member.post(address(name, loan)).status_code == 403
    assert member.get("/returns/").status_code == 403


def test_who_works_for_two_structures_sees_the_loans_of_the_chosen_one(
    member: Client, lending: Lending, loan: Loan
) -> None:
    partners = lending.partners
    other = partners.register("Association Passerelles")
    invitation = partners.invite(partners.admin.email, structure=other)
    join_structure(invitation=invitation, by=partners.admin)
    member.post("/portal/choose/", {"structure": str(loan.handover.structure.uuid)})
    assert address("loan-detail", loan) in page(member, "/loans/")
    member.post("/portal/choose/", {"structure": str(other.uuid)})
    assert address("loan-detail", loan) not in page(member, "/loans/")


def test_a_loan_is_renewed_on_its_page_and_1970_is_refused_in_words(
    staff: Client, loan: Loan
) -> None:
    answer = staff.post(address("loan-renew", loan), {"due_on": "1970-01-01"})
    assert answer.status_code == 409
    assert "1 January 1970 is past" in answer.content.decode()
    later = (timezone.localdate() + dt.timedelta(days=120)).isoformat()
    told = {"due_on": later, "plans_known": "on"}
    answer = staff.post(address("loan-renew", loan), told)
    assert answer.status_code == 302
    assert Loan.objects.get().renewals == 1


def test_a_loan_is_renewed_beyond_its_line_by_who_was_told(
    staff: Client, loan: Loan
) -> None:
    plan = Plan.objects.create(operator="Exemple", name="10 Go par mois")
    today = timezone.localdate()
    ends_on = today + dt.timedelta(days=100)
    SimCard.objects.update(plan=plan, plan_starts_on=today, plan_ends_on=ends_on)
    later = (today + dt.timedelta(days=120)).isoformat()
    before = rows()
    shown = staff.post(address("loan-renew", loan), {"due_on": later}).content.decode()
    assert "before the end of the loan" in shown
    assert 'type="checkbox" name="plans_known"' in shown
    assert rows() == before
    told = {"due_on": later, "plans_known": "on"}
    assert staff.post(address("loan-renew", loan), told).status_code == 302
    assert Loan.objects.get().renewals == 1


def test_a_loan_renewed_as_often_as_agreed_says_so_instead_of_asking(
    staff: Client, loan: Loan
) -> None:
    assert 'name="due_on"' in page(staff, address("loan-renew", loan))
    Loan.objects.update(renewals=loan.max_renewals)
    shown = page(staff, address("loan-renew", loan))
    assert "renewed as often as was agreed" in shown
    assert 'name="due_on"' not in shown
    before, later = rows(), timezone.localdate() + dt.timedelta(days=120)
    typed = {"due_on": later.isoformat(), "plans_known": "on"}
    assert staff.post(address("loan-renew", loan), typed).status_code == 409
    assert rows() == before
    Loan.objects.update(due_on=None)
    assert 'name="due_on"' in page(staff, address("loan-renew", loan))


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("loan-give", {}, LoanStatus.GIVEN),
        ("loan-lost", {}, LoanStatus.LOST),
        ("loan-stolen", {"reference": "2026/0042"}, LoanStatus.STOLEN),
        ("loan-write-off", {}, LoanStatus.WRITTEN_OFF),
    ],
)
def test_what_became_of_a_loan_is_said_on_its_page(
    staff: Client, loan: Loan, name: str, data: dict[str, str], status: LoanStatus
) -> None:
    assert page(staff, address(name, loan))
    assert staff.post(address(name, loan), data).status_code == 302
    assert Loan.objects.get().status == status
    assert page(staff, address("loan-detail", loan))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("loan-give", {}),
        ("loan-lost", {}),
        ("loan-stolen", {"reference": "2026/0042"}),
        ("loan-write-off", {}),
    ],
)
def test_what_is_said_of_a_loan_twice_is_calmly_written_down_once(
    staff: Client, loan: Loan, name: str, data: dict[str, str]
) -> None:
    staff.post(address(name, loan), data)
    before = rows()
    answer = staff.post(address(name, loan), data)
    assert answer["Location"] == address("loan-detail", loan)
    shown = page(staff, answer["Location"])
    assert "It was written down already: nothing changed." in shown
    assert rows() == before


def test_a_loan_that_became_something_else_still_says_why_not(
    staff: Client, loan: Loan
) -> None:
    staff.post(address("loan-give", loan), {})
    before = rows()
    assert staff.post(address("loan-lost", loan), {}).status_code == 409
    assert rows() == before


def test_a_refusal_that_no_field_is_to_blame_for_is_headed_by_its_own_words(
    staff: Client, loan: Loan
) -> None:
    before = rows()
    answer = staff.post(address("loan-close", loan), {})
    shown = answer.content.decode()
    assert (answer.status_code, rows()) == (409, before)
    assert "Some answers need another look" not in shown
    assert 'class="result-title">PK-' in shown
    typed = {"reference": ""}
    shown = staff.post(address("loan-stolen", loan), typed).content.decode()
    assert "Some answers need another look" in shown


def test_what_broke_is_one_of_the_things_in_the_pack(staff: Client, loan: Loan) -> None:
    line = loan.handover.pack.lines.get(device__isnull=False)
    data = {"line": str(line.uuid), "damage": "screen"}
    assert staff.post(address("loan-damaged", loan), data).status_code == 302
    assert "The screen is broken" in page(staff, address("loan-detail", loan))
    wrong = {"line": "no-such-line", "damage": "screen"}
    assert staff.post(address("loan-damaged", loan), wrong).status_code == 400


@pytest.mark.parametrize("what", ["pack", "device", "card"])
def test_any_label_in_a_pack_leads_to_its_return(
    staff: Client, loan: Loan, what: str
) -> None:
    lines = loan.handover.pack.lines
    code = {
        "pack": loan.handover.pack.tag,
        "device": Device.objects.get().tag,
        "card": lines.get(sim__isnull=False).sim.iccid,  # type: ignore[union-attr]
    }[what]
    answer = staff.post("/returns/", {"code": code})
    assert answer["Location"] == f"/returns/{loan.handover.uuid}/"


def test_a_pack_is_compared_checked_taken_back_and_its_receipt_shown(
    staff: Client, loan: Loan
) -> None:
    wizard = f"/returns/{loan.handover.uuid}/"
    assert "went out: good" in page(staff, wizard)
    check = staff.post(wizard, given_back(loan))
    assert "Check the return" in check.content.decode()
    assert Loan.objects.get().status == LoanStatus.ACTIVE
    done = staff.post(wizard, given_back(loan, confirm="1"), follow=True)
    assert "is to be erased again" in done.content.decode()
    receipt = Loan.objects.get().receipt
    assert receipt is not None
    assert Device.objects.get().status == DeviceStatus.RETURNED
    assert receipt.number in page(staff, address("loan-detail", loan))
    twin = page(staff, reverse("lending:return-receipt", args=[receipt.uuid]))
    assert "Erasure is planned" in twin or "effacement" in twin
    assert "Nothing of this pack is out" in page(staff, wizard)
    assert staff.post(address("loan-close", loan)).status_code == 302


def photo(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("p.jpg", taken() if data is None else data, "image/jpeg")


def test_photos_of_the_damage_are_kept_redrawn_and_shown(
    staff: Client, member: Client, loan: Loan
) -> None:
    wizard = f"/returns/{loan.handover.uuid}/"
    assert 'type="file"' in staff.post(wizard, given_back(loan)).content.decode()
    told = given_back(loan, confirm="1") | {"photos": [photo(), photo()]}
    staff.post(wizard, told)
    kept = ReturnPhoto.objects.get()
    address_of = reverse("lending:return-photo", args=[kept.uuid])
    handed = reverse("lending:handover-detail", args=[loan.handover.uuid])
    for shown in (f"{wizard}done/", address("loan-detail", loan), handed):
        assert address_of in page(staff, shown)
    for reader in (staff, member):
        picture = reader.get(address_of)
        assert picture.headers["Content-Type"] == "image/jpeg"
        assert hashlib.sha256(picture.content).hexdigest() == kept.sha256
    told_of = loan.events.get(verb="returned").data
    assert told_of["photos"] == [kept.sha256]


def test_a_photo_is_seen_by_no_other_structure(
    staff: Client, lending: Lending, loan: Loan
) -> None:
    told = given_back(loan, confirm="1") | {"photos": [photo()]}
    staff.post(f"/returns/{loan.handover.uuid}/", told)
    address_of = reverse("lending:return-photo", args=[ReturnPhoto.objects.get().uuid])
    other = lending.partners.register("Mission locale des Aubiers")
    stranger = lending.partners.join(other, "ailleurs@exemple.test").user
    browser = Client()
    browser.force_login(stranger)
    assert browser.get(address_of).status_code == 404
    assert Client().get(address_of).status_code == 302


@pytest.mark.parametrize(
    ("photos", "words"),
    [
        ([b"%PDF-1.7"], "This is no photo"),
        ([b""], "This file is empty."),
        ([None] * 7, "At most 6 photos"),
    ],
)
def test_what_is_no_photo_is_said_and_nothing_is_taken_back(
    staff: Client, loan: Loan, photos: list[bytes | None], words: str
) -> None:
    wizard = f"/returns/{loan.handover.uuid}/"
    before = rows()
    told = given_back(loan, confirm="1") | {"photos": [photo(each) for each in photos]}
    answer = staff.post(wizard, told)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "Check the return" in answer.content.decode()
    assert rows() == before


def _out(loan: Loan) -> list[UUID]:
    lines = loan.handover.pack.lines.filter(released_at=None)
    return list(lines.values_list("uuid", flat=True))


def test_the_act_keeps_no_more_photos_than_a_return_has(
    lending: Lending, loan: Loan
) -> None:
    with refused(TooManyPhotos):
        return_loan(
            loan=loan,
            conditions=dict.fromkeys(_out(loan), Condition.DAMAGED),
            reason=ReturnReason.END,
            photos=[read_photo(taken())] * 7,
            by=lending.partners.coordinator,
        )


def test_what_was_replaced_before_it_left_is_not_said_to_be_back(
    staff: Client, lending: Lending, loan: Loan
) -> None:
    never_lent = lending.world.receive()
    by = lending.world.technician
    triage_device(device=never_lent, by=by)
    line = loan.handover.pack.lines.get(nature=LineNature.MAIN)
    signed = loan.handover.signed_at
    replaced = {"filled_at": signed, "filled_by": by, "released_at": signed}
    line.pack.lines.create(
        wanted=line.wanted, nature=line.nature, device=never_lent, **replaced
    )
    wizard = f"/returns/{loan.handover.uuid}/"
    done = staff.post(wizard, given_back(loan, confirm="1"), follow=True)
    shown = done.content.decode()
    assert f"Open {line.device}" in shown
    assert f"Open {never_lent}" not in shown


def test_what_was_said_can_be_changed_before_it_is_done(
    staff: Client, loan: Loan
) -> None:
    wizard = f"/returns/{loan.handover.uuid}/"
    answer = staff.post(wizard, given_back(loan, change="1"))
    assert answer.status_code == 200
    assert "Compare each thing" in answer.content.decode()


def test_nothing_said_is_nothing_taken_back(staff: Client, loan: Loan) -> None:
    before = rows()
    wizard = f"/returns/{loan.handover.uuid}/"
    assert staff.post(wizard, {"confirm": "1"}).status_code == 400
    missing = {name: "missing" for name in given_back(loan) if "line" in name}
    data = {**given_back(loan), **missing, "confirm": "1"}
    answer = staff.post(wizard, data)
    assert answer.status_code == 409
    assert "Everything is missing" in answer.content.decode()
    assert rows() == before


def test_a_gift_is_taken_back_by_the_same_pages(
    staff: Client, lending: Lending
) -> None:
    given = lending.hand_over(mode=HandOverMode.GIFT)
    keys = given.pack.lines.values_list("uuid", flat=True)
    data = {f"line-{key}": "good" for key in keys}
    mice = given.pack.lines.get(counted_kind__isnull=False)
    data |= {f"count-{mice.uuid}": "1", "reason": "not_needed", "confirm": "1"}
    done = staff.post(f"/returns/{given.uuid}/", data, follow=True)
    assert "is to be erased again" in done.content.decode()


def test_the_deed_of_a_loan_that_became_a_gift_is_on_its_page(
    staff: Client, member: Client, loan: Loan
) -> None:
    staff.post(address("loan-give", loan))
    deed = papers_of(loan.handover)[-1]
    assert deed.kind == DocumentKind.GIFT_DEED
    for reader in (staff, member):
        shown = page(reader, address("loan-detail", loan))
        assert reverse("lending:handover-document-pdf", args=[deed.uuid]) in shown
        assert deed.number in shown


def test_what_was_missing_turns_up_on_the_loan_s_page(
    staff: Client, loan: Loan
) -> None:
    device = loan.handover.pack.lines.get(device__isnull=False)
    data = given_back(loan, confirm="1") | {f"line-{device.uuid}": "missing"}
    staff.post(f"/returns/{loan.handover.uuid}/", data)
    assert "Still missing" in page(staff, address("loan-detail", loan))
    found = {f"line-{device.uuid}": "worn"}
    assert staff.post(address("return-missing", loan), found).status_code == 302
    assert Device.objects.get().status == DeviceStatus.RETURNED


@pytest.mark.parametrize("typed", BAD)
def test_bad_input_is_answered_in_words(staff: Client, loan: Loan, typed: str) -> None:
    before = rows()
    wizard = f"/returns/{loan.handover.uuid}/"
    nonsense = dict.fromkeys(given_back(loan), typed)
    for where, data in (
        ("/returns/", {"code": typed}),
        (wizard, nonsense),
        (wizard, {**nonsense, "confirm": typed}),
        (address("loan-renew", loan), {"due_on": typed}),
        (address("loan-damaged", loan), {"line": typed, "damage": typed}),
        (address("return-missing", loan), nonsense),
    ):
        assert staff.post(where, data).status_code in {200, 400, 409}, where
    query = urlencode({"show": typed, "code": typed, "page": typed})
    assert staff.get(f"/loans/?{query}").status_code == 200
    assert staff.get("/loans/?code=%ED%A0%80&show=%00").status_code == 200
    assert rows() == before


def test_a_technician_sees_no_loans(client: Client, lending: Lending) -> None:
    client.force_login(person(Role.TECHNICIAN, site=lending.partners.site))
    assert client.get("/loans/").status_code == 403


def test_a_technician_takes_no_pack_back(client: Client, lending: Lending) -> None:
    """Whoever does reads who had it, and gives the receipt: the bench does neither.

    The machine comes to the bench as one that is to be erased, once it is taken back.
    """
    loan = lending.lend()
    packer = person(Role.TECHNICIAN, site=lending.partners.site)
    client.force_login(packer)
    wizard = f"/returns/{loan.handover.uuid}/"
    for address in ("/returns/", wizard, f"{wizard}done/"):
        assert client.get(address).status_code == 403
    with refused(NotPermitted):
        return_loan(loan=loan, conditions={}, reason=ReturnReason.END, by=packer)
