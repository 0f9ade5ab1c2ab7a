from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from backoffice.core.models import RoleAssignment, Site, User
from backoffice.core.roles import Role
from inventory import actions
from inventory.methods import Medium, techniques_for
from inventory.models import Destruction, DestructionMethod, StorageDrive
from inventory.states import DataState, DriveStatus
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.technician)
    return client


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def claim(drive: StorageDrive, **said: object) -> dict[str, str]:
    wanted: dict[str, object] = {
        "result": "erased",
        "technique": "overwrite",
        "tool": "nwipe",
        "tool_version": "0.34",
        "verification": "full",
        "bytes_erased": drive.size_bytes,
        "erased_on": timezone.localdate().isoformat(),
    }
    return {name: str(value) for name, value in {**wanted, **said}.items()}


def destroy(world: World, drive: StorageDrive, by: User | None = None) -> Destruction:
    return actions.record_destruction(
        drive=drive,
        method=DestructionMethod.SHRED,
        place=world.cupboard,
        destroyed_on=timezone.localdate(),
        by=by or world.technician,
    )


def test_an_erasure_is_recorded_by_hand(here: Client, drive: StorageDrive) -> None:
    response = here.post(f"/drives/{drive.uuid}/erase/", claim(drive))
    drive.refresh_from_db()
    assert response["Location"] == f"/d/{drive.last_host.tag}/"
    assert drive.status == DriveStatus.ERASED
    assert drive.last_host.data_state == DataState.CLEAN


def test_the_form_offers_the_methods_of_the_medium_best_first(
    here: Client, drive: StorageDrive
) -> None:
    form = here.get(f"/drives/{drive.uuid}/erase/").context["form"]
    offered = [value for value, _words in form.fields["technique"].choices]
    assert offered == [technique.value for technique in techniques_for(Medium.HDD)]
    assert "Clear" in form.fields["technique"].choices[0][1]


def test_what_the_operator_used_stays_for_the_next_drive(
    here: Client, world: World, drive: StorageDrive
) -> None:
    here.post(f"/drives/{drive.uuid}/erase/", claim(drive, tool="ShredOS"))
    other = world.receive().drives.get()
    form = here.get(f"/drives/{other.uuid}/erase/").context["form"]
    assert form["tool"].value() == "ShredOS"


def test_what_proves_a_drive_is_said_anew_of_each(
    here: Client, world: World, drive: StorageDrive
) -> None:
    here.post(f"/drives/{drive.uuid}/erase/", claim(drive))
    session = here.session
    session["erasure"] = {**session["erasure"], "verification": "full"}
    session.save()
    other = world.receive().drives.get()
    form = here.get(f"/drives/{other.uuid}/erase/").context["form"]
    assert form["verification"].value() is None
    assert form["bytes_erased"].value() is None


def test_an_unknown_drive_is_named_first(here: Client, world: World) -> None:
    unknown = world.drive(medium=Medium.UNKNOWN)
    drive = world.receive(unknown).drives.get()
    address = f"/drives/{drive.uuid}/erase/"
    assert "First say what the drive is" in here.get(address).content.decode()
    assert "First say" in here.get(f"{address}?medium=bread").content.decode()
    here.post(f"{address}?medium=hdd", claim(drive))
    drive.refresh_from_db()
    assert (drive.medium, drive.status) == (Medium.HDD, DriveStatus.ERASED)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"verification": "status"}, "This method is a success only with"),
        ({"bytes_erased": "7"}, "and 7 were erased"),
        ({"erased_on": "2001-01-01"}, "this cannot have happened before"),
        ({"erased_on": "2999-01-01"}, "This date lies in the future"),
    ],
)
def test_a_refused_claim_is_explained_and_keeps_what_was_typed(
    here: Client, drive: StorageDrive, said: dict[str, str], words: str
) -> None:
    before = rows()
    response = here.post(
        f"/drives/{drive.uuid}/erase/", claim(drive, tool="ShredOS", **said)
    )
    text = response.content.decode()
    assert response.status_code == 409
    assert words in text
    assert 'value="ShredOS"' in text
    assert rows() == before


@pytest.mark.parametrize(
    "said",
    [
        {"technique": "nvme_sanitize_block"},
        {"result": "splendid"},
        {"bytes_erased": "-1"},
        {"bytes_erased": "9" * 40},
        {"erased_on": "yesterday"},
        {"tool": "\x00"},
        {"tool": "x" * 4000},
        {"verification": ""},
        {"exceptions": "rain"},
    ],
)
def test_a_claim_that_makes_no_sense_changes_nothing(
    here: Client, drive: StorageDrive, said: dict[str, str]
) -> None:
    before = rows()
    response = here.post(f"/drives/{drive.uuid}/erase/", claim(drive, **said))
    assert response.status_code == 422
    assert rows() == before


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"bytes_erased": ""}, "bytes_erased", "says how many bytes were erased"),
        ({"exceptions": "serial_missing"}, "exceptions", "the result is “Erased with"),
        ({"result": "erased_with_exceptions"}, "exceptions", "Tick at least one"),
    ],
)
def test_what_a_success_lacks_is_asked_for_where_it_is_typed(
    here: Client, drive: StorageDrive, said: dict[str, str], field: str, words: str
) -> None:
    before = rows()
    response = here.post(f"/drives/{drive.uuid}/erase/", claim(drive, **said))
    assert response.status_code == 422
    assert words in response.context["form"].errors[field][0]
    assert rows() == before


def test_what_a_success_needs_is_not_called_optional(
    here: Client, drive: StorageDrive
) -> None:
    page = here.get(f"/drives/{drive.uuid}/erase/").content.decode()
    assert "(optional)" not in page
    assert "Needed for every success" in page


def test_a_failure_needs_no_bytes(here: Client, drive: StorageDrive) -> None:
    said = claim(drive, result="failed", bytes_erased="")
    assert here.post(f"/drives/{drive.uuid}/erase/", said).status_code == 302
    drive.refresh_from_db()
    assert drive.status == DriveStatus.FAILED


def test_a_drive_in_use_is_refused(here: Client, drive: StorageDrive) -> None:
    StorageDrive.objects.filter(pk=drive.pk).update(in_use=True)
    response = here.post(f"/drives/{drive.uuid}/erase/", claim(drive))
    drive.refresh_from_db()
    assert response.status_code == 409
    assert drive.status == DriveStatus.AWAITING_ERASURE
    assert "Start the machine from the workshop’s stick" in response.content.decode()


def test_a_refusal_keeps_its_code_for_support(
    client: Client, world: World, drive: StorageDrive
) -> None:
    erasure = world.erase_with_exceptions(drive)
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    client.force_login(world.officer)
    page = client.post(f"/approvals/erasures/{erasure.uuid}/").content.decode()
    said, _mark, support = page.partition("<details")
    assert "nothing_to_approve" not in said
    assert "nothing_to_approve" in support


def test_an_officer_approves_what_another_did(
    client: Client, world: World, drive: StorageDrive
) -> None:
    erasure = world.erase_with_exceptions(drive)
    client.force_login(world.officer)
    page = client.get("/approvals/").content.decode()
    assert "Hidden area not readable" in page
    client.post(f"/approvals/erasures/{erasure.uuid}/")
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED
    assert "Nothing waits for you" in client.get("/approvals/").content.decode()


def test_whoever_did_it_is_told_that_another_decides(
    client: Client, world: World, drive: StorageDrive
) -> None:
    client.force_login(world.officer)
    said = claim(
        drive, result="erased_with_exceptions", exceptions="hidden_area_unknown"
    )
    client.post(f"/drives/{drive.uuid}/erase/", said)
    page = " ".join(client.get("/approvals/").content.decode().split())
    assert "brought this yourself: another data-security officer has to decide" in page
    erasure = drive.erasures.get()
    assert f"/approvals/erasures/{erasure.uuid}/" not in page
    response = client.post(f"/approvals/erasures/{erasure.uuid}/")
    drive.refresh_from_db()
    assert response.status_code == 409
    assert "cannot be its second person too" in response.content.decode()
    assert drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE


def test_a_destruction_is_recorded_and_confirmed(
    client: Client, world: World, drive: StorageDrive
) -> None:
    client.force_login(world.technician)
    client.post(
        f"/drives/{drive.uuid}/destroy/",
        {
            "method": "shred",
            "place": str(world.cupboard.uuid),
            "destroyed_on": timezone.localdate().isoformat(),
        },
    )
    destruction = drive.destructions.get()
    client.force_login(world.officer)
    assert drive.serial in client.get("/approvals/").content.decode()
    client.post(f"/approvals/destructions/{destruction.uuid}/confirm/")
    drive.refresh_from_db()
    assert drive.status == DriveStatus.DESTROYED


def test_a_destruction_that_was_none_is_refused(
    client: Client, world: World, drive: StorageDrive
) -> None:
    destruction = destroy(world, drive)
    client.force_login(world.officer)
    client.post(f"/approvals/destructions/{destruction.uuid}/refuse/")
    drive.refresh_from_db()
    assert drive.status == DriveStatus.FAILED


@pytest.mark.parametrize("decided", ["confirm", "refuse"])
def test_the_end_of_a_drive_is_asked_once_before_it_is_decided(
    client: Client, world: World, drive: StorageDrive, decided: str
) -> None:
    address = f"/approvals/destructions/{destroy(world, drive).uuid}/{decided}/"
    client.force_login(world.officer)
    listed = client.get("/approvals/").content.decode()
    assert f'href="{address}"' in listed
    assert f'action="{address}"' not in listed
    before = rows()
    assert drive.serial in client.get(address).content.decode()
    assert rows() == before


def test_whoever_destroyed_it_is_refused_where_it_is_asked(
    client: Client, world: World, drive: StorageDrive
) -> None:
    RoleAssignment.objects.create(
        user=world.officer, role=Group.objects.get(name=Role.TECHNICIAN)
    )
    destruction = destroy(world, drive, by=User.objects.get(pk=world.officer.pk))
    client.force_login(world.officer)
    before = rows()
    answer = client.post(f"/approvals/destructions/{destruction.uuid}/confirm/")
    assert answer.status_code == 409
    assert "cannot be its second person too" in answer.content.decode()
    assert rows() == before


def test_a_destroyed_drive_still_has_its_page(
    client: Client, world: World, drive: StorageDrive
) -> None:
    destruction = destroy(world, drive)
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    client.force_login(world.officer)
    text = client.get(f"/drives/{drive.uuid}/").content.decode()
    assert "Nowhere any more: it was destroyed" in text


def test_only_an_officer_decides(here: Client, world: World) -> None:
    erasure = world.erase_with_exceptions(world.receive().drives.get())
    destruction = destroy(world, world.receive().drives.get())
    before = rows()
    for address in (
        f"/approvals/erasures/{erasure.uuid}/",
        f"/approvals/destructions/{destruction.uuid}/confirm/",
        f"/approvals/destructions/{destruction.uuid}/refuse/",
    ):
        assert here.post(address).status_code == 403
    assert here.get("/approvals/").status_code == 403
    assert rows() == before


def test_an_officer_of_another_site_sees_nothing(client: Client, world: World) -> None:
    erasure = world.erase_with_exceptions(world.receive().drives.get())
    site = Site.objects.create(name="Les Tilleuls")
    client.force_login(person(Role.DATA_SECURITY_OFFICER, site=site))
    assert "Nothing waits for you" in client.get("/approvals/").content.decode()
    address = f"/approvals/erasures/{erasure.uuid}/"
    assert client.post(address).status_code == 404
