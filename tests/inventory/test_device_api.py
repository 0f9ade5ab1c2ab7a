from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backoffice.core.models import ApiToken, Site, User
from backoffice.core.models.token import hash_secret, new_secret
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import Device, DeviceKind, PlaceKind, StorageDrive
from inventory.models.quality import checklist
from inventory.states import DeviceStatus, DriveStatus
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.lead)
    return client


def post(client: Client, address: str, body: Any = None, **headers: str) -> Any:
    return client.post(
        f"/api/v1/{address}",
        json.dumps(body if body is not None else {}),
        content_type="application/json",
        headers=headers or None,
    )


def refusal(response: Any, status: int) -> str:
    """The code of a problem, once it is one."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == PROBLEM
    assert response.json()["status"] == status
    return str(response.json()["code"])


def test_a_device_goes_from_the_dock_to_the_shelf(here: Client, world: World) -> None:
    received = post(
        here,
        "devices/",
        {
            "lot": world.lot.code,
            "kind": "laptop",
            "make": "Exemple",
            "model": "P14",
            "serial": "API-1",
            "place": world.room.tag,
            "drives": [{"medium": "hdd", "bus": "sata", "size_bytes": 5_000}],
        },
    )
    assert received.status_code == 201
    tag = received.json()["tag"]
    assert post(here, f"devices/{tag}/start-triage/").json()["status"] == "in_triage"
    assert post(here, f"devices/{tag}/triage/").json()["status"] == "to_process"
    drive = StorageDrive.objects.get()
    erased = post(
        here,
        f"drives/{drive.uuid}/erasures/",
        {
            "result": "erased",
            "technique": "overwrite",
            "tool": "nwipe",
            "tool_version": "0.34",
            "verification": "full",
            "bytes_erased": 5_000,
            "erased_on": timezone.localdate().isoformat(),
        },
    )
    assert (erased.status_code, erased.json()["erasure_class"]) == (201, "clear")
    post(here, f"devices/{tag}/check/")
    lines = {subject.value: "ok" for subject in checklist(DeviceKind.LAPTOP)}
    post(here, f"devices/{tag}/check/pass/", {"lines": lines})
    assert post(here, f"devices/{tag}/ready/").json()["status"] == "ready"
    assert here.get(f"/api/v1/devices/{tag}/").json()["data_state"] == "clean"


def test_the_gate_answers_with_its_own_code(here: Client, world: World) -> None:
    device = world.to_check(world.receive())
    response = post(here, f"devices/{device.tag}/ready/")
    assert refusal(response, 409) == "drive_unproven"
    assert response.json()["drive_serial"] == device.drives.get().serial
    device.refresh_from_db()
    assert device.status == DeviceStatus.IN_QUALITY_CHECK


SIMPLE = [
    ("start-triage", "received", "in_triage"),
    ("triage", "received", "to_process"),
    ("refurbish", "to_process", "in_refurbishment"),
    ("await-parts", "in_refurbishment", "awaiting_parts"),
    ("check", "to_process", "in_quality_check"),
    ("back", "in_quality_check", "to_process"),
    ("missing", "received", "missing"),
    ("receive", "missing", "received"),
    ("scrap", "not_reusable", "scrapped"),
]


@pytest.mark.parametrize(("act", "before", "after"), SIMPLE)
def test_each_act_answers_with_the_device(
    here: Client, world: World, act: str, before: str, after: str
) -> None:
    device = world.receive()
    Device.objects.filter(pk=device.pk).update(status=before)
    assert post(here, f"devices/{device.tag}/{act}/").json()["status"] == after


@pytest.mark.parametrize("act", [act for act, _before, _after in SIMPLE])
def test_an_act_in_the_wrong_state_is_refused(
    here: Client, world: World, act: str
) -> None:
    device = actions.return_to_donor(
        device=world.receive(), waiver_reference="D-1", by=world.lead
    )
    before = rows()
    assert refusal(post(here, f"devices/{device.tag}/{act}/"), 409) == "wrong_status"
    assert rows() == before


def test_acts_with_a_body_do_what_the_pages_do(here: Client, world: World) -> None:
    device = world.receive()
    at = f"devices/{device.tag}"
    assert post(here, f"{at}/hold/", {"reason": "safety"}).json()["held_at"]
    assert post(here, f"{at}/release/").json()["hold_reason"] == ""
    moved = post(here, f"{at}/move/", {"place": world.room.tag})
    assert moved.json()["place"] == world.room.tag
    assert post(here, f"{at}/undo/").json()["place"] is None
    aside = post(here, f"{at}/set-aside/", {"reason": "too_old"})
    assert aside.json()["status"] == "not_reusable"
    gone = post(here, f"{at}/return/", {"waiver_reference": "D-9"})
    assert gone.json()["status"] == "returned_to_donor"


def test_drives_are_declared_and_taken_out(here: Client, world: World) -> None:
    bare = {"lot": world.lot.code, "kind": "desktop", "no_serial_reason": "removed"}
    tag = post(here, "devices/", bare).json()["tag"]
    declared = post(here, f"devices/{tag}/drives/", {"medium": "hdd", "serial": "H1"})
    assert declared.status_code == 201
    assert refusal(post(here, f"devices/{tag}/no-storage/"), 409) == "storage_declared"
    uuid = declared.json()["uuid"]
    custody = {"custody": world.cupboard.tag}
    out = post(here, f"drives/{uuid}/take-out/", custody)
    assert (out.json()["host"], out.json()["custody"]) == (None, world.cupboard.tag)
    assert post(here, f"devices/{tag}/no-storage/").json()["storage"] == "none"


def test_exceptions_are_approved_by_another_person(
    client: Client, world: World
) -> None:
    erasure = world.erase_with_exceptions(world.receive().drives.get())
    client.force_login(world.lead)
    address = f"erasures/{erasure.uuid}/approve/"
    assert refusal(post(client, address), 403) == "permission_denied"
    client.force_login(world.officer)
    assert post(client, address).json()["approved_by"] == str(world.officer.uuid)
    assert StorageDrive.objects.get().status == DriveStatus.ERASED


def test_a_failed_check_goes_back_with_its_faults(here: Client, world: World) -> None:
    device = world.to_check(world.receive())
    address = f"devices/{device.tag}/check"
    unknown = post(here, f"{address}/fail/", {"lines": {"wings": "ok"}})
    assert refusal(unknown, 400) == "invalid"
    missing = post(here, f"{address}/pass/", {"lines": {"screen": "ok"}})
    assert refusal(missing, 409) == "checks_missing"
    failed = post(here, f"{address}/fail/", {"lines": {"screen": "faulty"}})
    assert failed.json()["status"] == "in_refurbishment"


BAD_RECEPTIONS: list[dict[str, Any]] = [
    {"lot": "L-0000-000"},
    {"lot": None},
    {"lot": "\x00"},
    {"lot": "\ud800"},
    {"lot": ["x"]},
    {"kind": "toaster"},
    {"make": "x" * 4000},
    {"serial": "\x00"},
    {"model": "\ud800"},
    {"place": "PL999999X"},
    {"mass_grams": -1},
    {"mass_grams": 10**30},
    {"storage": "listed"},
    {"drives": [{"size_bytes": 10**30}]},
    {"drives": [{}] * 17},
    {"drives": "all of them"},
]


@pytest.mark.parametrize("bad", BAD_RECEPTIONS, ids=str)
def test_values_that_make_no_sense_change_nothing(
    here: Client, world: World, bad: dict[str, Any]
) -> None:
    good = {"lot": world.lot.code, "kind": "laptop", "serial": "API-2"}
    before = rows()
    response = post(here, "devices/", {**good, **bad})
    assert refusal(response, 400) == "invalid"
    assert response.json()["errors"][0]["field"].startswith(next(iter(bad)))
    assert rows() == before


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', "\x00", "{" * 5000])
def test_a_body_that_is_no_json_object_is_refused(
    here: Client, world: World, body: str
) -> None:
    response = here.post("/api/v1/devices/", body, content_type="application/json")
    assert refusal(response, 400) in {"invalid", "parse_error"}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_nothing_answers_is_said_to_be_none(
    here: Client, world: World, method: str
) -> None:
    address = f"/api/v1/devices/{world.receive().tag}/"
    answer = getattr(here, method)(address)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert here.generic("PERMISSIONS", address).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        *("devices/PC004217W/", "devices/nothing/", "devices/%00/"),
        *("drives/00000000-0000-0000-0000-000000000000/", "drives/x/"),
        *("erasures/x/", "lots/nothing/", "places/PL000099Z/", "lots/%00/"),
    ],
)
def test_what_is_not_there_is_not_found(
    here: Client, world: World, address: str
) -> None:
    assert here.get(f"/api/v1/{address}").status_code == 404


def test_another_site_s_things_are_not_there(client: Client, world: World) -> None:
    device = world.receive()
    drive = device.drives.get()
    client.force_login(
        person(Role.TECHNICIAN, site=Site.objects.create(name="Les Tilleuls"))
    )
    assert refusal(client.get(f"/api/v1/devices/{device.tag}/"), 404) == "not_found"
    assert client.get(f"/api/v1/drives/{drive.uuid}/").status_code == 404
    assert client.get("/api/v1/lots/").json()["results"] == []
    before = rows()
    there = {"lot": world.lot.code, "kind": "laptop", "serial": "API-3"}
    assert refusal(post(client, "devices/", there), 400) == "invalid"
    assert rows() == before


def token_of(user: User, scope: str) -> str:
    secret = new_secret()
    ApiToken.objects.create(
        user=user,
        name="test",
        scope=scope,
        prefix=secret[:12],
        token_sha256=hash_secret(secret),
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    return f"Bearer {secret}"


def test_a_token_reads_or_acts_within_its_scope(client: Client, world: World) -> None:
    device = world.receive()
    reading = token_of(world.lead, "read")
    address = f"devices/{device.tag}/start-triage/"
    listed = client.get("/api/v1/devices/", headers={"Authorization": reading})
    assert listed.json()["results"][0]["tag"] == device.tag
    denied = post(client, address, Authorization=reading)
    assert refusal(denied, 403) == "permission_denied"
    acting = token_of(world.lead, "write")
    assert post(client, address, Authorization=acting).status_code == 200


def test_nobody_is_told_to_sign_in(client: Client, world: World) -> None:
    assert refusal(client.get("/api/v1/devices/"), 401) == "not_authenticated"
    assert refusal(post(client, "devices/"), 401) == "not_authenticated"


@pytest.mark.parametrize("name", ["drives", "erasures", "lots", "places"])
def test_one_row_costs_as_many_queries_as_ten(
    here: Client, world: World, count_queries: Callable[[str], int], name: str
) -> None:
    def more() -> None:
        world.erase(world.receive(place=world.room).drives.get())
        actions.open_lot(donation=world.donation, by=world.lead)
        actions.open_place(
            site=world.site,
            kind=PlaceKind.SHELF,
            name=f"Shelf {next(world.numbers)}",
            parent=world.room,
            by=world.lead,
        )

    more()
    before = count_queries(f"/api/v1/{name}/")
    for _ in range(9):
        more()
    assert count_queries(f"/api/v1/{name}/") == before


def test_pages_follow_one_another(here: Client, world: World) -> None:
    tags = [world.receive().tag for _ in range(5)]
    address, seen = "/api/v1/devices/?page_size=2", []
    while address:
        page = here.get(address).json()
        seen += [row["tag"] for row in page["results"]]
        address = page["next"]
    assert seen == tags[::-1]
