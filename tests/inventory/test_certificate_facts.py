"""What a certificate says beside the erasure: people, health, clocks, destination."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone, translation

from backoffice.core.models import Document, DocumentKind, Site
from backoffice.core.paper import DocumentSpec, Facts, Table
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions.health import note_health
from inventory.documents.circumstances import is_by_own_clock
from inventory.documents.days import public_day
from inventory.documents.drawing import spec_of
from inventory.documents.issuing import Issue
from inventory.documents.proof import STANDARDS, erasure_content
from inventory.documents.words import day
from inventory.health import DriveFacts, DriveSort
from inventory.health import Facts as Health
from inventory.methods import Medium, Technique, Verification
from inventory.models import Bus, Erasure, ErasureException, StorageDrive
from inventory.states import DeviceStatus
from tests.inventory.certified import details, failed, reported, ssd
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
ISSUED_AT = "2026-11-23T10:00:00+00:00"


@pytest.fixture
def world() -> World:
    return make_world()


def content(world: World, erasure: Erasure) -> dict[str, Any]:
    issue = Issue(world.officer, "0" * 32, ISSUED_AT, "ab" * 32)
    return {**erasure_content(erasure, issue), "shortfall": ""}


def drawn(told: dict[str, Any], version: int = 3) -> DocumentSpec:
    document = Document(
        kind=DocumentKind.ERASURE_CERTIFICATE,
        number="AEF-2026-00001",
        language="en",
        template_version=version,
        content=told,
        sha256="0" * 64,
        issued_at=timezone.now(),
    )
    return spec_of(document)


def rows(spec: DocumentSpec) -> dict[str, str]:
    facts = [block for block in spec.blocks if isinstance(block, Facts)]
    return {name: value for block in facts for name, value in block.filled}


def said_of_health(world: World, drive: StorageDrive, **facts: Any) -> None:
    known = DriveFacts(drive.serial, drive.model, DriveSort.SSD, speaks=True, **facts)
    with transaction.atomic():
        note_health(
            drive.last_host,
            lambda _known: Health(drives=(known,)),
            seen_at=dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC),
            by=world.technician,
        )


def test_people_stand_there_with_their_titles(world: World) -> None:
    told = content(world, reported(world, ssd(world)))
    told["organisation"]["contact"] = "data@exemple.test"
    found = rows(drawn(told))
    assert "(Technician)" in found["Performed by"]
    assert "(Data-security officer)" in found["Issued by"]
    assert found["Contact"] == "data@exemple.test"
    assert found["Issued at"] == "23 November 2026, 11:00 (CET)"


def test_a_title_held_at_another_site_only_is_none(world: World) -> None:
    assignment = world.technician.role_assignments.get()
    assignment.site = Site.objects.create(name="Les Tilleuls")
    erasure = reported(world, ssd(world))
    assignment.save()
    assert content(world, erasure)["people"]["performed_roles"] == []


def test_the_second_person_stands_there_with_title_and_time(world: World) -> None:
    erasure = world.erase_with_exceptions(world.receive().drives.get())
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    erasure.refresh_from_db()
    told = content(world, erasure)
    assert told["people"]["approved_roles"] == [Role.DATA_SECURITY_OFFICER]
    assert "Accepted at" in rows(drawn(told))


def test_where_the_newest_report_knows_the_health_it_is_said(world: World) -> None:
    drive = ssd(world)
    said_of_health(world, drive, passed=True)
    erasure = reported(world, drive, told=details(drive, health={}))
    said = rows(drawn(content(world, erasure)))["Health"]
    assert said == "In order, as reported on 23 November 2026, 10:00 (CET)"


def test_the_health_of_another_drive_is_not_its_own(world: World) -> None:
    drive = ssd(world)
    said_of_health(world, StorageDrive(serial="OTHER-1", last_host=drive.last_host))
    erasure = reported(world, drive, told=details(drive, health={}))
    told = content(world, erasure)
    assert told["health"] == {}
    assert rows(drawn(told))["Health"] == "not recorded"


def test_a_drive_that_calls_itself_failing_is_damaged(world: World) -> None:
    drive = ssd(world)
    said_of_health(world, drive, passed=False)
    erasure = reported(world, drive, told=details(drive, health={}))
    assert content(world, erasure)["drive"]["condition"] == "damaged"


def test_whether_a_drive_works_is_unknown_after_a_failure(world: World) -> None:
    told = content(world, failed(world, ssd(world)))
    assert told["drive"]["condition"] == "unknown"
    assert told["destination"]["code"] == "undecided"


def test_a_drive_goes_on_in_its_machine_or_with_it(world: World) -> None:
    drive = ssd(world)
    erasure = reported(world, drive)
    erasure.drive.refresh_from_db()
    host = erasure.drive.host
    assert host is not None
    inside = rows(drawn(content(world, erasure)))["Destination"]
    assert inside == "Re-use, in its machine (PC-000001-H)"
    host.status = DeviceStatus.RETURNED_TO_DONOR
    assert content(world, erasure)["destination"]["code"] == "returned"


def test_times_of_an_erasure_without_an_order_name_their_clock(world: World) -> None:
    erasure = reported(world, ssd(world))
    assert not is_by_own_clock(erasure)
    assert "clock" not in rows(drawn(content(world, erasure)))["Ended at"]
    erasure.exceptions = [ErasureException.WITHOUT_ORDER]
    spec = drawn(content(world, erasure))
    assert rows(spec)["Ended at"].endswith("by the machine’s own clock")
    assert "by the machine’s own clock" in str(spec.blocks[0])


def test_the_times_of_another_tool_are_its_own(world: World) -> None:
    erasure = reported(world, ssd(world))
    erasure.details["written"] = {"started": "2026/11/23 08:00:00", "ended": ""}
    found = rows(drawn(content(world, erasure)))
    assert found["Started, by the tool’s clock"] == "2026/11/23 08:00:00"
    assert "Ended, by the tool’s clock" not in found


def test_an_attempt_says_how_it_began_and_what_went_wrong(world: World) -> None:
    drive = ssd(world)
    told = details(drive)
    told["attempts"][0] |= {"adopted": True, "errors": 3, "reason": "pulled out"}
    told["attempts"][0] |= {"resumed_from": 4096}
    spec = drawn(content(world, reported(world, drive, told=told)))
    attempts = next(block for block in spec.blocks if isinstance(block, Table))
    assert attempts.rows[0][3] == (
        "Erased; begun by an earlier start; taken up at byte 4\u202f096; "
        "errors: 3; pulled out"
    )


def test_the_journal_s_last_entry_and_the_key_are_named(world: World) -> None:
    erasure = reported(world, ssd(world))
    newest = erasure.drive.events.order_by("-sequence")[0]
    found = rows(drawn(content(world, erasure)))
    said = found["Last entry of the drive’s journal"]
    assert said == f"entry {newest.sequence}: {newest.hash}"
    assert found["Signed with the certificate (SHA-256)"] == "ab" * 32


def test_a_document_of_the_first_version_says_no_more_than_it_did(
    world: World,
) -> None:
    told = content(world, reported(world, ssd(world)))
    for name in ("issued_at", "issued_by_roles", "key", "health", "destination"):
        del told[name]
    for name in ("performed_roles", "approved_roles", "approved_at"):
        del told["people"][name]
    found = rows(drawn(told, version=1))
    new = {"Issued at", "Contact", "Condition", "Destination", "Health", "Verified by"}
    assert not new & found.keys()
    assert found["Health after"] == "In order"
    assert "(" not in found["Performed by"]


def test_a_document_of_the_second_version_says_no_more_than_it_did(
    world: World,
) -> None:
    told = content(world, reported(world, ssd(world)))
    for name in ("day", "standards"):
        del told["erasure"][name]
    told["executed"].pop("run", None)
    spec = drawn(told, version=2)
    found = rows(spec)
    assert found["Standards"] == STANDARDS
    assert found["Performed by"].startswith(world.technician.name)
    assert f"Erased on {day(told['erasure']['erased_on'])}" in str(spec.blocks[0])


def test_no_standard_is_named_for_what_none_of_them_knows(world: World) -> None:
    soldered = world.drive(medium=Medium.EMMC, bus=Bus.EMMC, serial="EX-EMMC-1")
    looked = world.erase(
        world.receive(soldered).drives.get(),
        technique=Technique.FACTORY_RESET,
        verification=Verification.LOOKED,
    )
    found = rows(drawn(content(world, looked)))
    assert found["Standards"] == "no standard claimed"
    assert found["Method of verification"].startswith("Looked through by a person")
    assert found["Verified by"].startswith(world.technician.name)


def test_a_failure_claims_no_standard_and_a_success_does(world: World) -> None:
    def named(erasure: Erasure) -> str:
        return rows(drawn(content(world, erasure)))["Standards"]

    assert named(failed(world, ssd(world))) == "no standard claimed"
    assert named(reported(world, ssd(world))) == STANDARDS


def test_where_no_clock_says_the_day_it_is_the_record_s(world: World) -> None:
    erasure = reported(world, ssd(world))
    erasure.started_at = erasure.ended_at = None
    told = content(world, erasure)
    on = day(timezone.localdate().isoformat())
    assert f"Recorded on {on}" in str(drawn(told).blocks[0])
    assert public_day(told["erasure"]) == f"recorded on {on}"


def test_what_a_person_wrote_down_is_of_the_day_that_they_say(world: World) -> None:
    before = timezone.localdate() - dt.timedelta(days=1)
    typed = world.erase(world.receive().drives.get())
    typed.erased_on = before
    told = content(world, typed)
    on = day(before.isoformat())
    assert f"Erased on {on}" in str(drawn(told).blocks[0])
    assert public_day(told["erasure"]) == on


def test_titles_are_french_on_french_paper(world: World) -> None:
    told = content(world, reported(world, ssd(world)))
    document = Document(
        kind=DocumentKind.ERASURE_CERTIFICATE,
        language="fr",
        template_version=2,
        content=told,
        issued_at=timezone.now(),
    )
    with translation.override("en"):
        found = rows(spec_of(document))
    assert found["État de marche"] == "Fonctionne"
