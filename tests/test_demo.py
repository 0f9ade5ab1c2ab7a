"""The demo world is what the README promises, and was made through the acts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from backoffice.core import journal
from backoffice.core.models import DocumentKind, Outgoing, RoleAssignment, User
from backoffice.core.roles import Role
from backoffice.demo import bench, history, people, seats
from inventory.models import (
    Certificate,
    Destruction,
    Device,
    Donor,
    Erasure,
    ImportedResult,
    Lot,
    Place,
    ResultImport,
)
from inventory.states import DeviceStatus, DriveStatus
from lending.actions.apns import apn_of
from lending.actions.pack_questions import what_is_missing
from lending.actions.proposals import propose_units
from lending.apns import shipped
from lending.models import (
    ApnProfile,
    CountedStock,
    EquipmentRequest,
    HandOver,
    Loan,
    Membership,
    Pack,
    SavedFilter,
    SimCard,
    Structure,
    Webhook,
)
from lending.states import LoanStatus, PackStatus, RequestStatus
from provisioning.actions import (
    ask_job,
    cancel_job,
    cancel_order,
    confirm_order,
    revoke_agent,
)
from provisioning.cards import bench as cards
from provisioning.cards import erasures as board
from provisioning.cards.fleet import Look, narrowed, runs_of
from provisioning.models import (
    Agent,
    Correction,
    EnvironmentRun,
    ErasureRun,
    Job,
    JobKind,
    JobState,
    Likeness,
    Report,
    RunState,
)
from tests.journals import instants

S = DeviceStatus
ASKED = frozenset(
    {RequestStatus.DRAFT, RequestStatus.SUBMITTED, RequestStatus.INCOMPLETE}
    | {RequestStatus.UNDER_REVIEW, RequestStatus.WAITING, RequestStatus.ADJOURNED}
    | {RequestStatus.APPROVED, RequestStatus.SCHEDULED, RequestStatus.FULFILLED}
    | {RequestStatus.REFUSED}
)
REACHED = frozenset(
    {S.ANNOUNCED, S.RECEIVED, S.IN_TRIAGE, S.TO_PROCESS, S.IN_REFURBISHMENT}
    | {S.AWAITING_PARTS, S.IN_QUALITY_CHECK, S.READY, S.NOT_REUSABLE, S.FOR_PARTS}
    | {S.SCRAPPED, S.MISSING, S.RETURNED_TO_DONOR}
    | {S.PACKED, S.ON_LOAN, S.HANDED_OVER, S.RETURNED}
)
VERDICTS = {"sound": "pass", "weak": "warn", "failing": "fail", "mute": "unknown"}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(autouse=True)
def _own_state(settings: Settings, state: Path) -> None:
    """The keys of the world told once are those of every test here."""
    settings.STATE_DIR, settings.MEDIA_ROOT = state / "state", state / "media"


@pytest.fixture(scope="module")
def told(
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    state: Path,
) -> Iterator[None]:
    """It takes seconds: told once, and each test undoes what it changes."""
    kept = override_settings(STATE_DIR=state / "state", MEDIA_ROOT=state / "media")
    with django_db_blocker.unblock(), kept:
        world = transaction.atomic()
        # acts are durable inside it, as in any test
        world._from_testcase = True  # type: ignore[attr-defined]
        with world:
            bench.tell(history.tell(until=bench.OPEN_FOR))
            yield
            transaction.set_rollback(True)


@pytest.fixture
def on_the_bench(told: None, db: None) -> dict[str, Agent]:
    """The demo's machines, by the name that the story gives them."""
    found = {seat.name: seat.machine for seat in (*seats.SEATS, seats.AWAY)}
    guests = (seats.TOWER, seats.LIKE, seats.VISITOR)
    machines = found | {machine.name: machine for machine in guests}
    return {name: machine.joined for name, machine in machines.items()}


def lead() -> User:
    found: User = User.objects.get(email=people.PEOPLE[1].email)
    return found


def run_of(name: str) -> ErasureRun:
    (device,) = (s.machine.joined.device for s in seats.SEATS if s.name == name)
    return ErasureRun.objects.select_related("drive", "device").get(device=device)


@pytest.mark.usefixtures("on_the_bench")
def test_the_demo_world_is_told_through_the_acts() -> None:
    assert (Donor.objects.count(), Lot.objects.count()) == (4, 5)
    assert 290 <= Device.objects.count() <= 310
    assert set(Device.objects.values_list("status", flat=True)) == REACHED
    assert Place.objects.count() >= 10
    assert {r.role.name for r in RoleAssignment.objects.all()} == set(Role.values)
    assert Erasure.objects.waiting().exists()
    assert Destruction.objects.waiting().exists()
    verdict = journal.verify()
    assert verdict.holds
    assert verdict.events > 1500
    assert max(instants()) <= timezone.now()


def verdict(agent: Agent) -> str:
    assert agent.device
    return agent.device.health.verdict


def test_the_demo_s_bench_shows_what_benches_show(
    on_the_bench: dict[str, Agent],
) -> None:
    found = {name: verdict(on_the_bench[name]) for name in VERDICTS}
    assert found == VERDICTS
    jobs = {agent.job.state for agent in on_the_bench.values() if agent.job}
    assert jobs == {"done", "running", "waiting", "failed"}
    groups = {cards.card_of(agent).group for agent in on_the_bench.values()}
    assert groups == set(cards.Group)
    assert on_the_bench["doubled"].clone_suspected_at
    assert on_the_bench["visitor"].approved_at is None
    assert [like.agent for like in Likeness.objects.open()] == [on_the_bench["like"]]
    assert Correction.objects.waiting().count() == 1
    assert_travelled(on_the_bench["gives"], on_the_bench["takes"])


def assert_travelled(gave: Agent, took: Agent) -> None:
    """A drive was seen in both machines; who lost it is held."""
    assert gave.device
    assert gave.device.hold_reason == "unproven_drive"
    (seen,) = gave.sightings.all()
    assert seen.drive in {sighting.drive for sighting in took.sightings.all()}


@pytest.mark.usefixtures("on_the_bench")
def test_what_the_demo_s_machines_say_is_signed() -> None:
    reports = Report.objects.select_related("kept", "agent")
    assert reports.count() > len(VERDICTS)
    for each in reports:
        key = Ed25519PublicKey.from_public_bytes(bytes(each.agent.public_key))
        key.verify(bytes(each.signature), each.payload)


@pytest.mark.slow
def test_the_demo_s_machines_do_what_they_are_asked(
    on_the_bench: dict[str, Agent],
) -> None:
    sound, running = on_the_bench["sound"], on_the_bench["testing"].job
    asked = ask_job(agent=sound, kind=JobKind.REPORT, by=lead())
    assert running
    cancel_job(job=running, by=lead())
    revoke_agent(agent=on_the_bench["failing"], by=lead())
    said = on_the_bench["failing"].events.count()
    bench.turn()
    assert Job.objects.get(pk=asked.pk).state == JobState.DONE
    assert Report.objects.filter(agent=sound).count() == 4
    assert Job.objects.get(pk=running.pk).state == JobState.CANCELLED
    assert on_the_bench["failing"].events.count() == said
    waiting = Job.objects.get(agent=on_the_bench["waiting"])
    while waiting.is_open:
        bench.turn()
        waiting.refresh_from_db()
    assert (waiting.state, waiting.percent) == (JobState.DONE, 100)
    # what a visitor writes of a device changes nothing of its machine
    Device.objects.filter(model="Latitude 5480").update(model="M" * 80)
    bench.turn()


@pytest.mark.usefixtures("on_the_bench")
def test_the_demo_shows_every_step_of_an_erasure() -> None:
    runs = ErasureRun.objects.on_board().for_board()
    rows = [board.Row(run.drive, run.device, run) for run in runs]
    assert {row.group for row in rows} == set(board.Group)
    steps = {run.state for run in runs}
    assert steps >= {RunState.ASKED, RunState.APPROVED, RunState.RUNNING}
    assert {row.percent for row in rows} >= {58, 23}
    assert [row.stuck_minutes for row in rows if row.stuck_minutes] == [9]
    assert run_of("ordered").by_two
    assert run_of("approved").plan
    assert run_of("erased").drive.proof_id == run_of("erased").erasure_id
    assert not any(run.refused for run in runs)


@pytest.mark.slow
@pytest.mark.usefixtures("on_the_bench")
def test_a_drive_of_the_demo_is_erased_when_somebody_confirms_it() -> None:
    device = run_of("approved").device
    confirm_order(device=device, by=lead())
    while run_of("approved").is_open:
        bench.turn()
    assert run_of("approved").drive.proof == run_of("approved").erasure
    # meanwhile one went on, and one did not
    assert (run_of("erasing").percent, run_of("stuck").percent) == (59, 23)
    assert run_of("stuck").stuck_at


@pytest.mark.usefixtures("on_the_bench")
def test_an_erasure_of_the_demo_is_stopped_when_somebody_cancels_it() -> None:
    cancel_order(run=run_of("erasing"), by=lead())
    bench.turn()
    assert run_of("erasing").result == "aborted"
    assert run_of("erasing").drive.proof is None


@pytest.mark.usefixtures("on_the_bench")
def test_the_demo_s_papers_are_valid_cancelled_and_issued_again() -> None:
    valid = Certificate.objects.valid()
    assert {each.document.kind for each in valid} == {
        *(DocumentKind.ERASURE_CERTIFICATE, DocumentKind.FAILURE_REPORT),
        *(DocumentKind.LOT_SUMMARY, DocumentKind.MACHINE_SHEET),
        DocumentKind.DESTRUCTION_RECORD,
    }
    (cancelled,) = Certificate.objects.exclude(cancelled_at=None)
    assert cancelled.replaced_by in valid
    assert valid.filter(erasure=run_of("erased").erasure).exists()


@pytest.mark.usefixtures("on_the_bench")
def test_the_demo_s_imports_are_accepted_refused_and_asked_about() -> None:
    applied, looked_at = ResultImport.objects.order_by("pk")
    whole, stopped, nameless = applied.results.order_by("number")
    assert whole.drive
    assert whole.erasure == whole.drive.proof
    assert (stopped.refused, stopped.erasure) == ("not_erased", None)
    assert nameless.is_open
    assert looked_at.applied_at is None
    assert ImportedResult.objects.filter(report=looked_at).count() == 1


@pytest.mark.usefixtures("on_the_bench")
def test_the_demo_s_structures_ask_and_most_answers_are_to_be_seen() -> None:
    assert Structure.objects.count() == 3
    assert set(EquipmentRequest.objects.values_list("status", flat=True)) == ASKED
    partner = Membership.objects.filter(user__email="partenaire@exemple.test")
    assert sorted(partner.values_list("is_admin", flat=True)) == [False, True]
    shorts = [s for s in CountedStock.objects.all() if s.on_hand < s.minimum]
    assert len(shorts) == 1
    workshop = EquipmentRequest.objects.get(quantity=4)
    assert propose_units(workshop, reader=lead()).best
    assert SavedFilter.objects.get().is_shared
    assert not Webhook.objects.get().is_active


@pytest.mark.usefixtures("on_the_bench")
def test_the_demo_s_packs_are_made_lent_late_given_and_come_back() -> None:
    short = Pack.objects.filter(status=PackStatus.DRAFT).earliest("pk")
    assert what_is_missing(short)
    planned = HandOver.objects.get(planned_at__isnull=False)
    assert planned.pack.status == PackStatus.READY
    today = timezone.localdate()
    active = Loan.objects.filter(status=LoanStatus.ACTIVE)
    assert active.filter(due_on__lt=today).count() == 1
    assert active.filter(due_on__gte=today).count() == 1
    back = Loan.objects.get(status=LoanStatus.RETURNED).handover.pack
    device = Device.objects.get(packed__pack=back)
    assert device.status == S.RETURNED
    assert [drive.status for drive in device.drives.all()] == [
        DriveStatus.AWAITING_ERASURE
    ]


@pytest.mark.usefixtures("told", "db")
def test_every_card_of_the_demo_knows_its_access_point() -> None:
    assert ApnProfile.objects.count() == len(shipped())
    assert {str(apn_of(card)) for card in SimCard.objects.all()} == {"Orange"}


@pytest.mark.usefixtures("told", "db")
def test_the_demo_s_machines_have_their_environments_whole_or_not() -> None:
    outcomes = EnvironmentRun.objects.values_list("outcome", flat=True)
    assert sorted(outcomes) == [*("partial", "partial", "refused"), *("whole",) * 4]
    fleet = runs_of(User.objects.get(email="coordination@exemple.test"))
    drifted = narrowed(fleet, Look.DRIFT)
    assert [run.aim for run in drifted] == ["verify"]


@pytest.mark.usefixtures("told", "db")
def test_nobody_in_the_demo_can_be_reached() -> None:
    assert all(person.email.endswith("@exemple.test") for person in people.PEOPLE)
    addresses = Outgoing.objects.values_list("to", flat=True)
    assert all(to.endswith("exemple.test") for to in addresses)
