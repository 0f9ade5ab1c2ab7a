"""Withdrawing and recognising drives, from the pages and through the API."""

from __future__ import annotations

import pytest
from django.test import Client

from inventory.models import StorageDrive
from inventory.states import DriveStatus
from tests.inventory.test_drives_seen import see, sight
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World, client: Client) -> StorageDrive:
    client.force_login(world.technician)
    return world.receive().drives.get()


@pytest.fixture
def alike(world: World, client: Client) -> StorageDrive:
    """Seen without a serial, beside a proven drive without one."""
    device = world.ready(world.drive(serial=""))
    see(device, sight(serial=""))
    client.force_login(world.officer)
    return device.drives.order_by("-pk")[0]


def body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_drive_that_was_only_declared_offers_to_be_withdrawn(
    client: Client, drive: StorageDrive
) -> None:
    address = f"/drives/{drive.uuid}/withdraw/"
    assert address in body(client, f"/d/{drive.last_host.tag}/")
    assert address in body(client, f"/drives/{drive.uuid}/")
    client.post(address, {"reason": "not_there"})
    drive.refresh_from_db()
    assert drive.status == DriveStatus.WITHDRAWN
    assert address not in body(client, f"/drives/{drive.uuid}/")
    assert "declared by mistake" in body(client, f"/d/{drive.last_host.tag}/")


def test_a_drive_that_was_seen_offers_no_such_thing(
    client: Client, drive: StorageDrive
) -> None:
    see(drive.last_host, sight(serial=drive.serial))
    address = f"/drives/{drive.uuid}/withdraw/"
    assert address not in body(client, f"/d/{drive.last_host.tag}/")
    assert address not in body(client, f"/drives/{drive.uuid}/")
    refused = client.post(address, {"reason": "not_there"})
    assert (refused.status_code, "was seen" in refused.content.decode()) == (409, True)


def test_a_withdrawal_wants_its_reason(client: Client, drive: StorageDrive) -> None:
    response = client.post(f"/drives/{drive.uuid}/withdraw/", {"reason": "because"})
    assert response.status_code == 422
    drive.refresh_from_db()
    assert drive.status == DriveStatus.AWAITING_ERASURE


def test_the_api_withdraws_and_refuses_alike(
    client: Client, drive: StorageDrive
) -> None:
    address = f"/api/v1/drives/{drive.uuid}/withdraw/"
    said = {"reason": "other_device"}
    answer = client.post(address, said, content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
    again = client.post(address, said, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "drive_elsewhere")


def test_the_officer_recognises_a_drive_from_its_page(
    client: Client, alike: StorageDrive
) -> None:
    address = f"/drives/{alike.uuid}/recognise/"
    assert address in body(client, f"/drives/{alike.uuid}/")
    assert client.post(address).status_code == 302
    alike.refresh_from_db()
    assert alike.status == DriveStatus.WITHDRAWN


def test_the_api_recognises_and_refuses_alike(
    client: Client, alike: StorageDrive
) -> None:
    address = f"/api/v1/drives/{alike.uuid}/recognise/"
    answer = client.post(address, content_type="application/json")
    assert (answer.status_code, answer.json()["is_proven"]) == (200, True)
    again = client.post(address, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "drive_elsewhere")


def test_a_technician_is_not_asked(
    client: Client, world: World, alike: StorageDrive
) -> None:
    client.force_login(world.technician)
    assert "recognise" not in body(client, f"/drives/{alike.uuid}/")
    assert client.post(f"/drives/{alike.uuid}/recognise/").status_code == 403
