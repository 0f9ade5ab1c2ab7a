"""What is checked and explained before a pack is signed for, one page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from lending.actions.handover_access import held
from lending.errors import (
    AlreadyEquipped,
    ContentsUnseen,
    GuardianMissing,
    PersonForeign,
)
from lending.kinds import SpokenLanguage
from lending.models import Beneficiary, HandOver, HandOverEvent, PackLine
from lending.states import (
    Condition,
    HandOverStatus,
    IdentityCheck,
    LineNature,
    SubstitutionReason,
)

UNDER_WAY = frozenset({HandOverStatus.UNDER_WAY})
_NAMED_BEFORE = frozenset({HandOverStatus.PLANNED, HandOverStatus.UNDER_WAY})
# What is said of the person, and has to be said anew of another one.
_OF_THE_PERSON = (
    *("beneficiary", "language", "identity_check", "guardian_name"),
    *("code_hash", "explained_at"),
)
OF_AGE = 18


@transaction.atomic(durable=True)
def name_person(*, handover: HandOver, person: Beneficiary, by: Actor) -> HandOver:
    """Say who receives the pack: somebody of the structure it goes to.

    Another person than before is checked, and told, anew.
    """
    handover, _user = held(handover, by, _NAMED_BEFORE)
    person = Beneficiary.objects.lock(person.pk)
    refuse_foreign_person(handover, person)
    refuse_equipped(handover, person)
    if handover.beneficiary_id == person.pk:
        return handover
    handover.beneficiary = person
    handover.language = person.language
    handover.identity_check = handover.guardian_name = handover.code_hash = ""
    handover.explained_at = None
    handover.save(update_fields=_OF_THE_PERSON)
    data = {"person": str(person.uuid)}
    HandOverEvent.append(handover, "person_named", by=by, data=data)
    return handover


@transaction.atomic(durable=True)
def check_person(
    *,
    handover: HandOver,
    identity_check: IdentityCheck,
    guardian_name: str = "",
    by: Actor,
) -> HandOver:
    """Say how the person was known, and who signs for somebody under age.

    No paper is copied, and no number of one is written down.
    """
    handover, _user = held(handover, by, UNDER_WAY)
    person = handover.beneficiary
    if person is None:
        raise PersonForeign(_("Say first who receives the pack."))
    refuse_equipped(handover, person)
    if is_minor(person) and not guardian_name:
        raise guardian_missing()
    handover.identity_check = identity_check
    handover.guardian_name = guardian_name
    handover.save(update_fields=["identity_check", "guardian_name"])
    data = {"how": identity_check.value, "guardian": bool(guardian_name)}
    HandOverEvent.append(handover, "person_checked", by=by, data=data)
    return handover


@transaction.atomic(durable=True)
def check_contents(
    *,
    handover: HandOver,
    seen: Collection[uuid.UUID],
    conditions: Mapping[uuid.UUID, Condition] | None = None,
    by: Actor,
) -> HandOver:
    """Say which lines of the pack lie on the table, and how each looks.

    What is not named now was not seen: the last word counts.
    """
    handover, _user = held(handover, by, UNDER_WAY)
    check_seen(handover, seen)
    told = conditions or {}
    handover.lines_seen = sorted(str(line) for line in seen)
    handover.condition_out = {
        str(line): told.get(line, Condition.GOOD).value for line in sorted(seen)
    }
    handover.save(update_fields=["lines_seen", "condition_out"])
    data = {
        "seen": len(handover.lines_seen),
        "unseen": len(unseen_lines(handover)),
    }
    HandOverEvent.append(handover, "contents_checked", by=by, data=data)
    return handover


@transaction.atomic(durable=True)
def explain_conditions(
    *, handover: HandOver, language: SpokenLanguage, by: Actor
) -> HandOver:
    """The conditions were read to the person, or by them, in this language."""
    handover, _user = held(handover, by, UNDER_WAY)
    handover.language = language
    handover.explained_at = timezone.now()
    handover.save(update_fields=["language", "explained_at"])
    data = {"language": language.value}
    HandOverEvent.append(handover, "conditions_explained", by=by, data=data)
    return handover


def check_seen(handover: HandOver, seen: Collection[uuid.UUID]) -> None:
    """Refuse what is no line of the pack as it is now."""
    here = {line.uuid for line in lines_to_see(handover)}
    if not here.issuperset(seen):
        raise ContentsUnseen(
            _("Something that was seen does not belong to this pack."),
            advice=_("Load the page again: the pack has changed."),
        )


def lines_to_see(handover: HandOver) -> list[PackLine]:
    """The lines of the pack that can lie on a table: not an environment, nor what was
    left out."""
    lines = handover.pack.lines.filter(released_at=None)
    things = lines.exclude(nature=LineNature.ENVIRONMENT).exclude(
        substitution=SubstitutionReason.LEFT_OUT
    )
    return list(
        things.select_related("wanted", "device", "counted_kind", "sim__plan", "modem")
    )


def unseen_lines(handover: HandOver) -> list[PackLine]:
    seen = set(handover.lines_seen)
    return [line for line in lines_to_see(handover) if str(line.uuid) not in seen]


def is_minor(person: Beneficiary) -> bool:
    """Whether the year of birth says that somebody is under 18 all of this year."""
    year = person.birth_year
    return year is not None and timezone.localdate().year - year < OF_AGE


def may_be_minor(person: Beneficiary) -> bool:
    """Whether somebody turns 18 only in the course of this year, or later."""
    year = person.birth_year
    return year is not None and timezone.localdate().year - year <= OF_AGE


def guardian_missing() -> GuardianMissing:
    return GuardianMissing(
        _("The person is under 18: a legal guardian signs with them."),
        advice=_("Write down the guardian’s name, or plan another day with them."),
    )


def refuse_equipped(handover: HandOver, person: Beneficiary) -> None:
    """One pack per person and programme: asked before anything is read to them."""
    others = HandOver.objects.filter(
        programme=handover.programme, beneficiary=person, status=HandOverStatus.SIGNED
    ).exclude(pk=handover.pk)
    if handover.programme is not None and others.exists():
        raise equipped_already(handover)


def equipped_already(handover: HandOver) -> AlreadyEquipped:
    return AlreadyEquipped(
        _("This person has received a pack of %(programme)s already.")
        % {"programme": handover.programme},
        advice=_("One pack per person and programme: choose another programme."),
    )


def refuse_foreign_person(handover: HandOver, person: Beneficiary) -> None:
    """The pack of a structure goes to somebody of it, and of its request."""
    if person.structure_id != handover.structure_id:
        raise PersonForeign(_("This person is not with the structure of the pack."))
    if person.merged_into_id or person.anonymised_at:
        raise PersonForeign(_("This file is no longer in use: choose the other one."))
    request = handover.request
    named = request.beneficiary if request and request.for_one else None
    if named is not None and person.pk not in {named.pk, named.merged_into_id}:
        raise PersonForeign(
            _("The request was made for somebody else."),
            advice=_("Ask for a pack for this person, or give it to who was named."),
        )
