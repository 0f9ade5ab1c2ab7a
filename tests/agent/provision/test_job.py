"""An order to install, from the service to the runner and back, across restarts."""

from __future__ import annotations

import pytest

from agent import wire
from agent.provision.job import Provision
from agent.provision.room import Asked, News
from agent.run import never
from agent.work import End
from tests.agent.profile.signing import Signer
from tests.agent.provision.test_passing import server, workshop
from tests.agent.provision.workshops import Workshop, text
from tests.agent.test_jobs import job

__all__ = ["server", "workshop"]


class Bench:
    """The service's part, with a runner that is there at once."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.told: list[tuple[object, ...]] = []
        self.starts = 0
        self.now = 0.0
        self.provision = Provision(workshop.state, self.start, self.clock)
        # the second of waiting is not waited for
        self.provision._leaving.wait = self.wait  # type: ignore[method-assign]

    def wait(self, timeout: float | None = None) -> bool:
        return False

    def start(self):
        self.starts += 1
        self.workshop.resume()

    def clock(self):
        self.now += 1
        return self.now

    def do(self, order, cancelled=never):
        args = wire.JobArgs(language="fr", profile=order)
        what = job(kind=wire.Work.PROVISION, args=args)
        return self.provision(what, self.progress, cancelled)

    def progress(self, step, percent=None, seconds_left=None, stride=None):
        self.told.append((step, percent, seconds_left))


@pytest.fixture
def bench(workshop):
    return Bench(workshop)


def test_an_order_is_done_by_the_runner_and_its_end_is_told(bench, workshop):
    end = bench.do(workshop.publish(text(1), text(2)))
    assert end == End(wire.Stage.DONE, "Les 2 étapes sont en place.")
    assert bench.starts == 1
    assert workshop.reports()[0].outcome is wire.Outcome.WHOLE


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({"requires": {"agent": "99"}}, wire.Stage.FAILED),
        ({"steps": [{"type": "ansible", "id": "a"}]}, wire.Stage.REFUSED),
    ],
    ids=["blocked", "refused"],
)
def test_what_cannot_be_done_ends_in_words(bench, workshop, changes, stage):
    end = bench.do(workshop.publish(**{"steps": [text(1)]} | changes))
    assert end.state is stage
    assert end.message.startswith(("Cet environnement demande", "Cet agent ne peut"))


def test_an_order_without_an_environment_is_refused(bench):
    assert bench.do(None).state is wire.Stage.REFUSED
    assert bench.starts == 0


def test_a_service_that_starts_anew_hears_how_it_ended(bench, workshop):
    order = workshop.publish(text(1))
    first = bench.do(order)
    again = Bench(workshop)
    assert again.do(order) == first
    assert again.starts == 0


def test_a_service_that_leaves_leaves_the_runner_at_it(bench, workshop):
    order = workshop.publish(text(1))
    bench.provision.leave()  # before all that runs is given up
    assert bench.do(order, cancelled=lambda: True).state is wire.Stage.CANCELLED
    assert workshop.room.asked() is not None
    assert not workshop.room.is_cancelled()
    assert Bench(workshop).do(order).state is wire.Stage.DONE


def test_the_server_takes_an_order_back(bench, workshop):
    order = workshop.publish(text(1))
    end = bench.do(order, cancelled=lambda: True)
    assert end.state is wire.Stage.CANCELLED
    assert not (workshop.root / "srv/rebond").exists()


def test_a_runner_that_dies_is_started_again_and_not_for_ever(bench, workshop):
    bench.provision._start = lambda: setattr(bench, "starts", bench.starts + 1)
    end = bench.do(workshop.publish(text(1)))
    assert end == End(wire.Stage.FAILED, "L’installation s’est interrompue.")
    assert bench.starts == 3
    assert workshop.room.asked() is None


def test_two_installations_do_not_meet(bench, workshop):
    with workshop.room.alone():
        end = bench.do(workshop.publish(text(1)))
    assert (end.state, bench.starts) == (wire.Stage.FAILED, 0)
    assert workshop.room.asked() is None


def test_progress_is_the_n_th_of_n_with_its_title_and_time(bench, workshop):
    def half_way():
        room = workshop.room
        room.tell(
            News(
                slug="a",
                phase="step",
                number=3,
                total=12,
                title_fr="Imprimante",
                title_en="Printer",
                percent=25,
                seconds_left=90,
            )
        )
        bench.provision._start = bench.start

    bench.provision._start = half_way
    bench.do(workshop.publish(text(1)))
    assert ("3/12 Imprimante", 25, 90) in bench.told


def test_the_runner_is_a_process_of_its_own_where_no_unit_is(workshop):
    """What it may not obey: nothing of the machine that this test runs on is touched."""
    order = workshop.publish(text(1), signer=Signer(9))
    args = wire.JobArgs(language="en", profile=order)
    provision = Provision(workshop.state)
    what = job(kind=wire.Work.PROVISION, args=args)
    end = provision(what, lambda *_told: None, never)
    assert end.state is wire.Stage.REFUSED
    assert "does not trust" in end.message
    assert workshop.reports()[0].outcome is wire.Outcome.REFUSED


def test_an_order_that_waited_through_a_power_cut_is_gone_on_with(bench, workshop):
    order = workshop.publish(text(1))
    args = wire.JobArgs(language="fr", profile=order)
    known = job(kind=wire.Work.PROVISION, args=args)
    workshop.room.ask(Asked(order=order, job_id=known.job_id, language="fr"))
    assert bench.do(order).state is wire.Stage.DONE
