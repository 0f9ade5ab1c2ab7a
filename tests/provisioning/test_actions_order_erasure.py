"""Orders to erase: who asks, who approves, who confirms, and when they fall."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from agent import methods, proofs, wire
from backoffice.core.errors import NotPermitted, SamePerson
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions as inventory_actions
from inventory.errors import DriveElsewhere, DriveInUse, NotHere
from inventory.models import DeviceEvent, Donation, StorageDrive
from inventory.states import OrderFall
from provisioning import actions
from provisioning.errors import (
    JobOpen,
    NoOrder,
    NothingToErase,
    OrderFell,
    OrderOpen,
    OrderOver,
)
from provisioning.models import ErasureRun, Job, JobKind, JobState, RunState
from tests.provisioning.erasing import SIZE, Bench, make_bench, want_two
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def bench() -> Bench:
    return make_bench()


def states() -> list[tuple[str, str]]:
    return list(ErasureRun.objects.order_by("pk").values_list("state", "fall"))


def refusals(bench: Bench) -> list[tuple[str, str]]:
    events = DeviceEvent.objects.filter(subject=bench.device, verb="refused")
    return [(each.data["act"], each.data["rule"]) for each in events]


# ------------------------------------------------------------------ asked


def test_an_order_is_the_machine_s_job_and_names_the_drive(bench: Bench) -> None:
    (run,) = bench.order()
    given = bench.given()
    assert given is not None
    assert (given.kind, given.device) == (wire.Work.ERASE, bench.device.tag)
    (told,) = given.args.runs
    assert (told.run_id, told.serial, told.size_bytes) == (run.uuid, "EX-RUN-1", SIZE)
    assert (told.cycle, told.least, told.verify) == (1, "clear", "sampled")
    assert not given.args.confirmed


def test_what_the_donor_asks_stands_in_the_order(bench: Bench) -> None:
    Donation.objects.update(erasure_policy="purge", verification_policy="full")
    bench.order()
    given = bench.given()
    assert given is not None
    (told,) = given.args.runs
    assert told.least is methods.ErasureClass.PURGE
    assert told.verify is methods.Verification.FULL


def test_the_database_holds_no_token(bench: Bench) -> None:
    (run,) = bench.order()
    token = actions.run_of(run).token
    assert len(token) == 43
    assert run.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(list(Job.objects.values()))
    assert token not in str(list(ErasureRun.objects.values()))


def test_the_order_names_the_drive_as_the_machine_says_it(world: World) -> None:
    device = world.receive(world.drive(serial="EX-9"))
    machine = FakeMachine()
    machine.join(world, world.technician, device)
    machine.send(drive(model="EXEMPLE_HD500-1A2B", serial="EX-9"))
    (run,) = actions.order_erasure(
        device=device, drives=list(device.drives.all()), by=world.technician
    )
    told = actions.run_of(run)
    assert (told.make, told.model) == ("", "EXEMPLE_HD500-1A2B")


def test_two_orders_for_one_drive_have_two_tokens(bench: Bench) -> None:
    (first,) = bench.order()
    actions.cancel_order(run=first, by=bench.world.technician)
    (second,) = bench.order()
    assert actions.run_of(first).token != actions.run_of(second).token


def test_both_histories_tell_of_the_order(bench: Bench) -> None:
    (run,) = bench.order()
    assert bench.drive.events.filter(verb="erasure_ordered").get().data == {
        "run": str(run.uuid),
        "cycle": 1,
        "device": bench.device.tag,
    }
    assert bench.device.events.filter(verb="erasure_ordered").count() == 1


def test_a_drive_has_one_open_order(bench: Bench) -> None:
    bench.order()
    with pytest.raises(OrderOpen):
        bench.order()
    assert ErasureRun.objects.count() == 1
    assert refusals(bench) == [("order_erasure", "order_open")]


def test_the_database_refuses_a_second_open_order_for_a_drive(bench: Bench) -> None:
    (run,) = bench.order()
    run.pk, run.uuid, run.token_sha256 = None, run.order, "0" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save(force_insert=True)
    assert ErasureRun.objects.count() == 1


def test_a_machine_that_is_busy_is_not_ordered_to_erase(bench: Bench) -> None:
    actions.ask_job(agent=bench.agent, kind=JobKind.TESTS, by=bench.world.technician)
    with pytest.raises(JobOpen):
        bench.order()
    assert not ErasureRun.objects.exists()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"in_use": True}, DriveInUse),
        ({"status": "installed_new", "invoice_reference": "F-1"}, NothingToErase),
        ({"gated": False}, NothingToErase),
    ],
)
def test_a_drive_that_cannot_be_erased_is_not_ordered(
    bench: Bench, change: dict[str, Any], error: type[Exception]
) -> None:
    StorageDrive.objects.filter(pk=bench.drive.pk).update(**change)
    with pytest.raises(error):
        bench.order()
    assert not ErasureRun.objects.exists()


def test_no_drive_is_no_order(bench: Bench) -> None:
    with pytest.raises(NothingToErase):
        actions.order_erasure(device=bench.device, drives=(), by=bench.world.technician)
    assert not ErasureRun.objects.exists()


def test_a_drive_of_another_device_is_not_ordered_here(bench: Bench) -> None:
    other = bench.world.receive().drives.get()
    with pytest.raises(DriveElsewhere):
        bench.order(other)
    assert not ErasureRun.objects.exists()


def test_nothing_is_ordered_of_a_device_that_is_gone(bench: Bench) -> None:
    ready = bench.world.ready()
    type(ready).objects.filter(pk=ready.pk).update(status="packed")
    type(ready).objects.filter(pk=ready.pk).update(status="handed_over")
    with pytest.raises(NotHere):
        actions.order_erasure(
            device=ready, drives=list(ready.drives.all()), by=bench.world.technician
        )
    assert not ErasureRun.objects.exists()


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.COORDINATOR, Role.AUDITOR])
def test_ordering_needs_the_permission(bench: Bench, role: Role) -> None:
    with pytest.raises(NotPermitted):
        bench.order(by=person(role, site=bench.world.site))
    assert not ErasureRun.objects.exists()


def test_a_person_of_another_site_orders_nothing_here(bench: Bench) -> None:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    with pytest.raises(NotPermitted):
        bench.order(by=person(Role.WORKSHOP_LEAD, site=elsewhere))
    assert not ErasureRun.objects.exists()


# ------------------------------------------------------------------ approved by two


def test_where_two_are_needed_the_machine_is_told_nothing_before(bench: Bench) -> None:
    want_two(bench.world)
    (run,) = bench.order()
    assert (run.state, run.job, bench.given()) == (RunState.ASKED, None, None)
    actions.approve_order(run=run, by=bench.world.lead)
    given = bench.given()
    assert given is not None
    assert [told.run_id for told in given.args.runs] == [run.uuid]
    assert bench.run.approved_by == bench.world.lead


def test_who_asked_does_not_approve(bench: Bench) -> None:
    want_two(bench.world)
    (run,) = bench.order()
    with pytest.raises(SamePerson):
        actions.approve_order(run=run, by=bench.world.technician)
    assert states() == [("asked", "")]
    assert bench.given() is None
    assert refusals(bench) == [("approve_order", "same_person")]


def test_the_database_refuses_who_asked_as_who_approves(bench: Bench) -> None:
    want_two(bench.world)
    (run,) = bench.order()
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasureRun.objects.update(approved_by=run.asked_by, state="approved")
    assert states() == [("asked", "")]


def test_what_is_approved_is_not_approved_again(bench: Bench) -> None:
    (run,) = bench.order()
    with pytest.raises(OrderOver):
        actions.approve_order(run=run, by=bench.world.lead)
    assert states() == [("approved", "")]


# ------------------------------------------------------------------ confirmed


def test_a_confirmed_order_says_so_to_the_machine(bench: Bench) -> None:
    bench.order()
    bench.confirm()
    given = bench.given()
    assert given is not None
    assert given.args.confirmed
    assert bench.run.confirmed_by == bench.world.technician


def test_the_machine_is_told_anew_once_it_is_confirmed(bench: Bench) -> None:
    bench.order()
    before = bench.agent.changed_at
    bench.confirm()
    assert bench.agent.changed_at > before


def test_nothing_is_confirmed_where_nothing_is_ordered(bench: Bench) -> None:
    with pytest.raises(NoOrder):
        bench.confirm()
    assert refusals(bench) == [("confirm_order", "no_order")]


def test_an_order_that_nobody_approved_is_not_confirmed(bench: Bench) -> None:
    want_two(bench.world)
    bench.order()
    with pytest.raises(NoOrder, match="another person’s approval"):
        bench.confirm()
    assert states() == [("asked", "")]


def test_confirming_needs_the_permission_to_record_erasures(bench: Bench) -> None:
    bench.order()
    with pytest.raises(NotPermitted):
        actions.confirm_order(
            device=bench.device, by=person(Role.COORDINATOR, site=bench.world.site)
        )
    assert states() == [("approved", "")]


# ------------------------------------------------------------------ taken back


def test_an_order_that_waits_is_taken_back_at_once(bench: Bench) -> None:
    (run,) = bench.order()
    actions.cancel_order(run=run, by=bench.world.technician)
    assert states() == [("cancelled", "taken_back")]
    assert (bench.given(), Job.objects.get().state) == (None, JobState.CANCELLED)


def test_a_machine_that_erases_is_told_to_stop_and_ends_it_itself(bench: Bench) -> None:
    run = bench.begun()
    bench.say(1, wire.Stage.PROGRESS, stride=stride(run))
    actions.cancel_order(run=run, by=bench.world.technician)
    given = bench.given()
    assert given is not None
    assert given.cancelled
    assert states() == [("running", "")]


def test_what_is_over_is_not_taken_back(bench: Bench) -> None:
    (run,) = bench.order()
    actions.cancel_order(run=run, by=bench.world.technician)
    with pytest.raises(OrderOver):
        actions.cancel_order(run=run, by=bench.world.technician)
    assert states() == [("cancelled", "taken_back")]


# ------------------------------------------------------------------ fallen


def take_out(bench: Bench) -> None:
    inventory_actions.take_drive_out(
        drive=bench.drive, custody=bench.world.cupboard, by=bench.world.technician
    )


def test_an_order_falls_with_a_drive_that_was_moved(bench: Bench) -> None:
    bench.order()
    take_out(bench)
    given = bench.given()
    assert given is not None
    assert given.args.runs == ()
    assert actions.drop_fallen_orders() == 1
    assert states() == [("cancelled", OrderFall.MOVED)]
    assert bench.given() is None


def test_an_order_does_not_outlive_the_cycle(bench: Bench) -> None:
    (run,) = bench.order()
    StorageDrive.objects.filter(pk=bench.drive.pk).update(cycle=2)
    assert actions.drop_fallen_orders() == 1
    assert states() == [("cancelled", OrderFall.NEW_CYCLE)]
    assert (
        run.drive.events.filter(verb="order_fell").get().data["reason"] == "new_cycle"
    )


def test_an_order_that_holds_is_left_alone(bench: Bench) -> None:
    bench.order()
    assert actions.drop_fallen_orders() == 0
    assert states() == [("approved", "")]


def test_a_fallen_order_is_neither_confirmed_nor_approved(bench: Bench) -> None:
    bench.order()
    take_out(bench)
    with pytest.raises(OrderFell):
        bench.confirm()
    assert states() == [("cancelled", OrderFall.MOVED)]
    assert refusals(bench) == [("confirm_order", "order_fell")]


# ------------------------------------------------------------------ by stick


def test_a_device_without_a_machine_has_an_order_to_carry(world: World) -> None:
    device = world.receive()
    (run,) = actions.order_erasure(
        device=device, drives=list(device.drives.all()), by=world.technician
    )
    told = actions.export_order(run=run, by=world.technician)
    assert (run.job, told.run_id, told.token) == (None, run.uuid, actions.run_of(run).token)  # fmt: skip
    assert run.drive.events.filter(verb="order_exported").count() == 1


def test_the_machine_that_it_turns_out_to_be_takes_the_order(world: World) -> None:
    bench = Bench(world)
    StorageDrive.objects.update(last_seen_at=None)
    type(bench.agent).objects.update(device=None, bound_at=None)
    bench.order()
    assert bench.given() is None
    actions.bind_agent(agent=bench.agent, device=bench.device, by=world.technician)
    given = bench.given()
    assert given is not None
    assert [told.run_id for told in given.args.runs] == [bench.run.uuid]


def test_an_order_that_is_off_is_not_given_out(bench: Bench) -> None:
    (run,) = bench.order()
    actions.cancel_order(run=run, by=bench.world.technician)
    with pytest.raises(OrderOver):
        actions.export_order(run=run, by=bench.world.technician)
    assert not bench.drive.events.filter(verb="order_exported").exists()


def stride(run: ErasureRun, **said: Any) -> Any:
    wanted = {"run_id": run.uuid, "done_bytes": SIZE // 4, "total_bytes": SIZE}
    return proofs.Stride(**{**wanted, **said})
