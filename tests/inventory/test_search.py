from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory import actions
from inventory.models import Device, device_search
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def thinkpad(world: World) -> Device:
    world.receive(make="Exemple", model="Autre 9")
    inside = world.drive(serial="EX-DISK-7")
    found = world.receive(
        inside, make="Ébène", model="X-230 Portable", serial="R9-ABC/12"
    )
    actions.attach_alias(device=found, code="Mairie 00412", by=world.technician)
    return found


@pytest.mark.parametrize(
    "text",
    [
        *("{tag}", "{shown}", "{shown_low}", " {tag} ", "{digits}"),
        *("R9-ABC/12", "r9abc12", "R9ABC", "x-230", "X230", "230", "Ébène"),
        *("{short}", "{short_shown}", "EX-DISK-7", "exdisk7"),
        *("x230 r9abc", "mairie00412", "Mairie-00412", "EX-DI", "exdisk"),
    ],
)
def test_a_device_is_found_by_what_people_know_of_it(
    thinkpad: Device, text: str
) -> None:
    asked = text.format(
        tag=thinkpad.tag,
        shown=thinkpad.display_tag,
        shown_low=thinkpad.display_tag.lower(),
        digits=thinkpad.tag[2:-1],
        short="PC" + thinkpad.tag[2:-1].lstrip("0"),
        short_shown="pc-" + thinkpad.tag[2:-1].lstrip("0"),
    )
    assert list(Device.objects.search(asked)) == [thinkpad]


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "---", "é", "\x00", "🙂", "R9ABC autre", "ABC12", "z" * 4000, "%"),
        *("'", "EXD", "DISK7"),
    ],
)
def test_what_fits_nothing_finds_nothing(thinkpad: Device, text: str) -> None:
    assert list(Device.objects.search(text)) == []


def test_every_word_must_fit(thinkpad: Device) -> None:
    assert list(Device.objects.search("portable ébène")) == [thinkpad]
    assert list(Device.objects.search("autre ébène")) == []


def test_common_words_find_the_same(
    thinkpad: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_search, "LISTED_AT_MOST", 0)
    for text in ("ébène", "ébène portable", "portable R9ABC"):
        assert list(Device.objects.search(text)) == [thinkpad]
    assert list(Device.objects.search("autre portable")) == []


def test_a_long_search_reads_six_words(thinkpad: Device) -> None:
    with CaptureQueriesContext(connection) as queries:
        list(Device.objects.search("portable " * 50))
    assert len(queries) <= 8


def test_a_corrected_device_is_found_by_its_new_words_only(
    world: World, thinkpad: Device
) -> None:
    actions.describe_device(
        device=thinkpad, make="Ébène", model="Y1", serial="NEW1", by=world.lead
    )
    assert list(Device.objects.search("NEW1")) == [thinkpad]
    assert list(Device.objects.search("R9ABC12")) == []
