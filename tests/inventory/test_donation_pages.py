"""Donors, donations and lots on their pages; the balance of what was received."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import (
    Device,
    DeviceKind,
    Donation,
    DonationEvent,
    Donor,
    DonorKind,
    Lot,
)
from inventory.models.balance import balance_of
from inventory.states import STAGES, DeviceStatus, SetAsideReason, Stage
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
DONORS = reverse("inventory:donor-list")
DONATIONS = reverse("inventory:donation-list")
FIGURE = re.compile(r'<a href="(/devices/\?[^"]+)">(\d+)')


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.lead)
    return made


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


def page_of(donation: Donation) -> str:
    return reverse("inventory:donation-detail", args=[donation.uuid])


def lot_page(lot: Lot) -> str:
    return reverse("inventory:lot-detail", args=[lot.uuid])


def counted() -> tuple[int, int, int, int]:
    return (
        Donor.objects.count(),
        Donation.objects.count(),
        Lot.objects.count(),
        DonationEvent.objects.count(),
    )


# ------------------------------------------------------------------ balance


def test_every_state_of_a_received_device_counts_in_one_stage() -> None:
    counting = [status for group in STAGES.values() for status in group]
    assert len(counting) == len(set(counting))
    assert set(counting) == set(DeviceStatus) - {DeviceStatus.ANNOUNCED}


def test_what_was_received_is_always_the_sum_of_what_became_of_it(
    world: World,
) -> None:
    world.receive()
    world.ready()
    aside = world.receive()
    actions.set_aside(device=aside, reason=SetAsideReason.TOO_OLD, by=world.lead)
    actions.declare_missing(device=world.receive(), by=world.lead)
    actions.undo_last(device=world.receive(), by=world.technician)
    balance = balance_of(Device.objects.filter(lot=world.lot))
    assert (balance.received, balance.announced, balance.holds) == (4, 1, True)
    assert dict(balance.counts) == {
        Stage.IN_PROCESS: 1,
        Stage.READY: 1,
        Stage.OUT: 0,
        Stage.SET_ASIDE: 1,
        Stage.MISSING: 1,
    }


def test_the_balance_stands_on_the_donation_s_page(
    client: Client, world: World
) -> None:
    world.receive()
    page = text(client.get(page_of(world.donation)))
    assert "The balance holds" in page
    assert "Laptop" in page


def test_every_figure_of_a_balance_opens_the_devices_that_it_counts(
    client: Client, world: World
) -> None:
    world.ready()
    actions.set_aside(
        device=world.receive(), reason=SetAsideReason.TOO_OLD, by=world.lead
    )
    world.receive(kind=DeviceKind.DESKTOP)
    actions.undo_last(device=world.receive(), by=world.technician)
    for page in (page_of(world.donation), lot_page(world.lot)):
        found = FIGURE.findall(text(client.get(page)))
        assert [int(count) for _address, count in found] == [1, 1, 2, 1, 1, 3, 1, 1, 1]
        for address, count in found:
            listed = client.get(html.unescape(address)).context["page"]
            assert len(listed.rows) == int(count)


def test_nothing_leads_to_an_empty_list(client: Client, world: World) -> None:
    other = actions.open_lot(donation=world.donation, label="Autre", by=world.lead)
    world.receive()
    assert not FIGURE.search(text(client.get(lot_page(other))))
    assert len(FIGURE.findall(text(client.get(page_of(world.donation))))) == 4


def test_a_balance_costs_two_queries_whatever_the_stock(
    world: World, django_assert_num_queries: Any
) -> None:
    for _turn in range(5):
        world.receive()
    with django_assert_num_queries(2):
        balance_of(Device.objects.filter(lot=world.lot))


# ------------------------------------------------------------------ donors


def test_a_donor_is_written_down_and_found(client: Client, world: World) -> None:
    said = {"kind": "company", "name": "  Caisse   Océane "}
    response = client.post(reverse("inventory:donor-create"), said)
    donor = Donor.objects.get(name="Caisse Océane")
    assert response.headers["Location"].endswith(f"/donors/{donor.uuid}/")
    assert "Caisse Océane" in text(client.get(DONORS, {"q": "océane"}))
    assert "Caisse Océane" not in text(client.get(DONORS, {"q": "mairie"}))


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"kind": "alien"},
        {"email": "nobody"},
        {"name": "x" * 4000},
        {"name": "a\x00b"},
        {"phone": "\x1b[31m"},
        {"registration": "1" * 21},
    ],
)
def test_a_donor_with_a_mistake_is_not_written_down(
    client: Client, world: World, said: dict[str, str]
) -> None:
    before = counted()
    usual = {"kind": "company", "name": "Caisse Océane"}
    address = reverse("inventory:donor-create")
    assert client.post(address, {**usual, **said}).status_code == 422
    assert counted() == before


@pytest.mark.parametrize("search", ["\0", "%", "x" * 4000, "'", "\\"])
def test_any_search_is_answered(client: Client, world: World, search: str) -> None:
    assert client.get(DONORS, {"q": search, "page": "9" * 99}).status_code == 200


def test_one_donor_costs_what_twenty_cost(
    client: Client, world: World, count_queries: Callable[[str], int]
) -> None:
    one = count_queries(DONORS), count_queries(DONATIONS)
    for number in range(20):
        donor = actions.register_donor(
            kind=DonorKind.COMPANY, name=f"Donateur {number}", by=world.lead
        )
        actions.record_donation(
            donor=donor,
            site=world.site,
            received_on=timezone.localdate(),
            by=world.lead,
        )
    assert (count_queries(DONORS), count_queries(DONATIONS)) == one


# ------------------------------------------------------------------ donations, lots


def test_a_donation_is_recorded_from_its_donor_s_page(
    client: Client, world: World
) -> None:
    donor = world.donation.donor
    address = reverse("inventory:donation-create")
    form = client.get(address, {"donor": str(donor.uuid)}).context["choice"]
    assert form["donor"].value() == str(donor.uuid)
    said = {
        "donor": donor.uuid,
        "site": world.site.uuid,
        "received_on": timezone.localdate().isoformat(),
        "erasure_policy": "clear",
    }
    assert client.post(address, said).status_code == 302
    donation = donor.donations.get(erasure_policy="clear")
    assert (donation.verification_policy, donation.erasure_by_two) == ("sampled", False)


def test_a_donor_may_ask_for_full_verification_and_two_people(
    client: Client, world: World
) -> None:
    said = {
        "donor": world.donation.donor.uuid,
        "site": world.site.uuid,
        "received_on": timezone.localdate().isoformat(),
        "erasure_policy": "purge",
        "verified_in_full": "on",
        "erasure_by_two": "on",
    }
    answer = client.post(reverse("inventory:donation-create"), said, follow=True)
    donation = world.donation.donor.donations.get(erasure_policy="purge")
    assert (donation.verification_policy, donation.erasure_by_two) == ("full", True)
    assert answer.status_code == 200
    page = " ".join(text(client.get(page_of(donation))).split())
    assert "Whole drive read back · approved by a second person" in page


def test_every_mistake_is_in_one_summary(client: Client, world: World) -> None:
    page = text(client.post(reverse("inventory:donation-create"), {"donor": ""}))
    assert page.count("Some answers need another look") == 1
    assert page.count('role="alert"') == 1


@pytest.mark.parametrize(
    "said",
    [
        {"donor": ""},
        {"donor": "x"},
        {"donor": str(uuid.UUID(int=0))},
        {"site": str(uuid.UUID(int=0))},
        {"received_on": "2999-12-31"},
        {"received_on": "99999-99-99"},
        {"erasure_policy": "maybe"},
        {"reference": "x" * 41},
    ],
)
def test_a_donation_with_a_mistake_is_not_recorded(
    client: Client, world: World, said: dict[str, str]
) -> None:
    before = counted()
    usual = {
        "donor": str(world.donation.donor.uuid),
        "site": str(world.site.uuid),
        "received_on": "2026-01-15",
        "erasure_policy": "standard",
    }
    address = reverse("inventory:donation-create")
    assert client.post(address, {**usual, **said}).status_code == 422
    assert counted() == before


def test_a_lot_is_opened_closed_and_never_closed_twice(
    client: Client, world: World
) -> None:
    address = reverse("inventory:donation-open-lot", args=[world.donation.uuid])
    client.post(address, {"label": "Écrans", "announced_count": "3"})
    lot = world.donation.lots.get(label="Écrans")
    close = reverse("inventory:lot-close", args=[lot.uuid])
    assert "3 less than announced" in text(client.get(lot_page(lot)))
    assert client.post(close).status_code == 302
    assert client.post(close).status_code == 409
    assert "Closed" in text(client.get(lot_page(lot)))


def test_a_lot_that_more_came_of_says_so(client: Client, world: World) -> None:
    lot = actions.open_lot(donation=world.donation, announced_count=1, by=world.lead)
    for _turn in range(3):
        world.receive(lot=lot)
    assert "2 more than announced" in text(client.get(lot_page(lot)))


def test_a_technician_opens_another_lot_beside_one(
    client: Client, world: World
) -> None:
    client.force_login(world.technician)
    address = reverse("inventory:lot-open", args=[world.lot.uuid])
    assert client.post(address, {"label": "Écrans"}).status_code == 302
    assert world.donation.lots.count() == 2


@pytest.mark.parametrize("announced", ["-1", "0", "9" * 300, "many"])
def test_a_lot_with_a_mistake_is_not_opened(
    client: Client, world: World, announced: str
) -> None:
    before = counted()
    address = reverse("inventory:lot-open", args=[world.lot.uuid])
    client.post(address, {"announced_count": announced})
    assert counted() == before


def test_a_technician_sees_the_lot_but_not_who_gave_it(
    client: Client, world: World
) -> None:
    client.force_login(world.technician)
    page = client.get(lot_page(world.lot))
    assert page.status_code == 200
    assert "Mairie de Bourg-Lavande" not in text(page)
    for address in (page_of(world.donation), DONORS, DONATIONS):
        assert client.get(address).status_code == 403


def test_what_belongs_to_another_site_is_not_there(
    client: Client, world: World
) -> None:
    stranger = person(Role.WORKSHOP_LEAD, site=Site.objects.create(name="Tilleuls"))
    client.force_login(stranger)
    before = counted()
    for address in (page_of(world.donation), lot_page(world.lot)):
        assert client.get(address).status_code == 404
    for name, public in (
        ("donation-open-lot", world.donation.uuid),
        ("lot-open", world.lot.uuid),
        ("lot-close", world.lot.uuid),
        ("receipt-issue", world.donation.uuid),
    ):
        address = reverse(f"inventory:{name}", args=[public])
        assert client.post(address).status_code == 404
    assert counted() == before


def test_an_auditor_reads_and_writes_nothing_down(client: Client, world: World) -> None:
    client.force_login(person(Role.AUDITOR))
    before = counted()
    assert client.get(page_of(world.donation)).status_code == 200
    for name in ("donor-create", "donation-create"):
        assert client.post(reverse(f"inventory:{name}")).status_code == 403
    for name, public in (
        ("donation-open-lot", world.donation.uuid),
        ("lot-close", world.lot.uuid),
    ):
        address = reverse(f"inventory:{name}", args=[public])
        assert client.post(address).status_code == 403
    assert counted() == before


def test_one_device_of_a_lot_costs_what_twenty_cost(
    client: Client, world: World, count_queries: Callable[[str], int]
) -> None:
    world.receive()
    one = count_queries(lot_page(world.lot)), count_queries(page_of(world.donation))
    for _turn in range(20):
        world.receive()
    many = count_queries(lot_page(world.lot)), count_queries(page_of(world.donation))
    assert many == one
