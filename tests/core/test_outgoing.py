"""Messages to people leave once: after the act, never twice, never lost unseen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from backoffice.core.actions import give_up, send_again
from backoffice.core.actors import Machine
from backoffice.core.errors import MessageGone, NotPermitted
from backoffice.core.models import Outgoing
from backoffice.core.outbox import write_mail, write_text
from backoffice.core.roles import Role
from backoffice.core.sending import MOST_TRIES, send_outgoing
from tests.world import person

pytestmark = pytest.mark.django_db
JOB = Machine("reminders")


def write(key: str = "loan:1:due", to: str = "amina@exemple.test") -> Outgoing | None:
    with transaction.atomic():
        return write_mail(
            key=key, to=to, language="fr", subject="Un\nsujet", body="Bonjour", by=JOB
        )


class Refuses(EmailBackend):
    """A mail server that answers no."""

    def send_messages(self, messages: object) -> int:
        raise SMTPRecipientsRefused({"amina@exemple.test": (550, b"no such box")})


class BreaksOff(EmailBackend):
    """A line that breaks when the mail is half said."""

    def send_messages(self, messages: object) -> int:
        raise SMTPServerDisconnected("gone")


class Unreachable(EmailBackend):
    """No mail server at all."""

    def open(self) -> bool:
        raise ConnectionRefusedError("nobody listens")


def backend(kind: type[EmailBackend]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def test_a_mail_leaves_once_with_its_own_id() -> None:
    message = write()
    assert send_outgoing() == 1
    assert send_outgoing() == 0
    [sent] = mail.outbox
    assert sent.subject == "Un sujet"
    assert message is not None
    assert str(message.uuid) in str(sent.extra_headers["Message-ID"])


def test_what_was_said_is_kept_only_until_it_left() -> None:
    write()
    assert Outgoing.objects.get().body == "Bonjour"
    send_outgoing()
    assert Outgoing.objects.get().body == ""


def test_the_same_is_not_written_twice() -> None:
    assert write() is not None
    assert write() is None
    assert send_outgoing() == 1


def test_nobody_is_told_what_did_not_happen() -> None:
    with transaction.atomic():
        write_mail(
            key="a", to="a@exemple.test", language="fr", subject="", body="", by=JOB
        )
        transaction.set_rollback(True)
    assert not Outgoing.objects.exists()


def test_a_message_is_written_in_an_act_only() -> None:
    with pytest.raises(RuntimeError):
        write_mail(
            key="a", to="a@exemple.test", language="fr", subject="", body="", by=JOB
        )


@pytest.mark.parametrize("kind", [Refuses, Unreachable])
def test_what_the_server_refuses_waits_longer_each_time(
    kind: type[EmailBackend], settings: Settings
) -> None:
    settings.EMAIL_BACKEND = backend(kind)
    write()
    assert send_outgoing() == 0
    waiting = Outgoing.objects.get()
    assert waiting.tries == 1
    assert waiting.problem
    assert waiting.taken_at is None
    assert waiting.next_try_at > timezone.now() + dt.timedelta(minutes=1)
    assert send_outgoing() == 0
    assert Outgoing.objects.get().tries == 1


def test_what_is_refused_for_long_waits_for_a_person(settings: Settings) -> None:
    settings.EMAIL_BACKEND = backend(Refuses)
    write()
    for _again in range(MOST_TRIES):
        Outgoing.objects.update(next_try_at=timezone.now())
        send_outgoing()
    given_up = Outgoing.objects.get()
    assert given_up.dropped_at is not None
    settings.EMAIL_BACKEND = backend(EmailBackend)
    send_again(message=given_up, by=person(Role.COORDINATOR))
    assert send_outgoing() == 1


def test_a_line_that_breaks_leaves_the_mail_in_doubt_and_unsent(
    settings: Settings,
) -> None:
    settings.EMAIL_BACKEND = backend(BreaksOff)
    write()
    send_outgoing()
    later = timezone.now() + Outgoing.PATIENCE
    assert Outgoing.objects.in_doubt(later).exists()
    settings.EMAIL_BACKEND = backend(EmailBackend)
    assert send_outgoing() == 0
    assert mail.outbox == []


def test_one_of_many_that_fails_stops_no_other(settings: Settings) -> None:
    settings.EMAIL_BACKEND = backend(Refuses)
    write("one")
    send_outgoing()
    settings.EMAIL_BACKEND = backend(EmailBackend)
    write("two")
    assert send_outgoing() == 1


def test_what_has_left_is_not_sent_again() -> None:
    write()
    send_outgoing()
    sent = Outgoing.objects.get()
    with pytest.raises(MessageGone):
        send_again(message=sent, by=person(Role.COORDINATOR))
    with pytest.raises(NotPermitted):
        send_again(message=sent, by=JOB)
    assert Outgoing.objects.get().sent_at == sent.sent_at


def test_without_a_service_a_text_message_becomes_a_file(settings: Settings) -> None:
    with transaction.atomic():
        write_text(key="t", to="+33639980001", language="fr", text="Bonjour", by=JOB)
    assert send_outgoing() == 1
    [kept] = (Path(settings.STATE_DIR) / "texts").iterdir()
    assert json.loads(kept.read_text())["to"] == "+33639980001"


def test_what_is_given_up_is_settled_and_says_no_more(settings: Settings) -> None:
    settings.EMAIL_BACKEND = backend(Refuses)
    write()
    send_outgoing()
    now, settles = timezone.now(), person(Role.COORDINATOR)
    refused_once = Outgoing.objects.stuck(now).get()
    given_up = give_up(message=refused_once, by=settles)
    assert (given_up.settled_by, given_up.body) == (settles, "")
    assert not Outgoing.objects.stuck(now).exists()
    settings.EMAIL_BACKEND = backend(EmailBackend)
    assert send_outgoing() == 0


def test_what_is_sent_again_and_refused_again_is_shown_again(
    settings: Settings,
) -> None:
    settings.EMAIL_BACKEND = backend(Refuses)
    write()
    for _round in range(2):
        for _again in range(MOST_TRIES):
            Outgoing.objects.update(next_try_at=timezone.now())
            send_outgoing()
        shown = Outgoing.objects.stuck(timezone.now()).get()
        send_again(message=shown, by=person(Role.COORDINATOR))


@pytest.mark.parametrize("act", [send_again, give_up])
def test_only_who_may_settles_a_message(
    act: Callable[..., Outgoing], settings: Settings
) -> None:
    settings.EMAIL_BACKEND = backend(Refuses)
    write()
    send_outgoing()
    before = Outgoing.objects.values().get()
    with pytest.raises(NotPermitted):
        act(message=Outgoing.objects.get(), by=person(Role.TECHNICIAN))
    assert Outgoing.objects.values().get() == before


def test_a_message_that_has_left_is_not_given_up() -> None:
    write()
    send_outgoing()
    with pytest.raises(MessageGone):
        give_up(message=Outgoing.objects.get(), by=person(Role.COORDINATOR))
