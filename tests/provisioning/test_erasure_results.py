"""What a machine reports of a drive: it counts where every rule holds, or for nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from agent import methods, proofs, wire
from backoffice.core.errors import SamePerson
from backoffice.core.models import RoleAssignment, User
from backoffice.core.roles import Role
from inventory import actions as inventory_actions
from inventory.actions.evidence import SUCCESSES
from inventory.methods import Medium
from inventory.models import (
    Donation,
    DriveEvent,
    Erasure,
    ErasureException,
    ErasureResult,
    ErasureSource,
    Evidence,
    StorageDrive,
)
from inventory.models.erasure import ExceptionsRefusal
from inventory.states import DataState, DriveStatus, ProofRefusal
from provisioning import actions
from provisioning.models import ErasureRun, RunState
from tests.provisioning.erasing import (
    SIZE,
    Bench,
    attempt,
    device_of,
    hidden,
    make_bench,
    verified,
    want_two,
)
from tests.provisioning.machines import FakeMachine
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
ENDED = methods.Ended


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def bench() -> Bench:
    return make_bench()


def kept_apart() -> dict[str, Any]:
    """Every row of the inventory but journals and evidence, which a refusal adds to.

    That an order waits ends with any answer.
    """
    drives = [
        {name: said for name, said in drive.items() if name != "ordered_at"}
        for drive in StorageDrive.objects.order_by("pk").values()
    ]
    return {**rows(Evidence, DriveEvent, StorageDrive), "drives": drives}


def refused(bench: Bench, drive: StorageDrive) -> list[str]:
    events = drive.events.filter(verb="erasure_refused").order_by("sequence")
    return [event.data["rule"] for event in events]


def refuse(bench: Bench, record: proofs.ErasureRecord, why: ProofRefusal) -> None:
    """The report is kept, journaled with its rule, and nothing else changes."""
    drive, before = bench.drive, kept_apart()
    accepted = bench.report(record)
    assert kept_apart() == before
    assert refused(bench, drive)[-1:] == [why.value]
    assert Evidence.objects.named(accepted.report.sha256) is not None


# ------------------------------------------------------------------ proof


def test_a_success_proves_the_drive_and_frees_its_device(bench: Bench) -> None:
    run = bench.begun()
    bench.report(bench.record(run))
    run, erasure = bench.run, Erasure.objects.get()
    assert (run.state, run.result, run.erasure) == (RunState.ENDED, "erased", erasure)
    assert (bench.drive.status, bench.drive.proof) == (DriveStatus.ERASED, erasure)
    assert device_of(bench).data_state == DataState.CLEAN


def test_the_proof_says_what_was_executed_and_rests_on_the_report(
    bench: Bench,
) -> None:
    accepted = bench.report(bench.record(bench.begun()))
    erasure = Erasure.objects.get()
    body = accepted.report.payload
    assert erasure.evidence_sha256 == hashlib.sha256(body).hexdigest()
    evidence = Evidence.objects.named(erasure.evidence_sha256)
    assert evidence is not None
    assert bytes(evidence.body) == body
    assert (erasure.source, erasure.operator) == ("agent", bench.world.technician)
    (tried,) = erasure.details["attempts"]
    assert tried["commands"] == [{"line": "overwrite /dev/sda", "exit": 0, "seconds": 3600}]  # fmt: skip
    assert erasure.details["drive"]["serial"] == "EX-RUN-1"
    assert erasure.details["verification"]["bytes_read"] == SIZE


def test_no_token_stands_in_what_is_shown(bench: Bench) -> None:
    run = bench.begun()
    token = actions.run_of(run).token
    bench.report(bench.record(run))
    assert token not in str(list(Erasure.objects.values()))
    assert token not in str(list(ErasureRun.objects.values()))


def test_the_class_is_the_server_s_whatever_the_machine_says(bench: Bench) -> None:
    run = bench.begun()
    bench.report(bench.record(run, erasure_class=methods.ErasureClass.PURGE))
    assert Erasure.objects.get().erasure_class == "clear"


def test_a_class_below_what_the_donor_asks_does_not_prove(bench: Bench) -> None:
    Donation.objects.update(erasure_policy="purge")
    bench.report(bench.record(bench.begun()))
    assert bench.drive.status == DriveStatus.CLASS_TOO_LOW


def test_an_order_that_was_confirmed_on_the_machine_counts(bench: Bench) -> None:
    bench.order()
    bench.report(bench.record(bench.run))
    assert (bench.run.state, bench.run.confirmed_by) == (RunState.ENDED, None)
    assert bench.drive.status == DriveStatus.ERASED


def test_a_report_that_came_after_the_machine_was_given_up_counts(
    bench: Bench,
) -> None:
    run = bench.begun()
    with_job = bench.agent.job
    assert with_job is not None
    bench.say(1, wire.Stage.PROGRESS, stride=proofs.Stride(run_id=run.uuid), percent=3)
    bench.say(2, wire.Stage.FAILED)
    assert bench.run.result == ErasureResult.UNKNOWN
    bench.report(bench.record(run))
    assert (bench.run.result, bench.drive.status) == ("erased", DriveStatus.ERASED)


def test_a_machine_without_a_network_proves_by_the_order_it_carried(
    world: World,
) -> None:
    bench = Bench(world)
    type(bench.agent).objects.update(device=None, bound_at=None)
    (run,) = bench.order()
    actions.export_order(run=run, by=world.technician)
    bench.look()
    bench.report(bench.record(run))
    assert (bench.run.state, bench.drive.status) == (RunState.ENDED, "erased")


# ------------------------------------------------------------------ exceptions


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"hidden": hidden(dco=methods.Hidden.UNKNOWN)}, "hidden_area_unknown"),
        ({"hidden": hidden(hpa=methods.Hidden.LEFT)}, "hidden_area_left"),
        ({"after": proofs.Counters(reallocated=8)}, "reallocated_sectors"),
    ],
)
def test_what_is_odd_waits_for_a_second_person_though_the_machine_is_content(
    bench: Bench, said: dict[str, Any], expected: str
) -> None:
    bench.report(bench.record(bench.begun(), **said))
    erasure = Erasure.objects.get()
    assert (erasure.result, erasure.exceptions) == (
        "erased_with_exceptions",
        [expected],
    )
    assert bench.drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    inventory_actions.approve_exceptions(erasure=erasure, by=bench.world.officer)
    assert bench.drive.status == DriveStatus.ERASED


def test_what_nobody_ordered_waits_for_the_data_security_officer(bench: Bench) -> None:
    bench.report(bench.record())
    erasure = Erasure.objects.get()
    assert erasure.exceptions == [ErasureException.WITHOUT_ORDER]
    assert (erasure.operator, erasure.source) == (None, ErasureSource.AGENT)
    assert bench.drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    inventory_actions.approve_exceptions(erasure=erasure, by=bench.world.officer)
    assert bench.drive.status == DriveStatus.ERASED


def test_whoever_had_a_hand_in_it_does_not_accept_what_nobody_ordered(
    bench: Bench,
) -> None:
    officer = bench.world.officer
    (run,) = bench.order(by=officer)
    actions.cancel_order(run=run, by=officer)
    bench.report(bench.record())
    erasure, before = Erasure.objects.get(), rows()
    with pytest.raises(SamePerson):
        inventory_actions.approve_exceptions(erasure=erasure, by=officer)
    assert rows() == before
    another = person(Role.DATA_SECURITY_OFFICER, site=bench.world.site)
    inventory_actions.approve_exceptions(erasure=erasure, by=another)
    assert bench.drive.status == DriveStatus.ERASED


def test_whoever_bound_the_machine_does_not_accept_what_nobody_ordered(
    bench: Bench,
) -> None:
    bench.report(bench.record())
    erasure, binder = Erasure.objects.get(), bench.world.technician
    as_officer = Group.objects.get(name=Role.DATA_SECURITY_OFFICER)
    RoleAssignment.objects.create(user=binder, role=as_officer)
    before = rows()
    afresh = User.objects.get(pk=binder.pk)
    with pytest.raises(SamePerson):
        inventory_actions.approve_exceptions(erasure=erasure, by=afresh)
    assert rows() == before


def carried(bench: Bench, *, ran_by: User | None, by: User, **said: Any) -> Erasure:
    """A success by order that needs a second person, and came on a stick."""
    odd = {"hidden": hidden(dco=methods.Hidden.UNKNOWN), **said}
    record = bench.record(bench.begun(), **odd)
    report = bench.machine.report(kind=wire.Kind.ERASURE, erasure=record)
    envelope = bench.machine.seal(report)
    brought = actions.Brought(ran_by, by)
    actions.accept_report(agent=bench.agent, envelope=envelope, brought=brought)
    return Erasure.objects.get()


def test_neither_who_ran_the_machine_nor_who_brought_the_stick_accepts_it(
    bench: Bench,
) -> None:
    ran, brought, third = (
        person(Role.DATA_SECURITY_OFFICER, site=bench.world.site) for _ in range(3)
    )
    erasure = carried(bench, ran_by=ran, by=brought)
    before = rows()
    for hand in (ran, brought):
        with pytest.raises(SamePerson):
            inventory_actions.approve_exceptions(erasure=erasure, by=hand)
        with pytest.raises(SamePerson):
            inventory_actions.refuse_exceptions(
                erasure=erasure, reason=ExceptionsRefusal.REPORT_UNCLEAR, by=hand
            )
    assert rows() == before
    inventory_actions.approve_exceptions(erasure=erasure, by=third)
    assert bench.drive.status == DriveStatus.ERASED


def test_who_took_the_order_out_on_a_stick_does_not_accept_its_result(
    bench: Bench,
) -> None:
    officer = bench.world.officer
    (run,) = bench.order()
    actions.export_order(run=run, by=officer)
    bench.confirm()
    odd = hidden(dco=methods.Hidden.UNKNOWN)
    bench.report(bench.record(bench.run, hidden=odd))
    erasure, before = Erasure.objects.get(), rows()
    with pytest.raises(SamePerson):
        inventory_actions.approve_exceptions(erasure=erasure, by=officer)
    assert rows() == before


def test_what_was_over_before_the_drive_came_is_shown_to_the_officer(
    bench: Bench,
) -> None:
    years = dt.timedelta(days=400)
    ended = timezone.now() - years
    bench.report(bench.record(started_at=ended - years, ended_at=ended))
    erasure = Erasure.objects.get()
    assert sorted(erasure.exceptions) == ["before_cycle", "without_order"]
    assert bench.drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE


def officer_who_erases(bench: Bench) -> User:
    """A data-security officer who may order erasures too."""
    officer = person(Role.DATA_SECURITY_OFFICER, site=bench.world.site)
    as_technician = Group.objects.get(name=Role.TECHNICIAN)
    RoleAssignment.objects.create(user=officer, role=as_technician)
    afresh: User = User.objects.get(pk=officer.pk)
    return afresh


def test_who_ordered_it_does_not_accept_it_though_another_confirmed(
    bench: Bench,
) -> None:
    officer = officer_who_erases(bench)
    bench.order(by=officer)
    bench.confirm()
    bench.report(bench.record(bench.run, hidden=hidden(dco=methods.Hidden.UNKNOWN)))
    erasure, before = Erasure.objects.get(), rows()
    assert erasure.operator == bench.world.technician
    with pytest.raises(SamePerson):
        inventory_actions.approve_exceptions(erasure=erasure, by=officer)
    assert rows() == before


def failed_without_order(bench: Bench) -> None:
    hour = dt.timedelta(hours=1)
    ended = timezone.now() - hour
    said: dict[str, Any] = {"started_at": ended - hour, "ended_at": ended}
    bench.report(bench.record(ended=ENDED.FAILED, **said))


@pytest.mark.parametrize(
    "fail",
    [
        lambda bench: bench.world.erase(bench.drive, result=ErasureResult.FAILED),
        failed_without_order,
    ],
)
def test_an_older_success_on_a_stick_waits_where_a_failure_was_recorded_since(
    bench: Bench, fail: Callable[[Bench], object]
) -> None:
    record = bench.record(bench.begun())
    fail(bench)
    bench.report(record)
    newest = Erasure.objects.latest("pk")
    assert newest.exceptions == [ErasureException.BEFORE_ATTEMPT]
    assert bench.drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE


def test_what_was_ordered_after_a_failure_is_newer_whatever_the_clock_says(
    bench: Bench,
) -> None:
    failed_without_order(bench)
    record = bench.record(bench.begun())
    dead = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)
    bench.report(dataclasses.replace(record, started_at=dead, ended_at=dead))
    assert bench.drive.status == DriveStatus.ERASED


# ------------------------------------------------------------------ no success


@pytest.mark.parametrize("ended", [ENDED.FAILED, ENDED.ABORTED, ENDED.UNKNOWN])
def test_what_did_not_succeed_is_recorded_and_undoes_a_proof(
    bench: Bench, ended: methods.Ended
) -> None:
    bench.world.erase(bench.drive)
    bench.report(bench.record(bench.begun(), ended=ended, bytes_erased=4096))
    assert (bench.run.result, bench.run.refused) == (ended.value, "")
    assert (bench.drive.status, bench.drive.proof) == (DriveStatus.FAILED, None)


def test_what_was_not_attempted_leaves_the_drive_as_it_was(bench: Bench) -> None:
    bench.report(bench.record(bench.begun(), ended=ENDED.NOT_ATTEMPTED, attempts=()))
    assert (bench.run.result, bench.drive.status) == ("not_attempted", "awaiting_erasure")  # fmt: skip


def test_a_failed_drive_is_ordered_again(bench: Bench) -> None:
    bench.report(bench.record(bench.begun(), ended=ENDED.FAILED, bytes_erased=0))
    bench.say(1, wire.Stage.DONE)
    bench.report(bench.record(bench.begun()))
    assert bench.drive.status == DriveStatus.ERASED
    assert list(ErasureRun.objects.order_by("pk").values_list("result", flat=True)) == [
        "failed",
        "erased",
    ]


# ------------------------------------------------------------------ not borne out

HALF = SIZE // 2


def sampled(bytes_read: int, **said: Any) -> proofs.Verified:
    laid_out = {"places": 2002, "seed": "5eed", "bytes_read": bytes_read}
    return verified(method=methods.Verification.SAMPLED, **{**laid_out, **said})


def resumed(wrote: int, start: int, *before: int) -> tuple[proofs.Attempt, ...]:
    """Attempts that broke off after so many bytes, and one that went on from `start`."""
    now = timezone.now()
    cut = [attempt(now, ended=ENDED.ABORTED, bytes_written=size) for size in before]
    return (*cut, attempt(now, bytes_written=wrote, resumed_from=start))


SANITIZED = "SD0 Sanitize Idle; Last Sanitize Operation Completed Without Error"


def by_itself(bench: Bench, technique: methods.Technique, **said: Any) -> Any:
    """What is said of a drive with nothing in between that was told to erase itself."""
    run = bench.begun()
    looked = {"markers_planted": 16, "status": SANITIZED, **said}
    return bench.record(
        run,
        drive=bench.disk(behind=wire.Behind.NOTHING),
        technique=technique,
        attempts=(attempt(timezone.now(), technique=technique, bytes_written=0),),
        verified=verified(**looked),
    )


@pytest.mark.parametrize(
    "said",
    [
        {"attempts": ()},
        {"attempts": (attempt(timezone.now(), ended=ENDED.ABORTED),)},
        {"attempts": (attempt(timezone.now(), errors=1),)},
        {"attempts": (attempt(timezone.now(), technique=methods.Technique.UNKNOWN),)},
        {"bytes_erased": HALF},
        {"bytes_erased": 0},
        {"verified": verified(method=methods.Verification.NONE)},
        {"verified": verified(method=methods.Verification.STATUS)},
        {"verified": verified(method=methods.Verification.UNKNOWN)},
        {"verified": verified(bytes_read=HALF)},
        {"verified": verified(errors=1)},
        {"verified": verified(mismatches=1)},
        {"verified": verified(markers_planted=16, markers_found=1)},
        {"verified": verified(method=methods.Verification.SAMPLED, places=0)},
        {"verified": sampled(SIZE // 10 - 1)},
        {"attempts": (attempt(timezone.now(), bytes_written=SIZE - 1),)},
        {"attempts": (attempt(timezone.now(), bytes_written=SIZE + 1),)},
        {"attempts": (attempt(timezone.now(), resumed_from=HALF),)},
        {"verified": sampled(SIZE // 10, places=1)},
        {"verified": sampled(SIZE // 10, places=1999)},
        {"verified": sampled(SIZE // 10, seed="")},
        {"attempts": resumed(HALF, HALF)},
        {"attempts": resumed(HALF, HALF, HALF - 1)},
        {"attempts": resumed(0, SIZE)},
        {"attempts": resumed(HALF, HALF, HALF), "verified": sampled(SIZE)},
        {"after": proofs.Counters(pending=1)},
        {
            "before": proofs.Counters(uncorrectable=1),
            "after": proofs.Counters(uncorrectable=2),
        },
        {
            "before": proofs.Counters(media_errors=0),
            "after": proofs.Counters(media_errors=1),
        },
        {
            "before": proofs.Counters(reallocated=8),
            "after": proofs.Counters(reallocated=9),
        },
        {"hidden": hidden(native_bytes=2 * SIZE)},
        {"technique": methods.Technique.UNKNOWN},
        {"technique": methods.Technique.ATA_SANITIZE_OVERWRITE},
    ],
)
def test_a_success_that_what_was_executed_does_not_bear_out_is_refused(
    bench: Bench, said: dict[str, Any]
) -> None:
    refuse(bench, bench.record(bench.begun(), **said), ProofRefusal.EVIDENCE_INCOMPLETE)
    assert (bench.run.state, bench.run.refused) == ("ended", "evidence_incomplete")
    assert bench.drive.status == DriveStatus.AWAITING_ERASURE


def test_a_drive_that_erased_itself_is_believed_by_markers_only(bench: Bench) -> None:
    technique = methods.Technique.ATA_SANITIZE_OVERWRITE
    record = by_itself(bench, technique, markers_planted=0)
    refuse(bench, record, ProofRefusal.EVIDENCE_INCOMPLETE)
    bench.say(1, wire.Stage.DONE)
    bench.report(by_itself(bench, technique))
    assert bench.drive.status == DriveStatus.ERASED


@pytest.mark.parametrize(
    "status", ["", "all zero", "SD3 failed", "SD0 Sanitize Idle", f"SD2; {SANITIZED}"]
)
def test_a_drive_that_does_not_say_so_itself_has_not_erased_itself(
    bench: Bench, status: str
) -> None:
    technique = methods.Technique.ATA_SANITIZE_OVERWRITE
    record = by_itself(bench, technique, status=status)
    refuse(bench, record, ProofRefusal.EVIDENCE_INCOMPLETE)


@pytest.mark.parametrize("behind", [b for b in wire.Behind if b != "nothing"])
def test_what_stands_between_may_have_answered_in_the_drive_s_place(
    bench: Bench, behind: wire.Behind
) -> None:
    record = by_itself(bench, methods.Technique.ATA_SANITIZE_OVERWRITE)
    through = dataclasses.replace(record, drive=bench.disk(behind=behind))
    refuse(bench, through, ProofRefusal.EVIDENCE_INCOMPLETE)


def test_a_volume_of_a_raid_controller_is_no_hard_disk(world: World) -> None:
    bench = Bench(world, fields={"behind": wire.Behind.RAID})
    bench.report(bench.record(bench.begun()))
    erasure = Erasure.objects.get()
    assert erasure.exceptions == [ErasureException.RAID_VOLUME]
    assert bench.drive.medium == Medium.UNKNOWN
    inventory_actions.approve_exceptions(erasure=erasure, by=world.officer)
    assert bench.drive.status == DriveStatus.CLASS_TOO_LOW


@pytest.mark.parametrize(
    "said",
    [
        {"verified": sampled(SIZE // 10)},
        {"attempts": resumed(HALF, HALF, HALF)},
        {"attempts": resumed(0, SIZE, SIZE)},
        {"before": proofs.Counters(pending=4), "after": proofs.Counters(pending=0)},
    ],
)
def test_what_just_adds_up_is_a_success(bench: Bench, said: dict[str, Any]) -> None:
    bench.report(bench.record(bench.begun(), **said))
    assert bench.drive.status == DriveStatus.ERASED


def test_a_method_that_the_drive_does_not_have_is_refused(bench: Bench) -> None:
    technique = methods.Technique.NVME_SANITIZE_BLOCK
    record = by_itself(bench, technique, status="SSTAT 0x101, SPROG 65535")
    refuse(bench, record, ProofRefusal.TECHNIQUE_UNFIT)


def test_samples_are_refused_where_the_donor_asks_for_every_byte(bench: Bench) -> None:
    Donation.objects.update(verification_policy="full")
    sampled = verified(method=methods.Verification.SAMPLED, places=2000)
    refuse(bench, bench.record(bench.begun(), verified=sampled), ProofRefusal.EVIDENCE_INCOMPLETE)  # fmt: skip


# ------------------------------------------------------------------ bad input


def test_a_result_of_a_machine_that_has_not_the_drive_is_refused(bench: Bench) -> None:
    run = bench.begun()
    stranger = Bench(bench.world, serials=("EX-RUN-2",))
    record = bench.record(run)
    before = kept_apart()
    stranger.report(record)
    assert kept_apart() == before
    assert refused(bench, bench.drive) == ["order_of_another"]
    assert (bench.run.state, bench.run.also_refused) == ("confirmed", "order_of_another")  # fmt: skip


def test_a_result_without_order_for_a_drive_it_does_not_hold_is_refused(
    bench: Bench,
) -> None:
    stranger = Bench(bench.world, serials=("EX-RUN-2",))
    before = kept_apart()
    stranger.report(bench.record())
    assert kept_apart() == before
    event = stranger.agent.events.filter(verb="erasure_refused").get()
    assert event.data["rule"] == "drive_not_held"


def test_a_wrong_token_is_refused_and_only_the_machine_s_journal_says_so(
    bench: Bench,
) -> None:
    """Whoever learns of an order’s number writes nothing about its drive."""
    record = bench.record(bench.begun(), token="x" * 43)
    before = rows(Evidence), list(ErasureRun.objects.values())
    accepted = bench.report(record)
    assert (rows(Evidence), list(ErasureRun.objects.values())) == before
    assert Evidence.objects.named(accepted.report.sha256) is not None
    event = bench.agent.events.get(verb="erasure_refused")
    assert event.data["rule"] == "order_unknown"
    actions.rebuild_agent(agent=bench.agent)
    assert bench.run.also_refused == ""


def test_an_order_that_there_is_none_of_is_refused(bench: Bench) -> None:
    record = bench.record(bench.begun())
    forged = dataclasses.replace(record, run_id=bench.device.uuid)
    before = kept_apart()
    bench.report(forged)
    assert kept_apart() == before
    event = bench.agent.events.filter(verb="erasure_refused").get()
    assert event.data["rule"] == "order_unknown"


def test_a_result_for_an_old_cycle_is_refused(bench: Bench) -> None:
    run = bench.begun()
    record = bench.record(run)
    StorageDrive.objects.filter(pk=bench.drive.pk).update(cycle=2)
    refuse(bench, record, ProofRefusal.CYCLE_OVER)
    assert (bench.run.state, bench.run.refused) == ("ended", "cycle_over")


def test_a_result_for_the_order_before_is_refused(bench: Bench) -> None:
    """Another job: its order was taken back, and the drive ordered again."""
    (first,) = bench.order()
    actions.cancel_order(run=first, by=bench.world.technician)
    second = bench.begun()
    refuse(bench, bench.record(first), ProofRefusal.ORDER_FELL)
    assert bench.drive.ordered_at is not None
    assert bench.run == second
    assert bench.run.state == RunState.CONFIRMED


def test_two_successes_with_different_evidence_count_once(bench: Bench) -> None:
    run = bench.begun()
    bench.report(bench.record(run))
    refuse(bench, bench.record(run, kernel="6.12.0"), ProofRefusal.RESULT_KNOWN)
    assert Erasure.objects.count() == 1
    assert (bench.run.refused, bench.run.also_refused) == ("", "result_known")


def test_an_older_success_does_not_undo_a_newer_failure(bench: Bench) -> None:
    older = bench.begun()
    stride = proofs.Stride(run_id=older.uuid)
    bench.say(1, wire.Stage.PROGRESS, stride=stride, percent=3)
    bench.say(2, wire.Stage.FAILED)
    bench.report(bench.record(bench.begun(), ended=ENDED.FAILED, bytes_erased=4096))
    refuse(bench, bench.record(older), ProofRefusal.RESULT_OVERTAKEN)
    older.refresh_from_db()
    assert (older.refused, bench.drive.status) == ("result_overtaken", "failed")
    assert bench.run.refused == ""


def test_the_same_report_sent_again_changes_nothing(bench: Bench) -> None:
    run = bench.begun()
    report = bench.machine.report(kind=wire.Kind.ERASURE, erasure=bench.record(run))
    envelope = bench.machine.seal(report)
    actions.accept_report(agent=bench.agent, envelope=envelope)
    before = rows()
    again = actions.accept_report(agent=bench.agent, envelope=envelope)
    assert (again.created, rows()) == (False, before)


@pytest.mark.parametrize("fields", [{"serial": "EX-OTHER"}, {"serial": "Default string"}, {"model": "SSD 860 EVO"}])  # fmt: skip
def test_a_result_about_another_drive_than_the_order_is_refused(
    bench: Bench, fields: dict[str, str]
) -> None:
    run = bench.begun()
    other = bench.disk(**fields)
    refuse(bench, bench.record(run, drive=other), ProofRefusal.DRIVE_OTHER)
    assert bench.run.refused == "drive_other"


def test_a_drive_swapped_after_the_order_is_not_proven_by_it(bench: Bench) -> None:
    run = bench.begun()
    record = bench.record(run)
    inventory_actions.take_drive_out(
        drive=bench.drive, custody=bench.world.cupboard, by=bench.world.technician
    )
    before = kept_apart()
    bench.report(record)
    assert kept_apart() == before
    assert refused(bench, StorageDrive.objects.get()) == ["drive_not_held"]


def test_a_result_that_nobody_approved_is_refused(bench: Bench) -> None:
    want_two(bench.world)
    (run,) = bench.order()
    refuse(bench, bench.record(run), ProofRefusal.ORDER_NOT_APPROVED)
    assert bench.run.state == RunState.ASKED


def test_an_order_taken_back_proves_nothing_any_more(bench: Bench) -> None:
    run = bench.begun()
    actions.cancel_order(run=run, by=bench.world.technician)
    refuse(bench, bench.record(run), ProofRefusal.ORDER_FELL)
    assert (bench.run.state, bench.run.refused) == ("ended", "order_fell")


def test_a_failure_counts_though_the_order_was_taken_back(bench: Bench) -> None:
    run = bench.begun()
    actions.cancel_order(run=run, by=bench.world.technician)
    bench.report(bench.record(run, ended=ENDED.ABORTED, bytes_erased=0))
    assert bench.drive.status == DriveStatus.FAILED


def test_a_huge_log_is_kept_to_the_byte_and_clocks_may_say_anything(
    bench: Bench,
) -> None:
    run = bench.begun()
    step = proofs.Step(line="x" * 300, exit_code=0, said="é" * 1000)
    long = attempt(timezone.now(), steps=(step,) * 24)
    ago = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
    record = bench.record(run, attempts=(long,) * 8, started_at=ago)
    accepted = bench.report(record)
    evidence = Evidence.objects.named(accepted.report.sha256)
    assert evidence is not None
    assert evidence.size_bytes > 300_000
    assert Erasure.objects.get().started_at is None


def test_a_stranger_s_machine_is_not_believed_by_serial_alone(bench: Bench) -> None:
    """Bound to nothing, and never shown the drive."""
    fake = FakeMachine()
    fake.join(bench.world, bench.world.technician)
    before = kept_apart()
    fake.send(kind=wire.Kind.ERASURE, erasure=bench.record())
    assert kept_apart() == before


def test_a_machine_bound_to_nothing_strips_no_proof_by_naming_a_serial(
    bench: Bench,
) -> None:
    bench.world.erase(bench.drive)
    fake = FakeMachine()
    fake.join(bench.world, bench.world.technician)
    fake.send(bench.disk())
    before = kept_apart()
    failed = bench.record(ended=ENDED.FAILED, bytes_erased=0)
    fake.send(kind=wire.Kind.ERASURE, erasure=failed)
    assert kept_apart() == before
    assert fake.agent is not None
    event = fake.agent.events.get(verb="erasure_refused")
    assert event.data["rule"] == "drive_not_held"


def test_no_success_is_written_without_its_evidence(bench: Bench) -> None:
    bench.report(bench.record(bench.begun()))
    good = Erasure.objects.filter(result__in=SUCCESSES)
    hashes = set(Evidence.objects.values_list("sha256", flat=True))
    assert {erasure.evidence_sha256 for erasure in good} <= hashes


# ------------------------------------------------------------------ made anew

TOLD = ("state", "result", "refused", "also_refused", "report", "erasure", "ended_at")


def told_of_runs() -> list[Any]:
    return list(ErasureRun.objects.order_by("pk").values(*TOLD))


def test_made_anew_from_its_reports_every_order_says_the_same(world: World) -> None:
    benches = [Bench(world, serials=(f"EX-{n}",)) for n in range(3)]
    good, bad, short = benches
    run = good.begun()
    good.report(good.record(run))
    good.report(good.record(run, kernel="6.12.0"))
    bad.report(bad.record(bad.begun(), ended=ENDED.FAILED))
    short.report(short.record(short.begun(), bytes_erased=5))
    before, inventory = told_of_runs(), rows()
    ErasureRun.objects.update(
        result="", refused="", also_refused="", report=None, erasure=None
    )
    for bench in benches:
        actions.rebuild_agent(agent=bench.agent)
    assert (told_of_runs(), rows()) == (before, inventory)


def test_a_report_of_an_erasure_is_no_reading_of_health(bench: Bench) -> None:
    before = device_of(bench).health.facts
    bench.report(bench.record(bench.begun()))
    assert device_of(bench).health.facts == before
    actions.rebuild_agent(agent=bench.agent)
    assert device_of(bench).health.facts == before
