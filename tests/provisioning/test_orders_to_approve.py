"""Orders that wait for a second person, where that person looks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from inventory.actions.second_person import with_a_hand_of
from inventory.models import Erasure
from inventory.views.tiles import counted_for
from provisioning import actions
from provisioning.models import RunState
from tests.provisioning.erasing import Bench, want_two
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
APPROVALS = reverse("inventory:approval-list")


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    want_two(made)
    client.force_login(made.officer)
    return made


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, ("EX-RUN-1", "EX-RUN-2"))


def waiting(user: User) -> int:
    addresses = {each.address: each.count for each in counted_for(user)}
    return addresses[APPROVALS]


def words(client: Client) -> str:
    return " ".join(client.get(APPROVALS).content.decode().split())


def test_an_order_waits_among_the_approvals_and_is_counted_once(
    client: Client, world: World, bench: Bench
) -> None:
    assert waiting(world.officer) == 0
    bench.order()
    said = words(client)
    assert f"Order to erase {bench.device}" in said
    assert "EX-RUN-1" in said
    assert "EX-RUN-2" in said
    assert waiting(world.officer) == 1


def test_an_order_is_approved_from_there_and_leads_back(
    client: Client, world: World, bench: Bench
) -> None:
    bench.order()
    address = reverse("provisioning:order-approve", args=[bench.run.uuid])
    assert f'action="{address}?back=approvals"' in words(client)
    assert client.post(f"{address}?back=approvals")["Location"] == APPROVALS
    assert bench.run.state == RunState.APPROVED
    assert "Nothing waits for you" in words(client)


def test_who_asked_is_offered_no_button(
    client: Client, world: World, bench: Bench
) -> None:
    bench.order(by=world.officer)
    said = words(client)
    address = reverse("provisioning:order-approve", args=[bench.run.uuid])
    assert "You asked for it: another person has to approve." in said
    assert address not in said
    assert client.post(address).status_code == 409
    assert bench.run.state == RunState.ASKED


def test_an_order_of_another_site_is_not_shown(client: Client, bench: Bench) -> None:
    bench.order()
    officer = person(
        Role.DATA_SECURITY_OFFICER, site=Site.objects.create(name="Les Tilleuls")
    )
    client.force_login(officer)
    assert "Nothing waits for you" in words(client)
    assert waiting(officer) == 0


def test_who_approved_an_order_is_not_offered_to_accept_what_came_of_it(
    client: Client, world: World, bench: Bench
) -> None:
    bench.order()
    actions.approve_order(run=bench.run, by=world.officer)
    erasure = world.erase_with_exceptions(bench.drive)
    address = reverse("inventory:erasure-approve", args=[erasure.uuid])
    said = words(client)
    assert "another data-security officer has to decide" in said
    assert address not in said
    client.force_login(person(Role.DATA_SECURITY_OFFICER, site=world.site))
    assert address in words(client)


def test_whose_hands_were_in_many_is_asked_once(
    world: World, bench: Bench, django_assert_num_queries: object
) -> None:
    bench.order()
    for drive in bench.drives:
        world.erase_with_exceptions(drive)
    erasures = list(Erasure.objects.all())
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert with_a_hand_of(world.officer, erasures) == set()
    mine = with_a_hand_of(world.technician, erasures)
    assert mine == {erasure.pk for erasure in erasures}
