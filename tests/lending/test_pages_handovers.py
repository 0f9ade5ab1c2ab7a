"""The pages of a hand-over, from the day’s list to the signed slip."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.models import Outgoing
from lending import actions
from lending.actions.handover_papers import papers_of
from lending.kinds import SpokenLanguage
from lending.links import slip_link
from lending.models import HandOver, Plan
from lending.states import HandOverStatus, RefusedBecause
from tests.lending.handing import GIFT, LOAN, Desk, drawing, make_desk, tomorrow
from tests.lending.packs import LAPTOP, SIM
from tests.photo import taken
from tests.unchanged import rows
from tests.world import PASSWORD


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


@pytest.fixture
def staff(desk: Desk, client: Client) -> Client:
    client.force_login(desk.staff)
    return client


def page(name: str, handover: HandOver) -> str:
    return reverse(f"lending:handover-{name}", args=[handover.uuid])


def text_of(client: Client, address: str, **data: Any) -> str:
    response = client.get(address, data)
    assert response.status_code == 200, (response.status_code, response.headers)
    return response.content.decode()


def shown_on(client: Client, handover: HandOver) -> str:
    found = re.search(
        r"shown=([0-9a-f]{64})", text_of(client, page("review", handover))
    )
    assert found is not None
    return found[1]


def pad(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("s.png", data or drawing(), content_type="image/png")


def sign(client: Client, handover: HandOver, **fields: Any) -> Any:
    told = {"kind": "drawn", "shown": shown_on(client, handover), **fields}
    return client.post(page("sign", handover), told)


def test_who_signs_in_again_is_back_at_the_same_page_of_the_wizard(
    desk: Desk, staff: Client
) -> None:
    handover = desk.plan()
    somebody, line = desk.someone(), handover.pack.lines.get()
    staff.post(page("begin", handover))
    staff.post(page("person", handover), {"person": somebody.uuid})
    staff.post(page("person", handover), {"identity_check": "known"})
    Session.objects.all().delete()
    seen = {f"seen-{line.uuid}": "on", f"look-{line.uuid}": "worn"}
    to_sign_in = staff.post(page("contents", handover), seen)["Location"]
    typed = {"login": desk.staff.email, "password": PASSWORD}
    back = staff.post(to_sign_in, typed)["Location"]
    assert back == page("contents", handover)
    before = rows()
    shown = text_of(staff, back)
    assert "Ce que vous avez écrit est toujours là" in shown
    assert re.search(rf'name="seen-{line.uuid}"[^>]*checked', shown)
    assert rows() == before
    handover.refresh_from_db()
    assert (handover.beneficiary, handover.lines_seen) == (somebody, [])
    assert staff.post(back, seen)["Location"] == page("conditions", handover)


def test_after_the_code_was_sent_its_fields_stand_open(
    desk: Desk, staff: Client
) -> None:
    handover = desk.checked(desk.plan(beneficiary=desk.mailed()))
    shown = text_of(staff, page("sign", handover), shown=shown_on(staff, handover))
    assert re.search(r'<details[^>]*id="typed">', shown)
    after = text_of(staff, staff.post(page("code", handover))["Location"])
    assert re.search(r'<details[^>]*id="typed" open>', after)
    assert 'name="code"' in after


def test_who_has_no_address_gets_one_and_comes_back_to_sign(
    desk: Desk, staff: Client
) -> None:
    handover = desk.checked(desk.plan(beneficiary=desk.someone()))
    shown = text_of(staff, page("sign", handover), shown=shown_on(staff, handover))
    link = re.search(r'href="(/people/[^"]*/change/\?back=[^"]*)"', shown)
    assert link
    told = {
        "first_name": "Samira",
        "channel": "email",
        "contact": "s@exemple.test",
        "public": "not_stated",
        "language": "fr",
        "reading": "not_stated",
    }
    back = staff.post(html.unescape(link[1]), told)["Location"]
    assert back.startswith(page("sign", handover))
    again = staff.get(back, follow=True)
    assert again.status_code == 200


def test_no_page_of_others_is_gone_back_to(desk: Desk, staff: Client) -> None:
    change = reverse("lending:person-amend", args=[desk.someone().uuid])
    shown = text_of(staff, change, back="https://evil.test/")
    assert "evil.test" not in shown.partition("<main")[2]


def test_a_person_is_walked_through_to_the_signature(desk: Desk, staff: Client) -> None:
    handover = desk.plan()
    somebody = desk.someone()
    line = handover.pack.lines.get()
    assert staff.post(page("begin", handover))["Location"] == page("person", handover)
    staff.post(page("person", handover), {"person": somebody.uuid})
    staff.post(page("person", handover), {"identity_check": "known"})
    seen = {f"seen-{line.uuid}": "on", f"look-{line.uuid}": "worn"}
    assert staff.post(page("contents", handover), seen)["Location"] == page(
        "conditions", handover
    )
    read = {"language": "fr", "understood": "on"}
    assert staff.post(page("conditions", handover), read)["Location"] == page(
        "review", handover
    )
    answer = sign(staff, handover, drawing=pad())
    assert answer["Location"] == page("done", handover)
    assert "Samira" in text_of(staff, page("done", handover))
    handover.refresh_from_db()
    assert handover.status == HandOverStatus.SIGNED
    assert set(handover.condition_out.values()) == {"worn"}


def test_the_same_form_posted_twice_signs_once(desk: Desk, staff: Client) -> None:
    handover = desk.checked(desk.plan())
    once = "5d4b3c52-8f0e-4f3a-9f40-2b9f1f0f1c11"
    shown = shown_on(staff, handover)
    for _time in range(2):
        form = {"kind": "drawn", "shown": shown, "once": once, "drawing": pad()}
        answer = staff.post(page("sign", handover), form)
        assert answer["Location"] == page("done", handover)
    assert len(papers_of(handover)) == 2


def test_a_scan_ticks_its_line(desk: Desk, staff: Client) -> None:
    handover = actions.begin_handover(handover=desk.plan(), by=desk.staff)
    device = handover.pack.lines.get().device
    assert device is not None
    staff.post(page("contents", handover), {"code": str(device)})
    handover.refresh_from_db()
    assert handover.lines_seen == [str(handover.pack.lines.get().uuid)]
    answer = staff.post(page("contents", handover), {"code": "PC000001"}, follow=True)
    assert "is not in this pack" in answer.content.decode()


@pytest.mark.parametrize("scanned", ["the device", "XYZ"])
def test_a_scan_keeps_what_was_ticked_by_hand(
    desk: Desk, staff: Client, scanned: str
) -> None:
    units = (desk.bench.world.ready(), desk.bench.card())
    planned = desk.plan(pack=desk.ready(LAPTOP, SIM, units=units))
    handover = actions.begin_handover(handover=planned, by=desk.staff)
    laptop = handover.pack.lines.exclude(device=None).get()
    card = handover.pack.lines.get(device=None)
    code = str(laptop.device) if scanned == "the device" else scanned
    ticked = {f"seen-{card.uuid}": "on", f"look-{card.uuid}": "worn"}
    staff.post(page("contents", handover), {**ticked, "code": code, "physical": ""})
    handover.refresh_from_db()
    expected = {str(card.uuid)} | ({str(laptop.uuid)} if code != scanned else set())
    assert set(handover.lines_seen) == expected
    assert handover.condition_out[str(card.uuid)] == "worn"


def test_a_drawing_of_twenty_megabytes_is_refused_in_words(
    desk: Desk, staff: Client
) -> None:
    handover = desk.checked(desk.plan())
    answer = sign(staff, handover, drawing=pad(b"\x89PNG" + bytes(20_000_000)))
    assert answer.status_code == 400
    assert "larger than 12 MB" in answer.content.decode()
    handover.refresh_from_db()
    assert handover.status == HandOverStatus.UNDER_WAY


def test_a_signed_paper_is_scanned_back(desk: Desk, staff: Client) -> None:
    handover = desk.checked(desk.plan())
    assert staff.get(page("paper", handover)).content.startswith(b"%PDF-")
    scan = SimpleUploadedFile("p.jpg", taken())
    answer = sign(staff, handover, kind="paper", paper=scan)
    assert answer["Location"] == page("done", handover)
    kept = staff.get(page("signature", handover))
    assert kept.headers["Content-Type"] == "image/jpeg"


def test_what_was_not_reviewed_is_not_signed(desk: Desk, staff: Client) -> None:
    handover = desk.checked(desk.plan())
    assert staff.get(page("sign", handover))["Location"] == page("review", handover)
    form = {"kind": "drawn", "shown": "0" * 64, "drawing": pad()}
    answer = staff.post(page("sign", handover), form)
    assert answer["Location"] == page("review", handover)


def test_the_review_says_all_that_is_missing(desk: Desk, staff: Client) -> None:
    handover = actions.begin_handover(handover=desk.plan(), by=desk.staff)
    said = text_of(staff, page("review", handover))
    assert "Nobody has said who receives the pack" in said
    assert "was not seen yet" in said
    assert "?shown=" not in said


def test_arabic_stands_beside_the_french_from_right_to_left(
    desk: Desk, staff: Client
) -> None:
    handover = desk.checked(desk.plan(mode=LOAN))
    said = text_of(staff, page("conditions", handover), beside="ar")
    assert said.count('lang="ar" dir="rtl"') == 8
    assert "traduction pour information" in said
    assert 'dir="rtl"' not in text_of(staff, page("conditions", handover), beside="zz")


def test_a_pack_is_found_by_scan(desk: Desk, staff: Client) -> None:
    pack = desk.ready()
    scan = reverse("lending:handover-scan")
    plan = staff.post(scan, {"code": str(pack)})["Location"]
    assert plan == f"{reverse('lending:handover-plan')}?pack={pack.uuid}"
    handover = desk.plan(pack)
    assert staff.post(scan, {"code": pack.tag})["Location"] == page("detail", handover)
    desk.sign(desk.checked(handover))
    again = staff.post(scan, {"code": pack.tag}, follow=True).content.decode()
    assert "was handed over on" in again


def test_a_hand_over_is_planned_from_its_form(desk: Desk, staff: Client) -> None:
    pack = desk.ready()
    form = {
        "pack": pack.uuid,
        "structure": desk.partners.structure.uuid,
        "mode": "loan",
        "due_on": (timezone.localdate() + dt.timedelta(days=60)).isoformat(),
        "planned_at": tomorrow().strftime("%Y-%m-%dT%H:%M"),
        "where": "Accueil",
    }
    answer = staff.post(reverse("lending:handover-plan"), form)
    assert answer["Location"] == page("detail", HandOver.objects.get())


def test_a_pack_is_chosen_by_what_it_is_and_where(desk: Desk, staff: Client) -> None:
    pack = desk.ready()
    device = pack.lines.get().device
    assert device
    assert pack.place
    shown = text_of(staff, reverse("lending:handover-plan"))
    machine = f"{device.make} {device.model}".strip()
    told = (str(pack), pack.version.template.name, machine, pack.place.name)
    assert html.escape(" · ".join(part for part in told if part)) in shown


def test_a_line_that_ends_before_the_loan_is_lent_by_who_was_told(
    desk: Desk, staff: Client
) -> None:
    card = desk.bench.card()
    pack = desk.ready(LAPTOP, SIM, units=(desk.bench.world.ready(), card))
    plan = Plan.objects.create(operator="Orange", name="20 Go", data_mb=20480)
    card.plan, card.plan_starts_on = plan, timezone.localdate()
    card.plan_ends_on = timezone.localdate() + dt.timedelta(days=10)
    card.save()
    due_on = timezone.localdate() + dt.timedelta(days=60)
    form = {
        "pack": pack.uuid,
        "structure": desk.partners.structure.uuid,
        "mode": "loan",
        "due_on": due_on.isoformat(),
    }
    address = reverse("lending:handover-plan")
    before = rows()
    shown = staff.post(address, form).content.decode()
    assert "before the end of the loan" in shown
    assert 'type="checkbox" name="plans_known"' in shown
    assert rows() == before
    answer = staff.post(address, {**form, "plans_known": "on"})
    assert answer["Location"] == page("detail", HandOver.objects.get())
    gift = {**form, "pack": desk.ready().uuid, "mode": "gift"}
    assert staff.post(address, gift).status_code == 302


def test_a_price_above_the_ceiling_is_shown_in_the_form(
    desk: Desk, staff: Client
) -> None:
    handover = desk.plan()
    form = {"mode": "solidarity_price", "price": "250"}
    answer = staff.post(page("terms", handover), form)
    assert answer.status_code == 409
    assert "At most" in answer.content.decode()


@pytest.mark.parametrize("when", ["", "today", "week", "late", "none", "ended", "x"])
def test_the_list_is_narrowed(desk: Desk, staff: Client, when: str) -> None:
    desk.plan(planned_at=timezone.now() + dt.timedelta(minutes=1))
    said = text_of(staff, reverse("lending:handover-list"), when=when)
    assert ("PK-" in said) is (when in {"", "today", "week", "x"})


@pytest.mark.parametrize("bad", ["\0", "x" * 4000, "%", "９９９", "\ud800"])
def test_bad_input_is_answered(desk: Desk, staff: Client, bad: str) -> None:
    handover = actions.begin_handover(handover=desk.plan(), by=desk.staff)
    bad = bad.encode("utf-8", "surrogatepass").decode("latin-1")
    names = ("code", "person", "identity_check", "language", "kind", "shown", "once")
    for name in ("person", "contents", "conditions", "sign", "terms", "move"):
        form = dict.fromkeys((*names, "mode", "price", "planned_at", "where"), bad)
        assert staff.post(page(name, handover), form).status_code < 500
    assert staff.get(reverse("lending:handover-list"), {"q": bad}).status_code == 200
    plan = reverse("lending:handover-plan")
    assert staff.get(plan, {"pack": bad, "request": bad}).status_code == 200


def test_a_name_in_arabic_is_signed_and_printed(desk: Desk, staff: Client) -> None:
    person = desk.someone(first_name="ليلى", last_name="حداد")
    person = actions.amend_beneficiary(
        person=person,
        facts=actions.PersonFacts(
            first_name="ليلى", last_name="حداد", language=SpokenLanguage.ARABIC
        ),
        by=desk.member,
    )
    handover = desk.signed(beneficiary=person)
    document = papers_of(handover)[1]
    drawn = reverse("lending:handover-document-pdf", args=[document.uuid])
    assert staff.get(drawn).content.startswith(b"%PDF-")


def test_the_link_on_the_slip_opens_what_was_signed(desk: Desk, client: Client) -> None:
    handover = desk.signed()
    link = slip_link(handover).replace("http://testserver", "")
    link = "/" + link.split("/", 3)[3]
    assert "Samira B" in text_of(client, link)
    assert client.get(link, {"paper": "1"}).content.startswith(b"%PDF-")
    assert client.get(link, {"paper": "9"}).status_code == 404
    assert client.get(reverse("lending:slip", args=["no:such"])).status_code == 404


def test_a_member_hands_over_what_was_delivered(desk: Desk, client: Client) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    handover = desk.plan(pack, request=request)
    client.force_login(desk.member)
    assert client.get(page("person", handover))["Location"] == page("detail", handover)
    actions.deliver_pack(pack=pack, by=desk.staff)
    assert client.post(page("begin", handover))["Location"] == page("person", handover)
    handover = desk.checked(handover, by=desk.member)
    asked = reverse("lending:portal-request", args=[request.uuid])
    assert page("detail", handover) not in client.get(asked).text
    assert sign(client, handover, drawing=pad())["Location"] == page("done", handover)
    assert page("detail", handover) in client.get(asked).text


def test_a_member_is_offered_what_the_association_accepted(
    desk: Desk, client: Client
) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    handover = desk.plan(pack, request=request)
    actions.deliver_pack(pack=pack, by=desk.staff)
    client.force_login(desk.member)
    assert 'value="loan"' not in client.get(page("terms", handover)).text
    answer = client.post(page("terms", handover), {"mode": "loan"})
    assert answer.status_code == 400
    handover.refresh_from_db()
    assert handover.mode == GIFT
    client.force_login(desk.staff)
    assert 'value="loan"' in client.get(page("terms", handover)).text


def test_a_member_sees_what_was_delivered_and_nothing_else(
    desk: Desk, client: Client
) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    client.force_login(desk.member)
    listed, planned = reverse("lending:handover-list"), reverse("lending:handover-plan")
    assert str(pack) not in text_of(client, listed) + text_of(client, planned)
    actions.deliver_pack(pack=pack, by=desk.staff)
    assert f"{planned}?pack={pack.uuid}" in text_of(client, listed)
    assert str(pack) in text_of(client, planned)
    client.force_login(desk.staff)
    assert "Delivered to you" not in text_of(client, listed)


def test_what_came_to_nothing_says_why_and_leads_to_another_appointment(
    desk: Desk, staff: Client
) -> None:
    handover = desk.plan()
    again = f"{reverse('lending:handover-plan')}?pack={handover.pack.uuid}"
    assert again not in text_of(staff, page("detail", handover))
    staff.post(page("refused", handover), {"because": "unsuitable"})
    shown = text_of(staff, page("detail", handover))
    assert again in shown
    assert str(RefusedBecause.UNSUITABLE.label) in shown


def test_a_hand_over_without_a_day_is_not_mailed_as_an_appointment(
    desk: Desk,
) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    desk.plan(pack, request=request)
    mail = Outgoing.objects.filter(key__startswith="request:").latest("pk")
    assert "son jour reste à convenir" in mail.body
    assert "vient au rendez-vous" not in mail.body


def test_nobody_came_and_the_person_refuses(desk: Desk, staff: Client) -> None:
    first, second = desk.plan(planned_at=timezone.now()), desk.plan()
    assert page("no-show", first) in text_of(staff, page("detail", first))
    staff.post(page("no-show", first))
    staff.post(page("refused", second), {"because": "unsuitable"})
    states = set(HandOver.objects.values_list("status", flat=True))
    assert states == {HandOverStatus.NO_SHOW, HandOverStatus.REFUSED}


def test_without_an_appointment_nobody_is_missed(desk: Desk, staff: Client) -> None:
    handover = desk.plan()
    shown = text_of(staff, page("detail", handover))
    assert page("no-show", handover) not in shown
    assert "Give it a day" in shown
    before = rows()
    staff.post(page("no-show", handover))
    assert rows() == before
    assert "Give it a day" in text_of(staff, page("move", handover))


def test_a_member_is_asked_nothing_that_the_association_has_decided(
    desk: Desk, staff: Client
) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    plan = reverse("lending:handover-plan")
    shown = text_of(staff, plan, pack=pack.uuid)
    assert [f'value="{mode}"' in shown for mode in (GIFT, LOAN)] == [True, True]
    actions.deliver_pack(pack=pack, by=desk.staff)
    staff.force_login(desk.member)
    shown = text_of(staff, plan, pack=pack.uuid)
    assert [f'value="{mode}"' in shown for mode in (GIFT, LOAN)] == [True, False]
    for name in ("due_on", "price"):
        assert re.search(rf'<input type="hidden" name="{name}"', shown)
    before = rows()
    typed = {"pack": pack.uuid, "mode": "loan"}
    assert staff.post(plan, typed).status_code == 400
    assert rows() == before
    made = staff.post(plan, {**typed, "mode": "gift"})
    assert made["Location"] == page("detail", HandOver.objects.get())


def test_a_paper_is_read_on_the_screen(desk: Desk, staff: Client) -> None:
    for paper in papers_of(desk.signed()):
        address = reverse("lending:handover-document", args=[paper.uuid])
        assert paper.sha256 in text_of(staff, address)


def test_a_scan_of_something_else_says_what_it_is(desk: Desk, staff: Client) -> None:
    handover, other = desk.plan(), desk.ready()
    staff.post(page("begin", handover))
    staff.post(page("person", handover), {"person": desk.someone().uuid})
    staff.post(page("person", handover), {"identity_check": "known"})
    device = other.lines.exclude(device=None).get().device
    assert device is not None
    told = {
        handover.pack.tag: "the label of the pack",
        other.tag: f"another pack, {other}",
        device.tag: f"in another pack, {other}",
        "XYZ": "not in this pack",
    }
    for code, said in told.items():
        answer = staff.post(page("contents", handover), {"code": code}, follow=True)
        assert said in answer.content.decode()
    handover.refresh_from_db()
    assert handover.lines_seen == []
