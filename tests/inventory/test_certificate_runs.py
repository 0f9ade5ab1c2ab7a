"""A lot's certificates issued by a job: once each, taken up again, stopped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import DocumentSeries, Site
from backoffice.core.roles import Role
from backoffice.core.signing import SigningKeyUnusable
from inventory import actions, background
from inventory.errors import CertificateRunOver, NothingProven
from inventory.models import Certificate, CertificateRun, RunEnd
from inventory.models.erasure import DestructionMethod
from tests.inventory.certified import reported, ssd
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here, and nothing more is written."""


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.officer)
    return made


def ask(world: World) -> CertificateRun:
    return actions.ask_certificates(lot=world.lot, language="en", by=world.officer)


def proofs(world: World, count: int) -> None:
    for _ in range(count):
        world.erase(world.receive().drives.get())


def numbers() -> list[int]:
    serials = Certificate.objects.values_list("document__serial", flat=True)
    return sorted(serials)


def page_of(client: Client, world: World, name: str = "lot-certificates") -> str:
    page: str = client.get(
        reverse(f"inventory:{name}", args=[world.lot.uuid])
    ).content.decode()
    return page


def test_a_job_issues_what_was_asked_for(world: World) -> None:
    proofs(world, 3)
    run = ask(world)
    background.issue_certificates()
    run.refresh_from_db()
    assert (run.end, run.issued, run.refused) == (RunEnd.DONE, 3, 0)
    assert numbers() == [1, 2, 3]
    assert world.donation.events.filter(verb="certificates_ended").count() == 1


def test_destructions_are_put_on_record_too(world: World) -> None:
    destruction = actions.record_destruction(
        drive=world.receive().drives.get(),
        method=DestructionMethod.SHRED,
        place=world.cupboard,
        destroyed_on=timezone.localdate(),
        by=world.technician,
    )
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    proofs(world, 1)
    ask(world)
    background.issue_certificates()
    assert destruction.certificates.count() == 1
    assert Certificate.objects.count() == 2


def test_asked_again_the_same_run_goes_on(world: World) -> None:
    proofs(world, 1)
    assert ask(world) == ask(world)
    assert world.donation.events.filter(verb="certificates_asked").count() == 1


def test_two_runs_of_one_lot_are_refused_by_the_database(world: World) -> None:
    proofs(world, 1)
    run = ask(world)
    run.pk, run.uuid = None, type(run)().uuid
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save(force_insert=True)
    assert CertificateRun.objects.count() == 1


def test_where_nothing_is_missing_nothing_runs(world: World) -> None:
    with pytest.raises(NothingProven):
        ask(world)
    assert not CertificateRun.objects.exists()


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR])
def test_whoever_may_not_issue_asks_for_nothing(world: World, role: Role) -> None:
    proofs(world, 1)
    with pytest.raises(NotPermitted):
        actions.ask_certificates(lot=world.lot, language="en", by=person(role))
    assert not CertificateRun.objects.exists()


@pytest.mark.parametrize("killed_in", ["note_certificate", "issue_certificate"])
def test_killed_it_goes_on_and_gives_no_number_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, killed_in: str
) -> None:
    proofs(world, 3)
    run = ask(world)
    act, calls = getattr(actions, killed_in), []

    def killed(**facts: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return act(**facts)

    with monkeypatch.context() as patch:
        patch.setattr(actions, killed_in, killed)
        with pytest.raises(Killed):
            background.issue_certificates()
    background.issue_certificates()
    run.refresh_from_db()
    assert run.ended_at is None
    CertificateRun.objects.update(held_since=timezone.now() - dt.timedelta(minutes=1))
    background.issue_certificates()
    run.refresh_from_db()
    assert (run.end, run.looked_at) == (RunEnd.DONE, 3)
    assert numbers() == [1, 2, 3]
    assert DocumentSeries.objects.get(kind="erasure_certificate").last == 3


def test_what_is_refused_is_counted_and_holds_nothing_up(
    client: Client, world: World
) -> None:
    world.erase(world.receive(world.drive(serial="00000000")).drives.get())
    proofs(world, 1)
    run = ask(world)
    background.issue_certificates()
    run.refresh_from_db()
    assert (run.end, run.issued, run.refused) == (RunEnd.DONE, 1, 1)
    assert "1 issued, 1 refused." in page_of(client, world)


def test_a_run_that_was_cancelled_issues_no_more(world: World) -> None:
    proofs(world, 2)
    run = ask(world)
    actions.cancel_certificate_run(run=run, by=world.officer)
    background.issue_certificates()
    assert not Certificate.objects.exists()
    with pytest.raises(CertificateRunOver):
        actions.cancel_certificate_run(run=run, by=world.officer)
    assert world.donation.events.filter(verb="certificates_ended").count() == 1


def test_cancelled_under_way_it_ends_after_the_one_at_hand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs(world, 3)
    run = ask(world)
    act = actions.issue_certificate

    def cancelled(**facts: Any) -> Any:
        actions.cancel_certificate_run(run=run, by=world.officer)
        return act(**facts)

    monkeypatch.setattr(actions, "issue_certificate", cancelled)
    background.issue_certificates()
    run.refresh_from_db()
    assert run.end == RunEnd.CANCELLED
    assert numbers() == [1]


def test_whoever_may_not_issue_stops_nothing(world: World) -> None:
    proofs(world, 1)
    run = ask(world)
    with pytest.raises(NotPermitted):
        actions.cancel_certificate_run(run=run, by=world.technician)
    run.refresh_from_db()
    assert run.ended_at is None


def test_a_right_that_was_taken_away_stops_it(world: World) -> None:
    proofs(world, 2)
    run = ask(world)
    world.officer.role_assignments.all().delete()
    background.issue_certificates()
    run.refresh_from_db()
    assert run.end == RunEnd.STOPPED
    assert run.failure
    assert not Certificate.objects.exists()


def test_a_key_that_cannot_be_read_stops_it_and_is_said(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(**_facts: object) -> None:
        raise SigningKeyUnusable("no key")

    proofs(world, 1)
    run = ask(world)
    monkeypatch.setattr(actions, "issue_certificate", unreadable)
    background.issue_certificates()
    run.refresh_from_db()
    assert (run.end, run.failure) == (RunEnd.STOPPED, "no key")
    assert "Stopped by a fault" in page_of(client, world)


def test_no_worker_takes_what_another_one_holds(world: World) -> None:
    proofs(world, 1)
    run = ask(world)
    assert actions.take_certificate_run() == run
    assert actions.take_certificate_run() is None


def test_an_end_that_comes_too_late_changes_nothing(world: World) -> None:
    proofs(world, 1)
    run = ask(world)
    actions.cancel_certificate_run(run=run, by=world.officer)
    actions.end_certificate_run(run=run)
    erasure = world.lot.devices.get().drives.get().proof
    assert erasure is not None
    noted = actions.note_certificate(run=run, proof=erasure, was_issued=True)
    assert (noted.end, noted.issued) == (RunEnd.CANCELLED, 0)


def test_the_page_shows_how_far_it_is_and_looks_again(
    client: Client, world: World
) -> None:
    proofs(world, 2)
    issue = reverse("inventory:lot-certify", args=[world.lot.uuid])
    client.post(issue, {"language": "en"})
    page = page_of(client, world)
    assert "0 of 2 looked at" in page
    assert 'hx-trigger="every 2s"' in page
    background.issue_certificates()
    page = page_of(client, world)
    assert "2 of 2 proofs are on paper" in page
    assert "hx-trigger" not in page


def test_it_is_stopped_from_the_page(client: Client, world: World) -> None:
    proofs(world, 1)
    run = ask(world)
    stop = reverse("inventory:lot-certify-cancel", args=[world.lot.uuid, run.uuid])
    assert client.get(stop).status_code == 405
    assert "Cancelled" in client.post(stop, follow=True).content.decode()
    assert client.post(stop).status_code == 409


def test_a_run_of_another_site_is_not_there(client: Client, world: World) -> None:
    proofs(world, 1)
    run = ask(world)
    elsewhere = Site.objects.create(name="Les Tilleuls")
    client.force_login(person(Role.DATA_SECURITY_OFFICER, site=elsewhere))
    stop = reverse("inventory:lot-certify-cancel", args=[world.lot.uuid, run.uuid])
    assert client.post(stop).status_code == 404
    run.refresh_from_db()
    assert run.ended_at is None


def test_papers_of_the_first_round_get_no_second_one(world: World) -> None:
    drive = ssd(world)
    certificate = actions.issue_certificate(
        erasure=reported(world, drive), language="en", by=world.officer
    )
    proofs(world, 1)
    run = ask(world)
    background.issue_certificates()
    run.refresh_from_db()
    assert (run.total, run.issued) == (1, 1)
    assert certificate in Certificate.objects.valid()
