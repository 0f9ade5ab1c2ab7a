"""Pages about which machine is which: side by side, and never decided by themselves."""

from __future__ import annotations

import dataclasses

import pytest
from django.test import Client
from django.urls import reverse

from agent import wire
from inventory.actions import move_to_place
from inventory.models import Device
from provisioning import actions
from provisioning.errors import CloneSuspected
from provisioning.models import Correction, Likeness
from tests.provisioning.hardware import agent, box, report, started
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def signed_in(client: Client, world: World) -> Client:
    client.force_login(world.technician)
    return client


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def asking(world: World) -> Likeness:
    """A machine that may be one that we know: it has another board."""
    started(world, box(1), world.receive(drives=(), model="Portable 14"))
    other = box(51)
    started(world, box(1).with_(machine=other.machine, cards=other.cards))
    return Likeness.objects.get()


def machine_page(likeness: Likeness) -> str:
    return reverse("provisioning:machine-detail", args=[likeness.agent.uuid])


def differing(world: World) -> Device:
    device = world.receive(drives=(), make="Exemple", model="Portable 15", serial="X-9")
    started(world, box(1), device)
    return device


# ---------------------------------------------------------------- side by side


def test_the_page_shows_what_agrees_and_what_differs(
    world: World, signed_in: Client
) -> None:
    likeness = asking(world)
    page = shown(signed_in, machine_page(likeness))
    assert f"Is it {likeness.device}?" in page
    for mark in ("L1HF000001", "L1HF000051", "WDWX000001"):
        assert mark in page


def test_the_list_names_machines_that_somebody_has_to_look_at(
    world: World, signed_in: Client
) -> None:
    likeness = asking(world)
    address = reverse("provisioning:machine-list")
    assert "Looks like one we know" in shown(signed_in, address)
    actions.new_machine(likeness=likeness, by=world.technician)
    assert "Looks like one we know" not in shown(signed_in, address)


@pytest.mark.parametrize("answer", ["same", "new"])
def test_a_button_answers(world: World, signed_in: Client, answer: str) -> None:
    likeness = asking(world)
    signed_in.post(reverse(f"provisioning:likeness-{answer}", args=[likeness.uuid]))
    likeness.refresh_from_db()
    assert likeness.answer == answer
    assert (likeness.agent.device is not None) is (answer == "same")


def test_an_answer_given_twice_is_refused_in_words(
    world: World, signed_in: Client
) -> None:
    address = reverse("provisioning:likeness-new", args=[asking(world).uuid])
    signed_in.post(address)
    assert signed_in.post(address).status_code == 409


def test_what_is_answered_is_not_asked_again(world: World, signed_in: Client) -> None:
    likeness = asking(world)
    actions.new_machine(likeness=likeness, by=world.technician)
    assert "Is it PC" not in shown(signed_in, machine_page(likeness))


def test_a_clone_shows_what_it_showed(world: World, signed_in: Client) -> None:
    fake = started(world, box(1))
    with pytest.raises(CloneSuspected):
        report(fake, box(2))
    page = shown(
        signed_in, reverse("provisioning:machine-detail", args=[agent(fake).uuid])
    )
    assert "L1HF000002" in page


def test_a_former_key_names_the_one_that_speaks_now(
    world: World, signed_in: Client
) -> None:
    before, again = started(world, box(1)), started(world, box(1))
    page = shown(
        signed_in, reverse("provisioning:machine-detail", args=[agent(before).uuid])
    )
    assert str(agent(again).uuid) in page


# ---------------------------------------------------------------- whose word counts


def test_the_device_page_lists_differences_and_changes_nothing(
    world: World, signed_in: Client
) -> None:
    device = differing(world)
    page = shown(signed_in, reverse("inventory:device-detail", args=[device.tag]))
    assert "Take “Portable 14”" in page
    device.refresh_from_db()
    assert device.model == "Portable 15"


@pytest.mark.parametrize(
    ("answer", "model"),
    [("accept", "Portable 14"), ("keep", "Portable 15"), ("release", "Portable 14")],
)
def test_a_difference_is_answered_with_a_button(
    world: World, signed_in: Client, answer: str, model: str
) -> None:
    device = differing(world)
    address = reverse("inventory:device-value", args=[device.tag, "model", answer])
    assert signed_in.post(address).status_code == 302
    device.refresh_from_db()
    assert device.model == model


def test_another_kind_has_its_buttons_too(world: World, signed_in: Client) -> None:
    device = world.receive(drives=())
    machine = dataclasses.replace(box(1).machine, chassis=wire.Chassis.DESKTOP)
    started(world, box(1).with_(machine=machine), device)
    address = reverse("inventory:device-detail", args=[device.tag])
    page = shown(signed_in, address)
    assert "Take “Desktop”" in page
    assert "Keep “Laptop”" in page
    answer = reverse("inventory:device-value", args=[device.tag, "kind", "accept"])
    assert signed_in.post(answer, follow=True).redirect_chain == [(address, 302)]
    device.refresh_from_db()
    assert device.kind == "desktop"


def test_values_and_answers_that_do_not_exist_are_not_found(
    world: World, signed_in: Client
) -> None:
    device = differing(world)
    for name, answer in (("status", "accept"), ("model", "destroy")):
        address = reverse("inventory:device-value", args=[device.tag, name, answer])
        assert signed_in.post(address).status_code == 404


def test_the_page_says_what_the_device_is_made_of(
    world: World, signed_in: Client
) -> None:
    device = world.receive(drives=())
    fake = started(world, box(1), device)
    fake.send(cpu=wire.Cpu(model="<b>Exemple i5</b>"), unseen=())
    page = shown(signed_in, reverse("inventory:device-detail", args=[device.tag]))
    assert "&lt;b&gt;Exemple i5&lt;/b&gt;" in page


# ---------------------------------------------------------------- merging, splitting


def test_two_records_are_merged_through_the_pages(
    world: World, signed_in: Client
) -> None:
    kept, gone = world.receive(), world.receive()
    address = reverse("provisioning:merge-propose", args=[kept.tag])
    told = {"tag": gone.display_tag, "reason": "Received twice"}
    assert signed_in.post(address, told).status_code == 302
    signed_in.force_login(world.lead)
    assert "Received twice" in shown(signed_in, reverse("provisioning:correction-list"))
    correction = Correction.objects.get()
    signed_in.post(reverse("provisioning:correction-confirm", args=[correction.uuid]))
    gone.refresh_from_db()
    assert gone.merged_into == kept


def test_both_records_of_a_proposed_merge_stand_side_by_side(
    world: World, signed_in: Client
) -> None:
    kept, gone = world.receive(), world.receive()
    move_to_place(device=kept, place=world.room, by=world.lead)
    address = reverse("provisioning:merge-propose", args=[kept.tag])
    signed_in.post(address, {"tag": gone.display_tag, "reason": "Received twice"})
    page = shown(signed_in, reverse("provisioning:correction-list"))
    for record in (kept, gone):
        assert record.serial in page
        assert str(record.drives.get()) in page
    assert str(world.room) in page


def test_a_merged_records_label_leads_to_the_device(
    world: World, signed_in: Client
) -> None:
    kept, gone = world.receive(), world.receive()
    merge(world, kept, gone)
    scanned = signed_in.get(reverse("inventory:tag", args=[gone.tag]))
    assert scanned["Location"] == reverse("inventory:device-detail", args=[kept.tag])
    page = shown(signed_in, reverse("inventory:device-detail", args=[gone.tag]))
    assert f"This is {kept}" in page
    assert "Merged into another record" in page
    assert gone.tag not in shown(signed_in, reverse("inventory:device-list"))


def test_what_is_merged_is_taken_back_with_a_button(
    world: World, signed_in: Client
) -> None:
    kept, gone = world.receive(), world.receive()
    correction = merge(world, kept, gone)
    signed_in.force_login(world.lead)
    signed_in.post(reverse("provisioning:correction-undo", args=[correction.uuid]))
    gone.refresh_from_db()
    assert gone.merged_into is None
    assert "Taken back" in shown(signed_in, reverse("provisioning:correction-list"))


def test_a_record_is_split_through_the_pages(world: World, signed_in: Client) -> None:
    device = world.receive(world.drive(), world.drive())
    chosen = device.drives.order_by("pk")[1]
    address = reverse("provisioning:split-propose", args=[device.tag])
    assert str(chosen.uuid) in shown(signed_in, address)
    told = {"drives": [str(chosen.uuid)], "reason": "Two under one label"}
    assert signed_in.post(address, told).status_code == 302
    signed_in.force_login(world.lead)
    signed_in.post(
        reverse("provisioning:correction-confirm", args=[Correction.objects.get().uuid])
    )
    chosen.refresh_from_db()
    assert chosen.host not in {None, device}


@pytest.mark.parametrize(
    "told",
    [
        {"tag": "", "reason": "x"},
        {"tag": "PC-000001-H\x00", "reason": "x"},
        {"tag": "PC-999999-9", "reason": "x" * 4000},
        {"tag": "\ud800".encode("utf-8", "surrogatepass"), "reason": ""},
    ],
)
def test_a_bad_proposal_is_asked_for_again(
    world: World, signed_in: Client, told: dict[str, str]
) -> None:
    device = world.receive()
    address = reverse("provisioning:merge-propose", args=[device.tag])
    assert signed_in.post(address, told).status_code == 422
    assert not Correction.objects.exists()


def test_a_refused_proposal_says_why_and_keeps_what_was_typed(
    world: World, signed_in: Client
) -> None:
    device = world.receive()
    address = reverse("provisioning:split-propose", args=[device.tag])
    answer = signed_in.post(address, {"reason": "Two of them"})
    assert answer.status_code == 409
    assert "Two of them" in answer.content.decode()
    assert not Correction.objects.exists()


def merge(world: World, kept: Device, gone: Device) -> Correction:
    correction = actions.propose_merge(
        device=kept, other=gone, reason="Twice", by=world.technician
    )
    return actions.confirm_correction(correction=correction, by=world.lead)
