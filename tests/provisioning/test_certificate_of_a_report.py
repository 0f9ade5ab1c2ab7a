"""From a machine's signed report to the paper that a donor gets: nothing is added."""

from __future__ import annotations

import datetime as dt

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agent import methods
from backoffice.core.models import DocumentKind
from backoffice.core.signed_pdf import check
from backoffice.core.signing import known_certificates
from inventory import actions
from inventory.documents import words as words_of
from inventory.documents.drawing import spec_of
from inventory.models import Certificate, Erasure
from provisioning.models import ErasureRun
from tests.provisioning.erasing import SIZE, Bench, attempt
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    world: World = make_world()
    return Bench(world)


def paper(bench: Bench) -> Certificate:
    return actions.issue_certificate(
        erasure=Erasure.objects.latest("pk"), language="en", by=bench.world.officer
    )


def words(certificate: Certificate) -> str:
    pdf = pypdfium2.PdfDocument(bytes(certificate.document.file.pdf))
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def test_what_was_executed_stands_on_the_certificate(bench: Bench) -> None:
    bench.report(bench.record(bench.begun()))
    certificate = paper(bench)
    found = check(bytes(certificate.document.file.pdf), known_certificates())
    text = words(certificate)
    assert found.fault is None
    assert certificate.document.kind == DocumentKind.ERASURE_CERTIFICATE
    evidence = Erasure.objects.latest("pk").evidence_sha256
    for said in (
        *("Erased: Clear", "overwrite /dev/sda", "zeros", "all zero", "6.1.0-28-amd64"),
        *("rebond-agent 0.1.0", "1 h 00 min", f"{SIZE:,}".replace(",", "\u202f")),
        *(evidence, str(bench.agent.uuid), bench.serials[0]),
    ):
        assert said in text.replace("\xa0", "\u202f"), said


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_a_clock_out_of_all_reason_blocks_no_certificate(
    bench: Bench, year: int
) -> None:
    mad = dt.datetime(year, 12, 31, 23, 59, tzinfo=dt.UTC)
    tried = attempt(timezone.now(), started_at=mad, ended_at=mad)
    bench.report(bench.record(bench.begun(), attempts=(tried,)))
    kept = paper(bench).document.content["executed"]["attempts"]
    assert [(each["started_at"], each["ended_at"]) for each in kept] == [("", "")]


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:00Z", "0001-01-01T00:00+14:00"])
def test_an_instant_that_no_zone_of_ours_has_is_printed_as_told(moment: str) -> None:
    assert words_of.instant(moment) == moment


def test_the_token_of_the_order_is_on_no_paper(bench: Bench) -> None:
    record = bench.record(bench.begun())
    bench.report(record)
    certificate = paper(bench)
    assert record.token
    assert record.token not in str(certificate.document.content)
    assert record.token not in str(spec_of(certificate.document))


def test_a_failure_is_reported_attempt_by_attempt(bench: Bench) -> None:
    run = bench.begun()
    whole = bench.record(run)
    tries = (
        attempt(whole.started_at, ended=methods.Ended.ABORTED, reason="power was cut"),
        attempt(whole.started_at, ended=methods.Ended.FAILED, reason="I/O error"),
    )
    failed = methods.Ended.FAILED
    bench.report(bench.record(run, ended=failed, reason="I/O error", attempts=tries))
    report = paper(bench)
    text = words(report)
    assert report.document.kind == DocumentKind.FAILURE_REPORT
    assert "Not proven: Failed" in text
    assert "Aborted" in text
    assert "I/O error" in text


def test_what_was_carried_in_late_is_of_the_day_that_its_machine_says(
    bench: Bench, client: Client
) -> None:
    began = timezone.now() - dt.timedelta(days=10)
    ended = began + dt.timedelta(hours=1)
    tried = attempt(began)
    run = bench.begun()
    ErasureRun.objects.filter(pk=run.pk).update(asked_at=began)
    bench.report(bench.record(run, started_at=began, ended_at=ended, attempts=(tried,)))
    certificate = paper(bench)
    on = f"{words_of.day(timezone.localdate(ended).isoformat())}, by the machine’s own clock"
    assert f"Erased on {on}" in str(spec_of(certificate.document))
    public = client.get(reverse("inventory:verify-one", args=[certificate.public_id]))
    assert on in public.content.decode().replace("&#x27;", "’")


def test_who_ordered_what_was_confirmed_at_the_machine_did_not_perform_it(
    bench: Bench,
) -> None:
    who = bench.world.technician
    bench.order(by=who)
    run = bench.run
    bench.report(bench.record(run))
    said = f"agent {bench.agent.uuid}, run {run.uuid}, ordered by {who.name} ("
    assert said in str(spec_of(paper(bench).document))


def test_who_confirmed_in_front_of_the_machine_started_it(bench: Bench) -> None:
    run = bench.begun()
    bench.report(bench.record(run))
    said = f"run {run.uuid}, started by {bench.world.technician.name} ("
    assert said in str(spec_of(paper(bench).document))
