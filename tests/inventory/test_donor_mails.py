"""The summary of a lot on its way to the donor: sent, tried again, given up."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.core import mail as post
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions, background
from inventory.actions.lot_balance import outlook_of
from inventory.errors import DonorMailOver
from inventory.models import (
    CancelReason,
    Certificate,
    DonorMail,
    ErasureResult,
    StorageDrive,
)
from tests.inventory.certified import reported, ssd
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
ADDRESS = "dsi@mairie.exemple.test"


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.officer)
    return made


def certified(world: World) -> Certificate:
    return actions.issue_certificate(
        erasure=reported(world, ssd(world)), language="en", by=world.officer
    )


def ask(world: World) -> DonorMail:
    world.receive()
    summary = actions.issue_lot_summary(lot=world.lot, language="en", by=world.officer)
    return actions.ask_donor_mail(summary=summary, address=ADDRESS, by=world.officer)


def ask_again(world: World) -> None:
    summary = actions.issue_lot_summary(lot=world.lot, language="en", by=world.officer)
    actions.ask_donor_mail(summary=summary, address=ADDRESS, by=world.officer)
    background.send_donor_mails()


def takes_nothing(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def page_of(client: Client, world: World) -> str:
    page: str = client.get(
        reverse("inventory:lot-certificates", args=[world.lot.uuid])
    ).content.decode()
    return page


def test_the_donor_is_sent_the_summary_and_the_certificates(
    client: Client, world: World
) -> None:
    certificate = certified(world)
    send = reverse("inventory:lot-send", args=[world.lot.uuid])
    page = client.post(send, {"address": ADDRESS, "language": "en"}, follow=True)
    assert "leaves within half a minute" in page.content.decode()
    background.send_donor_mails()
    (sent,) = post.outbox
    assert sent.to == [ADDRESS]
    assert sent.attachments[0][0].startswith("RLO-")
    archive = zipfile.ZipFile(io.BytesIO(sent.attachments[1][1]))
    assert archive.namelist() == [f"{certificate}.pdf"]


def test_a_summary_that_a_donor_has_is_said_to_be_outdated(
    client: Client, world: World
) -> None:
    ask(world)
    background.send_donor_mails()
    lot = reverse("inventory:lot-detail", args=[world.lot.uuid])
    assert "it is outdated" not in page_of(client, world)
    world.erase(StorageDrive.objects.get())
    for page in (page_of(client, world), client.get(lot).content.decode()):
        assert "it is outdated" in page
        assert reverse("inventory:lot-send", args=[world.lot.uuid]) in page
    ask_again(world)
    assert "it is outdated" not in page_of(client, world)
    assert "it is outdated" not in client.get(lot).content.decode()


def test_a_summary_whose_proof_fell_is_outdated(client: Client, world: World) -> None:
    drive = world.receive().drives.get()
    world.erase(drive)
    ask_again(world)
    assert "it is outdated" not in page_of(client, world)
    drive = StorageDrive.objects.get(pk=drive.pk)
    world.erase(drive, result=ErasureResult.FAILED)
    assert "it is outdated" in page_of(client, world)


def test_drives_without_proof_are_said_before_a_summary_is_issued(
    client: Client, world: World
) -> None:
    drive = world.receive().drives.get()
    send = reverse("inventory:lot-send", args=[world.lot.uuid])
    for page in (page_of(client, world), client.get(send).content.decode()):
        assert "1 drive of 1 is not proven yet" in " ".join(page.split())
    world.erase(drive)
    for page in (page_of(client, world), client.get(send).content.decode()):
        assert "not proven yet" not in page


def test_a_machine_that_nobody_looked_into_is_said_too(
    client: Client, world: World
) -> None:
    world.receive(drives=())
    page = " ".join(page_of(client, world).split())
    assert "Nobody has looked into 1 machine yet" in page


def test_three_drives_are_looked_at_in_as_many_statements_as_one(world: World) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            outlook_of(world.lot)
        return len(asked)

    world.erase(world.receive().drives.get())
    one = statements()
    for _each in range(2):
        world.erase(world.receive().drives.get())
    assert statements() == one


def test_once_it_left_the_address_is_forgotten(client: Client, world: World) -> None:
    mail = ask(world)
    background.send_donor_mails()
    background.send_donor_mails()
    mail.refresh_from_db()
    assert (mail.address, mail.next_try_at, mail.tries) == ("", None, 1)
    event = world.donation.events.get(verb="certificates_sent")
    assert event.data == {"lot": world.lot.code, "number": str(mail.summary)}
    assert len(post.outbox) == 1
    assert "<strong>sent</strong>" in page_of(client, world)


def test_a_mail_server_that_takes_nothing_is_said_and_asked_again(
    client: Client, world: World, settings: Settings
) -> None:
    mail = ask(world)
    works = settings.EMAIL_BACKEND
    takes_nothing(settings)
    background.send_donor_mails()
    page = page_of(client, world)
    assert "Connection refused" in page
    assert "Tried once" in page
    assert not world.donation.events.filter(verb="certificates_sent").exists()
    settings.EMAIL_BACKEND = works
    background.send_donor_mails()
    assert post.outbox == []
    actions.retry_donor_mail(mail=mail, by=world.officer)
    background.send_donor_mails()
    assert [sent.to for sent in post.outbox] == [[ADDRESS]]


def test_it_waits_longer_after_each_failure(world: World, settings: Settings) -> None:
    mail = ask(world)
    takes_nothing(settings)
    waits = []
    for _ in range(7):
        DonorMail.objects.update(next_try_at=timezone.now())
        background.send_donor_mails()
        mail.refresh_from_db()
        assert mail.next_try_at is not None
        waits.append(round((mail.next_try_at - timezone.now()).total_seconds() / 60))
    assert waits == [1, 5, 15, 60, 240, 240, 240]


def test_killed_while_it_was_sent_it_is_tried_again(world: World) -> None:
    mail = ask(world)
    assert actions.take_donor_mail() == mail
    assert actions.take_donor_mail() is None
    mail.refresh_from_db()
    assert mail.next_try_at is not None
    assert mail.next_try_at > timezone.now() + dt.timedelta(minutes=9)


def test_a_mail_that_was_given_up_is_not_sent(client: Client, world: World) -> None:
    mail = ask(world)
    give_up = reverse("inventory:donor-mail-give-up", args=[world.lot.uuid, mail.uuid])
    assert "given up" in client.post(give_up, follow=True).content.decode()
    background.send_donor_mails()
    mail.refresh_from_db()
    assert (mail.address, post.outbox) == ("", [])
    assert client.post(give_up).status_code == 409


def test_given_up_while_it_was_sent_stays_given_up(world: World) -> None:
    mail = ask(world)
    actions.take_donor_mail()
    actions.give_up_donor_mail(mail=mail, by=world.officer)
    actions.note_donor_mail(mail=mail)
    mail.refresh_from_db()
    assert mail.sent_at is None
    assert not world.donation.events.filter(verb="certificates_sent").exists()


def test_what_is_over_is_not_tried_again(client: Client, world: World) -> None:
    mail = ask(world)
    background.send_donor_mails()
    with pytest.raises(DonorMailOver):
        actions.retry_donor_mail(mail=mail, by=world.officer)
    again = reverse("inventory:donor-mail-again", args=[world.lot.uuid, mail.uuid])
    assert client.post(again).status_code == 409
    assert len(post.outbox) == 1


def test_a_summary_that_was_cancelled_meanwhile_does_not_leave(
    client: Client, world: World
) -> None:
    mail = ask(world)
    actions.cancel_certificate(
        certificate=mail.summary, reason=CancelReason.DONOR_WRONG, by=world.officer
    )
    background.send_donor_mails()
    mail.refresh_from_db()
    assert post.outbox == []
    assert mail.failure.startswith("Le récapitulatif a été annulé entre-temps")
    assert mail.failure in page_of(client, world)


def test_whoever_may_not_issue_sends_nothing(world: World) -> None:
    mail = ask(world)
    by = person(Role.TECHNICIAN)
    with pytest.raises(NotPermitted):
        actions.ask_donor_mail(summary=mail.summary, address=ADDRESS, by=by)
    with pytest.raises(NotPermitted):
        actions.retry_donor_mail(mail=mail, by=by)
    with pytest.raises(NotPermitted):
        actions.give_up_donor_mail(mail=mail, by=by)
    assert DonorMail.objects.get().given_up_at is None


def test_a_mail_of_another_site_is_not_there(client: Client, world: World) -> None:
    mail = ask(world)
    elsewhere = Site.objects.create(name="Les Tilleuls")
    client.force_login(person(Role.DATA_SECURITY_OFFICER, site=elsewhere))
    for name in ("donor-mail-again", "donor-mail-give-up"):
        address = reverse(f"inventory:{name}", args=[world.lot.uuid, mail.uuid])
        assert client.post(address).status_code == 404
    mail.refresh_from_db()
    assert mail.address == ADDRESS
