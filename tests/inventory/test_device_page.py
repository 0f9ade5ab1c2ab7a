from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import Device, DeviceKind, PlaceKind
from inventory.states import NEXT, DeviceStatus, HoldReason
from inventory.verbs import WORDINGS
from inventory.views.steps import PAGES, STEPS
from tests.core.test_journal import drop_triggers, sql
from tests.sources import calls, modules
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db

JOURNALS = {"DeviceEvent.append", "DriveEvent.append"}
STEPS_THAT_LOG = {"change_status", "_move_on", "_log", "_log_destruction"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.technician)
    return client


def page(client: Client, device: Device) -> str:
    response = client.get(f"/d/{device.tag}/")
    assert response.status_code == 200
    return response.content.decode()


def following(client: Client, device: Device) -> str:
    """The one primary button of the page."""
    offer = client.get(f"/d/{device.tag}/").context["following"]
    return offer.name if offer else ""


def test_it_shows_what_blocks_the_way_first(here: Client, world: World) -> None:
    device = world.receive()
    actions.hold_device(device=device, reason=HoldReason.SAFETY, by=world.lead)
    text = page(here, device)
    drive = device.drives.get()
    assert "It may not leave" in text
    assert f"{drive.serial} in {device.display_tag} has no proof of erasure" in text
    assert "Unsafe: battery, burn or shock" in text
    assert text.index("It may not leave") < text.index("Next step")


def test_the_next_step_follows_the_work(here: Client, world: World) -> None:
    device = world.receive()
    by = world.technician
    assert following(here, device) == "triage"
    actions.start_triage(device=device, by=by)
    assert following(here, device) == "keep"
    actions.triage_device(device=device, by=by)
    assert following(here, device) == "erase"
    world.erase(device.drives.get())
    assert following(here, device) == "refurbish"
    actions.send_to_quality_check(device=device, by=by)
    assert following(here, device) == "quality-check"
    actions.pass_quality_check(
        device=device,
        lines=world.good_lines(device),  # type: ignore[arg-type]
        by=by,
    )
    assert following(here, device) == "ready"
    actions.declare_ready(device=device, by=by)
    assert following(here, device) == ""


def test_drives_that_nobody_named_come_first(here: Client, world: World) -> None:
    device = actions.receive_device(
        lot=world.lot, kind=DeviceKind.LAPTOP, serial="EX-1", by=world.technician
    )
    actions.triage_device(device=device, by=world.technician)
    assert following(here, device) == "declare-drive"


def test_a_drive_in_use_is_explained_where_it_cannot_be_erased(
    here: Client, world: World
) -> None:
    device = world.receive()
    actions.triage_device(device=device, by=world.technician)
    device.drives.update(in_use=True)
    assert following(here, device) == ""
    assert "Start the machine from the workshop’s stick" in page(here, device)


def test_only_what_the_person_may_do_is_offered(client: Client, world: World) -> None:
    device = world.receive()
    client.force_login(person(Role.MEDIATOR, site=world.site))
    response = client.get(f"/d/{device.tag}/")
    assert response.context["following"] is None
    assert response.context["others"] == []


def test_every_button_leads_where_the_table_says() -> None:
    for name, step in STEPS.items():
        for status in step.states:
            assert step.to in NEXT[status], f"{name} from {status}"
    assert PAGES["return"].states <= set(NEXT)


def test_every_state_has_its_page(here: Client, world: World) -> None:
    device = world.receive()
    for status in DeviceStatus:
        if status != DeviceStatus.READY and not _is_exit(status):
            Device.objects.filter(pk=device.pk).update(status=status)
            assert page(here, device)


def _is_exit(status: DeviceStatus) -> bool:
    return status in {
        *(DeviceStatus.PACKED, DeviceStatus.IN_TRANSIT, DeviceStatus.ON_LOAN),
        *(DeviceStatus.HANDED_OVER, DeviceStatus.WEEE_OUT, DeviceStatus.FOR_PARTS),
        DeviceStatus.RETURNED_TO_DONOR,
    }


def test_history_says_who_did_what_and_holds(here: Client, world: World) -> None:
    device = world.ready()
    text = page(here, device)
    assert "History holds" in text
    assert "Declared ready" in text
    assert world.technician.name in text


def test_a_refused_act_is_part_of_history(here: Client, world: World) -> None:
    device = world.to_check(world.receive())
    here.post(f"/d/{device.tag}/step/ready/")
    text = page(here, device)
    assert "Declare ready · a drive has no proof of erasure" in text


def test_a_history_that_was_altered_says_so(here: Client, world: World) -> None:
    device = world.receive()
    drop_triggers()
    sql("UPDATE inventory_deviceevent SET verb = 'moved' WHERE sequence = 1")
    assert "History does not hold" in page(here, device)


def test_a_long_history_is_shown_in_part_and_whole(here: Client, world: World) -> None:
    device = world.receive()
    other = actions.open_place(
        site=world.site, kind=PlaceKind.SHELF, name="B3", by=world.lead
    )
    for place in [world.room, other] * 26:
        actions.move_to_place(device=device, place=place, by=world.technician)
    short = here.get(f"/d/{device.tag}/").context["history"]
    whole = here.get(f"/d/{device.tag}/?history=all").context["history"]
    assert (len(short.entries), len(whole.entries)) == (50, 50 + short.older)
    assert short.holds


def test_a_page_costs_as_many_queries_whatever_happened(
    here: Client, world: World, count_queries: Callable[[str], int]
) -> None:
    device = world.ready()
    before = count_queries(f"/d/{device.tag}/")
    other = actions.open_place(
        site=world.site, kind=PlaceKind.SHELF, name="B3", by=world.lead
    )
    for place in (world.room, other, world.room):
        actions.move_to_place(device=device, place=place, by=world.technician)
    for _ in range(3):
        actions.declare_drive(device=device, drive=world.drive(), by=world.technician)
    for drive in device.drives.all():
        world.erase(drive)
    assert count_queries(f"/d/{device.tag}/") <= before + 2


def test_a_label_leads_to_its_device(here: Client, world: World) -> None:
    device = world.receive()
    for code in (device.tag, device.display_tag, device.tag.lower()):
        response = here.get(f"/t/{code}")
        assert response["Location"] == f"/d/{device.tag}/"


def test_a_label_leads_to_its_place_and_to_its_drive(
    here: Client, world: World
) -> None:
    drive = actions.take_drive_out(
        drive=world.receive().drives.get(), custody=world.cupboard, by=world.technician
    )
    assert str(drive.uuid) in here.get(f"/t/{drive.tag}")["Location"]
    assert str(world.room.uuid) in here.get(f"/t/{world.room.tag}")["Location"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("PC004217X", "A sign of this tag was read wrongly"),
        ("PC0042", "This tag is cut off"),
        ("PC004217W", "Nothing carries this tag"),
        ("hello", "This is not one of our tags"),
        ("%00", "This is not one of our tags"),
        ("x" * 4000, "This is not one of our tags"),
    ],
)
def test_a_label_that_leads_nowhere_is_explained(
    here: Client, code: str, words: str
) -> None:
    response = here.get(f"/t/{code}")
    assert response.status_code == 404
    assert words in response.content.decode()


@pytest.mark.parametrize("tag", ["PC004217W", "nothing", "%00", "9" * 4000])
def test_a_device_that_is_not_there_is_not_found(here: Client, tag: str) -> None:
    assert here.get(f"/d/{tag}/").status_code == 404


def test_another_site_s_device_is_not_there(client: Client, world: World) -> None:
    device = world.receive()
    site = Site.objects.create(name="Les Tilleuls")
    client.force_login(person(Role.TECHNICIAN, site=site))
    assert client.get(f"/d/{device.tag}/").status_code == 404
    assert client.get(f"/t/{device.tag}").status_code == 404
    assert client.post(f"/d/{device.tag}/step/triage/").status_code == 404


def test_every_verb_of_the_journal_has_words() -> None:
    said = set()
    for module in modules("inventory", "provisioning"):
        for name, call in calls(module.tree):
            words = [word.value for word in call.keywords if word.arg == "verb"]
            if ast.unparse(call.func) in JOURNALS or name in STEPS_THAT_LOG:
                words += call.args
            said |= {word.value for word in words if isinstance(word, ast.Constant)}
    assert {"declared_ready", "moved", "agent_bound"} <= said
    assert said - set(WORDINGS) - {None} == set()


@pytest.mark.parametrize(
    "verb",
    ["lent", "handed_over", "given", "came_back", "lost", "stolen", "written_off"],
)
def test_what_lending_did_with_a_device_has_french_words(verb: str) -> None:
    with translation.override("en"):
        english = str(WORDINGS[verb].title)
    with translation.override("fr"):
        assert str(WORDINGS[verb].title) != english
