"""The erasures' board: what is under way, what waits for whom, and the buttons on it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agent import methods, proofs, wire
from inventory import actions as inventory_actions
from inventory.actions.drive_cycle import open_cycle
from inventory.actions.drive_moves import lock_with_host
from inventory.models import Erasure, ErasureResult, PlaceKind
from inventory.states import DataState, DriveStatus
from provisioning import actions
from provisioning.cards.erasures import Row
from provisioning.models import ErasureRun, RunState
from tests.provisioning.erasing import SIZE, Bench, device_of, make_bench, want_two
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
BOARD = reverse("provisioning:erasures")
LIVE = reverse("provisioning:erasures-live")


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.technician)
    return made


@pytest.fixture
def bench(client: Client) -> Bench:
    made = make_bench()
    client.force_login(made.world.technician)
    return made


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def groups(client: Client, **query: str) -> dict[str, list[str]]:
    """The devices of each group of the page."""
    shown = client.get(BOARD, query).context["groups"]
    return {
        group.value: [machine.device.tag for machine in machines]
        for group, machines in shown
    }


def progress(bench: Bench, run: ErasureRun, seq: int = 1, **said: Any) -> None:
    fields = {"run_id": run.uuid, "done_bytes": SIZE // 2, "total_bytes": SIZE}
    stride = proofs.Stride(**{**fields, **said})
    bench.say(seq, wire.Stage.PROGRESS, stride=stride, seconds_left=900)


# ------------------------------------------------------------------ strides


def test_a_stride_begins_the_run_and_says_how_far_it_is(bench: Bench) -> None:
    run = bench.begun()
    progress(bench, run, bytes_per_second=110_000_000, celsius=41)
    run = bench.run
    assert (run.state, run.percent, run.seconds_left) == (RunState.RUNNING, 50, 900)
    assert (run.bytes_per_second, run.celsius) == (110_000_000, 41)


def test_a_plan_is_shown_and_begins_nothing(bench: Bench) -> None:
    (run,) = bench.order()
    stride = proofs.Stride(run_id=run.uuid, plan=("overwrite /dev/sda", "verify"))
    bench.say(1, wire.Stage.PROGRESS, stride=stride)
    assert bench.run.plan == ["overwrite /dev/sda", "verify"]
    assert bench.run.state == RunState.APPROVED


def test_the_board_names_what_a_plan_does_first_and_not_the_drive_again(
    bench: Bench,
) -> None:
    (run,) = bench.order()
    plan = ("/dev/sda: HD500, 500 GB", "1. Overwrite – Clear", "overwrite /dev/sda")
    stride = proofs.Stride(run_id=run.uuid, plan=plan)
    bench.say(1, wire.Stage.PROGRESS, stride=stride)
    assert Row(bench.drive, bench.device, bench.run).method == "Overwrite – Clear"


def test_a_drive_that_erases_itself_is_at_work_though_nobody_says_how_far(
    client: Client, bench: Bench
) -> None:
    run = bench.begun()
    stride = proofs.Stride(run_id=run.uuid)
    bench.say(1, wire.Stage.PROGRESS, step="security_erase", stride=stride)
    assert (bench.run.state, bench.run.percent) == (RunState.RUNNING, None)
    assert "The drive erases itself" in words(client.get(BOARD))


def test_who_begins_at_the_machine_has_confirmed_there(bench: Bench) -> None:
    (run,) = bench.order()
    progress(bench, run)
    assert bench.run.state == RunState.RUNNING
    assert bench.run.confirmed_at is not None
    assert bench.run.confirmed_by is None


def test_a_machine_says_nothing_of_another_s_drives(bench: Bench) -> None:
    run = bench.begun()
    other = Bench(bench.world, serials=("EX-RUN-2",))
    other.begun()
    progress(other, run)
    assert bench.run.state == RunState.CONFIRMED


def test_a_drive_that_takes_no_byte_is_stuck_since_then(bench: Bench) -> None:
    run = bench.begun()
    progress(bench, run, stuck_seconds=40)
    first = bench.run.stuck_at
    progress(bench, run, 2, stuck_seconds=70)
    assert first is not None
    assert bench.run.stuck_at == first
    progress(bench, run, 3)
    assert bench.run.stuck_at is None


@pytest.mark.parametrize(
    ("said", "percent"),
    [
        ({"done_bytes": 2 * SIZE}, 100),
        ({"done_bytes": 0}, 0),
        ({"done_bytes": 5, "total_bytes": 0}, None),
    ],
)
def test_strange_strides_do_no_harm(
    bench: Bench, said: dict[str, int], percent: int | None
) -> None:
    progress(bench, bench.begun(), **said)
    assert bench.run.percent == percent


def test_a_job_that_ends_without_a_result_leaves_it_unknown(bench: Bench) -> None:
    run = bench.begun()
    progress(bench, run)
    bench.say(2, wire.Stage.CANCELLED)
    assert (bench.run.state, bench.run.result) == (RunState.ENDED, "unknown")
    assert bench.drive.status == "awaiting_erasure"


def test_what_broke_off_takes_the_earlier_proof_with_it(bench: Bench) -> None:
    """Else a machine that is switched off keeps what its report would have cost."""
    bench.report(bench.record(bench.begun()))
    assert bench.drive.is_proven
    bench.say(1, wire.Stage.DONE)
    progress(bench, bench.begun(), seq=2)
    bench.say(3, wire.Stage.CANCELLED)
    assert (bench.drive.status, bench.drive.proof) == (DriveStatus.FAILED, None)
    assert device_of(bench).data_state == DataState.AT_RISK
    fell = bench.drive.events.get(verb="proof_fell")
    assert fell.data["why"] == "erasure_unknown"


def test_an_order_that_was_never_begun_leaves_the_earlier_proof(bench: Bench) -> None:
    bench.report(bench.record(bench.begun()))
    bench.say(1, wire.Stage.DONE)
    proof = bench.drive.proof
    bench.begun()
    bench.say(2, wire.Stage.CANCELLED)
    assert (bench.drive.status, bench.drive.proof) == (DriveStatus.ERASED, proof)


# ------------------------------------------------------------------ the page


def test_each_drive_stands_where_somebody_looks_for_it(
    client: Client, world: World
) -> None:
    benches = [Bench(world, serials=(f"EX-{n}",)) for n in range(5)]
    waiting, running, odd, failed, done = benches
    waiting.order()
    progress(running, running.begun())
    left = proofs.HiddenAreas(hpa=methods.Hidden.LEFT)
    odd.report(odd.record(odd.begun(), hidden=left))
    failed.report(failed.record(failed.begun(), ended=methods.Ended.FAILED))
    done.report(done.record(done.begun()))
    assert groups(client) == {
        "waiting": [waiting.device.tag],
        "running": [running.device.tag],
        "verify": [odd.device.tag],
        "failed": [failed.device.tag],
        "done": [done.device.tag],
    }


def shown(client: Client) -> list[tuple[str, str, str]]:
    """Where every drive of the board stands, in which words, and how it was erased."""
    return [
        (group.value, row.state, row.method)
        for group, machines in client.get(BOARD).context["groups"]
        for machine in machines
        for row in machine.rows
    ]


def test_a_drive_that_came_back_is_not_said_to_be_erased(
    client: Client, bench: Bench
) -> None:
    bench.report(bench.record(bench.begun()))
    assert shown(client) == [("done", "Erased", "Overwrite (Clear)")]
    with transaction.atomic():
        _device, drive = lock_with_host(bench.drive)
        open_cycle(drive, by=bench.world.technician, why="came_back")
    assert shown(client) == [("failed", "To erase", "")]


def test_what_was_typed_since_is_how_a_drive_stands(
    client: Client, bench: Bench
) -> None:
    failed = methods.Ended.FAILED
    bench.report(bench.record(bench.begun(), ended=failed, bytes_erased=0))
    assert shown(client) == [("failed", "Failed", "Overwrite")]
    bench.world.erase(bench.drive)
    assert shown(client) == [("done", "Erased", "Overwrite (Clear)")]


def test_what_failed_since_is_how_a_drive_stands(client: Client, bench: Bench) -> None:
    bench.report(bench.record(bench.begun()))
    bench.world.erase(bench.drive, result=ErasureResult.FAILED)
    assert shown(client) == [("failed", "Erasure failed", "")]


def test_a_running_drive_says_how_far_how_fast_and_how_warm(
    client: Client, bench: Bench
) -> None:
    progress(bench, bench.begun(), bytes_per_second=110_000_000, celsius=41)
    page = words(client.get(BOARD))
    assert "50% · about 15 minutes left · 110 MB/s · 41 °C" in page
    assert '<progress max="100" value="50"' in page


def test_a_silent_machine_is_flagged(client: Client, bench: Bench) -> None:
    progress(bench, bench.begun())
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=9)):
        page = words(client.get(BOARD))
    assert "No news for 9 minutes" in page


def test_a_stuck_drive_is_flagged(client: Client, bench: Bench) -> None:
    progress(bench, bench.begun(), stuck_seconds=240)
    assert "Stuck for 4 minutes" in words(client.get(BOARD))


def test_what_nobody_ordered_stands_with_what_is_to_verify(
    client: Client, bench: Bench
) -> None:
    bench.report(bench.record())
    assert groups(client) == {"verify": [bench.device.tag]}
    page = words(client.get(BOARD))
    assert "Exceptions: Erased without an order" in page


def test_a_refused_result_says_by_which_rule(client: Client, bench: Bench) -> None:
    bench.report(bench.record(bench.begun(), bytes_erased=5))
    page = words(client.get(BOARD))
    assert "Does not count: What was executed does not add up to a success" in page


def test_the_board_of_one_room_shows_its_machines_alone(
    client: Client, bench: Bench
) -> None:
    world = bench.world
    room = inventory_actions.open_place(
        site=world.site, kind=PlaceKind.ROOM, name="Atelier 9", by=world.lead
    )
    other = Bench(world, serials=("EX-RUN-2",))
    inventory_actions.move_to_place(device=other.device, place=room, by=world.lead)
    bench.order()
    other.order()
    assert groups(client, room=str(room.uuid)) == {"waiting": [other.device.tag]}
    assert groups(client, room="x" * 4000) == {}


def test_an_empty_board_says_how_to_begin(client: Client, world: World) -> None:
    assert "Order an erasure on the page of a device" in words(client.get(BOARD))


def test_yesterday_s_successes_leave_the_board_and_failures_stay(
    client: Client, world: World
) -> None:
    done, failed = Bench(world), Bench(world, serials=("EX-RUN-2",))
    done.report(done.record(done.begun()))
    failed.report(failed.record(failed.begun(), ended=methods.Ended.FAILED))
    ErasureRun.objects.update(ended_at=timezone.now() - dt.timedelta(hours=25))
    assert groups(client) == {"failed": [failed.device.tag]}


# ------------------------------------------------------------------ live


def rev_of(answer: Any) -> str:
    found = re.search(r"rev=([\w-]+)", answer.content.decode())
    assert found
    return found[1]


def test_a_board_where_nothing_changed_answers_with_nothing(
    client: Client, bench: Bench
) -> None:
    bench.begun()
    rev = rev_of(client.get(BOARD))
    answer = client.get(LIVE, {"rev": rev})
    assert (answer.status_code, answer.content) == (204, b"")


def change_by_stride(bench: Bench) -> None:
    progress(bench, bench.run)


def change_by_result(bench: Bench) -> None:
    bench.report(bench.record(bench.run))


def change_by_cancelling(bench: Bench) -> None:
    actions.cancel_order(run=bench.run, by=bench.world.technician)


def change_by_another_order(bench: Bench) -> None:
    Bench(bench.world, serials=("EX-RUN-2",)).order()


def change_without_order(bench: Bench) -> None:
    other = Bench(bench.world, serials=("EX-RUN-2",))
    other.report(other.record())


@pytest.mark.parametrize(
    "change",
    [
        *(change_by_stride, change_by_result, change_by_cancelling),
        *(change_by_another_order, change_without_order),
    ],
)
def test_a_board_where_something_changed_is_drawn_anew(
    client: Client, bench: Bench, change: Callable[[Bench], None]
) -> None:
    bench.begun()
    rev = rev_of(client.get(BOARD))
    change(bench)
    answer = client.get(LIVE, {"rev": rev})
    assert answer.status_code == 200
    assert rev_of(answer) != rev


def test_an_approval_elsewhere_changes_the_board(client: Client, bench: Bench) -> None:
    left = proofs.HiddenAreas(hpa=methods.Hidden.LEFT)
    bench.report(bench.record(bench.begun(), hidden=left))
    rev = rev_of(client.get(BOARD))
    erasure = bench.run.erasure
    assert erasure is not None
    inventory_actions.approve_exceptions(erasure=erasure, by=bench.world.officer)
    assert client.get(LIVE, {"rev": rev}).status_code == 200
    assert groups(client) == {"done": [bench.device.tag]}


def test_a_quarter_of_the_way_is_read_aloud_once(client: Client, bench: Bench) -> None:
    run = bench.begun()
    rev = rev_of(client.get(BOARD))
    progress(bench, run)
    answer = client.get(LIVE, {"rev": rev})
    spoken = f"{bench.device}, HD500 EX-RUN-1: 50% erased."
    assert spoken in words(answer)
    progress(bench, run, 2, done_bytes=SIZE * 6 // 10)
    assert "% erased" not in words(client.get(LIVE, {"rev": rev_of(answer)}))


def test_eighty_running_drives_are_refreshed_in_six_statements(
    client: Client, world: World
) -> None:
    for number in range(4):
        serials = tuple(f"EX-{number}-{n}" for n in range(20))
        bench = Bench(world, serials=serials)
        bench.order()
        bench.confirm()
        for seq, run in enumerate(ErasureRun.objects.filter(device=bench.device), 1):
            progress(bench, run, seq)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(LIVE, {"rev": "1-0"})
    assert page.content.decode().count("<progress") == 80
    assert len(asked) <= 6


@pytest.mark.parametrize("rev", ["", "x", "9" * 40, "-1", "\x00", "１-２"])
def test_a_strange_rev_is_no_fault(client: Client, bench: Bench, rev: str) -> None:
    bench.order()
    assert client.get(LIVE, {"rev": rev, "room": "\x00"}).status_code == 200


# ------------------------------------------------------------------ buttons


def test_an_erasure_is_ordered_confirmed_and_stopped_by_buttons(
    client: Client, bench: Bench
) -> None:
    order = reverse("provisioning:erasure-order", args=[bench.device.tag])
    page = client.get(order)
    assert [str(bench.drive.uuid)] == page.context["form"]["drives"].value()
    answer = client.post(order, {"drives": [str(bench.drive.uuid)]})
    assert answer.headers["Location"] == BOARD
    run = bench.run
    client.post(reverse("provisioning:order-confirm", args=[bench.device.tag]))
    assert bench.run.state == RunState.CONFIRMED
    client.post(reverse("provisioning:order-cancel", args=[run.uuid]))
    assert bench.run.state == RunState.CANCELLED


def test_an_order_says_of_each_drive_what_one_has_to_know(
    client: Client, bench: Bench
) -> None:
    order = reverse("provisioning:erasure-order", args=[bench.device.tag])
    said = words(client.get(order))
    assert "gone for good once the machine begins" in said
    assert "537 GB" in said
    assert "Asked: at least Clear, “Status and samples read back”." in said
    assert "Tried first: Overwrite (Clear)." in said
    assert "Not erased since it came." in said
    bench.world.erase(bench.drive, result=ErasureResult.FAILED)
    assert "Last attempt: Failed" in words(client.get(order))
    bench.world.erase(bench.drive)
    page = client.get(order)
    assert "Already erased, and proven: Overwrite" in words(page)
    assert page.context["form"]["drives"].value() == []


def told_to_stop(bench: Bench) -> bool:
    job = bench.run.job
    return job is not None and job.cancel_asked_at is not None


def test_a_machine_at_work_is_stopped_by_somebody_who_is_sure(
    client: Client, bench: Bench
) -> None:
    progress(bench, bench.begun())
    for name in ("order-cancel", "drive-cancel"):
        asked = client.post(reverse(f"provisioning:{name}", args=[bench.run.uuid]))
        assert "is erasing: stop it?" in asked.content.decode()
        assert not told_to_stop(bench)
    stop = reverse("provisioning:order-cancel", args=[bench.run.uuid])
    client.post(stop, {"sure": str(bench.run.uuid)})
    assert told_to_stop(bench)


@pytest.mark.parametrize("drives", [[], ["x"], ["\x00"], ["x" * 4000]])
def test_an_order_without_a_drive_is_asked_again(
    client: Client, bench: Bench, drives: list[str]
) -> None:
    order = reverse("provisioning:erasure-order", args=[bench.device.tag])
    assert client.post(order, {"drives": drives}).status_code == 422
    assert not ErasureRun.objects.exists()


def test_a_refused_order_is_shown_with_its_rule_and_keeps_the_choice(
    client: Client, bench: Bench
) -> None:
    bench.order()
    order = reverse("provisioning:erasure-order", args=[bench.device.tag])
    answer = client.post(order, {"drives": [str(bench.drive.uuid)]})
    assert answer.status_code == 409
    assert "is open already" in words(answer)
    assert "checked" in words(answer)


def test_who_asked_sees_no_button_to_approve(client: Client, bench: Bench) -> None:
    want_two(bench.world)
    (run,) = bench.order()
    approve = reverse("provisioning:order-approve", args=[run.uuid])
    assert approve not in words(client.get(BOARD))
    assert client.post(approve).status_code == 409
    client.force_login(bench.world.lead)
    assert approve in words(client.get(BOARD))
    assert client.post(approve).status_code == 302
    assert bench.run.state == RunState.APPROVED


def test_an_order_is_given_out_as_a_file_for_a_stick(
    client: Client, bench: Bench
) -> None:
    (run,) = bench.order()
    answer = client.post(reverse("provisioning:order-export", args=[run.uuid]))
    told = proofs.Run.from_json(json.loads(answer.content))
    assert (told.run_id, told.token) == (run.uuid, actions.run_of(run).token)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_failed_drive_offers_both_ways_on(client: Client, bench: Bench) -> None:
    bench.report(bench.record(bench.begun(), ended=methods.Ended.FAILED))
    page = words(client.get(BOARD))
    again = reverse("provisioning:erasure-order", args=[bench.device.tag])
    assert f"{again}?drive={bench.drive.uuid}" in page
    assert reverse("inventory:drive-destroy", args=[bench.drive.uuid]) in page


def test_the_second_person_sees_what_was_executed(client: Client, bench: Bench) -> None:
    bench.report(bench.record())
    client.force_login(bench.world.officer)
    page = words(client.get(reverse("inventory:approval-list")))
    assert "<code>overwrite /dev/sda</code> exit 0" in page
    assert Erasure.objects.get().evidence_sha256 in page
