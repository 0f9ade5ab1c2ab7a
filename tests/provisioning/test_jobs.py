"""What is asked of machines, and what they say while they do it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.utils import timezone

from agent import proofs, wire
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from provisioning import actions
from provisioning.actions.progress import Noted
from provisioning.errors import AgentRevoked, JobEnded, JobOpen, NotApproved
from provisioning.models import Agent, Job, JobKind, JobState
from tests.provisioning.erasing import Bench
from tests.provisioning.machines import FakeMachine
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def agent(world: World) -> Agent:
    return FakeMachine().join(world, world.technician)


@pytest.fixture
def job(world: World, agent: Agent) -> Job:
    return actions.ask_job(agent=agent, kind=JobKind.TESTS, by=world.technician)


def event(job: Job | None, seq: int, state: wire.Stage, **said: object) -> wire.Event:
    wanted: dict[str, object] = {
        "seq": seq,
        "job_id": job.uuid if job else None,
        "step": "memory",
        "state": state,
        "at": timezone.now(),
        "monotonic_ms": 1000 * seq,
    }
    return wire.Event(**{**wanted, **said})  # type: ignore[arg-type]


def tell(agent: Agent, *events: wire.Event) -> Noted:
    return actions.note_events(agent=agent, told=wire.Events(events=events))


def verbs(agent: Agent) -> list[str]:
    return [event.verb for event in agent.events.oldest_first()]


def test_a_job_is_taken_worked_on_and_done(agent: Agent, job: Job) -> None:
    tell(agent, event(job, 1, wire.Stage.TAKEN))
    tell(agent, event(job, 2, wire.Stage.PROGRESS, percent=40, seconds_left=90))
    job.refresh_from_db()
    assert (job.state, job.percent, job.seconds_left) == (JobState.RUNNING, 40, 90)
    tell(agent, event(job, 3, wire.Stage.DONE, percent=100))
    job.refresh_from_db()
    assert (job.state, job.seconds_left) == (JobState.DONE, None)
    assert verbs(agent)[1:] == ["job_asked", "job_taken", "job_ended"]


def test_an_event_counts_once_and_gaps_are_allowed(agent: Agent, job: Job) -> None:
    tell(agent, event(job, 5, wire.Stage.PROGRESS, percent=60))
    noted = tell(agent, event(job, 4, wire.Stage.PROGRESS, percent=10))
    assert noted.last_seq == 5
    job.refresh_from_db()
    assert job.percent == 60


def test_events_of_one_batch_are_read_in_their_order(agent: Agent, job: Job) -> None:
    late = event(job, 9, wire.Stage.DONE, percent=100)
    tell(agent, late, event(job, 8, wire.Stage.PROGRESS, percent=50))
    job.refresh_from_db()
    assert (job.state, job.percent) == (JobState.DONE, 100)


def test_what_comes_after_the_end_changes_nothing(agent: Agent, job: Job) -> None:
    tell(agent, event(job, 1, wire.Stage.REFUSED, message="Not this machine"))
    tell(agent, event(job, 2, wire.Stage.PROGRESS, percent=50))
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.REFUSED, "Not this machine")
    assert job.percent is None


def test_nobody_speaks_of_another_machine_s_job(world: World, job: Job) -> None:
    stranger = FakeMachine().join(world, world.technician)
    noted = tell(stranger, event(job, 1, wire.Stage.DONE))
    assert (noted.last_seq, noted.cancelled) == (1, ())
    job.refresh_from_db()
    assert job.state == JobState.WAITING


def test_a_machine_has_one_open_job(world: World, agent: Agent, job: Job) -> None:
    with pytest.raises(JobOpen):
        actions.ask_job(agent=agent, kind=JobKind.REPORT, by=world.technician)
    assert Job.objects.get() == job
    assert verbs(agent).count("job_asked") == 1


def test_a_job_that_waits_is_cancelled_at_once(
    world: World, agent: Agent, job: Job
) -> None:
    actions.cancel_job(job=job, by=world.technician)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    noted = tell(agent, event(job, 1, wire.Stage.TAKEN))
    assert noted.cancelled == (job.uuid,)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_a_machine_at_work_is_told_to_stop_and_says_when_it_did(
    world: World, agent: Agent, job: Job
) -> None:
    tell(agent, event(job, 1, wire.Stage.STARTED))
    actions.cancel_job(job=job, by=world.technician)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert tell(agent, event(job, 2, wire.Stage.PROGRESS)).cancelled == (job.uuid,)
    tell(agent, event(job, 3, wire.Stage.CANCELLED))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_a_machine_that_fell_silent_is_not_waited_for(
    world: World, agent: Agent, job: Job
) -> None:
    tell(agent, event(job, 1, wire.Stage.STARTED))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10)):
        actions.cancel_job(job=Job.objects.get(), by=world.technician)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_what_is_over_is_not_cancelled(world: World, agent: Agent, job: Job) -> None:
    tell(agent, event(job, 1, wire.Stage.DONE))
    with pytest.raises(JobEnded):
        actions.cancel_job(job=Job.objects.get(), by=world.technician)
    job.refresh_from_db()
    assert job.state == JobState.DONE


@pytest.mark.parametrize(("hours", "begun"), [(25, False), (13, True)])
def test_a_job_without_news_is_given_up(
    agent: Agent, job: Job, hours: int, begun: bool
) -> None:
    if begun:
        tell(agent, event(job, 1, wire.Stage.STARTED))
    with time_machine.travel(timezone.now() + dt.timedelta(hours=hours)):
        assert actions.expire_jobs() == 1
        assert actions.expire_jobs() == 0
    job.refresh_from_db()
    assert job.state == JobState.EXPIRED
    assert verbs(agent)[-1] == "job_ended"


def test_a_job_that_is_waited_for_is_not_given_up(agent: Agent, job: Job) -> None:
    with time_machine.travel(timezone.now() + dt.timedelta(hours=23)):
        assert actions.expire_jobs() == 0
    job.refresh_from_db()
    assert job.is_open


def test_nothing_is_asked_of_a_machine_that_is_not_approved(world: World) -> None:
    actions.want_approval(site=world.site, wanted=True, by=world.lead)
    agent = FakeMachine().join(world, world.technician)
    with pytest.raises(NotApproved):
        actions.ask_job(agent=agent, kind=JobKind.REPORT, by=world.technician)
    with pytest.raises(NotApproved):
        tell(agent, event(None, 1, wire.Stage.PROGRESS))
    assert not Job.objects.exists()


def test_a_revoked_machine_is_asked_nothing_and_says_nothing(
    world: World, agent: Agent
) -> None:
    actions.revoke_agent(agent=agent, by=world.lead)
    with pytest.raises(AgentRevoked):
        actions.ask_job(agent=agent, kind=JobKind.REPORT, by=world.technician)
    with pytest.raises(AgentRevoked):
        tell(agent, event(None, 1, wire.Stage.PROGRESS))
    assert not Job.objects.exists()


def test_a_machine_that_is_sent_away_has_no_work_any_more(
    world: World, agent: Agent, job: Job
) -> None:
    actions.revoke_agent(agent=agent, by=world.lead)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert verbs(agent)[-2:] == ["revoked", "job_ended"]


def test_a_technician_of_another_site_asks_nothing_here(
    world: World, agent: Agent, job: Job
) -> None:
    elsewhere = Site.objects.create(name="Rive droite")
    stranger = person(Role.TECHNICIAN, site=elsewhere)
    with pytest.raises(NotPermitted):
        actions.cancel_job(job=job, by=stranger)
    with pytest.raises(NotPermitted):
        actions.ask_job(agent=agent, kind=JobKind.REPORT, by=stranger)
    assert Job.objects.get().is_open


def test_the_job_speaks_the_language_of_whoever_asked(job: Job) -> None:
    assert wire.JobArgs.from_json(job.args).language == "en"


def test_enormous_guesses_are_held_to_a_year(agent: Agent, job: Job) -> None:
    tell(agent, event(job, 1, wire.Stage.PROGRESS, seconds_left=2**62))
    job.refresh_from_db()
    assert job.seconds_left == 366 * 86_400


def test_an_unknown_job_is_no_news(agent: Agent) -> None:
    gone = Job(uuid=uuid.uuid4())
    assert tell(agent, event(gone, 3, wire.Stage.DONE)).last_seq == 3


def test_who_may_not_order_an_erasure_does_not_end_one(world: World) -> None:
    run = Bench(world).begun()
    Permission.objects.get(codename="order_erasure").group_set.clear()
    job, before = Job.objects.get(), rows()
    afresh = User.objects.get(pk=world.technician.pk)
    with pytest.raises(NotPermitted):
        actions.cancel_job(job=job, by=afresh)
    run.refresh_from_db()
    assert (rows(), run.is_open) == (before, True)


def test_an_erasure_that_was_given_up_stands_in_its_drive_s_journal(
    world: World,
) -> None:
    bench = Bench(world)
    bench.begun()
    actions.cancel_job(job=Job.objects.get(), by=world.technician)
    event = bench.drive.events.order_by("-sequence")[0]
    assert (event.verb, event.data["reason"]) == ("order_fell", "job_over")
    assert event.actor == world.technician


def test_an_erasure_that_its_machine_gave_up_may_have_done_anything(
    world: World,
) -> None:
    bench = Bench(world)
    run = bench.begun()
    stride = proofs.Stride(run_id=run.uuid)
    bench.say(1, wire.Stage.PROGRESS, stride=stride, percent=3)
    bench.say(2, wire.Stage.FAILED)
    event = bench.drive.events.order_by("-sequence")[0]
    assert (event.verb, event.data["run"]) == ("erasure_unknown", str(run.uuid))
    assert event.agent == str(bench.agent.uuid)
