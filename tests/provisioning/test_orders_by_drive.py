"""One drive of an order is begun or left, and the others stay as they are."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from agent import methods, proofs, wire
from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory import actions as inventory_actions
from provisioning import actions
from provisioning.actions import Terms
from provisioning.errors import OrderFell, OrderOver
from provisioning.models import ErasureRun, Job, JobState, RunState
from tests.provisioning.erasing import SIZE, Bench, want_two
from tests.provisioning.machines import FakeMachine
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
S = RunState


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, serials=("EX-RUN-1", "EX-RUN-2"))


def states() -> list[str]:
    return list(ErasureRun.objects.order_by("pk").values_list("state", flat=True))


def told(bench: Bench) -> tuple[list[uuid.UUID], bool]:
    """The drives that the machine is given, and whether they are confirmed."""
    job = bench.given()
    return (
        ([run.run_id for run in job.args.runs], job.args.confirmed)
        if job
        else ([], False)
    )


def begun(bench: Bench, run: ErasureRun, seq: int) -> None:
    stride = proofs.Stride(run_id=run.uuid, done_bytes=1, total_bytes=SIZE)
    bench.say(seq, wire.Stage.PROGRESS, stride=stride)


def test_a_drive_confirmed_alone_is_all_that_the_machine_is_given(bench: Bench) -> None:
    first, _second = bench.order()
    actions.confirm_drive(run=first, by=bench.world.technician)
    assert states() == [S.CONFIRMED, S.APPROVED]
    assert told(bench) == ([first.uuid], True)


def test_a_machine_that_has_both_in_hand_gives_them_up_before_it_begins_with_one(
    bench: Bench,
) -> None:
    """It keeps what it was given with a job: another choice is another job."""
    first, _second = bench.order()
    bench.say(1, wire.Stage.TAKEN)
    actions.confirm_drive(run=first, by=bench.world.technician)
    given = bench.given()
    assert given is not None
    assert (given.cancelled, given.args.runs) == (True, ())
    bench.say(2, wire.Stage.CANCELLED)
    assert told(bench) == ([first.uuid], True)


def test_the_other_drives_have_their_turn_when_the_first_is_done(bench: Bench) -> None:
    first, second = bench.order()
    actions.confirm_drive(run=first, by=bench.world.technician)
    bench.report(bench.record(first))
    bench.say(1, wire.Stage.DONE)
    assert told(bench) == ([second.uuid], False)
    actions.confirm_drive(run=second, by=bench.world.technician)
    assert told(bench) == ([second.uuid], True)


def test_a_drive_confirmed_while_another_is_erased_begins_after_it(
    bench: Bench,
) -> None:
    first, second = bench.order()
    actions.confirm_drive(run=first, by=bench.world.technician)
    begun(bench, first, 1)
    bench.confirm()
    assert states() == [S.RUNNING, S.CONFIRMED]
    assert told(bench) == ([first.uuid], True)
    bench.report(bench.record(first))
    bench.say(2, wire.Stage.DONE)
    assert told(bench) == ([second.uuid], True)


def test_what_waits_is_given_too_where_no_word_of_the_end_came(bench: Bench) -> None:
    first, second = bench.order()
    actions.confirm_drive(run=first, by=bench.world.technician)
    Job.objects.exclude(state=JobState.CANCELLED).update(
        state=JobState.EXPIRED, ended_at=first.asked_at
    )
    ErasureRun.objects.filter(pk=first.pk).update(
        state=S.CANCELLED, fall="job_over", ended_at=first.asked_at
    )
    assert actions.give_orders_left() == 1
    assert told(bench) == ([second.uuid], False)
    assert actions.give_orders_left() == 0


def test_one_drive_is_taken_back_before_anything_began(bench: Bench) -> None:
    first, second = bench.order()
    actions.cancel_drive(run=second, by=bench.world.technician)
    assert states() == [S.APPROVED, S.CANCELLED]
    assert told(bench) == ([first.uuid], False)
    assert second.drive.events.filter(verb="order_cancelled").exists()
    assert not first.drive.events.filter(verb="order_cancelled").exists()


def test_the_last_drive_taken_back_ends_the_job(bench: Bench) -> None:
    for run in bench.order():
        actions.cancel_drive(run=run, by=bench.world.technician)
    assert states() == [S.CANCELLED, S.CANCELLED]
    assert (bench.given(), Job.objects.open().count()) == (None, 0)


def test_of_drives_that_are_erased_at_once_the_machine_leaves_one(bench: Bench) -> None:
    first, second = bench.order()
    bench.confirm()
    begun(bench, first, 1)
    begun(bench, second, 2)
    actions.cancel_drive(run=first, by=bench.world.technician)
    given = bench.given()
    assert given is not None
    assert (given.cancelled, given.args.stopped) == (False, (first.uuid,))
    assert states() == [S.RUNNING, S.RUNNING]
    bench.report(bench.record(first, ended=methods.Ended.ABORTED))
    assert [run.result for run in ErasureRun.objects.order_by("pk")] == ["aborted", ""]


def test_a_machine_that_erases_one_drive_is_told_to_stop(bench: Bench) -> None:
    (run,) = bench.order(bench.drives[0])
    bench.confirm()
    begun(bench, run, 1)
    actions.cancel_drive(run=run, by=bench.world.technician)
    given = bench.given()
    assert given is not None
    assert given.cancelled


def test_where_two_are_needed_the_rest_is_still_approved_as_a_whole(
    bench: Bench,
) -> None:
    want_two(bench.world)
    first, second = bench.order()
    actions.cancel_drive(run=second, by=bench.world.technician)
    actions.approve_order(run=first, by=bench.world.lead)
    assert states() == [S.APPROVED, S.CANCELLED]


def test_a_drive_is_not_begun_that_nobody_approved(bench: Bench) -> None:
    want_two(bench.world)
    first, _second = bench.order()
    with pytest.raises(OrderOver):
        actions.confirm_drive(run=first, by=bench.world.technician)
    assert states() == [S.ASKED, S.ASKED]


def test_a_drive_is_neither_begun_nor_left_twice(bench: Bench) -> None:
    first, second = bench.order()
    actions.confirm_drive(run=first, by=bench.world.technician)
    actions.cancel_drive(run=second, by=bench.world.technician)
    with pytest.raises(OrderOver):
        actions.confirm_drive(run=first, by=bench.world.technician)
    with pytest.raises(OrderOver):
        actions.cancel_drive(run=second, by=bench.world.technician)
    assert states() == [S.CONFIRMED, S.CANCELLED]


def test_a_drive_that_was_moved_is_not_begun_and_leaves_the_other(bench: Bench) -> None:
    first, _second = bench.order()
    inventory_actions.take_drive_out(
        drive=first.drive, custody=bench.world.cupboard, by=bench.world.technician
    )
    with pytest.raises(OrderFell):
        actions.confirm_drive(run=first, by=bench.world.technician)
    assert states() == [S.CANCELLED, S.APPROVED]


def test_one_drive_needs_the_permissions_of_all(bench: Bench) -> None:
    run, _second = bench.order()
    mediator = person(Role.MEDIATOR, site=bench.world.site)
    for act in (actions.confirm_drive, actions.cancel_drive):
        with pytest.raises(NotPermitted):
            act(run=run, by=mediator)
    assert states() == [S.APPROVED, S.APPROVED]


# ------------------------------------------------------------------ terms


def test_what_was_ordered_beside_the_class_is_told_to_the_machine(bench: Bench) -> None:
    terms = Terms(not_below=True, may_sleep=True)
    device, by = bench.device, bench.world.technician
    (run,) = actions.order_erasure(
        device=device, drives=bench.drives[:1], terms=terms, by=by
    )
    given = bench.given()
    assert given is not None
    (order,) = given.args.runs
    assert (order.not_below, order.may_sleep) == (True, True)
    assert run.drive.events.get(verb="erasure_ordered").data["not_below"] is True


def test_an_order_says_neither_unless_somebody_did(bench: Bench) -> None:
    bench.order()
    given = bench.given()
    assert given is not None
    assert not any(run.not_below or run.may_sleep for run in given.args.runs)


# ------------------------------------------------------------------ the page


def test_each_of_several_drives_has_buttons_of_its_own(
    client: Client, bench: Bench
) -> None:
    client.force_login(bench.world.technician)
    order = reverse("provisioning:erasure-order", args=[bench.device.tag])
    chosen = [str(drive.uuid) for drive in bench.drives]
    client.post(order, {"drives": chosen, "not_below": "on", "may_sleep": "on"})
    first, second = ErasureRun.objects.order_by("pk")
    page = client.get(reverse("provisioning:erasures")).content.decode()
    assert "nothing less than Clear, the machine may sleep" in page
    assert f"confirm-one-{first.uuid}" in page
    assert f"stop-one-{second.uuid}" in page
    assert "erase all" in page
    assert "Cancel all" in page
    client.post(reverse("provisioning:drive-confirm", args=[first.uuid]))
    client.post(reverse("provisioning:drive-cancel", args=[second.uuid]))
    assert states() == [S.CONFIRMED, S.CANCELLED]


def test_one_drive_alone_has_the_buttons_of_its_order(
    client: Client, bench: Bench
) -> None:
    client.force_login(bench.world.technician)
    (run,) = bench.order(bench.drives[0])
    page = client.get(reverse("provisioning:erasures")).content.decode()
    assert f"confirm-one-{run.uuid}" not in page
    assert "erase all" not in page
    assert f"stop-{run.uuid}" in page


def test_a_machine_of_another_device_is_given_nothing_of_it(bench: Bench) -> None:
    first, _second = bench.order()
    actions.confirm_drive(run=first, by=bench.world.technician)
    other = FakeMachine()
    agent = other.join(bench.world, bench.world.technician, bench.world.receive())
    assert agent.job is None
    assert actions.give_orders_left() == 0
