from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from backoffice.core import checkpoints, periodic
from backoffice.core.models import JobRun
from tests.world import make_world

pytestmark = pytest.mark.django_db


def fail() -> None:
    raise ValueError("no luck")


FAILING = {
    "fails": periodic.Job(dt.timedelta(hours=1), fail),
    "works": periodic.Job(dt.timedelta(hours=1), lambda: None),
}


def test_a_checkpoint_is_signed_by_itself() -> None:
    make_world().receive()
    assert "sign_checkpoint" in periodic.run_due(timezone.now())
    assert len(checkpoints.read_all()) == 1


def test_a_job_runs_once_in_its_time() -> None:
    now = timezone.now()
    assert periodic.run_due(now)
    assert "sign_checkpoint" not in periodic.run_due(now + dt.timedelta(minutes=59))
    assert "sign_checkpoint" in periodic.run_due(now + dt.timedelta(minutes=60))


def test_a_job_that_fails_stops_no_other_and_says_why(settings: Settings) -> None:
    settings.PERIODIC_JOBS = "tests.core.test_periodic.FAILING"
    assert periodic.run_due(timezone.now()) == ["fails", "works"]
    assert JobRun.objects.get(name="fails").error == "ValueError: no luck"
    assert JobRun.objects.get(name="works").error == ""


def test_a_loop_that_was_told_to_stop_runs_nothing() -> None:
    stop = threading.Event()
    stop.set()
    periodic.loop(stop)
    assert not JobRun.objects.exists()


class Impatient(threading.Event):
    """Lets no second pass, and ends the loop after so many."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.left = seconds

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        if not self.left:
            self.set()
        return self.is_set()


@pytest.mark.parametrize(("is_asked", "rounds"), [(True, 5), (False, 1)])
def test_a_loop_that_somebody_waits_for_looks_within_a_second(
    monkeypatch: pytest.MonkeyPatch, is_asked: bool, rounds: int
) -> None:
    looked: list[dt.datetime] = []

    def look(now: dt.datetime) -> None:
        looked.append(now)
        if is_asked:
            periodic.soon()

    monkeypatch.setattr(periodic, "run_due", look)
    monkeypatch.setattr(connection, "close", lambda: None)
    periodic.loop(Impatient(5))
    assert len(looked) == rounds
