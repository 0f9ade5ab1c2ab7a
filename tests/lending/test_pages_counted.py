"""The pages of counted stock: what there is, what is to be bought, every change."""

from __future__ import annotations

import pytest
from django.test import Client

from lending import actions
from lending.models import CountedKind, CountedStock
from tests.lending.world import Partners


@pytest.fixture
def desk(partners: Partners, client: Client) -> Client:
    client.force_login(partners.coordinator)
    return client


@pytest.fixture
def bag(partners: Partners) -> CountedKind:
    return actions.open_counted_kind(
        code="BAG-15", name="Sac 15 pouces", by=partners.coordinator
    )


def said(partners: Partners, what: str, number: object) -> dict[str, str]:
    site = str(partners.site.uuid)
    return {"site": site, "what": what, "number": str(number)}


def test_a_thing_is_opened_counted_and_flagged_below_its_minimum(
    desk: Client, partners: Partners
) -> None:
    desk.post("/counted/new/", {"name": "Souris USB", "code": "mouse-usb"})
    kind = CountedKind.objects.get()
    address = f"/counted/{kind.uuid}/"
    assert "never counted" in desk.get("/counted/").content.decode()
    for what, number in (("received", 12), ("counted", 9), ("broken", 5)):
        desk.post(f"{address}change/", said(partners, what, number))
    desk.post(f"{address}change/", said(partners, "minimum", 5))
    stock = CountedStock.objects.get()
    assert (stock.on_hand, stock.minimum, stock.movements.count()) == (4, 5, 3)
    assert "To buy again" in desk.get("/counted/").content.decode()
    shown = desk.get(address).content.decode()
    assert "Counted again" in shown
    assert ">+12<" in shown
    assert ">−5<" in shown


def test_more_than_there_is_does_not_leave(
    desk: Client, partners: Partners, bag: CountedKind
) -> None:
    answer = desk.post(f"/counted/{bag.uuid}/change/", said(partners, "broken", 1))
    assert answer.status_code == 409
    assert "count again" in answer.content.decode()
    assert not CountedStock.objects.exists()


@pytest.mark.parametrize("number", ["", "-1", "1.5", "9" * 400, "douze", "\x00"])
def test_a_number_that_cannot_be_is_refused_in_the_form(
    desk: Client, partners: Partners, bag: CountedKind, number: str
) -> None:
    answer = desk.post(
        f"/counted/{bag.uuid}/change/", said(partners, "received", number)
    )
    assert answer.status_code == 400
    assert not CountedStock.objects.exists()


def test_a_code_that_is_a_tag_or_taken_is_refused(
    desk: Client, bag: CountedKind
) -> None:
    for code in ("PC004217W", "bag-15"):
        answer = desk.post("/counted/new/", {"name": "Autre", "code": code})
        assert answer.status_code == 409
    assert CountedKind.objects.get() == bag


def test_a_thing_is_not_used_any_more_and_used_again(
    desk: Client, bag: CountedKind
) -> None:
    for in_use in ("no", "yes"):
        desk.post(f"/counted/{bag.uuid}/use/", {"in_use": in_use})
        bag.refresh_from_db()
        assert bag.is_active is (in_use == "yes")
