"""The book of jobs survives a power cut, and no job is in it twice."""

from __future__ import annotations

import uuid

import pytest

from agent import wire
from agent.jobs import MOST_ENDED, Jobs
from tests.agent.samples import NOW

AGENT = uuid.UUID(int=1)


def job(number=1, kind=wire.Work.REPORT, **changes):
    return wire.Job(job_id=uuid.UUID(int=number), kind=kind, agent_id=AGENT, **changes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "jobs.json"


def test_a_job_taken_is_open_after_a_restart(path):
    Jobs(path).take(job())
    assert Jobs(path).book.open == job()


def test_a_job_ended_stays_known(path):
    jobs = Jobs(path)
    jobs.take(job())
    jobs.end(job().job_id, wire.Stage.FAILED, "why")
    again = Jobs(path)
    assert again.book.open is None
    kept = again.ended(job().job_id)
    assert kept
    assert (kept.state, kept.message) == (wire.Stage.FAILED, "why")


def test_a_drive_that_was_given_up_stays_so_after_a_restart(path):
    run, other = uuid.UUID(int=8), uuid.UUID(int=9)
    jobs = Jobs(path)
    jobs.take(job())
    jobs.give_up(job().job_id, (run,))
    jobs.give_up(uuid.UUID(int=2), (other,))
    jobs.give_up(job().job_id, ())
    taken = Jobs(path).book.open
    assert taken
    assert taken.args.stopped == (run,)


def test_a_job_refused_leaves_the_open_one_open(path):
    jobs = Jobs(path)
    jobs.take(job())
    jobs.end(job(2).job_id, wire.Stage.REFUSED, "")
    assert jobs.book.open == job()


def test_tests_that_ended_stay_until_their_job_does(path):
    jobs = Jobs(path)
    jobs.take(job(kind=wire.Work.TESTS))
    jobs.trying(wire.Check.MEMORY)
    assert Jobs(path).book.trying is wire.Check.MEMORY
    test = wire.Test(
        name=wire.Check.MEMORY,
        result=wire.Result.PASS,
        by=wire.Judge.MEASURED,
        numbers={"passes": 2, "seconds": 1.5},
        at=NOW,
    )
    jobs.tried(test)
    assert (Jobs(path).book.tests, Jobs(path).book.trying) == ((test,), None)
    jobs.end(job().job_id, wire.Stage.DONE, "")
    assert Jobs(path).book.tests == ()


def test_the_book_does_not_grow_for_ever(path):
    jobs = Jobs(path)
    for number in range(MOST_ENDED + 5):
        jobs.end(uuid.UUID(int=number), wire.Stage.DONE, "")
    assert len(Jobs(path).book.ended) == MOST_ENDED
    assert jobs.ended(uuid.UUID(int=0)) is None
    assert jobs.ended(uuid.UUID(int=MOST_ENDED + 4))


def test_a_spoiled_book_is_an_empty_one(path):
    path.write_bytes(b"{")
    assert Jobs(path).book.open is None
