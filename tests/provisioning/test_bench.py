"""The bench: every machine on it, what it is doing, and little work where nothing moves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from agent import wire
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions as inventory_actions
from inventory.models import PlaceKind
from provisioning import actions
from provisioning.models import Agent, Job, JobKind
from tests.provisioning.machines import FakeMachine, drive
from tests.provisioning.test_jobs import event, tell
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
BENCH = "/bench/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def agent(world: World) -> Agent:
    """A machine in the workshop's room, heard just now."""
    device, machine = world.receive(drives=()), FakeMachine()
    inventory_actions.move_to_place(device=device, place=world.room, by=world.lead)
    agent = machine.join(world, world.technician, device)
    machine.send(drive())
    return agent


def ask(world: World, agent: Agent) -> Job:
    return actions.ask_job(agent=agent, kind=JobKind.TESTS, by=world.technician)


def board(client: Client, query: str = "") -> str:
    answer = client.get(BENCH + query)
    assert answer.status_code == 200
    return answer.content.decode()


def poll(client: Client, page: str) -> Any:
    """What the page itself asks after some seconds."""
    address = re.search(r'hx-get="([^"]+)"', page)
    assert address
    return client.get(address[1].replace("&amp;", "&"), headers={"hx-request": "true"})


def test_a_machine_shows_with_its_room_and_nothing_to_do(
    client: Client, world: World, agent: Agent
) -> None:
    client.force_login(world.technician)
    shown = board(client)
    assert str(agent.device) in shown
    assert "Atelier 2" in shown
    assert "Nothing asked" in shown


def test_a_machine_at_work_shows_how_far_it_is(
    client: Client, world: World, agent: Agent
) -> None:
    job = ask(world, agent)
    said = {"percent": 40, "seconds_left": 300, "message": "First pass"}
    tell(agent, event(job, 1, wire.Stage.PROGRESS, **said))
    client.force_login(world.technician)
    shown = board(client)
    assert re.search(r'<progress max="100"\s+value="40"', shown)
    assert "40%" in shown
    assert "about 5 minutes left" in shown
    assert "First pass" in shown


def test_silence_is_said_in_minutes(client: Client, world: World, agent: Agent) -> None:
    job = ask(world, agent)
    tell(agent, event(job, 1, wire.Stage.STARTED))
    client.force_login(world.technician)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6, seconds=5)):
        shown = board(client)
    assert "No news for 6 minutes" in shown
    assert "Needs a look" in shown


def test_a_silent_machine_without_work_is_told_from_one_that_answers(
    client: Client, world: World, agent: Agent
) -> None:
    client.force_login(world.technician)
    assert 'class="bench-card bench-out"' in board(client)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6, seconds=5)):
        shown = board(client)
    assert 'class="bench-card bench-waiting"' in shown
    assert "No news for 6 minutes" in shown


def test_a_room_in_the_address_shows_its_machines_only(
    client: Client, world: World, agent: Agent
) -> None:
    FakeMachine().join(world, world.technician).jobs.all()
    other = FakeMachine()
    nowhere = other.join(world, world.technician)
    other.send(drive())
    client.force_login(world.technician)
    shown = board(client, f"?room={world.room.uuid}")
    assert f"machine-{agent.uuid}" in shown
    assert f"machine-{nowhere.uuid}" not in shown
    assert f"machine-{nowhere.uuid}" in board(client, "?room=none")


def test_a_bench_belongs_to_its_room(
    client: Client, world: World, agent: Agent
) -> None:
    bench = inventory_actions.open_place(
        site=world.site,
        kind=PlaceKind.BENCH,
        name="Établi 3",
        parent=world.room,
        by=world.lead,
    )
    assert agent.device
    inventory_actions.move_to_place(device=agent.device, place=bench, by=world.lead)
    client.force_login(world.technician)
    assert f"machine-{agent.uuid}" in board(client, f"?room={world.room.uuid}")


@pytest.mark.parametrize("room", ["x" * 4000, "%00", "%F0%28", "<script>", "'--"])
def test_a_room_that_is_none_is_empty(
    client: Client, world: World, agent: Agent, room: str
) -> None:
    client.force_login(world.technician)
    assert "No machine is in this room now" in board(client, f"?room={room}")


def test_an_empty_bench_says_how_to_begin(client: Client, world: World) -> None:
    client.force_login(world.technician)
    assert "No machine is on the bench" in board(client)


def test_a_machine_that_left_or_was_not_heard_today_is_not_there(
    client: Client, world: World, agent: Agent
) -> None:
    client.force_login(world.technician)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=11)):
        client.force_login(world.technician)
        assert f"machine-{agent.uuid}" in board(client)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=13)):
        client.force_login(world.technician)
        assert f"machine-{agent.uuid}" not in board(client)


def test_a_machine_of_another_site_is_not_there(client: Client, agent: Agent) -> None:
    elsewhere = Site.objects.create(name="Rive droite")
    client.force_login(person(Role.TECHNICIAN, site=elsewhere))
    assert f"machine-{agent.uuid}" not in board(client)


# ------------------------------------------------------------------ live


def test_where_nothing_changed_nothing_is_sent(
    client: Client, world: World, agent: Agent
) -> None:
    client.force_login(world.technician)
    answer = poll(client, board(client))
    assert (answer.status_code, answer.content) == (204, b"")


def test_that_nothing_changed_costs_two_statements_of_the_boards_own(
    client: Client, world: World, agent: Agent
) -> None:
    client.force_login(world.technician)
    page = board(client)
    with CaptureQueriesContext(connection) as asked:
        poll(client, page)
    own = [each["sql"] for each in asked if "provisioning_" in each["sql"]]
    assert len(own) == 2
    # Who asks: the session, the account, and where its roles reach.
    assert len(asked) - len(own) <= 3


def change_by_event(world: World, agent: Agent) -> None:
    tell(agent, event(Job.objects.get(), 2, wire.Stage.PROGRESS, percent=55))


def change_by_cancelling(world: World, agent: Agent) -> None:
    actions.cancel_job(job=Job.objects.get(), by=world.technician)


def change_by_moving(world: World, agent: Agent) -> None:
    room = inventory_actions.open_place(
        site=world.site, kind=PlaceKind.ROOM, name="Atelier 9", by=world.lead
    )
    assert agent.device
    inventory_actions.move_to_place(device=agent.device, place=room, by=world.lead)


def change_by_unbinding(world: World, agent: Agent) -> None:
    actions.unbind_agent(agent=agent, by=world.technician)


def change_by_joining(world: World, agent: Agent) -> None:
    other = FakeMachine()
    other.join(world, world.technician)
    other.send(drive())


@pytest.mark.parametrize(
    "change",
    [
        *(change_by_event, change_by_cancelling, change_by_moving),
        *(change_by_unbinding, change_by_joining),
    ],
)
def test_what_changed_is_sent(
    client: Client,
    world: World,
    agent: Agent,
    change: Callable[[World, Agent], None],
) -> None:
    job = ask(world, agent)
    tell(agent, event(job, 1, wire.Stage.STARTED))
    client.force_login(world.technician)
    page = board(client)
    change(world, agent)
    answer = poll(client, page)
    assert answer.status_code == 200
    assert poll(client, answer.content.decode()).status_code == 204


def test_two_machines_that_changed_rooms_are_sent(
    client: Client, world: World, agent: Agent
) -> None:
    """Neither the number of machines nor the sum of their places changes."""
    room = inventory_actions.open_place(
        site=world.site, kind=PlaceKind.ROOM, name="Atelier 9", by=world.lead
    )
    device, other = world.receive(drives=()), FakeMachine()
    inventory_actions.move_to_place(device=device, place=room, by=world.lead)
    other.join(world, world.technician, device)
    other.send(drive())
    assert agent.device
    client.force_login(world.technician)
    page = board(client)
    for each, place in ((agent.device, room), (device, world.room)):
        inventory_actions.move_to_place(device=each, place=place, by=world.lead)
    answer = poll(client, page)
    assert answer.status_code == 200
    assert poll(client, answer.content.decode()).status_code == 204


def test_quarters_of_the_way_are_read_aloud_and_nothing_between(
    client: Client, world: World, agent: Agent
) -> None:
    job = ask(world, agent)
    tell(agent, event(job, 1, wire.Stage.STARTED, percent=10))
    client.force_login(world.technician)
    page = board(client)
    tell(agent, event(job, 2, wire.Stage.PROGRESS, percent=20))
    between = poll(client, page).content.decode()
    assert re.search(r'hx-swap-oob="innerHTML"></p>', between)
    tell(agent, event(job, 3, wire.Stage.PROGRESS, percent=51))
    aloud = poll(client, between).content.decode()
    assert f"{agent.device}: Memory, 50%." in aloud


def test_the_minutes_of_a_silence_go_on(
    client: Client, world: World, agent: Agent
) -> None:
    job = ask(world, agent)
    tell(agent, event(job, 1, wire.Stage.STARTED))
    client.force_login(world.technician)
    page = board(client)
    for minutes in (7, 8):
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes)):
            answer = poll(client, page)
            page = answer.content.decode()
        assert f"No news for {minutes} minutes" in page


@pytest.mark.parametrize("rev", ["", "x", "9" * 400, "-1-2", "1" * 17, "%00", "٣-1"])
def test_a_rev_that_is_none_gets_the_board(
    client: Client, world: World, agent: Agent, rev: str
) -> None:
    client.force_login(world.technician)
    answer = client.get(reverse("provisioning:bench-live") + f"?rev={rev}")
    assert answer.status_code == 200


def test_eighty_machines_cost_no_more_statements_than_one(
    client: Client, world: World, agent: Agent, count_queries: Callable[[str], int]
) -> None:
    client.force_login(world.technician)
    one = count_queries(BENCH)
    for number in range(20):
        machine, device = FakeMachine(), world.receive(drives=())
        other = machine.join(world, world.technician, device)
        machine.send(drive(serial=f"EX-MANY-{number}"))
        ask(world, other)
    assert count_queries(BENCH) == one


def test_the_bench_speaks_french(client: Client, world: World, agent: Agent) -> None:
    client.force_login(world.technician)
    client.cookies["django_language"] = "fr"
    with translation.override("fr"):
        assert "Rien de demandé" in board(client)


# ------------------------------------------------- what the tests came to


def finished(world: World, result: wire.Result) -> FakeMachine:
    """A machine that was asked for its tests, made them and said that it is done."""
    machine = FakeMachine()
    agent = machine.join(world, world.technician)
    machine.send(drive())
    job = ask(world, agent)
    tried = wire.Test(
        name=wire.Check.KEYBOARD,
        result=result,
        by=wire.Judge.PERSON,
        at=timezone.now(),
    )
    machine.send(kind=wire.Kind.TESTS, tests=(tried,))
    stages = (wire.Stage.TAKEN, wire.Stage.DONE)
    tell(agent, *(event(job, seq, stage) for seq, stage in enumerate(stages, 1)))
    return machine


@pytest.mark.parametrize(
    ("result", "family", "said"),
    [
        (wire.Result.FAIL, "bench-blocked", "Tests: 1 bad"),
        (wire.Result.WARN, "bench-waiting", "Tests: 1 mediocre"),
    ],
)
def test_tests_that_did_not_go_well_need_a_look(
    client: Client, world: World, result: wire.Result, family: str, said: str
) -> None:
    finished(world, result)
    client.force_login(world.technician)
    shown = board(client)
    assert "Needs a look" in shown
    assert family in shown
    assert said in shown
    assert "bench-done" not in shown


def test_tests_that_went_well_are_finished(client: Client, world: World) -> None:
    finished(world, wire.Result.PASS)
    client.force_login(world.technician)
    shown = board(client)
    assert "bench-done" in shown
    assert "Needs a look" not in shown


def test_bad_tests_that_are_asked_for_again_are_past(
    client: Client, world: World
) -> None:
    machine = finished(world, wire.Result.FAIL)
    assert machine.agent
    again = ask(world, machine.agent)
    tell(machine.agent, event(again, 3, wire.Stage.DONE))
    client.force_login(world.technician)
    assert "Tests: 1 bad" not in board(client)


def test_a_machine_that_finished_with_a_failing_drive_needs_a_look(
    client: Client, world: World
) -> None:
    machine, device = FakeMachine(), world.receive(drives=())
    agent = machine.join(world, world.technician, device)
    failing = wire.Health(protocol="ATA", passed=False, attributes=20)
    machine.send(drive(health=failing))
    job = actions.ask_job(agent=agent, kind=JobKind.REPORT, by=world.technician)
    tell(agent, event(job, 1, wire.Stage.DONE))
    client.force_login(world.technician)
    shown = board(client)
    assert "Health: not in order" in shown
    assert "bench-done" not in shown


def test_what_was_cancelled_says_so(client: Client, world: World, agent: Agent) -> None:
    actions.cancel_job(job=ask(world, agent), by=world.technician)
    client.force_login(world.technician)
    shown = board(client)
    assert "Tests: cancelled" in shown
    assert "Nothing asked</" not in shown
