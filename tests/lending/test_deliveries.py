"""Several packs given to a structure in one go: all or none, with a note to keep."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.core import pdf
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Document, Site
from backoffice.core.roles import Role
from inventory import actions as workshop
from inventory.states import DeviceStatus, HoldReason
from lending import actions
from lending.actions import RecipeLine
from lending.actions.deliveries import MOST_PACKS
from lending.documents.delivery import delivery_spec, notes_of
from lending.errors import PacksMiscounted, PacksStay
from lending.kinds import Authorisation, StructureKind
from lending.models import EquipmentRequest, Pack, PackEvent, Structure
from lending.states import PackStatus
from tests.lending.handing import GIFT, Desk, make_desk, tomorrow
from tests.lending.packs import LAPTOP, SIM
from tests.lending.requests import draft
from tests.lending.test_api import Caller
from tests.unchanged import refused, rows
from tests.world import person

PAGE = "/packs/deliveries/"
NOBODYS = "4f3c2d1e-0000-4000-8000-000000000001"


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


@pytest.fixture
def staff(desk: Desk) -> Client:
    return signed_in(desk.staff)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ready_for(desk: Desk, request: EquipmentRequest, *lines: RecipeLine) -> Pack:
    """A pack on the shelf for this request."""
    bench = desk.bench
    pack = bench.begin(*lines, request=request)
    units = [bench.card() if line is SIM else bench.world.ready() for line in lines]
    bench.fill(pack, *(units or [bench.world.ready()]))
    return bench.placed(actions.close_pack(pack=pack, by=bench.packer))


def two_ready(desk: Desk) -> list[Pack]:
    """Of one request of the structure."""
    asked = desk.bench.request(quantity=2)
    return [ready_for(desk, asked), ready_for(desk, asked, LAPTOP, SIM)]


def another_structure(desk: Desk) -> Structure:
    other = desk.partners.register("Maison des Lilas")
    actions.authorise_structure(
        structure=other, to=Authorisation.VALIDATED, by=desk.staff
    )
    return other


def deliver(desk: Desk, *packs: Pack, structure: Structure | None = None) -> Document:
    structure = structure or desk.partners.structure
    return actions.deliver_packs(packs=packs, structure=structure, by=desk.staff)


def staying(desk: Desk, *packs: Pack) -> object:
    """Which of them keep the others here, and by which rules."""
    before = rows()
    with pytest.raises(PacksStay) as refusal:
        deliver(desk, *packs)
    assert rows() == before
    return refusal.value.facts["packs"]


def accepted(desk: Desk, request: EquipmentRequest) -> EquipmentRequest:
    return actions.approve_request(
        request=request, mode=GIFT, programme=None, by=desk.staff
    )


def of(structure: Structure, **more: object) -> str:
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{PAGE}?structure={structure.uuid}{asked}"


def told(packs: list[Pack], **more: str) -> dict[str, Any]:
    return {"packs": [str(pack.uuid) for pack in packs], "deliver": "yes", **more}


def states(*packs: Pack) -> set[str]:
    return set(
        Pack.objects.filter(pk__in=[pack.pk for pack in packs]).values_list(
            "status", flat=True
        )
    )


def test_packs_delivered_together_are_at_the_structure_with_one_note(
    desk: Desk,
) -> None:
    packs = two_ready(desk)
    note = deliver(desk, *packs)
    assert note.number.startswith("BLI-")
    assert states(*packs) == {PackStatus.AT_STRUCTURE}
    machines = [
        line.device for pack in packs for line in pack.lines.exclude(device=None)
    ]
    for device in filter(None, machines):
        device.refresh_from_db()
        assert device.status == DeviceStatus.IN_TRANSIT
    events = PackEvent.objects.filter(verb="delivered")
    assert {event.data["note"] for event in events} == {note.number}
    assert events.count() == 2


def test_the_note_lists_each_pack_with_its_label_and_what_is_in_it(desk: Desk) -> None:
    packs = two_ready(desk)
    note = deliver(desk, *packs)
    spec = delivery_spec(note)
    headings = [getattr(block, "heading", "") for block in spec.blocks]
    for pack in packs:
        assert any(str(pack) in heading for heading in headings)
    said = repr(spec)
    card = packs[1].lines.exclude(sim=None).get().sim
    assert card is not None
    assert card.iccid in said
    assert desk.partners.structure.name in said
    assert pdf.render(spec).startswith(b"%PDF-")


def test_a_structure_whose_name_says_too_much_is_not_named_on_its_note(
    desk: Desk,
) -> None:
    structure = desk.partners.structure
    packs = two_ready(desk)
    Structure.objects.filter(pk=structure.pk).update(kind=StructureKind.CSAPA)
    structure.refresh_from_db()
    note = deliver(desk, *packs)
    assert structure.is_sensitive
    assert structure.name not in repr(delivery_spec(note))


def test_a_pack_for_another_structure_keeps_them_all_here(desk: Desk) -> None:
    mine = two_ready(desk)
    other = another_structure(desk)
    admin = desk.partners.join(other, "lilas@exemple.test", as_admin=True).user
    asked = draft(desk.partners, structure=other, by=admin)
    asked = actions.submit_request(request=asked, by=admin)
    theirs = ready_for(desk, accepted(desk, asked))
    assert staying(desk, *mine, theirs) == {theirs.tag: ["pack_for_another"]}
    assert states(*mine, theirs) == {PackStatus.READY}
    assert not notes_of([desk.partners.structure.uuid]).exists()


def test_each_pack_that_cannot_leave_is_named_with_its_reason(desk: Desk) -> None:
    asked = desk.bench.request(quantity=4)
    ready, held = ready_for(desk, asked), ready_for(desk, asked)
    begun = desk.bench.begin(request=asked)
    for_nobody = desk.ready()
    machine = held.lines.get().device
    assert machine is not None
    workshop.hold_device(
        device=machine, reason=HoldReason.SAFETY, by=desk.bench.world.lead
    )
    assert staying(desk, ready, held, begun, for_nobody) == {
        held.tag: ["pack_blocked"],
        begun.tag: ["pack_not_ready"],
        for_nobody.tag: ["pack_for_nobody"],
    }
    assert states(ready, held) == {PackStatus.READY}


def test_nobody_delivers_the_packs_of_another_site(desk: Desk) -> None:
    packs = two_ready(desk)
    elsewhere = person(Role.COORDINATOR, site=Site.objects.create(name="Ailleurs"))
    for by in (elsewhere, desk.bench.packer, desk.member):
        with refused(NotPermitted):
            actions.deliver_packs(packs=packs, structure=desk.partners.structure, by=by)
    client = signed_in(elsewhere)
    assert desk.partners.structure.name not in client.get(PAGE).content.decode()
    before = rows()
    page = client.post(of(desk.partners.structure), told(packs)).content.decode()
    assert (rows(), str(packs[0]) in page) == (before, False)


def test_no_pack_or_more_than_one_delivery_takes_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = two_ready(desk)
    with refused(PacksMiscounted):
        deliver(desk)
    assert MOST_PACKS == 30
    monkeypatch.setattr("lending.actions.deliveries.MOST_PACKS", 1)
    with refused(PacksMiscounted):
        deliver(desk, *packs)
    assert states(*packs) == {PackStatus.READY}


def test_scanned_packs_are_ticked_one_after_the_other_then_delivered(
    desk: Desk, staff: Client
) -> None:
    packs, structure = two_ready(desk), desk.partners.structure
    first = staff.post(PAGE, {"code": str(packs[0]), "physical": ""})
    assert first["Location"] == of(structure, pack=packs[0].uuid)
    page = staff.get(first["Location"]).content.decode()
    assert page.count("checked") == 1
    ticked = {"packs": [str(packs[0].uuid)]}
    scanned = {**ticked, "code": packs[1].tag, "physical": ""}
    before = rows()
    page = staff.post(of(structure), scanned).content.decode()
    assert (page.count("checked"), rows()) == (2, before)
    answer = staff.post(of(structure), told(packs))
    note = notes_of([structure.uuid]).get()
    assert answer["Location"] == reverse("lending:delivery-note", args=[note.uuid])
    assert states(*packs) == {PackStatus.AT_STRUCTURE}
    shown = staff.get(answer["Location"]).content.decode()
    assert all(str(pack) in shown for pack in packs)
    history = staff.get(reverse("lending:pack-detail", args=[packs[0].tag]))
    assert note.number in history.content.decode()


def test_the_number_of_a_request_ticks_all_its_packs(desk: Desk, staff: Client) -> None:
    packs, structure = two_ready(desk), desk.partners.structure
    asked = packs[0].request
    assert asked is not None
    scanned = {"code": asked.number, "physical": ""}
    page = staff.post(of(structure), scanned).content.decode()
    assert page.count("checked") == 2
    led = staff.post(PAGE, scanned)["Location"]
    assert led == f"{PAGE}?request={asked.uuid}"
    assert all(str(pack) in staff.get(led).content.decode() for pack in packs)


def test_a_scan_that_cannot_be_ticked_says_why(desk: Desk, staff: Client) -> None:
    structure, alone = desk.partners.structure, desk.ready()
    two_ready(desk)
    for code, words in (
        (str(alone), "no structure asked for it"),
        ("PK-999", "No pack and no request has this code."),
        ("\0", "No pack and no request has this code."),
    ):
        for address in (of(structure), PAGE):
            page = staff.post(address, {"code": code, "physical": ""})
            assert words in page.content.decode()
            assert "checked" not in page.content.decode()


def test_the_same_form_sent_twice_delivers_once(desk: Desk, staff: Client) -> None:
    packs, structure = two_ready(desk), desk.partners.structure
    form = told(packs, once=str(uuid.uuid4()))
    first, again = (staff.post(of(structure), form) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert notes_of([structure.uuid]).count() == 1
    assert PackEvent.objects.filter(verb="delivered").count() == 2


def test_a_refused_delivery_heads_the_page_with_why_and_keeps_the_ticks(
    desk: Desk, staff: Client
) -> None:
    packs, structure = two_ready(desk), desk.partners.structure
    actions.deliver_pack(pack=packs[1], by=desk.staff)
    before = rows()
    answer = staff.post(of(structure), told(packs))
    page = answer.content.decode()
    assert (answer.status_code, rows()) == (409, before)
    assert "Nothing is delivered" in page
    assert f"{packs[1]}: it is “Delivered to the structure”" in page
    assert page.count("checked") == 1


@pytest.mark.parametrize("strange", ["", "x", "\0", NOBODYS])
def test_a_tick_that_no_page_of_ours_sends_delivers_nothing(
    desk: Desk, staff: Client, strange: str
) -> None:
    two_ready(desk)
    before = rows()
    form = {"packs": [strange], "deliver": "yes"}
    answer = staff.post(of(desk.partners.structure), form)
    assert (answer.status_code, rows()) == (400, before)


def test_what_cannot_leave_yet_is_told_with_the_way_to_it(
    desk: Desk, staff: Client
) -> None:
    packs = two_ready(desk)
    machine = packs[0].lines.get().device
    assert machine is not None
    workshop.hold_device(
        device=machine, reason=HoldReason.SAFETY, by=desk.bench.world.lead
    )
    page = staff.get(of(desk.partners.structure)).content.decode()
    assert reverse("lending:pack-detail", args=[packs[0].tag]) in page
    assert page.count('type="checkbox"') == 1


def test_the_structure_finds_the_note_and_what_to_do_with_the_packs(
    desk: Desk,
) -> None:
    packs = two_ready(desk)
    note, asked = deliver(desk, *packs), packs[0].request
    assert asked is not None
    member = signed_in(desk.member)
    address = reverse("lending:delivery-note", args=[note.uuid])
    assert note.number in member.get("/handovers/").content.decode()
    assert str(packs[0]) in member.get(address).content.decode()
    printed = member.get(reverse("lending:delivery-note-pdf", args=[note.uuid]))
    assert printed.content.startswith(b"%PDF-")
    for page in ("/portal/", reverse("lending:portal-request", args=[asked.uuid])):
        said = member.get(page).content.decode()
        assert "The association proposes an appointment" not in said
        assert "2 packs are with you" in said
        assert 'href="/handovers/"' in said


def test_another_structure_does_not_find_the_note(desk: Desk) -> None:
    note = deliver(desk, *two_ready(desk))
    other = another_structure(desk)
    stranger = signed_in(desk.partners.join(other, "lilas@exemple.test").user)
    for name in ("delivery-note", "delivery-note-pdf"):
        answer = stranger.get(reverse(f"lending:{name}", args=[note.uuid]))
        assert answer.status_code == 404


def test_the_portal_promises_an_appointment_while_the_packs_are_ours(
    desk: Desk,
) -> None:
    packs = two_ready(desk)
    member = signed_in(desk.member)
    assert (
        "The association proposes an appointment"
        in member.get("/portal/").content.decode()
    )
    deliver(desk, *packs)
    for pack in packs:
        actions.take_pack_back(pack=pack, by=desk.staff)
    history = signed_in(desk.staff).get(
        reverse("lending:pack-detail", args=[packs[0].tag])
    )
    assert "Back from the structure" in history.content.decode()
    assert (
        "The association proposes an appointment"
        in member.get("/portal/").content.decode()
    )


def test_a_pack_that_somebody_has_an_appointment_for_says_so_before_it_leaves(
    desk: Desk, staff: Client
) -> None:
    packs = two_ready(desk)
    desk.plan(packs[0], request=packs[0].request, planned_at=tomorrow())
    page = staff.get(of(desk.partners.structure)).content.decode()
    assert page.count("appointment on") == 1


def test_a_program_delivers_all_or_none(desk: Desk) -> None:
    first, second = two_ready(desk)
    alone = ready_for(desk, desk.bench.request(quantity=1))
    actions.reopen_pack(pack=alone, by=desk.bench.packer)
    address = f"structures/{desk.partners.structure.uuid}/deliver/"
    staff = Caller(desk.staff)
    before = rows()
    told = staff.post(address, 409, packs=[str(first.uuid), str(alone.uuid)])
    assert told["code"] == PacksStay.code
    assert staff.post(address, 400, packs=[str(uuid.uuid4())])["code"]
    assert rows() == before
    note = staff.post(address, 201, packs=[str(first.uuid), str(second.uuid)])
    assert note["number"] == notes_of([desk.partners.structure.uuid])[0].number
    assert states(first, second) == {PackStatus.AT_STRUCTURE}
