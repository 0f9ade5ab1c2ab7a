"""When somebody is reminded of a loan, who that is, and in which words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from backoffice.core.dates import date_format
from backoffice.core.models import User
from backoffice.core.models.outgoing import Means
from backoffice.core.outbox import Letter
from inventory.tags import display
from lending.errors import NumberMalformed
from lending.kinds import Channel, ConsentPurpose
from lending.links import loan_link
from lending.models import Beneficiary, Consent, Loan, Membership
from lending.numbers import read_phone

# Days from the day of return; the last one passed is the one that counts.
STEPS = (-14, -3, 1, 7, 21)


@dataclasses.dataclass(frozen=True)
class Recipient:
    """Where a reminder goes, and who reads it there: a word for the journal."""

    who: str
    means: Means
    to: str
    language: str


@dataclasses.dataclass(frozen=True)
class Circle:
    """Who agreed to text messages, and who is there for each structure."""

    texted: Collection[int]
    members: Mapping[int, list[User]]


def with_people(loans: QuerySet[Loan]) -> QuerySet[Loan]:
    """With everything that a reminder reads of a loan itself."""
    return loans.select_related(
        "handover__pack",
        "handover__structure",
        "handover__handed_over_by",
        "handover__beneficiary__referent",
        "handover__beneficiary__merged_into__referent",
    )


def circle_of(loans: Iterable[Loan]) -> Circle:
    """What reminders of these loans need to know, in two questions."""
    loans = list(loans)
    people = {person.pk for loan in loans if (person := person_of(loan))}
    texted = Consent.objects.filter(
        beneficiary__in=people,
        purpose=ConsentPurpose.TEXT_MESSAGES,
        withdrawn_on=None,
    )
    structures = {loan.handover.structure_id for loan in loans}
    rows = Membership.objects.active().filter(
        structure__in=structures, structure__is_active=True, user__is_active=True
    )
    members: dict[int, list[User]] = {}
    for row in rows.select_related("user").order_by("-is_admin", "pk"):
        members.setdefault(row.structure_id, []).append(row.user)
    return Circle(set(texted.values_list("beneficiary", flat=True)), members)


def person_of(loan: Loan) -> Beneficiary | None:
    """Who has the pack: where two files became one, the one that was kept."""
    person = loan.handover.beneficiary
    return person.merged_into or person if person else None


def step_due(loan: Loan, today: dt.date) -> int | None:
    """The last step that has come, if it came since the loan began."""
    if loan.due_on is None:
        return None
    passed = (today - loan.due_on).days
    begun = (loan.starts_on - loan.due_on).days
    come = [step for step in STEPS if begun < step <= passed]
    return come[-1] if come else None


def key_of(loan: Loan, step: int) -> str:
    """A renewed loan has another day, and its reminders begin anew."""
    return f"loan:{loan.uuid}:{loan.due_on}:{step:+d}"


def recipient_of(loan: Loan, circle: Circle) -> Recipient:
    """The person, where they can be reached; else who knows them; else the structure.

    Whoever handed the pack over is the last one, and always there.
    """
    person = person_of(loan)
    members = circle.members.get(loan.handover.structure_id, [])
    if person is not None:
        if found := _directly(person, circle):
            return found
        if person.referent in members:
            return _user("referent", person.referent)
    if members:
        return _user("structure", members[0])
    last = loan.handover.handed_over_by
    return _user("staff", last) if last else _organisation()


def letter(loan: Loan, recipient: Recipient, key: str, today: dt.date) -> Letter:
    """The message itself; one to a professional names nobody."""
    with translation.override(recipient.language):
        facts = _facts(loan)
        if recipient.means is Means.TEXT:
            return _written(recipient, key, "", _short(loan, today) % facts)
        body = _to_person if recipient.who == "person" else _to_professional
        return _written(
            recipient, key, _subject(loan, today) % facts, body(loan, today) % facts
        )


def _directly(person: Beneficiary, circle: Circle) -> Recipient | None:
    if person.channel == Channel.EMAIL and person.contact:
        language = _spoken(person.language)
        return Recipient("person", Means.EMAIL, person.contact, language)
    if person.channel == Channel.PHONE and person.pk in circle.texted:
        try:
            number = read_phone(person.contact)
        except NumberMalformed:
            # Nobody guesses a country: somebody who knows the person is told.
            return None
        return Recipient("person", Means.TEXT, number, _spoken(person.language))
    return None


def _user(who: str, user: User) -> Recipient:
    return Recipient(who, Means.EMAIL, user.email, user.language)


def _organisation() -> Recipient:
    to = settings.DEFAULT_FROM_EMAIL
    return Recipient("organisation", Means.EMAIL, to, settings.LANGUAGE_CODE)


def _spoken(language: str) -> str:
    """One that our messages are written in: the person's, or the first."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _written(recipient: Recipient, key: str, subject: str, body: str) -> Letter:
    to, language = recipient.to, recipient.language
    return Letter(key, recipient.means, to, language, subject, body)


def _facts(loan: Loan) -> dict[str, str]:
    person = person_of(loan)
    organisation = settings.ORGANISATION
    reach = [organisation.get("telephone", ""), organisation["contact"]]
    return {
        "pack": display(loan.handover.pack.tag),
        "day": date_format(loan.due_on, "j F Y") if loan.due_on else "",
        "name": person.first_name if person else "",
        "code": person.code if person else "",
        "organisation": organisation["name"],
        "reach": " · ".join(dict.fromkeys(part for part in reach if part)),
        "link": loan_link(loan),
    }


def _is_late(loan: Loan, today: dt.date) -> bool:
    return loan.due_on is not None and loan.due_on < today


def _subject(loan: Loan, today: dt.date) -> str:
    if loan.due_on is None:
        return _("The pack %(pack)s, lent by %(organisation)s")
    if _is_late(loan, today):
        return _("The pack %(pack)s was to come back on %(day)s")
    return _("The pack %(pack)s is to come back on %(day)s")


def _short(loan: Loan, today: dt.date) -> str:
    if loan.due_on is None:
        return _(
            "%(organisation)s: do you still need the computer lent to you (%(pack)s)? "
            "%(reach)s"
        )
    if _is_late(loan, today):
        return _(
            "%(organisation)s: the computer lent to you (%(pack)s) was to come back on "
            "%(day)s. Do you still need it? Tell us. %(reach)s"
        )
    return _(
        "%(organisation)s: the computer lent to you (%(pack)s) is to come back on "
        "%(day)s. Do you need it for longer? Tell us before. %(reach)s"
    )


def _to_person(loan: Loan, today: dt.date) -> str:
    if loan.due_on is None:
        said = _(
            "%(organisation)s has lent you a computer (pack %(pack)s).\n\n"
            "Do you still need it? If not, please bring it back."
        )
    elif _is_late(loan, today):
        said = _(
            "%(organisation)s has lent you a computer (pack %(pack)s). It was to come "
            "back on %(day)s.\n\n"
            "Please bring it back with everything that came with it. Do you still need "
            "it? Tell us: a solution can be found."
        )
    else:
        said = _(
            "%(organisation)s has lent you a computer (pack %(pack)s). It is to come "
            "back on %(day)s, with everything that came with it.\n\n"
            "Do you need it for longer? Tell us before that day."
        )
    before = _("Save your files first: everything on it is erased when it comes back.")
    return "\n\n".join(
        (_("Hello %(name)s,"), said, before, "%(organisation)s\n%(reach)s")
    )


def _to_professional(loan: Loan, today: dt.date) -> str:
    if loan.due_on is None:
        said = _("The pack %(pack)s is lent to %(code)s, without an end.")
    elif _is_late(loan, today):
        said = _("The pack %(pack)s, lent to %(code)s, was to come back on %(day)s.")
    else:
        said = _("The pack %(pack)s, lent to %(code)s, is to come back on %(day)s.")
    asked = _(
        "We have no way to tell the person ourselves. Please ask them to bring it back, "
        "or tell us that they need it for longer:"
    )
    return "\n\n".join(
        (_("Hello,"), said, f"{asked}\n%(link)s", "%(organisation)s\n%(reach)s")
    )
