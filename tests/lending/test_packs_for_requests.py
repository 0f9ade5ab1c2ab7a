"""What a request asks holds while its pack is made: one rule, at every bench."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from inventory import actions as workshop
from inventory.models import Device
from inventory.states import HoldReason
from lending import actions
from lending.actions.fitting import lacks_of, score_of
from lending.actions.needs import needs_of
from lending.actions.pack_questions import goes_without
from lending.actions.proposals import propose_units
from lending.actions.units import fitting_units, lesser_machines
from lending.errors import ChoiceUnexplained, CriteriaUnmet, LeavingUnexplained
from lending.kinds import Capability, Goal
from lending.models import Pack
from lending.states import ChoiceReason, LeavingReason, SubstitutionReason
from tests.lending.packs import LAPTOP, SIM, Bench, line_of, make_bench
from tests.unchanged import refused


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


@pytest.fixture
def client(bench: Bench) -> Client:
    client = Client()
    client.force_login(bench.packer)
    return client


def at(name: str, pack: Pack, label: str = "") -> str:
    of_line = [line_of(pack, label).wanted.uuid] if label else []
    return reverse(f"lending:{name}", args=[pack.tag, *of_line])


def without_storage(bench: Bench) -> Device:
    """A ready laptop that somebody saw to hold no drive, with memory enough."""
    world = bench.world
    device = world.receive(drives=())
    workshop.declare_no_storage(device=device, by=world.technician)
    device = world.to_check(device)
    workshop.pass_quality_check(
        device=device,
        lines=world.good_lines(device),  # type: ignore[arg-type]
        by=world.technician,
    )
    return workshop.declare_ready(device=device, by=world.technician)


def test_a_machine_without_storage_can_do_nothing_and_is_not_proposed(
    bench: Bench,
) -> None:
    device, whole = without_storage(bench), bench.world.ready()
    request = bench.request()
    assert score_of(device) == 0
    assert lacks_of(device, None) == ["no storage in it"]
    found = propose_units(request, reader=bench.coordinator)
    assert found.best is not None
    assert (found.best.device, found.for_you, found.free) == (whole, 1, 1)


def test_what_a_line_offers_is_what_the_request_proposes(bench: Bench) -> None:
    weak, empty = bench.world.ready(), without_storage(bench)
    enough = bench.with_memory(8)
    request = bench.request(goals=[Goal.TRAINING])
    pack = bench.begin(LAPTOP, request=request)
    line = line_of(pack, "Ordinateur")
    assert fitting_units(line, bench.packer) == [enough]
    less = lesser_machines(line, bench.packer)
    assert [device for device, _why in less] == [weak, empty]
    found = propose_units(request, reader=bench.coordinator)
    assert found.best is not None
    assert (found.best.device, found.free) == (enough, 1)
    for device in (weak, empty, enough):
        assert bool(lacks_of(device, needs_of(request))) == (device != enough)


@pytest.mark.parametrize("asked", [True, False])
def test_a_machine_without_storage_goes_in_only_with_a_reason(
    bench: Bench, asked: bool
) -> None:
    device = without_storage(bench)
    pack = bench.begin(LAPTOP, request=bench.request() if asked else None)
    line = line_of(pack, "Ordinateur")
    with refused(CriteriaUnmet):
        bench.fill(pack, device)
    with refused(CriteriaUnmet):
        actions.replace_unit(line=line, unit=device, by=bench.packer)
    why = SubstitutionReason.OUT_OF_STOCK
    actions.substitute(line=line, unit=device, reason=why, by=bench.packer)
    assert line_of(pack, "Ordinateur").device == device
    assert pack.events.latest("sequence").data["reason"] == why


def test_less_than_a_request_asks_is_chosen_only_with_a_reason(bench: Bench) -> None:
    device, request = bench.world.ready(), bench.request(goals=[Goal.TRAINING])
    bench.recipe(LAPTOP)
    with refused(ChoiceUnexplained):
        actions.choose_unit(request=request, device=device, by=bench.coordinator)
    pack = actions.choose_unit(
        request=request,
        device=device,
        reason=ChoiceReason.NEARER,
        by=bench.coordinator,
    )
    assert pack.events.latest("sequence").data["reason"] == ChoiceReason.NEARER


def test_a_pack_of_less_than_a_request_asks_is_not_made_its_own(bench: Bench) -> None:
    request, by = bench.request(goals=[Goal.TRAINING]), bench.coordinator
    weak, chosen = bench.begin(LAPTOP), bench.begin(LAPTOP)
    bench.fill(weak, bench.world.ready())
    with refused(CriteriaUnmet):
        actions.attach_to_request(pack=weak, request=request, by=by)
    actions.substitute(
        line=line_of(chosen, "Ordinateur"),
        unit=bench.world.ready(),
        reason=SubstitutionReason.OUT_OF_STOCK,
        by=bench.packer,
    )
    actions.attach_to_request(pack=chosen, request=request, by=by)
    assert Pack.objects.get(pk=chosen.pk).request == request


def test_the_one_tap_remedy_is_never_a_lesser_machine(
    bench: Bench, client: Client
) -> None:
    empty, device = without_storage(bench), bench.world.ready()
    pack = bench.begin(LAPTOP, request=bench.request())
    bench.fill(pack, device)
    workshop.hold_device(device=device, reason=HoldReason.SAFETY, by=bench.world.lead)
    page = client.get(at("pack-detail", pack)).content.decode()
    assert "1 thing keeps the pack from leaving" in page
    assert empty.tag not in page
    client.post(at("line-fill", pack, "Ordinateur"), {"unit": empty.tag})
    assert line_of(pack, "Ordinateur").device == device


def test_a_scan_of_a_lesser_machine_leads_to_where_its_reason_is_given(
    bench: Bench, client: Client
) -> None:
    device = without_storage(bench)
    pack = bench.begin(LAPTOP, request=bench.request())
    sent = {"code": device.tag, "physical": "", "nonce": str(uuid.uuid4())}
    answer = client.post(
        at("pack-scan", pack), sent, headers={"hx-request": "true"}
    ).content.decode()
    address = at("line-fill", pack, "Ordinateur")
    assert "no storage in it" in answer
    assert f"{address}?code={device.tag}" in answer
    page = client.get(f"{address}?code={device.tag}").content.decode()
    assert f'value="{device.tag}"' in page
    assert "Less than what is asked for" in page
    to = at("line-substitute", pack, "Ordinateur")
    assert client.post(to, {"listed": device.tag}).status_code == 400
    assert client.post(to, {"reason": "out_of_stock"}).status_code == 400
    sent = {"listed": device.tag, "reason": "out_of_stock"}
    assert client.post(to, sent).status_code == 302
    assert line_of(pack, "Ordinateur").device == device


def test_what_the_request_asks_for_is_left_out_only_with_a_reason(
    bench: Bench,
) -> None:
    asked = [Capability.LAPTOP, Capability.INTERNET, Capability.BIG_SCREEN]
    card = dataclasses.replace(SIM, is_optional=True)
    pack = bench.begin(LAPTOP, card, request=bench.request(capabilities=asked))
    line = line_of(pack, "Carte SIM")
    with refused(LeavingUnexplained):
        actions.leave_out(line=line, by=bench.packer)
    assert goes_without(pack) == ["A big screen"]
    actions.leave_out(line=line, reason=LeavingReason.LATER, by=bench.packer)
    assert pack.events.latest("sequence").data["reason"] == LeavingReason.LATER
    assert goes_without(pack) == ["An internet line · Given later", "A big screen"]


def test_the_pack_says_what_its_request_asks_for_that_is_not_in_it(
    bench: Bench, client: Client
) -> None:
    asked = [Capability.LAPTOP, Capability.INTERNET]
    card = dataclasses.replace(SIM, is_optional=True)
    pack = bench.begin(LAPTOP, card, request=bench.request(capabilities=asked))
    bench.fill(pack, bench.world.ready())
    page = client.get(at("pack-detail", pack)).content.decode()
    assert "the request asks for it" in page
    assert "may be left out" not in page
    to = at("line-leave-out", pack, "Carte SIM")
    asking = client.post(to, {})
    assert asking.status_code == 409
    assert "say why the pack goes without it" in asking.content.decode()
    assert not line_of(pack, "Carte SIM").is_filled
    assert client.post(to, {"reason": "none_left"}).status_code == 302
    page = client.get(at("pack-detail", pack)).content.decode()
    assert "and not in this pack: An internet line · None left" in page
    assert "All is there" not in page
