"""People’s files, for those in charge of them: found, opened, read, amended."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.actions.beneficiaries import name_key
from lending.actions.same_person import MERGE
from lending.forms.people import NewPersonForm, PersonForm, ReferentForm
from lending.kinds import ConsentPurpose, SpokenLanguage
from lending.models import Beneficiary, EquipmentRequest
from lending.models.beneficiary import BeneficiaryQuerySet
from lending.views.portal.current import (
    current_membership,
    own_memberships,
    require_structure,
)
from lending.views.sides import two_sided

LOOK = "lending.view_beneficiary"
WRITE = "lending.manage_beneficiary"


def seen_people(request: UserRequest) -> BeneficiaryQuerySet:
    """The files of the structure one works in; the staff’s, at their sites."""
    people = Beneficiary.objects.visible_to(request.user)
    if request.user.has_perm(LOOK):
        return people
    mine = current_membership(request)
    return people.filter(structure=mine.structure) if mine else people.none()


def one_person(request: UserRequest, person: uuid.UUID) -> Beneficiary:
    people = Beneficiary.objects.visible_to(request.user)
    related = people.select_related("structure", "referent", "site")
    return get_object_or_404(related, uuid=person)


@two_sided(LOOK)
@require_safe
def person_list(request: UserRequest) -> HttpResponse:
    """Found by name, or by the code that lists outside show."""
    typed = " ".join(request.GET.get("q", "").replace("\0", "").split())[:120]
    people = seen_people(request).for_list()
    if typed:
        key = name_key(typed, "")
        people = people.filter(Q(name_key__contains=key) | Q(code__iexact=typed))
    context = {
        "page": Slice(people, request.GET.get("page"), keys_first=True),
        "q": typed,
        "at_office": request.user.has_perm(LOOK),
        "may_open": request.user.has_perm(WRITE) or bool(current_membership(request)),
    }
    return render(request, "lending/people/list.html", context)


@two_sided(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: UserRequest) -> HttpResponse:
    """Open a file, once the person was told what is kept."""
    structure = None if request.user.has_perm(WRITE) else require_structure(request)
    form = NewPersonForm(request.POST or None, user=request.user, structure=structure)
    if form.is_valid():
        try:
            person = actions.open_beneficiary(
                structure=form.chosen_structure,
                facts=form.facts,
                notice_language=form.told_in,
                by=acting(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The file is open."))
            return redirect("lending:person-detail", person=person.uuid)
    context = {"form": form}
    return render(request, "lending/people/new.html", context, status=form.status)


@never_cache
@two_sided(LOOK)
@require_safe
def person_detail(request: UserRequest, person: uuid.UUID) -> HttpResponse:
    """One file; whoever is not its referent leaves a trace by reading it."""
    found = one_person(request, person)
    actions.read_file(person=found, by=acting(request))
    given = {
        consent.purpose: consent for consent in found.consents.filter(withdrawn_on=None)
    }
    context = {
        "person": found,
        "notices": found.notices.order_by("-given_on", "-pk"),
        "consents": [(p.value, p.label, given.get(p.value)) for p in ConsentPurpose],
        "referent_form": ReferentForm(
            members=members_of(found), initial=_referent_of(found)
        ),
        "alike": actions.likely_same(found, request.user),
        "absorbed": _absorbed_by(found, request.user),
        "requests": EquipmentRequest.objects.visible_to(request.user)
        .filter(beneficiary=found)
        .order_by("-pk")[:20],
        "may_merge": _may_merge(request.user, found),
        "may_ask": own_memberships(request).filter(structure=found.structure).exists(),
        "is_partner": not request.user.has_perm(LOOK),
        "languages": SpokenLanguage.choices,
        "readings": found.readings.select_related("reader")[:10],
    }
    return render(request, "lending/people/detail.html", context)


@two_sided(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_amend(request: UserRequest, person: uuid.UUID) -> HttpResponse:
    """Correct what is written down."""
    found = one_person(request, person)
    form = PersonForm(request.POST or None, initial=_facts(found))
    form.is_opened = True
    back = _way_back(request, found)
    if form.is_valid():
        try:
            actions.amend_beneficiary(
                person=found, facts=form.facts, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The file is changed."))
            return redirect(back)
    context = {
        "form": form,
        "person": found,
        "back": back,
    }
    return render(request, "lending/people/amend.html", context, status=form.status)


def _way_back(request: UserRequest, person: Beneficiary) -> str:
    """The page of ours that led here; the file itself where none did."""
    asked = request.GET.get("back", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("lending:person-detail", args=[person.uuid])


def members_of(person: Beneficiary) -> list[User]:
    """Who may be its referent: the active members of its structure."""
    active = person.structure.memberships.filter(is_active=True)
    return [each.user for each in active.select_related("user").order_by("user__name")]


def _referent_of(person: Beneficiary) -> dict[str, str]:
    return {"referent": str(person.referent.uuid)} if person.referent else {}


def _absorbed_by(person: Beneficiary, user: User) -> QuerySet[Beneficiary]:
    merged = Beneficiary.objects.visible_to(user, merged=True)
    return merged.filter(merged_into=person)


def _may_merge(user: User, person: Beneficiary) -> bool:
    sites = user.site_ids(MERGE)
    return sites is None or person.site_id in sites


def _facts(person: Beneficiary) -> dict[str, object]:
    return {name: getattr(person, name) for name in PersonForm.base_fields}
