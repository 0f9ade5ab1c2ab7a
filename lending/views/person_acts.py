"""What is done from a person’s file, by one button each."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.people import ReferentForm
from lending.kinds import ConsentPurpose, SpokenLanguage
from lending.models import Beneficiary
from lending.views.people import WRITE, members_of, one_person
from lending.views.sides import attempt, two_sided


def _done(
    request: UserRequest, person: Beneficiary, act: Callable[[], object], said: str
) -> HttpResponse:
    attempt(request, act, said)
    return redirect("lending:person-detail", person=person.uuid)


@two_sided(WRITE)
@require_POST
def person_notice(request: UserRequest, person: uuid.UUID) -> HttpResponse:
    """The person was told again, in a language."""
    found = one_person(request, person)
    typed = request.POST.get("language", "")
    known = typed if typed in SpokenLanguage.values else SpokenLanguage.FRENCH
    return _done(
        request,
        found,
        lambda: actions.give_notice(
            person=found, language=SpokenLanguage(known), by=acting(request)
        ),
        _("It is written down that the person was told."),
    )


@two_sided(WRITE)
@require_POST
def person_consent(
    request: UserRequest, person: uuid.UUID, purpose: str
) -> HttpResponse:
    """The person agrees to one purpose."""
    found, wanted = one_person(request, person), _purpose(purpose)
    return _done(
        request,
        found,
        lambda: actions.record_consent(
            person=found, purpose=wanted, by=acting(request)
        ),
        _("The agreement is written down."),
    )


@two_sided(WRITE)
@require_POST
def person_withdraw_consent(
    request: UserRequest, person: uuid.UUID, purpose: str
) -> HttpResponse:
    """The person takes one agreement back."""
    found, wanted = one_person(request, person), _purpose(purpose)
    return _done(
        request,
        found,
        lambda: actions.withdraw_consent(
            person=found, purpose=wanted, by=acting(request)
        ),
        _("The agreement is taken back."),
    )


@two_sided(WRITE)
@require_POST
def person_contact(request: UserRequest, person: uuid.UUID) -> HttpResponse:
    """Somebody was in touch with the person today."""
    found = one_person(request, person)
    return _done(
        request,
        found,
        lambda: actions.note_contact(person=found, by=acting(request)),
        _("The contact of today is written down."),
    )


@two_sided(WRITE)
@require_POST
def person_referent(request: UserRequest, person: uuid.UUID) -> HttpResponse:
    """Say which member of the structure knows the person."""
    found = one_person(request, person)
    form = ReferentForm(request.POST, members=members_of(found))
    if not form.is_valid():
        return redirect("lending:person-detail", person=found.uuid)
    return _done(
        request,
        found,
        lambda: actions.set_referent(
            person=found, referent=form.chosen, by=acting(request)
        ),
        _("The file says who knows the person."),
    )


@permission_required("lending.merge_beneficiary", raise_exception=True)
@require_POST
def person_merge(request: UserRequest, person: uuid.UUID) -> HttpResponse:
    """Decide that another file is of the same person; this one is kept."""
    kept = one_person(request, person)
    typed = request.POST.get("absorbed", "")
    try:
        wanted = uuid.UUID(typed)
    except ValueError:
        return redirect("lending:person-detail", person=kept.uuid)
    absorbed = one_person(request, wanted)
    return _done(
        request,
        kept,
        lambda: actions.merge_beneficiaries(
            kept=kept, absorbed=absorbed, by=acting(request)
        ),
        _("The two files are one. It can be taken back for thirty days."),
    )


@permission_required("lending.merge_beneficiary", raise_exception=True)
@require_POST
def person_part(request: UserRequest, merged_person: uuid.UUID) -> HttpResponse:
    """Take a merge back: they were two people."""
    merged = Beneficiary.objects.visible_to(request.user, merged=True)
    found = get_object_or_404(merged, uuid=merged_person)
    return _done(
        request,
        found if found.merged_into is None else found.merged_into,
        lambda: actions.part_beneficiaries(absorbed=found, by=acting(request)),
        _("The two files are two people again."),
    )


def _purpose(typed: str) -> ConsentPurpose:
    if typed not in ConsentPurpose.values:
        raise Http404
    return ConsentPurpose(typed)
