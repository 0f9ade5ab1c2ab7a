"""Machines that come back with a new key, and hardware that comes under an old one."""

from __future__ import annotations

import json

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.http import problem_of
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory.models import Device, DeviceEvent
from provisioning import actions
from provisioning.errors import CloneSuspected, LikenessAnswered, NotApproved
from provisioning.models import Agent, AgentEvent, Likeness, Mark, Report
from tests.provisioning.hardware import FILLER, Box, agent, box, card, report, started
from tests.provisioning.machines import drive
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive(drives=())


def changed_board(number: int) -> Box:
    """The board of a machine that nobody knows, in the case of one that we know."""
    other = box(number + 50)
    return box(number).with_(machine=other.machine, cards=other.cards)


def asked() -> Likeness:
    return Likeness.objects.get(answer="")


# ---------------------------------------------------------------- a new key


def test_a_known_machine_with_a_new_key_takes_its_place(
    world: World, device: Device
) -> None:
    before = started(world, box(1), device)
    again = started(world, box(1))
    assert agent(again).device == device
    assert agent(before).device is None
    assert agent(before).same_as == agent(again)


def test_the_former_key_of_the_same_machine_takes_the_place_back(
    world: World, device: Device
) -> None:
    before = started(world, box(1), device)
    again = started(world, box(1))
    report(before, box(1))
    assert agent(before).device == device
    assert agent(again).same_as == agent(before)


def test_a_changed_network_card_takes_its_place_with_a_new_key(
    world: World, device: Device
) -> None:
    started(world, box(1), device)
    again = started(world, box(1).with_(cards=(card("00:1b:21:aa:bb:cc"),)))
    assert agent(again).device == device


def test_of_a_changed_board_a_person_is_asked(world: World, device: Device) -> None:
    started(world, box(1), device)
    again = started(world, changed_board(1))
    assert agent(again).device is None
    assert asked().device == device


def test_a_drive_moved_between_two_known_machines_asks_about_both(
    world: World, device: Device
) -> None:
    second = world.receive(drives=())
    started(world, box(1), device)
    started(world, box(2), second)
    again = started(world, box(2).with_(drives=box(1).drives))
    assert agent(again).device is None
    assert {each.device for each in Likeness.objects.all()} == {device, second}


def test_two_machines_with_default_string_stay_two(
    world: World, device: Device
) -> None:
    started(world, box(1).with_(machine=FILLER), device)
    other = started(world, box(2).with_(machine=FILLER))
    assert agent(other).device is None
    assert not Likeness.objects.exists()


def test_forty_machines_of_one_master_image_stay_forty(world: World) -> None:
    machines = [started(world, box(number)) for number in range(40)]
    assert not Likeness.objects.exists()
    assert Agent.objects.filter(same_as=None).count() == len(machines)


def test_the_adapter_that_all_benches_share_makes_nobody_the_same(
    world: World, device: Device
) -> None:
    shared = card("00:e0:4c:68:00:01", removable=True)
    started(world, box(1).with_(cards=(shared,)), device)
    other = started(world, box(2).with_(cards=(shared,)))
    assert agent(other).device is None
    assert not Likeness.objects.exists()


def test_a_device_that_was_only_typed_is_offered_never_taken(world: World) -> None:
    typed = world.receive(world.drive(serial="WD-WX000001"), serial="PF000001")
    joined = started(world, box(1))
    assert agent(joined).device is None
    assert asked().device == typed


def test_another_sites_machine_is_not_offered(world: World, device: Device) -> None:
    started(world, box(1), device)
    Device.objects.filter(pk=device.pk).update(site=Site.objects.create(name="Autre"))
    joined = started(world, box(1))
    assert agent(joined).device is None
    assert not Likeness.objects.exists()


def test_nobody_takes_a_place_before_a_person_let_them_in(
    world: World, device: Device
) -> None:
    started(world, box(1), device)
    actions.want_approval(site=world.site, wanted=True, by=world.lead)
    pending = started(world, box(1))
    assert agent(pending).device is None
    assert asked().device == device


def test_a_place_that_a_person_took_back_is_not_taken_again(
    world: World, device: Device
) -> None:
    started(world, box(1), device)
    again = started(world, box(1))
    actions.unbind_agent(agent=agent(again), by=world.technician)
    report(again, box(1).with_(cards=(card("00:1b:21:aa:bb:cc"),)))
    assert agent(again).device is None


def test_a_machine_that_is_no_device_yet_is_seen_once(world: World) -> None:
    before = started(world, box(1))
    again = started(world, box(1))
    assert list(Agent.objects.unbound()) == [agent(again)]
    assert agent(before).same_as == agent(again)


def test_a_takeover_proves_no_drive(world: World) -> None:
    held = world.receive(drives=())
    started(world, box(1), held)
    started(world, box(1).with_(drives=(*box(1).drives, drive(serial="EX-NEW-1"))))
    held.refresh_from_db()
    assert held.drives.count() == 2
    assert held.data_state == "at_risk"


# ---------------------------------------------------------------- what people say


def test_a_person_says_that_it_is_the_same_machine(
    world: World, device: Device
) -> None:
    before = started(world, box(1), device)
    again = started(world, changed_board(1))
    actions.same_machine(likeness=asked(), by=world.technician)
    assert agent(again).device == device
    assert agent(again).bound_by == world.technician
    assert agent(before).same_as == agent(again)


def test_a_person_says_that_it_is_another_machine(world: World, device: Device) -> None:
    before = started(world, box(1), device)
    again = started(world, changed_board(1))
    actions.new_machine(likeness=asked(), by=world.technician)
    assert agent(again).device is None
    assert agent(before).device == device
    report(again, box(51).with_(drives=box(1).drives))
    assert not Likeness.objects.open().exists()


def test_an_answer_is_given_once(world: World, device: Device) -> None:
    started(world, box(1), device)
    again = started(world, changed_board(1))
    likeness = asked()
    actions.new_machine(likeness=likeness, by=world.technician)
    with pytest.raises(LikenessAnswered):
        actions.same_machine(likeness=likeness, by=world.technician)
    assert agent(again).device is None


def test_who_may_not_bind_may_not_answer(world: World, device: Device) -> None:
    started(world, box(1), device)
    again = started(world, changed_board(1))
    elsewhere = person(Role.TECHNICIAN, site=Site.objects.create(name="Autre"))
    for by in (world.officer, elsewhere):
        with pytest.raises(NotPermitted):
            actions.same_machine(likeness=asked(), by=by)
    assert agent(again).device is None


def test_a_machine_that_waits_for_approval_is_not_bound_by_an_answer(
    world: World, device: Device
) -> None:
    started(world, box(1), device)
    actions.want_approval(site=world.site, wanted=True, by=world.lead)
    again = started(world, box(1))
    with pytest.raises(NotApproved):
        actions.same_machine(likeness=asked(), by=world.technician)
    assert agent(again).device is None
    assert asked().answer == ""


# ---------------------------------------------------------------- an old key


def test_its_own_key_with_another_network_card_is_the_same_machine(
    world: World, device: Device
) -> None:
    fake = started(world, box(1), device)
    report(fake, box(1).with_(cards=(card("00:1b:21:aa:bb:cc"),)))
    assert agent(fake).device == device
    assert agent(fake).marks["mac"] == ["00:1b:21:aa:bb:cc"]


def test_one_key_from_two_hardwares_is_refused_and_noted(
    world: World, device: Device
) -> None:
    fake = started(world, box(1), device)
    with pytest.raises(CloneSuspected):
        report(fake, box(2))
    assert Report.objects.count() == 1
    told = AgentEvent.objects.get(verb="clone_suspected").data["marks"]
    assert told == ["uuid", "board_serial", "serial", "drive", "mac"]


def test_no_mark_of_another_machine_is_told_or_kept_for_ever(
    world: World, device: Device
) -> None:
    """The journal and the answer name kinds; the values are in a row that goes."""
    fake = started(world, box(1), device)
    with pytest.raises(CloneSuspected) as refused:
        report(fake, box(2))
    journal = AgentEvent.objects.get(verb="clone_suspected").data
    for told in (json.dumps(problem_of(refused.value)), json.dumps(journal)):
        assert "000002" not in told
        assert "000001" not in told
    assert "PF000002" in json.dumps(agent(fake).clone_marks)
    actions.revoke_agent(agent=agent(fake), by=world.lead)
    fake.join(world, world.technician)
    assert agent(fake).clone_marks == []


def test_a_master_image_on_forty_machines_is_refused_from_the_second_on(
    world: World,
) -> None:
    fake = started(world, box(1))
    for number in range(2, 41):
        with pytest.raises(CloneSuspected):
            report(fake, box(number))
    assert Report.objects.count() == 1
    assert Mark.objects.current().count() == 5


def test_a_new_code_lets_a_revoked_key_speak_from_other_hardware(
    world: World, device: Device
) -> None:
    fake = started(world, box(1), device)
    actions.revoke_agent(agent=agent(fake), by=world.lead)
    fake.join(world, world.technician)
    actions.rebuild_agent(agent=agent(fake))
    report(fake, box(2))
    assert agent(fake).marks["serial"] == ["PF000002"]
    assert Mark.objects.current().count() == 5


def test_boards_swapped_between_twins_are_refused_under_their_old_keys(
    world: World,
) -> None:
    one, other = started(world, box(1)), started(world, box(2))
    first = box(1).with_(machine=box(2).machine, cards=box(2).cards)
    second = box(2).with_(machine=box(1).machine, cards=box(1).cards)
    for fake, of in ((one, first), (other, second)):
        with pytest.raises(CloneSuspected):
            report(fake, of)
    assert Agent.objects.filter(clone_suspected_at=None).count() == 0


def test_a_drive_moved_between_two_machines_leaves_both_themselves(
    world: World, device: Device
) -> None:
    second = world.receive(drives=())
    one, other = started(world, box(1), device), started(world, box(2), second)
    report(one, box(1).with_(drives=(drive(serial="EX-FRESH"),)))
    report(other, box(2).with_(drives=(*box(2).drives, *box(1).drives)))
    assert agent(one).device == device
    assert agent(other).device == second
    assert second.drives.filter(serial="WD-WX000001").exists()


# ---------------------------------------------------------------- marks as rows


def test_a_mark_says_from_when_to_when_it_was_shown(world: World) -> None:
    fake = started(world, box(1))
    report(fake, box(1).with_(cards=(card("00:1b:21:aa:bb:cc"),)))
    gone = Mark.objects.get(value="3c:97:0e:10:20:01")
    assert gone.gone_at is not None
    report(fake, box(1))
    gone.refresh_from_db()
    assert gone.gone_at is None


def test_a_report_that_shows_less_takes_no_mark_away(world: World) -> None:
    fake = started(world, box(1))
    fake.send(drive(serial="WD-WX000001"))
    assert Mark.objects.current().count() == 5


def test_marks_are_made_anew_from_reports(world: World) -> None:
    fake = started(world, box(1))
    report(fake, box(1).with_(cards=(card("00:1b:21:aa:bb:cc"),)))
    columns = ("kind", "value", "shown_since", "gone_at")
    kept = list(Mark.objects.values_list(*columns))
    Mark.objects.all().delete()
    Agent.objects.update(marks={})
    actions.rebuild_agent(agent=agent(fake))
    assert list(Mark.objects.values_list(*columns)) == kept
    assert agent(fake).marks["mac"] == ["00:1b:21:aa:bb:cc"]


def test_the_journal_of_a_device_names_both_keys(world: World, device: Device) -> None:
    started(world, box(1), device)
    started(world, box(1))
    verbs = list(
        DeviceEvent.objects.filter(subject=device).values_list("verb", flat=True)
    )
    assert verbs.count("agent_bound") == 2
    assert verbs.count("agent_unbound") == 1


def test_an_unchanged_machine_costs_no_question_more(
    world: World, device: Device, django_assert_max_num_queries: object
) -> None:
    fake = started(world, box(1), device)
    report(fake, box(1))
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        report(fake, box(1))
