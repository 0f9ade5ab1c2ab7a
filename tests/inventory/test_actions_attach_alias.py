from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import CodeTaken
from inventory.models import DeviceAlias
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_another_code_leads_to_the_device(world: World) -> None:
    device = world.receive()
    alias = actions.attach_alias(
        device=device, code=" ville-0042 ", by=world.technician
    )
    assert (alias.code, alias.code_key) == ("ville-0042", "VILLE0042")
    assert device.terms.filter(term="VILLE0042").exists()
    assert device.events.order_by("-sequence")[0].verb == "alias_attached"


def test_a_code_leads_to_one_device_only(world: World) -> None:
    first, second = world.receive(), world.receive()
    actions.attach_alias(device=first, code="VILLE-0042", by=world.technician)
    events = second.events.count()
    with pytest.raises(CodeTaken) as refused:
        actions.attach_alias(device=second, code="ville 0042", by=world.technician)
    assert refused.value.facts == {"device": first.tag}
    assert (DeviceAlias.objects.count(), second.events.count()) == (1, events)


def test_a_code_without_letter_or_digit_is_refused(world: World) -> None:
    device = world.receive()
    with pytest.raises(CodeTaken):
        actions.attach_alias(device=device, code=" -- ", by=world.technician)
    assert not DeviceAlias.objects.exists()


def test_the_officer_attaches_nothing(world: World) -> None:
    device = world.receive()
    with pytest.raises(NotPermitted):
        actions.attach_alias(device=device, code="VILLE-0042", by=world.officer)
    assert not DeviceAlias.objects.exists()
