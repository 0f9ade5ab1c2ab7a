"""Results of other tools, by programs: the same rules as on the page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory.models import ImportedResult, ResultImport, StorageDrive
from inventory.states import DriveStatus
from tests.inventory.imports.logs import log_of
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
RESULTS = "/api/v1/results/"


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.technician)
    return made


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def upload(client: Client, world: World, text: str, **said: Any) -> Any:
    file = SimpleUploadedFile("nwipe.log", text.encode())
    return client.post(RESULTS, {"file": file, "site": str(world.site.uuid), **said})


def post(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def refusal(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return str(answer.json()["code"])


def doubtful(client: Client, world: World, drive: StorageDrive) -> str:
    """A report whose one line is about a drive of another model; applied."""
    said = upload(client, world, log_of(drive, model="Autre 900", short="Autre 900"))
    uuid: str = said.json()["uuid"]
    post(client, f"{RESULTS}{uuid}/apply/")
    return uuid


def test_a_report_is_taken_in_looked_at_and_applied(
    client: Client, world: World, drive: StorageDrive
) -> None:
    taken = upload(client, world, log_of(drive))
    assert taken.status_code == 201
    (line,) = taken.json()["lines"]
    assert (line["drive"], line["refused"]) == (str(drive.uuid), "")
    assert line["claim"]["bytes_erased"] == drive.size_bytes
    applied = post(client, f"{RESULTS}{taken.json()['uuid']}/apply/").json()
    assert applied["lines"][0]["erasure"] == str(drive.erasures.get().uuid)
    listed = client.get(RESULTS).json()["results"]
    assert [each["file_name"] for each in listed] == ["nwipe.log"]


def test_a_line_that_does_not_hold_says_by_which_rule(
    client: Client, world: World, drive: StorageDrive
) -> None:
    taken = upload(client, world, log_of(drive, status="-FAILED-"))
    applied = post(client, f"{RESULTS}{taken.json()['uuid']}/apply/").json()
    assert applied["lines"][0]["refused"] == "not_erased"
    drive.refresh_from_db()
    assert drive.status == DriveStatus.AWAITING_ERASURE


def test_a_doubtful_line_is_decided_once(
    client: Client, world: World, drive: StorageDrive
) -> None:
    uuid = doubtful(client, world, drive)
    (line,) = client.get(f"{RESULTS}{uuid}/").json()["lines"]
    assert (line["doubt"], line["candidates"]) == ("model_differs", [str(drive.uuid)])
    decide = f"{RESULTS}{uuid}/decide/"
    done = post(client, decide, line=1, drive=str(drive.uuid)).json()
    assert done["lines"][0]["erasure"]
    assert refusal(post(client, decide, line=1, drive=None), 409) == "results_decided"


@pytest.mark.parametrize(
    "said",
    [{"line": 2}, {"line": 0}, {"drive": "x"}, {"drive": "5" * 32}, {"line": "\ud800"}],
)
def test_a_decision_about_nothing_is_refused(
    client: Client, world: World, drive: StorageDrive, said: dict[str, Any]
) -> None:
    uuid = doubtful(client, world, drive)
    wanted = {"line": 1, "drive": str(drive.uuid), **said}
    before = rows()
    assert refusal(post(client, f"{RESULTS}{uuid}/decide/", **wanted), 400) == "invalid"
    assert rows() == before


def test_what_is_no_report_leaves_nothing(client: Client, world: World) -> None:
    answer = upload(client, world, "Hello")
    assert refusal(answer, 409) == "results_unreadable"
    answer = upload(client, world, "x", site="5" * 32)
    assert refusal(answer, 400) == "invalid"
    assert refusal(client.post(RESULTS, {"site": "\0"}), 400) == "invalid"
    assert not ResultImport.objects.exists()


def test_a_huge_log_is_refused_whole(client: Client, world: World) -> None:
    answer = upload(client, world, "x" * (5 * 2**20 + 1))
    assert refusal(answer, 409) == "results_unreadable"
    assert not ResultImport.objects.exists()


def test_reports_of_another_site_are_not_there(
    client: Client, world: World, drive: StorageDrive
) -> None:
    uuid = upload(client, world, log_of(drive)).json()["uuid"]
    elsewhere = Site.objects.create(name="Les Tilleuls")
    client.force_login(person(Role.TECHNICIAN, site=elsewhere))
    assert refusal(post(client, f"{RESULTS}{uuid}/apply/"), 404) == "not_found"
    assert refusal(upload(client, world, "x"), 403) == "not_permitted"
    assert ImportedResult.objects.filter(erasure=None, refused="").count() == 1
