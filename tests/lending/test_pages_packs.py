"""The assembly page: by scan and without one, refusals in words, nothing twice."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.models import User
from backoffice.core.roles import Role
from inventory import actions as workshop
from inventory.models import DeviceKind
from inventory.scanner import Command
from inventory.states import DeviceStatus, HoldReason
from lending import actions
from lending.actions import RecipeLine
from lending.models import Pack, PackEvent, PackTemplate
from lending.states import LineNature, PackStatus
from tests.lending.packs import LAPTOP, LINUX, SCREEN, SIM, Bench, line_of, make_bench
from tests.provisioning.environments.world import published
from tests.world import person

NAMED_TO_FINISH = re.compile(r"“Finish” \((\w+)\)")
STRANGE = ["\x00", "x" * 4000, "PK-999", "XXUNDO", "€§", "8933\x1f", ""]


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


@pytest.fixture
def client(bench: Bench) -> Client:
    return signed_in(bench.packer)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(name: str, pack: Pack, line: str = "") -> str:
    of_line = [line_of(pack, line).wanted.uuid] if line else []
    return reverse(f"lending:{name}", args=[pack.tag, *of_line])


def of_template(name: str, template: PackTemplate) -> str:
    return reverse(f"lending:template-{name}", args=[template.uuid])


def scan(client: Client, pack: Pack, code: str, **more: str) -> tuple[int, str]:
    sent = {"code": code, "physical": "", "nonce": str(uuid.uuid4()), **more}
    answer = client.post(at("pack-scan", pack), sent, headers={"hx-request": "true"})
    return answer.status_code, answer.content.decode()


def test_a_scan_fills_a_line_and_says_how_far_the_pack_is(
    bench: Bench, client: Client
) -> None:
    pack, device = bench.begin(LAPTOP, SCREEN), bench.world.ready()
    status, said = scan(client, pack, str(device))
    assert status == 200
    assert 'data-outcome="ok"' in said
    assert "1 of 2" in said
    assert line_of(pack, "Ordinateur").device == device


def test_a_scan_clears_what_was_said_before_and_renews_the_history(
    bench: Bench, client: Client
) -> None:
    pack, device = bench.begin(), bench.world.ready()
    bench.fill(pack, device)
    client.post(at("line-take-out", pack, "Ordinateur"))
    said = scan(client, pack, device.tag)[1]
    assert '<div id="messages" role="status" hx-swap-oob="true"></div>' in said
    history = said.partition('id="pack-history" hx-swap-oob="true"')[2]
    assert history.count("Put in") == 2
    assert "Taken out" in history


def test_a_scan_that_comes_again_fills_nothing_twice(
    bench: Bench, client: Client
) -> None:
    kind = bench.mice(5)
    pack, nonce = bench.begin(LAPTOP), str(uuid.uuid4())
    device = bench.world.ready()
    scan(client, pack, device.tag, nonce=nonce)
    status, said = scan(client, pack, device.tag, nonce=nonce)
    assert (status, PackEvent.objects.filter(verb="filled").count()) == (200, 1)
    assert "data-outcome" not in said
    assert kind.stocks.get().on_hand == 5


def test_a_refused_scan_says_why_and_what_to_do(bench: Bench, client: Client) -> None:
    pack, device = bench.begin(), bench.world.receive()
    status, said = scan(client, pack, device.tag)
    assert status == 409
    assert 'data-outcome="refused"' in said
    assert "drive_unproven" in said


def test_a_machine_that_just_came_in_is_told_its_own_next_step(
    bench: Bench, client: Client
) -> None:
    pack = bench.begin(LAPTOP, SCREEN)
    bench.fill(pack, bench.world.ready())
    unproven = bench.world.receive()
    status, said = scan(client, pack, unproven.tag)
    assert (status, "drive_unproven" in said) == (409, True)
    assert "Erase it, then record the erasure." in said
    assert "Take it out first" not in said
    assert line_of(pack, "Ordinateur").device != unproven


def test_a_thing_without_data_that_is_not_ready_is_told_its_own_next_step(
    bench: Bench, client: Client
) -> None:
    pack = bench.begin(LAPTOP, SCREEN)
    screen = bench.world.receive(kind=DeviceKind.SCREEN, drives=())
    for left_out in (False, True):
        if left_out:
            actions.leave_out(line=line_of(pack, "Écran"), by=bench.packer)
        status, said = scan(client, pack, screen.tag)
        assert (status, "unit_not_ready" in said) == (409, True)
        assert "Scan it in the Reception mode to start its triage." in said
    assert line_of(pack, "Écran").device is None


def test_what_was_left_out_is_asked_for_again_before_it_goes_in(
    bench: Bench, client: Client
) -> None:
    pack = bench.begin(LAPTOP, SCREEN)
    actions.leave_out(line=line_of(pack, "Écran"), by=bench.packer)
    screen = bench.world.ready(kind=DeviceKind.SCREEN, drives=())
    status, said = scan(client, pack, screen.tag)
    assert (status, "“Écran” was left out." in said) == (409, True)
    assert "Ask for it again" in said
    client.post(at("line-take-out", pack, "Écran"))
    assert scan(client, pack, screen.tag)[0] == 200


def test_a_card_whose_plan_ends_soon_goes_in_with_a_warning(
    bench: Bench, client: Client
) -> None:
    pack, card = bench.begin(SIM), bench.card()
    card.plan_ends_on = timezone.localdate() + dt.timedelta(days=4)
    card.save(update_fields=["plan_ends_on"])
    status, said = scan(client, pack, card.tag)
    assert (status, 'data-outcome="attention"' in said) == (200, True)
    assert said.count(f"The plan of the card {card} ends soon") == 2
    assert "Renew the plan, or take another card" in said
    assert line_of(pack, "Carte SIM").sim == card
    page = client.get(at("pack-detail", pack)).content.decode()
    assert "All is there, but a plan ends soon" in page


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "ended on"), (29, "ends soon"), (30, ""), (None, "")]
)
def test_the_line_of_a_card_says_when_its_plan_ends(
    bench: Bench, client: Client, days: int | None, words: str
) -> None:
    pack, card = bench.begin(SIM), bench.card()
    if days is not None:
        card.plan_ends_on = timezone.localdate() + dt.timedelta(days=days)
        card.save(update_fields=["plan_ends_on"])
    bench.fill(pack, card)
    shown = client.get(at("pack-detail", pack)).content.decode()
    assert ("pack-warning" in shown) == bool(words)
    assert words in shown


def test_what_blocks_stands_in_one_box_with_one_next_step(
    bench: Bench, client: Client
) -> None:
    pack, device = bench.begin(), bench.world.ready()
    bench.fill(pack, device)
    workshop.hold_device(device=device, reason=HoldReason.SAFETY, by=bench.world.lead)
    for status, said in (
        scan(client, pack, "XXFIN"),
        (409, client.post(at("pack-close", pack)).content.decode()),
        (200, client.get(at("pack-detail", pack)).content.decode()),
    ):
        assert status in {200, 409}
        assert said.count('id="blocked-title"') == 1
        assert said.count("What to do next:") == 1
        assert said.count(f"{device} is on hold") == 1
    pack.refresh_from_db()
    assert pack.status == PackStatus.DRAFT


def test_the_serial_of_a_machine_and_the_code_of_a_bin_are_read_too(
    bench: Bench, client: Client
) -> None:
    pack, device = bench.begin(), bench.world.ready()
    assert scan(client, pack, device.serial)[0] == 200
    status, said = scan(client, pack, bench.mice().code)
    assert (status, "nothing_wants_it" in said) == (409, True)


def test_finish_closes_and_a_place_makes_the_pack_ready(
    bench: Bench, client: Client
) -> None:
    pack = bench.begin()
    assert scan(client, pack, "XXFIN")[0] == 409
    bench.fill(pack, bench.world.ready())
    assert scan(client, pack, "XXFIN")[0] == 200
    assert scan(client, pack, bench.shelf().tag)[0] == 200
    pack.refresh_from_db()
    assert (pack.status, pack.place) == (PackStatus.READY, bench.shelf())


def test_the_code_that_the_page_names_closes_the_pack(
    bench: Bench, client: Client
) -> None:
    pack = bench.begin()
    bench.fill(pack, bench.world.ready())
    strange = scan(client, pack, "XXUNDO")[1]
    page = client.get(at("pack-detail", pack)).content.decode()
    named = {code for said in (page, strange) for code in NAMED_TO_FINISH.findall(said)}
    assert named == {Command.FINISH.value}
    assert scan(client, pack, named.pop())[0] == 200
    pack.refresh_from_db()
    assert pack.status == PackStatus.COMPLETE


def test_a_counted_thing_that_is_out_is_shown_as_nothing_to_press(
    bench: Bench, client: Client
) -> None:
    mice = bench.mice(0)
    line = RecipeLine(LineNature.COUNTED, "Souris", counted_kind=mice)
    pack = bench.begin(LAPTOP, line)
    page = client.get(at("line-fill", pack, "Souris")).content.decode()
    assert "Souris: 0 left at Les Acacias." in page
    assert "Put it in</button>" not in page
    actions.receive_counted(kind=mice, site=bench.world.site, count=2, by=bench.packer)
    page = client.get(at("line-fill", pack, "Souris")).content.decode()
    assert "Souris: 2 left at Les Acacias." in page
    assert "Put it in</button>" in page


@pytest.mark.parametrize("code", STRANGE)
def test_a_strange_scan_is_answered_and_changes_nothing(
    bench: Bench, client: Client, code: str
) -> None:
    pack = bench.begin()
    assert scan(client, pack, code)[0] in {200, 409}
    assert scan(client, pack, code, nonce="none")[0] == 400
    assert pack.events.count() == 1


def test_everything_goes_without_a_scanner(bench: Bench, client: Client) -> None:
    pack, device = bench.begin(LAPTOP, SCREEN, LINUX), bench.world.ready()
    offered = client.get(at("line-fill", pack, "Ordinateur")).content.decode()
    assert device.tag in offered
    client.post(at("line-fill", pack, "Ordinateur"), {"unit": device.tag})
    client.post(at("line-leave-out", pack, "Écran"))
    client.post(at("pack-close", pack))
    client.post(at("pack-place", pack), {"place": bench.shelf().tag})
    pack.refresh_from_db()
    assert pack.status == PackStatus.READY
    client.post(at("pack-reopen", pack))
    client.post(at("line-take-out", pack, "Ordinateur"))
    client.post(at("pack-dismantle", pack))
    pack.refresh_from_db()
    device.refresh_from_db()
    assert (pack.status, device.status) == (PackStatus.DISMANTLED, DeviceStatus.READY)


def test_what_is_blocked_is_replaced_at_one_press(bench: Bench, client: Client) -> None:
    pack, device, other = bench.begin(), bench.world.ready(), bench.world.ready()
    bench.fill(pack, device)
    workshop.hold_device(device=device, reason=HoldReason.SAFETY, by=bench.world.lead)
    page = client.get(at("pack-detail", pack)).content.decode()
    assert "1 thing keeps the pack from leaving" in page
    assert f'name="unit" value="{other.tag}"' in page
    client.post(at("line-fill", pack, "Ordinateur"), {"unit": other.tag})
    device.refresh_from_db()
    assert line_of(pack, "Ordinateur").device == other
    assert device.status == DeviceStatus.TO_PROCESS


def test_another_thing_needs_a_reason(bench: Bench, client: Client) -> None:
    pack = bench.begin()
    device = bench.world.ready(kind=DeviceKind.MINI)
    address = at("line-substitute", pack, "Ordinateur")
    assert client.post(address, {"code": device.tag}).status_code == 400
    assert client.post(address, {"code": "?", "reason": "broken"}).status_code == 400
    sent = {"code": device.tag, "reason": "out_of_stock"}
    assert client.post(address, sent).status_code == 302
    assert line_of(pack, "Ordinateur").device == device


def test_a_pack_is_begun_for_a_request_that_waits(bench: Bench, client: Client) -> None:
    template, request = bench.recipe().template, bench.request()
    page = client.get(reverse("lending:pack-begin")).content.decode()
    assert request.number in page
    assert bench.partners.structure.name not in page
    sent = {
        "template": template.uuid,
        "site": bench.world.site.uuid,
        "request": request.uuid,
    }
    answer = client.post(reverse("lending:pack-begin"), sent)
    pack = Pack.objects.get()
    assert answer["Location"] == at("pack-detail", pack)
    assert pack.request == request


def test_the_list_says_what_is_missing(bench: Bench, client: Client) -> None:
    bench.begin(LAPTOP, SCREEN)
    listed = client.get(reverse("lending:pack-list")).content.decode()
    assert "Ordinateur, Écran" in listed
    for query in ("?q=zzz&status=closed", "?status=nope&site=x&page=-1&q=%00"):
        assert client.get(reverse("lending:pack-list") + query).status_code == 200


def test_the_sheet_names_no_structure(bench: Bench, client: Client) -> None:
    pack, device = bench.begin(LAPTOP, request=bench.request()), bench.world.ready()
    bench.fill(pack, device)
    sheet = client.get(at("pack-sheet", pack)).content.decode()
    assert str(device) in sheet
    assert bench.partners.structure.name not in sheet


def test_a_template_is_written_line_by_line(bench: Bench) -> None:
    client = signed_in(bench.world.lead)
    address = reverse("lending:template-write")
    first = {"name": "Connexion", "recipe": "[]", "nature": "connection"}
    line = {**first, "add": "1", "line-label": "Carte SIM", "line-data_mb": "500"}
    page = client.post(address, line)
    kept = page.context["kept"]
    assert "Carte SIM" in kept
    answer = client.post(address, {"name": "Connexion", "recipe": kept, "publish": "1"})
    template = PackTemplate.objects.get()
    assert answer["Location"] == reverse(
        "lending:template-detail", args=[template.uuid]
    )
    assert template.versions.get().lines.get().criteria == {"data_mb": 500}


@pytest.mark.parametrize(
    "recipe",
    ["", "{", "[1]", '[{"nature":"x"}]', "[" * 9000, '[{"nature":"main","label":"a"}]'],
)
def test_a_recipe_that_was_tampered_with_is_not_published(
    bench: Bench, recipe: str
) -> None:
    sent = {"name": "Rien", "recipe": recipe, "publish": "1"}
    answer = signed_in(bench.world.lead).post(reverse("lending:template-write"), sent)
    assert answer.status_code == 409
    assert not PackTemplate.objects.exists()


def test_whoever_only_looks_is_offered_nothing_to_press(bench: Bench) -> None:
    pack, client = bench.begin(), signed_in(person(Role.AUDITOR))
    page = client.get(at("pack-detail", pack)).content.decode()
    assert at("pack-scan", pack) not in page
    assert client.post(at("pack-dismantle", pack)).status_code == 403


def test_a_delivered_pack_is_taken_back_from_its_page(
    bench: Bench, client: Client
) -> None:
    pack = bench.placed(bench.closed())
    request = bench.request()
    client.post(at("pack-attach", pack), {"request": request.uuid})
    client.post(at("pack-deliver", pack))
    pack.refresh_from_db()
    assert pack.status == PackStatus.AT_STRUCTURE
    assert client.post(at("pack-deliver", pack)).status_code == 409
    client.post(at("pack-take-back", pack))
    pack.refresh_from_db()
    assert pack.status == PackStatus.READY


def test_a_template_goes_on_from_its_last_version(bench: Bench) -> None:
    client, template = signed_in(bench.world.lead), bench.recipe(LAPTOP).template
    page = client.get(of_template("publish", template))
    sent = {"recipe": page.context["kept"], "publish": "1"}
    client.post(of_template("publish", template), sent)
    assert template.versions.count() == 2
    client.post(of_template("retire", template))
    assert not PackTemplate.objects.get().is_active
    client.post(of_template("restore", template))
    shown = client.get(of_template("detail", template))
    assert "Ordinateur" in shown.content.decode()


@pytest.mark.parametrize("status", PackStatus)
def test_a_pack_that_left_stands_on_no_shelf_of_ours(
    bench: Bench, status: PackStatus
) -> None:
    here = {PackStatus.DRAFT, PackStatus.COMPLETE, PackStatus.READY}
    pack = Pack(status=status, place=bench.world.room)
    assert pack.stands_in == (bench.world.room if status in here else None)


def test_a_line_says_early_that_nothing_can_be_installed_on_its_machine(
    bench: Bench, client: Client
) -> None:
    published(bench.world.lead, "linux-emploi")
    pack = bench.begin(LAPTOP, LINUX)
    device = bench.world.ready()
    said = f"No machine is bound to {device}"
    assert said not in client.get(at("pack-detail", pack)).content.decode()
    bench.fill(pack, device)
    assert said in client.get(at("pack-detail", pack)).content.decode()
