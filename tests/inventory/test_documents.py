"""The donor's receipt says what was given, and nothing that was not."""

import dataclasses
import datetime as dt
import io

import pypdf
import pytest

from backoffice.core.paper import Facts, Organisation, Table
from backoffice.core.pdf import render
from inventory.documents import DeviceFacts, DonorFacts, ReceiptFacts, receipt_spec
from inventory.methods import ErasurePolicy
from inventory.models import DeviceKind

RECEIPT = ReceiptFacts(
    organisation=Organisation("Rebond Numérique Aquitaine"),
    number="ARD-2026-00012",
    issued_on=dt.date(2026, 11, 23),
    language="en",
    template_version=1,
    sha256="ab" * 32,
    verification="",
    donor=DonorFacts("Mairie de Bourg-Lavande", registration="000 100 024"),
    site="Les Acacias",
    received_on=dt.date(2026, 11, 20),
    reference="",
    erasure_policy=ErasurePolicy.PURGE,
    lots=("L-2026-001", "L-2026-002"),
    quantities=((DeviceKind.LAPTOP, 2), (DeviceKind.SCREEN, 1)),
    devices=(
        DeviceFacts("PC004217W", DeviceKind.LAPTOP, "Latitude 5480", "5CD1234XYZ"),
        DeviceFacts("PC004218U", DeviceKind.LAPTOP, "Latitude 5480", ""),
        DeviceFacts("SC000001X", DeviceKind.SCREEN, "P2217H", "CN0XY"),
    ),
)


def blocks(spec, kind):
    return [block for block in spec.blocks if isinstance(block, kind)]


def printed(facts):
    reader = pypdf.PdfReader(io.BytesIO(render(receipt_spec(facts))))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_receipt_names_the_donor_and_the_day():
    (facts,) = blocks(receipt_spec(RECEIPT), Facts)
    assert facts.filled == (
        ("Donor", "Mairie de Bourg-Lavande"),
        ("Registration number", "000 100 024"),
        ("Received on", "20 November 2026"),
        ("Received at", "Les Acacias"),
        ("Lots", "L-2026-001, L-2026-002"),
    )


def test_a_receipt_counts_each_nature_and_all():
    quantities, _annex = blocks(receipt_spec(RECEIPT), Table)
    assert quantities.rows == (("Laptop", "2"), ("Screen", "1"))
    assert quantities.total == ("Total", "3")


def test_the_annex_lists_every_device_with_its_serial_or_says_none():
    _quantities, annex = blocks(receipt_spec(RECEIPT), Table)
    assert annex.rows == (
        ("PC-004217-W", "Laptop", "Latitude 5480", "5CD1234XYZ"),
        ("PC-004218-U", "Laptop", "Latitude 5480", "none"),
        ("SC-000001-X", "Screen", "P2217H", "CN0XY"),
    )


def test_a_receipt_says_that_it_is_not_a_tax_receipt():
    assert "This document is not a tax receipt." in printed(RECEIPT)


@pytest.mark.parametrize("policy", ErasurePolicy)
def test_a_receipt_says_which_erasure_was_agreed(policy):
    facts = dataclasses.replace(RECEIPT, erasure_policy=policy)
    assert str(policy.label) in printed(facts)


def test_a_french_receipt_is_french_whatever_the_reader_speaks():
    text = printed(dataclasses.replace(RECEIPT, language="fr"))
    assert "Attestation de réception de don" in text
    assert "20 novembre 2026" in text
    assert "Ce document n’est pas un reçu fiscal." in text
    assert "Donation receipt" not in text


def test_the_printed_receipt_holds_every_serial():
    text = printed(RECEIPT)
    assert all(device.serial in text for device in RECEIPT.devices)
