"""The card of a hotspot: a network that a phone reads, and a secret that is kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse

from backoffice.core.roles import Role
from lending.documents.hotspot import Network, hotspot_card
from lending.models import ModemEvent
from tests.lending.test_actions_sims import modem
from tests.lending.world import Partners
from tests.world import person

SECRET = 'a;b:c,d"e\\f-very-long'


def test_a_phone_reads_names_with_signs_of_their_own() -> None:
    network = Network("Chez nous; 4G", SECRET)
    assert network.address == (
        'WIFI:T:WPA;S:Chez nous\\; 4G;P:a\\;b\\:c\\,d\\"e\\\\f-very-long;;'
    )
    assert SECRET not in repr(network)


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Votre internet"), ("en", "Your")]
)
def test_the_card_says_it_all_in_one_page(
    tmp_path: Path, language: str, words: str
) -> None:
    file = tmp_path / "card.pdf"
    file.write_bytes(hotspot_card(Network("REBOND-1", "x" * 63), language=language))
    said = subprocess.run(
        ["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True
    ).stdout
    assert words in said
    assert "x" * 63 in said
    assert said.count("\f") == 1


def test_printing_it_is_a_look_that_is_written_down(
    client: Client, partners: Partners
) -> None:
    found = modem(partners, network_name="REBOND-1", passphrase="quatre-mots-au-hasard")
    address = reverse("lending:modem-paper", kwargs={"modem_tag": found.tag})
    client.force_login(partners.coordinator)
    answer = client.post(address, {"language": "fr"})
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer.headers["Cache-Control"]
    assert ModemEvent.objects.filter(subject=found, verb="passphrase_seen").count() == 1


def test_who_may_not_see_it_prints_nothing(client: Client, partners: Partners) -> None:
    found = modem(partners, network_name="REBOND-1", passphrase="quatre-mots-au-hasard")
    client.force_login(person(Role.TECHNICIAN, site=partners.site))
    address = reverse("lending:modem-paper", kwargs={"modem_tag": found.tag})
    assert client.post(address).status_code == 403
    assert not ModemEvent.objects.filter(verb="passphrase_seen").exists()


def test_a_phone_reads_the_printed_code_as_the_network(tmp_path: Path) -> None:
    network = Network("Chez nous; 4G", SECRET)
    for language in ("fr", "en"):
        page = pypdfium2.PdfDocument(hotspot_card(network, language=language))[0]
        (code,) = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
        assert code.text == network.address
