"""What the scan station, labels and search say of packs and cards."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.lending.packs import Bench, make_bench


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


@pytest.fixture
def client(bench: Bench) -> Client:
    client = Client()
    client.force_login(bench.packer)
    return client


def scanned(client: Client, code: str) -> str:
    sent = {"code": code, "physical": "", "nonce": str(uuid.uuid4()), "mode": "look_up"}
    answer = client.post(
        reverse("inventory:station-scan"), sent, headers={"hx-request": "true"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_station_leads_from_the_tag_of_a_pack_to_the_pack(
    bench: Bench, client: Client
) -> None:
    pack = bench.begin()
    said = scanned(client, str(pack))
    assert reverse("lending:pack-detail", args=[pack.tag]) in said
    assert pack.version.template.name in said


def test_the_station_says_in_which_pack_a_machine_is(
    bench: Bench, client: Client
) -> None:
    pack, device = bench.begin(), bench.world.ready()
    assert "/packs/" not in scanned(client, device.tag)
    bench.fill(pack, device)
    assert reverse("lending:pack-detail", args=[pack.tag]) in scanned(
        client, device.tag
    )


def test_labels_and_search_lead_to_packs_cards_and_hotspots(
    bench: Bench, client: Client
) -> None:
    for thing in (bench.begin(), bench.card(), bench.hotspot()):
        answer = client.get(reverse("inventory:tag", args=[thing.tag]))
        assert thing.tag in answer["Location"]
        printed = client.get(reverse("inventory:label-print") + f"?tags={thing.tag}")
        assert printed.content.startswith(b"%PDF")


def test_a_pack_of_another_site_leads_nowhere(bench: Bench, client: Client) -> None:
    unknown = "PK999999" + "X"
    assert client.get(reverse("inventory:tag", args=[unknown])).status_code == 404
