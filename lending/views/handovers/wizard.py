"""Person, contents, conditions: one page each, in front of the person."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from backoffice.core.typed import answers_to, keeps_typed
from lending import actions
from lending.actions.beneficiaries import name_key
from lending.actions.handover_checks import is_minor, lines_to_see, may_be_minor
from lending.conditions import conditions_in, direction_of
from lending.forms.handovers import (
    CheckForm,
    ContentsForm,
    ExplainForm,
    LanguageForm,
    PersonForm,
)
from lending.kinds import SpokenLanguage
from lending.models import Beneficiary, HandOver, Pack
from lending.states import PACK_OPEN, HandOverMode, IdentityCheck
from lending.views.handovers.found import (
    HAND,
    line_of_code,
    one_handover,
    pack_with,
    scanned_pack,
    seen_packs,
)
from lending.views.handovers.steps import astray, show
from lending.views.sides import two_sided

asked_or_posted = require_http_methods(["GET", "HEAD", "POST"])
# Whoever has more people than this looks for a name.
MOST_SHOWN = 12


@keeps_typed()
@two_sided(HAND)
@asked_or_posted
def handover_person(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """Who receives the pack, and how they were known."""
    found = one_handover(request, handover)
    if (away := astray(request, found)) is not None:
        return away
    if found.beneficiary is None or "other" in request.GET:
        return _choose_person(request, found)
    guardian = may_be_minor(found.beneficiary)
    form = CheckForm(
        answers_to(request),
        guardian=guardian,
        is_minor=is_minor(found.beneficiary),
        initial={
            "identity_check": found.identity_check,
            "guardian_name": found.guardian_name,
        },
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.check_person(
                handover=found,
                identity_check=IdentityCheck(said["identity_check"]),
                guardian_name=said.get("guardian_name", ""),
                by=acting(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:handover-contents", handover=found.uuid)
    context = {"form": form, "guardian": guardian}
    return show(request, found, "handover-person", context, form.status)


def _choose_person(request: UserRequest, found: HandOver) -> HttpResponse:
    typed = " ".join(request.GET.get("q", "").replace("\0", "").split())[:60]
    people = _people(request, found)
    if typed:
        people = people.filter(name_key__contains=name_key(typed, ""))
    shown = people.filter(pk__in=list(people.values_list("pk", flat=True)[:MOST_SHOWN]))
    sent = answers_to(request)
    form = PersonForm(sent, people=people if sent else shown)
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_person(
                handover=found, person=form.cleaned_data["person"], by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:handover-person", handover=found.uuid)
    context = {
        "form": form,
        "choosing": True,
        "q": typed,
        "anybody": shown.exists(),
        "more": people.count() > MOST_SHOWN,
    }
    return show(request, found, "handover-person", context, form.status)


def _people(request: UserRequest, found: HandOver) -> QuerySet[Beneficiary]:
    """Of the structure; the one whom the request names, where it names one."""
    people = Beneficiary.objects.visible_to(request.user).filter(
        structure=found.structure, anonymised_at=None
    )
    asked = found.request
    if asked is not None and asked.for_one and asked.beneficiary_id is not None:
        people = people.filter(pk=asked.beneficiary_id)
    return people.order_by("name_key", "pk")


@keeps_typed()
@two_sided(HAND)
@asked_or_posted
def handover_contents(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """Everything on the table: scanned one by one, or ticked."""
    found = one_handover(request, handover)
    if (away := astray(request, found)) is not None:
        return away
    lines = lines_to_see(found)
    form = ContentsForm(
        answers_to(request),
        lines=lines,
        seen=found.lines_seen,
        looks=found.condition_out,
    )
    if "code" in request.POST and "all" not in request.POST:
        return _scanned(request, found, form)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.check_contents(
                handover=found, **form.facts, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            if len(done.lines_seen) == len(lines):
                return redirect("lending:handover-conditions", handover=found.uuid)
            messages.warning(request, _("Not everything was seen yet."))
            return redirect("lending:handover-contents", handover=found.uuid)
    context = {
        "form": form,
        "seen_count": len(set(found.lines_seen) & {str(line.uuid) for line in lines}),
        "line_count": len(lines),
    }
    return show(request, found, "handover-contents", context, form.status)


def _scanned(request: UserRequest, found: HandOver, form: ContentsForm) -> HttpResponse:
    """Tick the line of what was scanned; what is not of this pack is said.

    What was ticked by hand before the scan stays ticked.
    """
    code = request.POST.get("code", "")[:60]
    lines = form.lines
    line = line_of_code(lines, code) or line_of_code(
        lines, request.POST.get("physical", "")[:60]
    )
    if form.is_valid():
        facts = form.facts
        facts["seen"] |= {line.uuid} if line else set()
        if facts["seen"]:
            actions.check_contents(handover=found, **facts, by=acting(request))
    if line is None:
        messages.error(request, _not_of(request, found, code))
    else:
        messages.success(request, _("Seen: %(what)s") % {"what": line.wanted.label})
    return redirect("lending:handover-contents", handover=found.uuid)


def _not_of(request: UserRequest, found: HandOver, code: str) -> str:
    """What was scanned instead of a thing of this pack, as far as one may see it."""
    scanned = scanned_pack(request, code)
    if scanned == found.pack:
        return _(
            "This is the label of the pack: scan each thing that lies on the table."
        )
    if isinstance(scanned, Pack):
        told = _("This is the label of another pack, %(pack)s.")
        return told % {"pack": scanned}
    packs = seen_packs(request).filter(status__in=PACK_OPEN)
    if other := pack_with(packs, code):
        told = _("“%(code)s” is in another pack, %(pack)s.")
        return told % {"code": _printable(code), "pack": other}
    return _("“%(code)s” is not in this pack.") % {"code": _printable(code)}


@keeps_typed()
@two_sided(HAND)
@asked_or_posted
def handover_conditions(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """In plain words, read aloud where wanted, beside the person’s own language."""
    found = one_handover(request, handover)
    if (away := astray(request, found)) is not None:
        return away
    beside = _beside(request, found)
    language = beside or found.language
    form = ExplainForm(answers_to(request), initial={"language": language})
    if request.method == "POST" and form.is_valid():
        try:
            actions.explain_conditions(
                handover=found,
                language=SpokenLanguage(form.cleaned_data["language"]),
                by=acting(request),
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:handover-review", handover=found.uuid)
    mode = HandOverMode(found.mode)
    other = conditions_in(beside, mode) if beside else ()
    french = conditions_in("fr", mode)
    context = {
        "form": form,
        "languages": LanguageForm(initial={"beside": beside}),
        "beside": beside,
        "beside_label": SpokenLanguage(beside).label if beside else "",
        "direction": direction_of(beside),
        "french": french,
        "sentences": list(zip(french, other or [""] * len(french), strict=True)),
    }
    return show(request, found, "handover-conditions", context, form.status)


def _beside(request: UserRequest, found: HandOver) -> str:
    """The language asked for, else the person’s; none where nobody translated it."""
    wanted = request.GET.get("beside", found.language)
    mode = HandOverMode(found.mode)
    return wanted if wanted != "fr" and conditions_in(wanted, mode) else ""


def _printable(code: str) -> str:
    return "".join(sign for sign in code if sign.isprintable())[:40]
