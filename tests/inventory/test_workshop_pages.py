from __future__ import annotations

import re

import pytest
from django.test import Client

from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import Device, DeviceEvent, DeviceKind, StorageDrive
from inventory.states import DeviceStatus, DriveStatus, HoldReason
from inventory.views.steps import STEPS
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db

FORMS = ("hold", "set-aside", "return", "move", "describe", "alias", "drives/declare")


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.lead)
    return client


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


def test_a_button_moves_the_device_and_says_where(here: Client, device: Device) -> None:
    response = here.post(f"/d/{device.tag}/step/triage/", follow=True)
    device.refresh_from_db()
    assert device.status == DeviceStatus.IN_TRIAGE
    assert "is now “In triage”" in response.content.decode()


def test_the_station_is_written_with_the_act(here: Client, device: Device) -> None:
    session = here.session
    session["station"] = "Table 2"
    session.save()
    here.post(f"/d/{device.tag}/step/triage/")
    assert device.events.order_by("-sequence")[0].station == "Table 2"


@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_step_that_the_state_forbids_is_refused_in_words(
    here: Client, world: World, device: Device, step: str
) -> None:
    actions.return_to_donor(device=device, waiver_reference="D-1", by=world.lead)
    before = rows(DeviceEvent)
    response = here.post(f"/d/{device.tag}/step/{step}/")
    assert response.status_code == 409
    assert "wrong_status" in response.content.decode()
    assert rows(DeviceEvent) == before


@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_step_is_refused_to_those_who_may_not(
    client: Client, world: World, device: Device, step: str
) -> None:
    client.force_login(person(Role.MEDIATOR, site=world.site))
    before = rows()
    assert client.post(f"/d/{device.tag}/step/{step}/").status_code == 403
    assert rows() == before


def test_an_unknown_step_is_not_found(here: Client, device: Device) -> None:
    assert here.post(f"/d/{device.tag}/step/fly/").status_code == 404


def test_a_hold_is_put_with_its_reason_and_released(
    here: Client, device: Device
) -> None:
    here.post(f"/d/{device.tag}/hold/", {"reason": "dispute"})
    device.refresh_from_db()
    assert device.hold_reason == HoldReason.DISPUTE
    here.post(f"/d/{device.tag}/release/")
    device.refresh_from_db()
    assert not device.is_held


def test_a_refused_form_keeps_what_was_typed(
    here: Client, world: World, device: Device
) -> None:
    other = world.receive()
    typed = {"make": "Exemple", "model": "Nouveau", "serial": other.serial}
    response = here.post(f"/d/{device.tag}/describe/", typed)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Another device of this make has this serial number" in text
    assert 'value="Nouveau"' in text


def test_a_description_that_is_too_long_is_refused_and_not_cut(
    here: Client, device: Device
) -> None:
    address = f"/d/{device.tag}/describe/"
    form = re.search(
        r'<input[^>]+name="model"[^>]*>', here.get(address).content.decode()
    )
    assert form
    assert "maxlength" not in form[0]
    response = here.post(address, {"make": "", "model": "M" * 81, "serial": ""})
    before, text = device.model, response.content.decode()
    assert "at most 80 characters" in text
    assert "M" * 81 in text
    device.refresh_from_db()
    assert device.model == before


def test_a_device_is_moved_described_and_given_another_code(
    here: Client, world: World, device: Device
) -> None:
    here.post(f"/d/{device.tag}/move/", {"place": str(world.room.uuid)})
    here.post(
        f"/d/{device.tag}/describe/",
        {"make": "Autre", "model": "M1", "serial": "S-1", "mass_grams": "2100"},
    )
    here.post(f"/d/{device.tag}/alias/", {"code": "Mairie 12"})
    device.refresh_from_db()
    assert (device.place, device.make, device.mass_grams) == (
        world.room,
        "Autre",
        2100,
    )
    assert device.aliases.get().code == "Mairie 12"


def test_a_device_is_set_aside_and_returned(here: Client, device: Device) -> None:
    here.post(f"/d/{device.tag}/set-aside/", {"reason": "too_old"})
    here.post(f"/d/{device.tag}/return/", {"waiver_reference": "D-7"})
    device.refresh_from_db()
    assert device.status == DeviceStatus.RETURNED_TO_DONOR


def test_a_move_to_a_place_that_is_not_ours_is_no_choice(
    here: Client, device: Device
) -> None:
    for place in ("", "x", "\x00", "00000000-0000-0000-0000-000000000000"):
        response = here.post(f"/d/{device.tag}/move/", {"place": place})
        assert response.status_code == 422


@pytest.mark.parametrize("form", FORMS)
def test_a_form_stands_on_a_page_of_its_own(
    here: Client, device: Device, form: str
) -> None:
    text = here.get(f"/d/{device.tag}/{form}/").content.decode()
    assert device.display_tag in text
    assert 'type="submit"' in text


@pytest.mark.parametrize("form", FORMS)
def test_nonsense_in_a_form_changes_nothing(
    here: Client, device: Device, form: str
) -> None:
    before = rows()
    for text in ("\x00\x07", "x" * 4000, "🙂" * 300, "9" * 70):
        fields = ("reason", "place", "make", "code", "medium", "waiver_reference")
        nonsense = dict.fromkeys((*fields, "mass_grams", "size_gigabytes"), text)
        response = here.post(f"/d/{device.tag}/{form}/", nonsense)
        assert response.status_code == 422, response.content
    assert rows() == before


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_closed_to_those_who_may_not(
    client: Client, world: World, device: Device, form: str
) -> None:
    client.force_login(person(Role.MEDIATOR, site=world.site))
    assert client.get(f"/d/{device.tag}/{form}/").status_code == 403
    assert client.post(f"/d/{device.tag}/{form}/").status_code == 403


def test_the_last_act_is_taken_back(here: Client, device: Device) -> None:
    here.post(f"/d/{device.tag}/step/triage/")
    here.post(f"/d/{device.tag}/undo/")
    device.refresh_from_db()
    assert device.status == DeviceStatus.RECEIVED
    assert device.events.order_by("-sequence")[0].verb == "undone"


def test_whoever_looked_inside_says_that_nothing_is_there(
    here: Client, world: World
) -> None:
    device = actions.receive_device(
        lot=world.lot, kind=DeviceKind.LAPTOP, serial="EX-9", by=world.lead
    )
    here.post(f"/d/{device.tag}/drives/none/")
    device.refresh_from_db()
    assert device.storage_seen_by == world.lead


def test_a_drive_is_declared_taken_out_and_put_back(here: Client, world: World) -> None:
    device = actions.receive_device(
        lot=world.lot, kind=DeviceKind.LAPTOP, serial="EX-9", by=world.lead
    )
    here.post(
        f"/d/{device.tag}/drives/declare/",
        {"medium": "hdd", "serial": "HD-9", "size_gigabytes": "500"},
    )
    drive = device.drives.get()
    assert drive.size_bytes == 500 * 10**9
    custody = {"custody": str(world.cupboard.uuid)}
    here.post(f"/drives/{drive.uuid}/take-out/", custody)
    assert drive.serial in here.get("/drives/").content.decode()
    world.erase(drive)
    here.post(f"/drives/{drive.uuid}/put-in/", {"device": device.display_tag})
    drive.refresh_from_db()
    assert (drive.host, drive.status) == (device, DriveStatus.ERASED)


@pytest.mark.parametrize("tag", ["", "hello", "PC004217W", "PC004217X", "\x00"])
def test_a_drive_is_put_into_a_device_that_exists(
    here: Client, world: World, device: Device, tag: str
) -> None:
    drive = device.drives.get()
    before = rows()
    response = here.post(f"/drives/{drive.uuid}/put-in/", {"device": tag})
    assert response.status_code == 422
    assert rows() == before


def test_an_unproven_drive_is_not_put_in(here: Client, world: World) -> None:
    drive = actions.take_drive_out(
        drive=world.receive().drives.get(), custody=world.cupboard, by=world.lead
    )
    other = world.receive()
    response = here.post(f"/drives/{drive.uuid}/put-in/", {"device": other.tag})
    drive.refresh_from_db()
    assert response.status_code == 409
    assert drive.custody == world.cupboard
    assert "has no proof of erasure" in response.content.decode()


def test_a_drive_has_its_page_wherever_it_is(here: Client, world: World) -> None:
    drive = world.receive().drives.get()
    world.erase_with_exceptions(drive)
    text = here.get(f"/drives/{drive.uuid}/").content.decode()
    assert "Hidden area not readable" in text
    assert "History holds" in text


def test_a_drive_of_another_site_is_not_there(client: Client, world: World) -> None:
    drive = world.receive().drives.get()
    client.force_login(person(Role.TECHNICIAN, site=_another_site()))
    assert client.get(f"/drives/{drive.uuid}/").status_code == 404
    assert StorageDrive.objects.filter(pk=drive.pk).exists()


def _another_site() -> Site:
    return Site.objects.create(name="Les Tilleuls")
