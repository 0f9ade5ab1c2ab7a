"""The bench says of a machine that erases what the board of erasures says."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agent import proofs, wire
from provisioning import actions
from provisioning.cards import bench as cards
from provisioning.cards import erasures
from provisioning.cards.bench import Card
from provisioning.models import ErasureRun, JobKind
from tests.provisioning.erasing import SIZE, Bench, want_two
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
BENCH = reverse("provisioning:bench")


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.technician)
    return made


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world)


def card(bench: Bench) -> Card:
    return cards.card_of(bench.agent)


def half_done(bench: Bench) -> None:
    stride = proofs.Stride(
        run_id=bench.run.uuid, done_bytes=SIZE // 2, total_bytes=SIZE
    )
    bench.say(1, wire.Stage.PROGRESS, stride=stride, seconds_left=900)


def poll(client: Client, page: Any) -> int:
    address = re.search(r'hx-get="([^"]+)"', page.content.decode())
    assert address
    return client.get(address[1].replace("&amp;", "&")).status_code


def test_an_order_to_approve_waits_on_the_bench_too(world: World, bench: Bench) -> None:
    want_two(world)
    bench.order()
    shown = card(bench)
    assert (shown.group, shown.family) == (cards.Group.LOOK, "waiting")
    assert shown.state == "Erasure: waits for approval"


def test_a_drive_at_work_is_as_far_on_the_bench(bench: Bench) -> None:
    bench.begun()
    half_done(bench)
    shown = card(bench)
    assert (shown.group, shown.percent) == (cards.Group.WORK, 50)
    row = erasures.rows_of([bench.device.pk])[bench.device.pk][0]
    assert (shown.far, shown.family) == (row.far, row.family)


def test_a_stuck_drive_needs_a_look_on_the_bench(bench: Bench) -> None:
    bench.begun()
    half_done(bench)
    since = timezone.now() - dt.timedelta(minutes=10)
    ErasureRun.objects.filter(pk=bench.run.pk).update(stuck_at=since)
    shown = card(bench)
    assert (shown.group, shown.family) == (cards.Group.LOOK, "blocked")
    assert shown.state == "Erasure: stuck for 10 minutes"


def test_an_erasure_is_stopped_where_one_is_asked_first(
    client: Client, bench: Bench
) -> None:
    bench.begun()
    page = client.get(BENCH).content.decode()
    assert reverse("provisioning:job-cancel", args=[bench.agent.job.uuid]) not in page  # type: ignore[union-attr]
    assert f'href="{reverse("provisioning:erasures")}"' in page


def test_the_bench_sees_that_an_order_was_given(
    client: Client, world: World, bench: Bench
) -> None:
    want_two(world)
    page = client.get(BENCH)
    assert poll(client, page) == 204
    bench.order()
    assert poll(client, page) == 200


def test_what_is_asked_after_an_erasure_is_what_the_bench_says(bench: Bench) -> None:
    bench.begun()
    bench.report(bench.record(bench.run))
    bench.say(2, wire.Stage.DONE)
    assert (card(bench).group, card(bench).state) == (
        cards.Group.DONE,
        "Erasure: erased",
    )
    actions.ask_job(agent=bench.agent, kind=JobKind.REPORT, by=bench.world.technician)
    assert card(bench).erasure is None
