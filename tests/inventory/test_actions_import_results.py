from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions.drive_cycle import open_cycle
from inventory.actions.imports import look_ahead
from inventory.errors import DriveElsewhere, ResultsDecided, ResultsUnreadable
from inventory.imports.reading import MOST_BYTES
from inventory.imports.result import Weakness
from inventory.methods import ErasureClass, Medium, Verification
from inventory.models import (
    Donation,
    Doubt,
    Erasure,
    ErasureException,
    ErasureSource,
    Evidence,
    ImportedResult,
    ResultImport,
    StorageDrive,
)
from inventory.states import DriveStatus
from tests.inventory.imports.logs import log_of
from tests.unchanged import refused, rows
from tests.world import GIB, World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def take_in(world: World, text: str) -> ResultImport:
    return actions.take_in_results(
        body=text.encode(), file_name="nwipe.log", site=world.site, by=world.technician
    )


def applied(world: World, text: str) -> ImportedResult:
    """The first line of a report that was taken in and applied."""
    report = actions.apply_results(report=take_in(world, text), by=world.technician)
    return report.results.get(number=1)


def assert_unproven(drive: StorageDrive) -> None:
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.AWAITING_ERASURE, None)
    assert not drive.erasures.exists()


def test_a_log_that_holds_proves_its_drive(world: World, drive: StorageDrive) -> None:
    line = applied(world, log_of(drive))
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.ERASED, line.erasure)
    erasure = drive.erasures.get()
    assert erasure.source == ErasureSource.IMPORT
    assert erasure.operator == world.technician
    assert erasure.erasure_class == ErasureClass.CLEAR
    assert erasure.verification == Verification.FULL


def test_the_file_is_kept_to_the_byte_and_named_by_the_proof(
    world: World, drive: StorageDrive
) -> None:
    text = log_of(drive)
    applied(world, text)
    evidence = Evidence.objects.get()
    assert bytes(evidence.body) == text.encode()
    assert drive.erasures.get().evidence_sha256 == evidence.sha256


def test_times_of_a_clock_without_a_zone_stay_as_they_were_written(
    world: World, drive: StorageDrive
) -> None:
    applied(world, log_of(drive))
    erasure = drive.erasures.get()
    assert erasure.started_at is erasure.ended_at is None
    assert "T" in erasure.details["written"]["ended"]


def test_looking_changes_nothing_and_says_what_would_become(
    world: World, drive: StorageDrive
) -> None:
    report = take_in(world, log_of(drive))
    (prospect,) = look_ahead(report)
    assert (prospect.match.drive, prospect.refused) == (drive, "")
    assert_unproven(drive)


def test_the_same_file_twice_changes_nothing(world: World, drive: StorageDrive) -> None:
    text = log_of(drive)
    report = actions.apply_results(report=take_in(world, text), by=world.technician)
    with refused(ResultsDecided):
        actions.apply_results(report=report, by=world.technician)
    assert take_in(world, text) == report
    assert (drive.erasures.count(), Evidence.objects.count()) == (1, 1)
    assert ImportedResult.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"status": "UABORTED"}, Weakness.NOT_ERASED),
        ({"errors": 3}, Weakness.ERRORS_COUNTED),
        ({"rounds": "1R+NB+NV"}, Weakness.NOT_VERIFIED),
        ({"written": 4096}, Weakness.BYTES_DIFFER),
        ({"serial": "EX-HD-99999"}, Weakness.NO_DRIVE),
    ],
)
def test_what_does_not_hold_is_kept_and_refused_saying_why(
    world: World, drive: StorageDrive, said: dict[str, Any], why: Weakness
) -> None:
    line = applied(world, log_of(drive, **said))
    assert (line.refused, line.erasure) == (why, None)
    assert Evidence.objects.count() == 1
    assert_unproven(drive)


def test_a_refusal_stands_in_the_journal_of_the_drive(
    world: World, drive: StorageDrive
) -> None:
    applied(world, log_of(drive, status="UABORTED"))
    told = drive.events.order_by("-sequence")[0]
    assert (told.verb, told.data["rule"]) == ("result_refused", "not_erased")
    assert told.data["evidence"] == Evidence.objects.get().sha256


def test_an_erasure_from_before_the_reception_proves_nothing(
    world: World, drive: StorageDrive
) -> None:
    line = applied(world, log_of(drive, at=timezone.now() - dt.timedelta(days=2)))
    assert line.refused == Weakness.DATE_IMPOSSIBLE
    assert_unproven(drive)


def test_an_erasure_in_the_future_proves_nothing(
    world: World, drive: StorageDrive
) -> None:
    line = applied(world, log_of(drive, at=timezone.now() + dt.timedelta(days=2)))
    assert line.refused == Weakness.DATE_IMPOSSIBLE
    assert_unproven(drive)


def test_an_ssd_overwritten_for_a_donor_who_asks_purge_is_clear_and_too_low(
    world: World,
) -> None:
    ssd = world.drive(medium=Medium.SATA_SSD, size_bytes=240 * GIB)
    drive = world.receive(ssd).drives.get()
    applied(world, log_of(drive))
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.CLASS_TOO_LOW, None)


def test_a_newer_attempt_makes_an_older_log_worthless(
    world: World, drive: StorageDrive
) -> None:
    applied(world, log_of(drive, status="-FAILED-"))
    earlier = timezone.now() - dt.timedelta(minutes=1)
    line = applied(world, log_of(drive, at=earlier))
    assert line.refused == Weakness.NEWER_ATTEMPT
    assert_unproven(drive)


def test_of_several_runs_on_a_drive_in_one_log_only_the_last_counts(
    world: World, drive: StorageDrive
) -> None:
    line = applied(world, log_of(drive) + log_of(drive, status="-FAILED-"))
    last = line.report.results.get(number=2)
    assert (line.refused, last.refused) == ("newer_attempt", "not_erased")
    assert_unproven(drive)


def test_a_log_from_before_the_device_went_away_proves_nothing_after_its_return(
    world: World,
) -> None:
    drive = world.ready().drives.get()
    text = log_of(drive, at=timezone.now() - dt.timedelta(seconds=2))
    with transaction.atomic():
        open_cycle(StorageDrive.objects.lock(drive.pk), by=world.lead, why="return")
    assert applied(world, text).refused == Weakness.DATE_IMPOSSIBLE
    assert not drive.erasures.filter(source=ErasureSource.IMPORT).exists()


def test_a_serial_cut_at_20_characters_waits_for_a_person(world: World) -> None:
    long = world.drive(serial="EX-LONG-0123456789-ABCDEF")
    drive = world.receive(long).drives.get()
    line = applied(world, log_of(drive))
    assert (line.doubt, line.refused) == (Doubt.SERIAL_CUT, "")
    assert_unproven(drive)


def test_what_a_person_matched_is_looked_at_by_another(world: World) -> None:
    long = world.drive(serial="EX-LONG-0123456789-ABCDEF")
    drive = world.receive(long).drives.get()
    line = applied(world, log_of(drive))
    actions.decide_result(line=line, drive=drive, by=world.technician)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    erasure = drive.erasures.get()
    assert erasure.exceptions == [ErasureException.MATCHED_BY_HAND]
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED


def test_a_person_says_that_it_is_none_of_them(world: World) -> None:
    long = world.drive(serial="EX-LONG-0123456789-ABCDEF")
    drive = world.receive(long).drives.get()
    line = applied(world, log_of(drive))
    line = actions.decide_result(line=line, drive=None, by=world.technician)
    assert line.refused == Weakness.NONE_OF_THESE
    with refused(ResultsDecided):
        actions.decide_result(line=line, drive=drive, by=world.technician)
    assert_unproven(drive)


def test_a_line_is_not_given_to_a_drive_that_it_cannot_be_about(world: World) -> None:
    long = world.drive(serial="EX-LONG-0123456789-ABCDEF")
    drive, other = world.receive(long, world.drive()).drives.all()
    line = applied(world, log_of(drive))
    with refused(DriveElsewhere):
        actions.decide_result(line=line, drive=other, by=world.technician)
    assert_unproven(other)


def test_a_line_without_a_serial_is_matched_by_size_and_by_a_person(
    world: World, drive: StorageDrive
) -> None:
    line = applied(world, log_of(drive, serial=""))
    assert line.doubt == Doubt.SERIAL_MISSING
    actions.decide_result(line=line, drive=drive, by=world.technician)
    assert "serial_missing" in drive.erasures.get().exceptions


def test_two_drives_with_one_serial_wait_for_a_person(world: World) -> None:
    twin = world.drive(serial="EX-TWIN-1", make="Autre", model="ZX9")
    drive = world.receive(world.drive(serial="EX-TWIN-1")).drives.get()
    world.receive(twin)
    line = applied(world, log_of(drive))
    assert (line.doubt, line.drive) == (Doubt.SEVERAL, None)
    assert Erasure.objects.count() == 0


def test_another_size_under_the_same_serial_is_a_question_and_then_no_proof(
    world: World, drive: StorageDrive
) -> None:
    line = applied(world, log_of(drive, size=drive.size_bytes // 2))  # type: ignore[operator]
    assert line.doubt == Doubt.SIZE_DIFFERS
    line = actions.decide_result(line=line, drive=drive, by=world.technician)
    assert line.refused == Weakness.EVIDENCE_INCOMPLETE
    assert_unproven(drive)


def test_another_model_under_the_same_serial_is_a_question(
    world: World, drive: StorageDrive
) -> None:
    line = applied(world, log_of(drive, model="Autre ZX9", short="Autre ZX9"))
    assert line.doubt == Doubt.MODEL_DIFFERS
    assert_unproven(drive)


def test_whole_gigabytes_of_a_label_give_way_to_the_bytes_that_were_counted(
    world: World,
) -> None:
    labelled = world.drive(size_bytes=500 * 10**9)
    drive = world.receive(labelled).drives.get()
    applied(world, log_of(drive, size=500_107_862_016))
    drive.refresh_from_db()
    assert (drive.status, drive.size_bytes) == (DriveStatus.ERASED, 500_107_862_016)


@pytest.mark.parametrize(
    ("said", "exception"),
    [
        ({"hidden": "hdparm command not found."}, "hidden_area_unknown"),
        (
            {"hidden": "The host protected area is enabled on /dev/sda"},
            "hidden_area_left",
        ),
        ({"bus": " USB"}, "serial_through_bridge"),
    ],
)
def test_what_is_odd_about_an_erasure_waits_for_a_second_person(
    world: World, drive: StorageDrive, said: dict[str, Any], exception: str
) -> None:
    applied(world, log_of(drive, **said))
    drive.refresh_from_db()
    assert drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    assert drive.erasures.get().exceptions == [exception]


def test_a_donor_s_wish_for_every_byte_is_met_by_a_full_read(
    world: World, drive: StorageDrive
) -> None:
    Donation.objects.update(verification_policy="full")
    assert applied(world, log_of(drive)).refused == ""


def test_what_is_no_report_leaves_nothing_behind(world: World) -> None:
    for text in ("<html></html>", "Nwipe" + "x" * MOST_BYTES):
        with refused(ResultsUnreadable):
            take_in(world, text)
    assert not Evidence.objects.exists()
    kept = world.site.events.filter(verb="results_refused").order_by("pk")
    assert [event.data["rule"] for event in kept] == ["results_unreadable"] * 2
    assert kept[0].data["sha256"] == hashlib.sha256(b"<html></html>").hexdigest()


def test_a_serial_that_no_drive_here_has_is_refused_and_journaled(
    world: World, drive: StorageDrive
) -> None:
    text = log_of(drive, serial="EX-WRONG-9")
    report, before = take_in(world, text), rows(ResultImport, ImportedResult)
    actions.apply_results(report=report, by=world.technician)
    assert report.results.get().refused == "no_drive"
    assert rows(ResultImport, ImportedResult) == before
    said = world.site.events.get(verb="results_applied").data
    assert (said["accepted"], said["refused"]) == (0, {"1": "no_drive"})


def test_whoever_may_not_record_erasures_takes_in_no_results(
    world: World, drive: StorageDrive
) -> None:
    report = take_in(world, log_of(drive))
    stranger = person(Role.TECHNICIAN, site=Site.objects.create(name="Ailleurs"))
    with refused(NotPermitted):
        actions.apply_results(report=report, by=stranger)
    with refused(NotPermitted):
        actions.take_in_results(
            body=b"Nwipe", file_name="a", site=world.site, by=stranger
        )
    assert_unproven(drive)


def test_drives_of_another_site_are_not_found(world: World) -> None:
    drive = world.receive().drives.get()
    elsewhere = Site.objects.create(name="Ailleurs")
    report = actions.take_in_results(
        body=log_of(drive).encode(),
        file_name="nwipe.log",
        site=elsewhere,
        by=person(Role.TECHNICIAN, site=elsewhere),
    )
    (prospect,) = look_ahead(report)
    assert (prospect.match.drive, prospect.refused) == (None, Weakness.NO_DRIVE)
