"""Reminders of loans: to the right person, each step once, whatever dies between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django.fixtures import Settings

from backoffice.core import journal
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Outgoing
from backoffice.core.models.outgoing import Means
from backoffice.core.sending import send_outgoing
from lending import background
from lending.actions import (
    ask_for_renewal,
    record_consent,
    renew_loan,
    report_lost,
    send_reminder_now,
)
from lending.actions.reminders import remind_batch
from lending.background import remind_loans
from lending.errors import AskedAlready, NotAMember, ReminderJustSent, StatusImpossible
from lending.kinds import Channel, ConsentPurpose, SpokenLanguage
from lending.models import Beneficiary, Loan
from tests.core.test_outgoing import Unreachable, backend
from tests.lending.lent import Lending, make_lending
from tests.unchanged import refused

NOON = dt.time(12)
TEXTED = "+33639980001"


@pytest.fixture
def lending(db: None) -> Lending:
    made = make_lending()
    Outgoing.objects.all().delete()  # the invitations it was built with
    return made


@pytest.fixture
def loan(lending: Lending) -> Loan:
    return lending.lend(lending.mailed())


def at(loan: Loan, days: int) -> dt.datetime:
    """Noon, so many days after the day of return."""
    assert loan.due_on is not None
    day = loan.due_on + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, NOON))


def run(loan: Loan, days: int) -> int:
    return remind_loans(at(loan, days))


def steps(loan: Loan) -> list[object]:
    told = loan.events.filter(verb="reminded").order_by("sequence")
    return [event.data["step"] for event in told]


@pytest.mark.parametrize("step", [-14, -3, 1, 7, 21])
def test_each_step_is_written_once(loan: Loan, step: int) -> None:
    assert run(loan, step - 1) in {0, 1}
    assert run(loan, step) == 1
    assert run(loan, step) == 0
    assert steps(loan)[-1] == step
    assert Outgoing.objects.latest("pk").to == "samira@exemple.test"


def test_nothing_is_written_before_the_first_step(loan: Loan) -> None:
    assert run(loan, -15) == 0
    assert not Outgoing.objects.exists()


def test_after_a_pause_only_the_last_step_is_written(loan: Loan) -> None:
    assert run(loan, 8) == 1
    assert steps(loan) == [7]
    assert run(loan, 300) == 1
    assert run(loan, 301) == 0


@pytest.mark.parametrize("hour", [3, 7, 20, 23])
def test_nobody_is_written_to_at_night(loan: Loan, hour: int) -> None:
    assert remind_loans(at(loan, 1).replace(hour=hour)) == 0


def test_a_short_loan_is_not_reminded_of_days_before_it_began(lending: Lending) -> None:
    due_on = timezone.localdate() + dt.timedelta(days=10)
    loan = lending.lend(lending.mailed(), due_on=due_on)
    assert run(loan, -10) == 0
    assert run(loan, -3) == 1


def test_a_renewed_loan_is_reminded_of_its_new_day(
    lending: Lending, loan: Loan
) -> None:
    assert run(loan, -3) == 1
    later = timezone.localdate() + dt.timedelta(days=120)
    loan = renew_loan(loan=loan, due_on=later, by=lending.partners.coordinator)
    assert run(loan, -3) == 1
    assert steps(loan) == [-3, -3]


def test_what_is_lost_or_without_a_day_is_not_asked_for(
    lending: Lending, loan: Loan
) -> None:
    lending.lend(due_on=None)
    report_lost(loan=loan, by=lending.partners.coordinator)
    assert run(loan, 1) == 0


def test_a_person_who_agreed_gets_a_text_message(lending: Lending) -> None:
    who = lending.person(channel=Channel.PHONE, contact="+33 6 39 98 00 01")
    loan = lending.lend(who)
    run(loan, -14)
    assert Outgoing.objects.get().means == Means.EMAIL
    record_consent(
        person=who, purpose=ConsentPurpose.TEXT_MESSAGES, by=lending.partners.admin
    )
    run(loan, 1)
    text = Outgoing.objects.latest("pk")
    assert (text.means, text.to) == (Means.TEXT, TEXTED)
    assert loan.events.latest("sequence").data["to"] == "person"


@pytest.mark.parametrize("contact", ["06 39 98 00 01", "Chez sa sœur"])
def test_a_telephone_without_its_country_is_not_guessed(
    lending: Lending, contact: str
) -> None:
    who = lending.person(channel=Channel.PHONE, contact="+33639980001")
    Beneficiary.objects.update(contact=contact)  # as it was written down once
    record_consent(
        person=who, purpose=ConsentPurpose.TEXT_MESSAGES, by=lending.partners.admin
    )
    run(lending.lend(who), 1)
    assert Outgoing.objects.get().to == lending.partners.admin.email


def test_who_knows_the_person_is_told_no_name(lending: Lending) -> None:
    loan = lending.lend()
    run(loan, 1)
    told = Outgoing.objects.get()
    assert told.to == lending.partners.admin.email
    assert "Samira" not in told.subject + told.body
    assert loan.handover.beneficiary is not None
    assert loan.handover.beneficiary.code in told.body
    assert loan.events.latest("sequence").data["to"] == "referent"


def test_where_nobody_is_left_who_handed_it_over_is_told(lending: Lending) -> None:
    loan = lending.lend()
    lending.partners.structure.memberships.update(
        is_active=False, left_at=timezone.now(), is_admin=False
    )
    run(loan, 1)
    assert Outgoing.objects.get().to == lending.partners.coordinator.email


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (SpokenLanguage.FRENCH, "Bonjour Samira,"),
        (SpokenLanguage.ENGLISH, "Hello Samira,"),
    ],
)
def test_people_are_written_to_in_their_language(
    lending: Lending, language: SpokenLanguage, said: str
) -> None:
    who = lending.person(
        channel=Channel.EMAIL, contact="samira@exemple.test", language=language
    )
    run(lending.lend(who), 1)
    assert Outgoing.objects.get().body.startswith(said)


def test_a_run_that_dies_between_batches_goes_on_where_it_stopped(
    lending: Lending, monkeypatch: pytest.MonkeyPatch
) -> None:
    loans = [lending.lend(lending.mailed()) for _each in range(3)]
    monkeypatch.setattr(background, "BATCH", 1)
    dies = dying_after(2)
    monkeypatch.setattr(background, "remind_batch", dies)
    with pytest.raises(KeyboardInterrupt):
        run(loans[0], 1)
    assert Outgoing.objects.count() == 2
    monkeypatch.setattr(background, "remind_batch", really)
    assert run(loans[0], 1) == 1
    assert Outgoing.objects.count() == 3


really = remind_batch


def dying_after(batches: int) -> Callable[..., int]:
    left: Iterator[int] = iter(range(batches))

    def act(**facts: object) -> int:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return really(**facts)  # type: ignore[arg-type]

    return act


def test_a_mail_server_that_is_down_loses_no_reminder(
    loan: Loan, settings: Settings
) -> None:
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = backend(Unreachable)
    assert run(loan, 1) == 1
    assert send_outgoing() == 0
    shown = Outgoing.objects.stuck(timezone.now()).get()
    assert "nobody listens" in shown.problem
    settings.EMAIL_BACKEND = works
    Outgoing.objects.update(next_try_at=timezone.now())
    assert run(loan, 1) == 0
    assert send_outgoing() == 1
    assert len(mail.outbox) == 1


def test_events_of_many_loans_hold_together(lending: Lending) -> None:
    loans = [lending.lend(lending.mailed()) for _each in range(2)]
    assert run(loans[0], 1) == 2
    assert run(loans[0], 7) == 2
    for loan in loans:
        assert journal.verify_subject(list(loan.events.oldest_first()))


def test_one_click_reminds_once_a_day(lending: Lending, loan: Loan) -> None:
    by = lending.partners.coordinator
    assert send_reminder_now(loan=loan, by=by).who == "person"
    assert steps(loan) == ["asked"]
    with refused(ReminderJustSent):
        send_reminder_now(loan=loan, by=by)
    assert Outgoing.objects.count() == 1


def test_nobody_is_reminded_of_what_is_not_out(lending: Lending, loan: Loan) -> None:
    by = lending.partners.coordinator
    report_lost(loan=loan, by=by)
    with refused(StatusImpossible):
        send_reminder_now(loan=loan, by=by)
    with refused(NotPermitted):
        send_reminder_now(loan=loan, by=lending.world.technician)


def test_a_structure_asks_for_longer_and_the_association_is_told(
    lending: Lending, loan: Loan
) -> None:
    ask_for_renewal(loan=loan, by=lending.partners.admin)
    told = Outgoing.objects.get(to=lending.partners.coordinator.email)
    assert str(loan.uuid) in told.body
    with refused(AskedAlready):
        ask_for_renewal(loan=loan, by=lending.partners.admin)
    with refused(NotAMember):
        ask_for_renewal(loan=loan, by=lending.partners.coordinator)
