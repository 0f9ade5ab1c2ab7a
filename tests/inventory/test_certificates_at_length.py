"""A lot of 290 machines: certificates in a minute of one core, in flat memory; no gaps."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Length

from backoffice.core.models import DocumentFile
from inventory import actions, background
from inventory.models import Certificate, CertificateRun, Erasure
from tests.inventory.certified import reported, ssd
from tests.world import World, make_world

LOT = 290
MINUTE = 60.0
MIB = 2**20


def certify(erasure: Erasure, world: World) -> str:
    try:
        certificate = actions.issue_certificate(
            erasure=Erasure.objects.select_related("drive").get(pk=erasure.pk),
            language="fr",
            by=world.officer,
        )
        return certificate.document.number
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_certificates_issued_at_once_are_numbered_without_gaps() -> None:
    world = make_world()
    proofs = [reported(world, ssd(world)) for _ in range(6)]
    # Every proof is asked for twice, by different people at the same time.
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda one: certify(one, world), [*proofs, *proofs]))
    serials = Certificate.objects.values_list("document__serial", flat=True)
    assert sorted(serials) == [1, 2, 3, 4, 5, 6]
    assert numbers[:6] == numbers[6:]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_lot_takes_less_than_a_minute_of_one_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = make_world()
    for _ in range(LOT):
        reported(world, ssd(world))
    actions.ask_certificates(lot=world.lot, language="fr", by=world.officer)
    itself = psutil.Process()
    resident: list[int] = []
    note = actions.note_certificate

    def noted(**facts: Any) -> CertificateRun:
        resident.append(itself.memory_info().rss)
        return note(**facts)

    monkeypatch.setattr(actions, "note_certificate", noted)
    began = time.process_time()
    background.issue_certificates()
    seconds = time.process_time() - began
    assert Certificate.objects.count() == LOT
    assert seconds < MINUTE
    # SQLite maps the files that it keeps: they count as resident, and are no leak.
    files = DocumentFile.objects.aggregate(bytes=Sum(Length("pdf")))["bytes"]
    assert max(resident) - resident[0] - files < 16 * MIB
