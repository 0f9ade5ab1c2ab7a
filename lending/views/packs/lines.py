"""One line of a pack without a scanner: chosen, replaced, left out, taken out."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.actions.pack_questions import is_asked
from lending.actions.units import fitting_units, left_of, lesser_machines, unit_of
from lending.errors import LeavingUnexplained
from lending.forms.act import ActForm
from lending.forms.packs import FittingForm, LeaveForm, SubstituteForm
from lending.models import Pack, PackLine
from lending.states import LineNature, SubstitutionReason
from lending.views.packs.answers import refused
from lending.views.packs.bench import found_pack, makes
from lending.views.packs.board import BoardLine, page_of


@makes
@require_http_methods(["GET", "HEAD", "POST"])
def line_fill(
    request: UserRequest, pack_tag: str, pack_line: uuid.UUID
) -> HttpResponse:
    """Choose what goes into a line, or into the place of what it holds."""
    pack, found = _found(request, pack_tag, pack_line)
    units = fitting_units(found, request.user)
    form = FittingForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            actions.replace_unit(line=found, unit=form.chosen, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return _done(request, pack, _("“%(line)s” is there."), found)
    return _shown(request, pack, found, form=form)


@makes
@require_POST
def line_substitute(
    request: UserRequest, pack_tag: str, pack_line: uuid.UUID
) -> HttpResponse:
    """Put something else than what is asked for into a line, with a reason."""
    pack, found = _found(request, pack_tag, pack_line)
    lesser = lesser_machines(found, request.user)
    form = SubstituteForm(request.POST, lesser=lesser)
    if form.is_valid():
        unit = unit_of(form.cleaned_data["code"], request.user)
        reason = SubstitutionReason(form.cleaned_data["reason"])
        if unit is None:
            form.add_error("code", _("Nothing here carries this code."))
            return _shown(request, pack, found, substitute=form)
        try:
            actions.substitute(line=found, unit=unit, reason=reason, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return _done(request, pack, _("“%(line)s” has another thing."), found)
    return _shown(request, pack, found, substitute=form)


@makes
@require_POST
def line_take_out(
    request: UserRequest, pack_tag: str, pack_line: uuid.UUID
) -> HttpResponse:
    pack, found = _found(request, pack_tag, pack_line)
    try:
        actions.take_out(line=found, by=acting(request))
    except DomainError as refusal:
        shown = page_of(pack, request.user, answer=refused(refusal))
        return render(request, "lending/pack_detail.html", shown, status=refusal.status)
    return _done(request, pack, _("“%(line)s” is to fill again."), found)


@makes
@require_POST
def line_leave_out(
    request: UserRequest, pack_tag: str, pack_line: uuid.UUID
) -> HttpResponse:
    """Let the pack go without a line; with a reason where its request asks for it."""
    pack, found = _found(request, pack_tag, pack_line)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _shown(request, pack, found, leave=form)
    try:
        actions.leave_out(line=found, reason=form.chosen, by=acting(request))
    except LeavingUnexplained as refusal:
        form.refuse(refusal)
        return _shown(request, pack, found, leave=form)
    except DomainError as refusal:
        shown = page_of(pack, request.user, answer=refused(refusal))
        return render(request, "lending/pack_detail.html", shown, status=refusal.status)
    return _done(request, pack, _("“%(line)s” is left out."), found)


def _found(request: UserRequest, tag: str, line: uuid.UUID) -> tuple[Pack, PackLine]:
    """A line of the pack as it is now, named by its line of the recipe."""
    pack = found_pack(request, tag)
    live = pack.lines.filter(released_at=None, wanted__uuid=line)
    found = live.exclude(nature=LineNature.ENVIRONMENT).select_related(
        *("wanted__counted_kind", "device", "sim", "modem", "counted_kind")
    )
    first = found.first()
    if first is None:
        raise Http404(str(line))
    first.pack = pack
    return pack, first


def _done(request: UserRequest, pack: Pack, said: str, line: PackLine) -> HttpResponse:
    messages.success(request, said % {"line": line.wanted.label})
    return redirect("lending:pack-detail", pack.tag)


def _shown(
    request: UserRequest,
    pack: Pack,
    line: PackLine,
    *,
    form: FittingForm | None = None,
    substitute: SubstituteForm | None = None,
    leave: LeaveForm | None = None,
) -> HttpResponse:
    units = fitting_units(line, request.user)
    lesser = lesser_machines(line, request.user)
    sent: ActForm | None = substitute or form or leave
    context = {
        "pack": pack,
        "board_line": BoardLine(line),
        "form": form or FittingForm(units=units),
        "substitute": substitute
        or SubstituteForm(
            lesser=lesser, initial={"code": request.GET.get("code", "")[:80]}
        ),
        "units": units,
        "leave": (leave or LeaveForm()) if _may_leave(pack, line) else None,
        "counted": line.nature == LineNature.COUNTED,
        "left": left_of(kind, pack) if (kind := line.wanted.counted_kind) else None,
    }
    status = sent.status if sent else 200
    return render(request, "lending/pack_line.html", context, status=status)


def _may_leave(pack: Pack, line: PackLine) -> bool:
    """Whether it is left out here, with a reason: the other optional ones at one press."""
    return line.wanted.is_optional and is_asked(pack, line)
