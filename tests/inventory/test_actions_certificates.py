"""One signed document per proof: numbered, frozen, cancelled and issued anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from backoffice.core.documents import content_hash
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Document, DocumentFile, DocumentKind, DocumentSeries
from backoffice.core.roles import Role
from backoffice.core.signed_pdf import check
from backoffice.core.signing import known_certificates
from inventory import actions
from inventory.documents.proof import honest_class
from inventory.errors import CertificateCancelled, NothingProven, SerialDoubtful
from inventory.methods import ErasurePolicy, Medium, Technique, Verification
from inventory.models import (
    Bus,
    CancelReason,
    Certificate,
    Destruction,
    DriveEvent,
    Erasure,
    ErasureException,
    ErasureResult,
    StorageDrive,
)
from inventory.models.erasure import DestructionMethod, ExceptionsRefusal
from tests.inventory.certified import details, failed, reported, ssd
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def issue(world: World, erasure: Erasure, language: str = "en") -> Certificate:
    return actions.issue_certificate(
        erasure=erasure, language=language, by=world.officer
    )


def cancel(world: World, certificate: Certificate) -> Certificate:
    return actions.cancel_certificate(
        certificate=certificate, reason=CancelReason.DONOR_WRONG, by=world.officer
    )


def destroyed(world: World, *, confirmed: bool = True) -> Destruction:
    destruction = actions.record_destruction(
        drive=world.receive().drives.get(),
        method=DestructionMethod.SHRED,
        place=world.cupboard,
        destroyed_on=timezone.localdate(),
        by=world.technician,
    )
    if confirmed:
        actions.confirm_destruction(destruction=destruction, by=world.officer)
    return destruction


def nothing_was_issued() -> bool:
    return not (
        Certificate.objects.exists()
        or Document.objects.exists()
        or DocumentFile.objects.exists()
        or DocumentSeries.objects.filter(last__gt=0).exists()
        or DriveEvent.objects.filter(verb="certificate_issued").exists()
    )


def test_a_proof_gets_its_certificate(world: World) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    document = certificate.document
    assert document.kind == DocumentKind.ERASURE_CERTIFICATE
    assert document.number == f"AEF-{timezone.localdate().year}-00001"
    assert content_hash(document) == document.sha256
    assert document.content["erasure"]["class"] == "purge"
    assert len(certificate.public_id) == 32


def test_the_file_is_signed_whole_and_carries_the_content(world: World) -> None:
    document = issue(world, reported(world, ssd(world))).document
    found = check(bytes(document.file.pdf), known_certificates())
    assert found.fault is None
    assert found.sha256 == document.sha256
    assert found.fingerprint == document.file.signed_with


def test_content_file_and_evidence_stand_in_the_drive_s_chain(world: World) -> None:
    erasure = reported(world, ssd(world))
    document = issue(world, erasure).document
    said = erasure.drive.events.get(verb="certificate_issued").data
    assert said["sha256"] == document.sha256
    assert said["file_sha256"] == document.file.sha256
    assert said["evidence"] == erasure.evidence_sha256
    assert said["number"] == document.number


def test_the_same_proof_gets_the_same_certificate(world: World) -> None:
    erasure = reported(world, ssd(world))
    first = issue(world, erasure)
    assert issue(world, erasure, "fr") == first
    assert Document.objects.count() == 1
    assert erasure.drive.events.filter(verb="certificate_issued").count() == 1


def test_two_drives_of_a_machine_get_two_certificates(world: World) -> None:
    device = world.receive(world.drive(), world.drive())
    numbers = [issue(world, world.erase(drive)) for drive in device.drives.all()]
    assert [each.document.serial for each in numbers] == [1, 2]


def test_every_kind_is_numbered_by_itself_without_gaps(world: World) -> None:
    issue(world, reported(world, ssd(world)))
    report = issue(world, failed(world, ssd(world)))
    again = issue(world, reported(world, ssd(world)))
    assert (report.document.serial, again.document.serial) == (1, 2)
    assert report.document.number.startswith("REC-")


def test_the_class_is_never_above_the_table_s(world: World) -> None:
    erasure = world.erase(world.receive().drives.get())
    erasure.erasure_class = "purge"
    assert honest_class(erasure) == "clear"
    erasure.technique = Technique.NVME_SANITIZE_BLOCK
    assert honest_class(erasure) == ""


def test_a_machine_s_word_for_a_medium_is_not_what_is_printed(world: World) -> None:
    drive = ssd(world)
    content = issue(world, reported(world, drive)).document.content
    assert content["drive"]["medium"] == Medium.SATA_SSD
    assert content["erasure"]["class"] == "purge"


def test_a_failed_attempt_gets_a_report_and_no_certificate(world: World) -> None:
    erasure = failed(world, ssd(world))
    document = issue(world, erasure).document
    assert document.kind == DocumentKind.FAILURE_REPORT
    assert document.content["shortfall"] == "unsuccessful"
    assert document.content["erasure"]["class"] == ""


def test_less_than_the_donor_asks_is_reported_as_no_proof() -> None:
    world = make_world(policy=ErasurePolicy.PURGE)
    document = issue(world, world.erase(world.receive().drives.get())).document
    assert document.kind == DocumentKind.FAILURE_REPORT
    assert document.content["shortfall"] == "not_enough"


def test_a_proof_that_a_later_failure_undid_is_none(world: World) -> None:
    drive = ssd(world)
    erasure = reported(world, drive)
    failed(world, drive)
    assert issue(world, erasure).document.content["shortfall"] == "no_more"


def test_a_certificate_whose_proof_fell_is_cancelled_and_reported(world: World) -> None:
    drive = ssd(world)
    erasure = reported(world, drive)
    certificate = issue(world, erasure)
    failed(world, drive)
    report = issue(world, erasure)
    certificate.refresh_from_db()
    assert certificate.cancel_reason == CancelReason.PROOF_FELL
    assert report.document.kind == DocumentKind.FAILURE_REPORT
    assert (report.replaces, issue(world, erasure)) == (certificate, report)
    assert drive.events.filter(verb="certificate_cancelled").count() == 1


def test_accepted_exceptions_are_certified_with_who_accepted(world: World) -> None:
    erasure = world.erase_with_exceptions(world.receive().drives.get())
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    content = issue(world, erasure).document.content
    assert content["people"]["approved"] == world.officer.name
    assert content["erasure"]["exceptions"] == ["hidden_area_unknown"]


def test_what_waits_for_a_second_person_gets_no_paper(world: World) -> None:
    erasure = world.erase_with_exceptions(world.receive().drives.get())
    with pytest.raises(NothingProven):
        issue(world, erasure)
    assert nothing_was_issued()


def test_refused_exceptions_are_reported(world: World) -> None:
    erasure = world.erase_with_exceptions(world.receive().drives.get())
    actions.refuse_exceptions(
        erasure=erasure, reason=ExceptionsRefusal.REPORT_UNCLEAR, by=world.officer
    )
    assert issue(world, erasure).document.content["shortfall"] == "exceptions_refused"


def test_exceptions_that_nobody_decided_on_are_not_said_to_be_refused(
    world: World,
) -> None:
    drive = world.receive().drives.get()
    erasure = world.erase_with_exceptions(drive)
    world.erase(drive, result=ErasureResult.FAILED)
    assert issue(world, erasure).document.content["shortfall"] == "not_accepted"


@pytest.mark.parametrize(
    "serial", ["", "To Be Filled By O.E.M.", "0123456789", "1111111111", "S3Z****XYZ"]
)
def test_a_serial_that_names_nothing_gets_no_certificate(
    world: World, serial: str
) -> None:
    erasure = world.erase(world.receive(world.drive(serial=serial)).drives.get())
    with pytest.raises(SerialDoubtful):
        issue(world, erasure)
    assert nothing_was_issued()


def test_a_serial_that_two_drives_share_gets_no_certificate(world: World) -> None:
    erasure = world.erase(world.receive().drives.get())
    twin = erasure.drive.serial
    world.receive(world.drive(serial="EX-TWIN"))
    type(erasure.drive).objects.filter(serial="EX-TWIN").update(
        serial=twin, serial_key=erasure.drive.serial_key
    )
    with pytest.raises(SerialDoubtful):
        issue(world, erasure)
    assert nothing_was_issued()


@pytest.mark.parametrize(
    "through", [{"bus": Bus.USB}, {"behind": "usb_bridge"}, {"behind": "raid"}]
)
def test_a_serial_read_through_an_adapter_gets_no_certificate(
    world: World, through: dict[str, str]
) -> None:
    drive = ssd(world)
    seen = {**details(drive)["drive"], **through}
    erasure = reported(world, drive, told={"drive": seen})
    with pytest.raises(SerialDoubtful):
        issue(world, erasure)
    assert nothing_was_issued()


def test_an_exception_of_the_adapter_stays_one_on_paper(world: World) -> None:
    erasure = world.erase(
        world.receive().drives.get(),
        result=ErasureResult.ERASED_WITH_EXCEPTIONS,
        exceptions=(ErasureException.SERIAL_THROUGH_BRIDGE,),
    )
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    with pytest.raises(SerialDoubtful):
        issue(world, erasure)
    assert nothing_was_issued()


def test_another_serial_than_is_known_gets_no_certificate(world: World) -> None:
    drive = ssd(world)
    seen = {**details(drive)["drive"], "serial": "ANOTHER-42"}
    erasure = reported(world, drive, told={"drive": seen})
    with pytest.raises(SerialDoubtful):
        issue(world, erasure)
    assert nothing_was_issued()


def test_a_drive_without_a_serial_still_gets_its_failure_report(world: World) -> None:
    drive = world.receive(world.drive(serial="")).drives.get()
    erasure = world.erase(drive, result=ErasureResult.ABORTED)
    assert issue(world, erasure).document.kind == DocumentKind.FAILURE_REPORT


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR, Role.MEDIATOR])
def test_whoever_may_not_issue_is_refused(world: World, role: Role) -> None:
    erasure = reported(world, ssd(world))
    with pytest.raises(NotPermitted):
        actions.issue_certificate(
            erasure=erasure, language="en", by=person(role, site=world.site)
        )
    assert nothing_was_issued()


def test_a_cancelled_certificate_is_issued_anew_and_names_it(world: World) -> None:
    erasure = reported(world, ssd(world))
    former = cancel(world, issue(world, erasure))
    anew = issue(world, erasure)
    assert anew.replaces == former
    assert anew.document.content["replaces"] == former.document.number
    assert anew.document.serial == 2
    event = erasure.drive.events.get(verb="certificate_cancelled")
    assert event.data == {"number": str(former), "reason": "donor_wrong"}


def test_a_certificate_is_cancelled_once(world: World) -> None:
    certificate = cancel(world, issue(world, reported(world, ssd(world))))
    before = certificate.cancelled_at
    with pytest.raises(CertificateCancelled):
        cancel(world, certificate)
    certificate.refresh_from_db()
    assert certificate.cancelled_at == before


def test_whoever_may_not_issue_may_not_cancel(world: World) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    with pytest.raises(NotPermitted):
        actions.cancel_certificate(
            certificate=certificate,
            reason=CancelReason.PROOF_FELL,
            by=world.technician,
        )
    certificate.refresh_from_db()
    assert certificate.cancelled_at is None


def test_a_better_proof_of_the_same_cycle_replaces_the_certificate(
    world: World,
) -> None:
    drive = world.receive(world.drive(medium=Medium.HDD)).drives.get()
    first = issue(world, world.erase(drive))
    better = world.erase(
        drive,
        technique=Technique.ATA_SANITIZE_OVERWRITE,
        verification=Verification.FULL,
    )
    second = issue(world, better)
    first.refresh_from_db()
    assert second.replaces == first
    assert first.cancel_reason == CancelReason.SUPERSEDED
    assert Certificate.objects.valid().filter(drive=drive).get() == second


def test_a_destruction_that_two_people_saw_is_put_on_record(world: World) -> None:
    destruction = destroyed(world)
    record = actions.issue_destruction_record(
        destruction=destruction, language="fr", by=world.officer
    )
    people = record.document.content["people"]
    assert record.document.number.startswith("PVD-")
    assert people == {
        "performed": world.technician.name,
        "performed_roles": [Role.TECHNICIAN],
        "approved": world.officer.name,
        "approved_roles": [Role.DATA_SECURITY_OFFICER],
        "approved_at": people["approved_at"],
    }


def test_a_destruction_that_one_person_saw_is_not(world: World) -> None:
    destruction = destroyed(world, confirmed=False)
    with pytest.raises(NothingProven):
        actions.issue_destruction_record(
            destruction=destruction, language="fr", by=world.officer
        )
    assert nothing_was_issued()


def test_a_destruction_that_a_machine_contradicts_is_not_put_on_record(
    world: World,
) -> None:
    destruction = destroyed(world)
    known = StorageDrive.objects.filter(pk=destruction.drive_id)
    known.update(last_seen_at=timezone.now())
    with pytest.raises(NothingProven):
        actions.issue_destruction_record(
            destruction=destruction, language="fr", by=world.officer
        )
    assert nothing_was_issued()


def test_a_machine_s_sheet_names_each_drive_and_its_certificate(world: World) -> None:
    device = world.receive(world.drive(), world.drive())
    certificate = issue(world, world.erase(device.drives.all()[0]))
    sheet = actions.issue_machine_sheet(device=device, language="en", by=world.officer)
    lines = sheet.document.content["drives"]
    assert [line["proven"] for line in lines] == [True, False]
    assert [line["certificate"] for line in lines] == [str(certificate), ""]


def test_a_machine_without_drives_says_who_saw_that(world: World) -> None:
    bare = world.receive(drives=())
    actions.declare_no_storage(device=bare, by=world.technician)
    sheet = actions.issue_machine_sheet(device=bare, language="en", by=world.officer)
    assert sheet.document.content["drives"] == []
    assert sheet.document.content["storage_seen_by"] == world.technician.name


def test_a_sheet_that_would_say_the_same_is_not_issued_again(world: World) -> None:
    device = world.receive()

    def sheet() -> Certificate:
        return actions.issue_machine_sheet(
            device=device, language="en", by=world.officer
        )

    first = sheet()
    assert sheet() == first
    world.erase(device.drives.get())
    second = sheet()
    first.refresh_from_db()
    assert (second.replaces, first.cancel_reason) == (first, CancelReason.SUPERSEDED)


def test_a_lot_s_summary_counts_every_drive(world: World) -> None:
    issue(world, world.erase(world.receive().drives.get()))
    destroyed(world)
    world.receive()
    actions.declare_no_storage(device=world.receive(drives=()), by=world.technician)
    summary = actions.issue_lot_summary(lot=world.lot, language="en", by=world.officer)
    content = summary.document.content
    assert [line["class"] for line in content["drives"]] == ["clear", "destroy", ""]
    assert (content["machines"], content["without_drives"]) == (4, 1)
    assert world.donation.events.filter(verb="summary_issued").count() == 1


def test_a_summary_in_the_other_language_replaces_the_first(world: World) -> None:
    issue(world, world.erase(world.receive().drives.get()))
    papers = [
        actions.issue_lot_summary(lot=world.lot, language=language, by=world.officer)
        for language in ("fr", "en", "en")
    ]
    assert [paper.document.language for paper in papers] == ["fr", "en", "en"]
    assert papers[1] == papers[2]
    assert papers[1].replaces == papers[0]


def test_an_empty_lot_has_no_summary(world: World) -> None:
    with pytest.raises(NothingProven):
        actions.issue_lot_summary(lot=world.lot, language="en", by=world.officer)
    assert nothing_was_issued()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_documentfile SET sha256 = 'x'",
        "DELETE FROM core_documentfile",
        "UPDATE core_document SET number = 'X'",
        "UPDATE inventory_certificate SET public_id = 'x'",
        "DELETE FROM inventory_certificate",
        "UPDATE inventory_certificate SET cancelled_at = NULL",
    ],
)
def test_what_was_issued_stays_whoever_writes(world: World, change: str) -> None:
    cancel(world, issue(world, reported(world, ssd(world))))
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    certificate = Certificate.objects.get()
    assert certificate.cancelled_at is not None
    assert content_hash(certificate.document) == certificate.document.sha256


def test_an_act_that_fails_gives_its_number_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasure = reported(world, ssd(world))

    def out_of_paper(*_: Any, **__: Any) -> bytes:
        raise OSError("no space left")

    undo: Callable[[], None] = monkeypatch.undo
    monkeypatch.setattr("inventory.actions.certificate_steps.pdf.render", out_of_paper)
    with pytest.raises(OSError, match="no space"):
        issue(world, erasure)
    undo()
    assert nothing_was_issued()
    assert issue(world, erasure).document.serial == 1
