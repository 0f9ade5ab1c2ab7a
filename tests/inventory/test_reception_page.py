"""The page that receives one device after the other, as a plain form."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import (
    Device,
    DeviceEvent,
    DeviceKind,
    Donation,
    Donor,
    Lot,
    PlaceKind,
    Scan,
    StorageDrive,
)
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
RECEPTION = reverse("inventory:device-receive")
START = reverse("inventory:reception-start")
SEVERAL = reverse("inventory:reception-several")


@pytest.fixture
def world(client: Client) -> World:
    """A technician signed in, receiving into the world's lot."""
    made = make_world()
    client.force_login(made.technician)
    client.post(reverse("inventory:reception-choose", args=[made.lot.uuid]))
    return made


def answers(**said: object) -> dict[str, object]:
    """A complete form about one laptop."""
    usual: dict[str, object] = {
        "nonce": uuid.uuid4(),
        "serial": "4BX7QR1",
        "visible_state": "good",
        "kind": "laptop",
        "make": "Dell",
        "model": "Latitude 5480",
        "storage": "unknown",
        "drive-TOTAL_FORMS": 1,
        "drive-INITIAL_FORMS": 0,
    }
    return {**usual, **said}


def counted() -> tuple[int, int, int, int]:
    return (
        Device.objects.count(),
        StorageDrive.objects.count(),
        DeviceEvent.objects.count(),
        Scan.objects.count(),
    )


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


# ------------------------------------------------------------------ one device


def test_a_received_device_stands_on_the_page_with_its_label(
    client: Client, world: World
) -> None:
    response = client.post(RECEPTION, answers(), follow=True)
    device = Device.objects.get(serial="4BX7QR1")
    assert device.display_tag in text(response)
    assert f"{reverse('inventory:label-print')}?tags={device.tag}" in text(response)
    assert (device.lot, device.place, device.visible_state) == (world.lot, None, "good")


def test_a_reload_does_not_say_it_again(client: Client, world: World) -> None:
    client.post(RECEPTION, answers())
    assert "result-ok" in text(client.get(RECEPTION))
    assert "result-ok" not in text(client.get(RECEPTION))


def test_what_is_likely_the_same_is_filled_in_for_the_next(
    client: Client, world: World
) -> None:
    client.post(RECEPTION, answers(place=world.room.uuid, storage="none"))
    form = client.get(RECEPTION).context["form"]
    assert form["kind"].value() == "laptop"
    assert (form["make"].value(), form["model"].value()) == ("Dell", "Latitude 5480")
    assert form["place"].value() == str(world.room.uuid)
    # What a person must look at each time is not.
    assert form["visible_state"].value() is None
    assert form["serial"].value() == ""
    assert form["storage"].value() == "unknown"


def test_the_same_answer_sent_twice_is_one_device(client: Client, world: World) -> None:
    said = answers()
    client.post(RECEPTION, said)
    before = counted()
    response = client.post(RECEPTION, said, follow=True)
    assert counted() == before
    assert "result-ok" in text(response)


def test_drives_written_down_are_declared(client: Client, world: World) -> None:
    said = answers(
        **{
            "storage": "listed",
            "drive-TOTAL_FORMS": 2,
            "drive-0-medium": "hdd",
            "drive-0-serial": "WD-77",
            "drive-0-size": "500",
            "drive-1-medium": "nvme",
        }
    )
    client.post(RECEPTION, said)
    first, second = Device.objects.get().drives.order_by("pk")
    assert (first.medium, first.serial, first.size_bytes) == (
        "hdd",
        "WD-77",
        500 * 10**9,
    )
    assert (second.medium, second.bus, second.gated) == ("nvme", "nvme", True)


def test_no_drive_inside_is_the_word_of_who_receives(
    client: Client, world: World
) -> None:
    client.post(RECEPTION, answers(storage="none"))
    device = Device.objects.get()
    assert (device.storage, device.storage_seen_by) == ("none", world.technician)


def test_a_weighed_mass_is_kept_in_grams(client: Client, world: World) -> None:
    client.post(RECEPTION, answers(mass="2.05"))
    device = Device.objects.get()
    assert (device.mass_grams, device.mass_measured) == (2050, True)


def test_the_count_runs_against_what_was_announced(
    client: Client, world: World
) -> None:
    lot = actions.open_lot(donation=world.donation, announced_count=53, by=world.lead)
    client.post(reverse("inventory:reception-choose", args=[lot.uuid]))
    client.post(RECEPTION, answers())
    assert "1 of 53 announced" in text(client.get(RECEPTION))


def test_a_serial_read_through_an_azerty_keyboard_is_put_right(
    client: Client, world: World
) -> None:
    client.post(RECEPTION, answers(serial="EX)é&è'"))
    assert Device.objects.get().serial == "EX-2174"


# ------------------------------------------------------------------ refused


def test_the_same_serial_of_the_same_make_is_shown_and_refused(
    client: Client, world: World
) -> None:
    known = world.receive(make="Dell", serial="4BX7QR1", place=world.room)
    before = counted()
    response = client.post(RECEPTION, answers(sure="on", model="Typed by hand"))
    assert response.status_code == 409
    assert counted() == before
    for shown in (known.display_tag, "Atelier 2", "Farid B.", "Typed by hand"):
        assert shown in text(response)


def test_the_same_serial_of_another_make_is_asked_about_first(
    client: Client, world: World
) -> None:
    world.receive(make="HP", serial="4BX7QR1")
    before = counted()
    assert client.post(RECEPTION, answers()).status_code == 422
    assert counted() == before
    assert client.post(RECEPTION, answers(sure="on")).status_code == 302
    assert Device.objects.filter(serial="4BX7QR1").count() == 2


def test_a_maker_s_filler_is_explained(client: Client, world: World) -> None:
    before = counted()
    response = client.post(RECEPTION, answers(serial="To be filled by O.E.M."))
    assert response.status_code == 422
    assert "what makers leave" in text(response)
    assert counted() == before


def test_no_serial_needs_a_reason(client: Client, world: World) -> None:
    before = counted()
    assert client.post(RECEPTION, answers(serial="")).status_code == 422
    assert counted() == before
    client.post(RECEPTION, answers(serial="", no_serial_reason="removed"))
    assert Device.objects.get().no_serial_reason == "removed"


def test_a_label_of_ours_opens_its_device_instead(client: Client, world: World) -> None:
    device = world.receive()
    before = counted()
    for scanned in (device.tag, f"http://127.0.0.1:8000/t/{device.tag}"):
        response = client.post(RECEPTION, answers(serial=scanned))
        assert response.headers["Location"] == f"/t/{device.tag}"
    assert counted() == before


@pytest.mark.parametrize(
    "scanned",
    [
        "PC004217",  # cut short
        "PC004217X",  # wrong check character
        "PC004217WPC004217W",  # two codes run together
        "https://evil.example/x",
        "XXOK",
        "A" * 4000,
        "AB\x00C",
        "AB\x1bC",
        "\ud83d",
    ],
)
def test_a_bad_scan_receives_nothing(
    client: Client, world: World, scanned: str
) -> None:
    before = counted()
    body = {**answers(), "serial": scanned.encode("utf-8", "replace").decode()}
    assert client.post(RECEPTION, body).status_code == 422
    assert counted() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "spaceship"),
        ("visible_state", ""),
        ("storage", "maybe"),
        ("place", "1"),
        ("place", "8379eb4e-2c78-4a95-8aca-c44e68ece037"),
        ("nonce", "twice"),
        ("mass", "1e999"),
        ("mass", "-1"),
        ("make", "x" * 4000),
        ("model", "a\x07b"),
        ("drive-TOTAL_FORMS", "999999999"),
        ("drive-TOTAL_FORMS", ""),
        ("drive-0-size", "9" * 400),
        ("drive-0-medium", "wax"),
    ],
)
def test_an_impossible_answer_receives_nothing_and_keeps_the_rest(
    client: Client, world: World, field: str, value: str
) -> None:
    before = counted()
    response = client.post(RECEPTION, answers(**{field: value}))
    assert response.status_code == 422
    assert counted() == before
    assert "4BX7QR1" in text(response)


def test_none_inside_and_a_drive_written_down_contradict(
    client: Client, world: World
) -> None:
    before = counted()
    said = answers(storage="none", **{"drive-0-medium": "hdd"})
    assert client.post(RECEPTION, said).status_code == 422
    assert client.post(RECEPTION, answers(storage="listed")).status_code == 422
    assert counted() == before


def test_a_drive_known_elsewhere_is_refused_with_everything_kept(
    client: Client, world: World
) -> None:
    world.receive(world.drive(model="", serial="WD-77"))
    before = counted()
    said = answers(**{"drive-0-medium": "hdd", "drive-0-serial": "WD-77"})
    response = client.post(RECEPTION, said)
    assert response.status_code == 409
    assert counted() == before
    assert "4BX7QR1" in text(response)


def test_a_lot_that_was_closed_meanwhile_leads_back_to_the_choice(
    client: Client, world: World
) -> None:
    actions.close_lot(lot=world.lot, by=world.lead)
    before = counted()
    response = client.post(RECEPTION, answers())
    assert response.headers["Location"] == START
    assert counted() == before


def test_a_place_of_another_site_is_not_offered(client: Client, world: World) -> None:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    room = actions.open_place(
        site=elsewhere, kind=PlaceKind.ROOM, name="Stock", by=person(Role.WORKSHOP_LEAD)
    )
    before = counted()
    assert client.post(RECEPTION, answers(place=room.uuid)).status_code == 422
    assert counted() == before


# ------------------------------------------------------------------ what came before


def test_what_came_lately_is_one_press(client: Client, world: World) -> None:
    like = world.receive(make="HP", model="ProDesk 400", kind=DeviceKind.DESKTOP)
    before = counted()
    response = client.post(RECEPTION, answers(like=like.tag, serial="KEPT-1"))
    form = response.context["form"]
    assert counted() == before
    assert (form["make"].value(), form["kind"].value()) == ("HP", "desktop")
    assert form["serial"].value() == "KEPT-1"


def test_the_likeness_that_was_chosen_is_marked(client: Client, world: World) -> None:
    device = world.receive(make="Dell", model="Latitude 5480")
    chosen = client.post(RECEPTION, answers(like=device.tag))
    assert text(client.get(RECEPTION)).count('aria-pressed="true"') == 0
    assert text(chosen).count('aria-pressed="true"') == 1


@pytest.mark.parametrize("like", ["PC999999X", "\0", "x" * 4000])
def test_a_likeness_to_nothing_changes_nothing(
    client: Client, world: World, like: str
) -> None:
    before = counted()
    response = client.post(RECEPTION, answers(like=like, serial="KEPT-1"))
    assert response.context["form"]["serial"].value() == "KEPT-1"
    assert counted() == before


@pytest.mark.parametrize("typed", ["\0", "%", "x" * 4000, "\x1b[0m", "\u202e"])
def test_any_serial_and_any_make_is_answered(
    client: Client, world: World, typed: str
) -> None:
    for name, asked in (("serial", "serial"), ("models", "make")):
        address = reverse(f"inventory:reception-{name}")
        assert client.get(address, {asked: typed}).status_code == 200
    assert client.get(RECEPTION, {"serial": typed}).status_code == 200


def test_another_line_for_a_drive_keeps_what_was_typed(
    client: Client, world: World
) -> None:
    before = counted()
    said = answers(another_line="1", **{"drive-0-serial": "WD-77"})
    response = client.post(RECEPTION, said)
    assert counted() == before
    assert response.context["drives"].total_form_count() == 3
    assert "WD-77" in text(response)


def test_models_are_those_of_the_make(client: Client, world: World) -> None:
    world.receive(make="Dell", model="Latitude 5480")
    world.receive(make="HP", model="ProDesk 400")
    page = text(client.get(reverse("inventory:reception-models"), {"make": "dell"}))
    assert "Latitude 5480" in page
    assert "ProDesk" not in page


def test_a_known_serial_is_shown_while_the_rest_is_typed(
    client: Client, world: World
) -> None:
    known = world.receive(serial="AB-77")
    page = text(client.get(reverse("inventory:reception-serial"), {"serial": "ab77"}))
    assert known.display_tag in page
    for nothing in ("", "NEW-1"):
        answer = client.get(reverse("inventory:reception-serial"), {"serial": nothing})
        assert "result" not in text(answer)


def test_a_serial_of_a_site_out_of_reach_is_not_shown(
    client: Client, world: World
) -> None:
    known = world.receive(serial="AB-77")
    stranger = person(Role.TECHNICIAN, site=Site.objects.create(name="Les Tilleuls"))
    client.force_login(stranger)
    page = text(client.get(reverse("inventory:reception-serial"), {"serial": "AB-77"}))
    assert known.display_tag not in page


def test_the_page_costs_the_same_with_twenty_receptions_as_with_one(
    client: Client, world: World, count_queries: Callable[[str], int]
) -> None:
    client.post(RECEPTION, answers())
    client.get(RECEPTION)
    one = count_queries(RECEPTION)
    for number in range(20):
        client.post(RECEPTION, answers(serial=f"AB-{number}"))
    client.get(RECEPTION)
    assert count_queries(RECEPTION) == one


# ------------------------------------------------------------------ taken back


def test_a_reception_is_taken_back_and_made_again(client: Client, world: World) -> None:
    client.post(RECEPTION, answers())
    device = Device.objects.get()
    client.post(reverse("inventory:reception-undo", args=[device.tag]))
    device.refresh_from_db()
    assert device.status == "announced"
    client.post(reverse("inventory:reception-again", args=[device.tag]))
    device.refresh_from_db()
    assert device.status == "received"


def test_what_was_taken_back_counts_and_prints_no_more(
    client: Client, world: World
) -> None:
    for serial in ("AB-1", "AB-2"):
        client.post(RECEPTION, answers(serial=serial))
    device = Device.objects.get(serial="AB-2")
    client.post(reverse("inventory:reception-undo", args=[device.tag]))
    page = client.get(RECEPTION)
    assert page.context["still_received"] == 1
    assert device.tag not in page.context["all_labels"]
    assert "taken back" in text(page)


def test_a_known_device_that_was_announced_can_be_received_from_the_page(
    client: Client, world: World
) -> None:
    device = world.receive(serial="AB-77")
    actions.undo_last(device=device, by=world.technician)
    page = text(client.get(reverse("inventory:reception-serial"), {"serial": "AB-77"}))
    assert reverse("inventory:reception-again", args=[device.tag]) in page


def test_somebody_else_s_reception_is_not_taken_back(
    client: Client, world: World
) -> None:
    device = world.receive(by=world.lead)
    before = counted()
    address = reverse("inventory:reception-undo", args=[device.tag])
    assert client.post(address).status_code == 409
    assert counted() == before


@pytest.mark.parametrize("tag", ["PC999999X", "x", "1"])
def test_an_unknown_tag_is_not_found(client: Client, world: World, tag: str) -> None:
    for act in ("undo", "again"):
        assert client.post(f"/reception/{act}/{tag}/").status_code == 404


# ------------------------------------------------------------------ several alike


def several(**said: object) -> dict[str, object]:
    usual = {"count": 12, "kind": "screen", "no_serial_reason": "none_visible"}
    return answers(**{**usual, **said})


def test_twelve_alike_are_twelve_devices_and_one_sheet_of_labels(
    client: Client, world: World
) -> None:
    response = client.post(SEVERAL, several(), follow=True)
    tags = list(Device.objects.order_by("pk").values_list("tag", flat=True))
    assert len(tags) == 12
    assert DeviceEvent.objects.filter(verb="received").count() == 12
    assert "12 devices received" in text(response)
    assert client.get(response.context["newest_labels"]).status_code == 200


def test_the_same_twelve_sent_twice_are_twelve(client: Client, world: World) -> None:
    said = several()
    client.post(SEVERAL, said)
    before = counted()
    client.post(SEVERAL, said)
    assert counted() == before


@pytest.mark.parametrize("said", [{"count": 51}, {"count": 1}, {"count": "9" * 500}])
def test_too_many_or_too_few_alike_are_refused(
    client: Client, world: World, said: dict[str, object]
) -> None:
    before = counted()
    assert client.post(SEVERAL, several(**said)).status_code == 422
    assert counted() == before


def test_computers_are_never_received_by_the_dozen(
    client: Client, world: World
) -> None:
    before = counted()
    assert client.post(SEVERAL, several(kind="laptop")).status_code == 422
    assert counted() == before


# ------------------------------------------------------------------ start


def arrival(**said: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "donor-kind": "company",
        "donor-name": "Caisse Océane",
        "donation-site": Site.objects.get().uuid,
        "donation-received_on": "2026-01-15",
        "donation-erasure_policy": "purge",
        "lot-label": "Écrans",
        "lot-announced_count": "53",
    }
    return {**usual, **said}


def test_an_arrival_is_a_donor_a_donation_and_a_lot(
    client: Client, world: World
) -> None:
    client.force_login(world.lead)
    response = client.post(START, arrival())
    lot = Lot.objects.order_by("pk").last()
    assert lot is not None
    assert response.headers["Location"] == RECEPTION
    assert (lot.label, lot.announced_count) == ("Écrans", 53)
    assert lot.donation.erasure_policy == "purge"
    assert lot.donation.donor.name == "Caisse Océane"
    assert "Caisse Océane" in text(client.get(RECEPTION))


def test_a_known_donor_is_not_written_down_again(client: Client, world: World) -> None:
    client.force_login(world.lead)
    known = world.donation.donor
    client.post(START, arrival(donor=known.uuid, **{"donor-name": ""}))
    assert Donor.objects.count() == 1
    assert known.donations.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("donor-name", ""),
        ("donor-kind", "alien"),
        ("donor-email", "nobody"),
        ("donor", "not-a-uuid"),
        ("donation-received_on", "2999-01-01"),
        ("donation-received_on", "31/31/2026"),
        ("donation-site", ""),
        ("donation-erasure_policy", "none"),
        ("lot-announced_count", "-3"),
        ("lot-announced_count", "9" * 300),
        ("lot-label", "x" * 4000),
    ],
)
def test_an_arrival_with_a_mistake_writes_nothing_down(
    client: Client, world: World, field: str, value: str
) -> None:
    client.force_login(world.lead)
    response = client.post(START, arrival(**{field: value}))
    assert response.status_code == 422
    assert (Donor.objects.count(), Donation.objects.count()) == (1, 1)
    assert Lot.objects.count() == 1


def test_a_technician_chooses_a_lot_but_writes_no_donation_down(
    client: Client, world: World
) -> None:
    response = client.post(START, arrival())
    assert response.status_code == 403
    assert Donation.objects.count() == 1
    assert "Mairie de Bourg-Lavande" not in text(client.get(START))


def test_lots_are_found_by_their_words(client: Client, world: World) -> None:
    assert world.lot.code in text(client.get(START, {"q": "portab"}))
    for search in ("nothing", "%", "x" * 4000):
        assert world.lot.code not in text(client.get(START, {"q": search}))


def test_a_lot_of_another_site_cannot_be_chosen(client: Client, world: World) -> None:
    stranger = person(Role.TECHNICIAN, site=Site.objects.create(name="Les Tilleuls"))
    client.force_login(stranger)
    address = reverse("inventory:reception-choose", args=[world.lot.uuid])
    assert client.post(address).status_code == 404
    assert client.get(RECEPTION).headers["Location"] == START


def test_the_reception_is_for_those_who_receive(client: Client, world: World) -> None:
    client.force_login(world.officer)
    answers_of: list[HttpResponse] = [
        client.get(RECEPTION),  # type: ignore[list-item]
        client.post(RECEPTION, answers()),  # type: ignore[list-item]
        client.get(START),  # type: ignore[list-item]
        client.post(SEVERAL, several()),  # type: ignore[list-item]
    ]
    assert {answer.status_code for answer in answers_of} == {403}
    assert not Device.objects.exists()


def test_without_a_lot_the_reception_starts_by_choosing_one(client: Client) -> None:
    made = make_world()
    client.force_login(made.technician)
    for address in (RECEPTION, SEVERAL):
        assert client.get(address).headers["Location"] == START


def test_the_page_speaks_french(client: Client, world: World) -> None:
    client.cookies["django_language"] = "fr"
    page = text(client.get(RECEPTION))
    assert "Recevoir et étiqueter" in page
    assert "Numéro de série" in page
