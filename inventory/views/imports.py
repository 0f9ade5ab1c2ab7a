"""Results of other tools: taken in, looked at, applied, and what is doubtful decided."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions.imports import candidates, look_ahead
from inventory.forms.imports import ReportForm, WhichDriveForm
from inventory.imports.result import Result, Weakness
from inventory.models import Doubt, ImportedResult, ResultImport, StorageDrive
from inventory.views.workshop import asked_or_posted

LINE = re.compile(r"[0-9]{1,4}")


@permission_required("inventory.record_erasure", raise_exception=True)
@asked_or_posted
def result_list(request: UserRequest) -> HttpResponse:
    """The form for another report, and those that were taken in, newest first."""
    form = ReportForm(request.POST or None, request.FILES or None, user=request.user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            report = actions.take_in_results(**form.facts, by=acting(request))
            return redirect("inventory:result-detail", report.uuid)
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.status
    elif form.errors:
        status = 422
    known = ResultImport.objects.visible_to(request.user).for_list()
    context = {"form": form, "page": Slice(known, request.GET.get("page"))}
    return render(request, "inventory/result_list.html", context, status=status)


@permission_required("inventory.record_erasure", raise_exception=True)
@require_safe
def result_detail(request: UserRequest, report_uuid: uuid.UUID) -> HttpResponse:
    """What each line became; before the report is applied, what it would become."""
    return _show(request, _found(request, report_uuid))


@permission_required("inventory.record_erasure", raise_exception=True)
@require_POST
def result_apply(request: UserRequest, report_uuid: uuid.UUID) -> HttpResponse:
    report = _found(request, report_uuid)
    actions.apply_results(report=report, by=acting(request))
    messages.success(request, _("The results are applied."))
    return redirect("inventory:result-detail", report.uuid)


@permission_required("inventory.record_erasure", raise_exception=True)
@asked_or_posted
def result_decide(
    request: UserRequest, report_uuid: uuid.UUID, number: str
) -> HttpResponse:
    """Which drive a doubtful line is about."""
    report = _found(request, report_uuid)
    line = _line(report, number)
    form = WhichDriveForm(request.POST or None, drives=candidates(line))
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            line = actions.decide_result(
                line=line, drive=form.chosen, by=acting(request)
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
        else:
            messages.success(request, _said_of(line))
            return redirect("inventory:result-detail", report.uuid)
    context = {"report": report, "line": line, "result": line.result, "form": form}
    return render(request, "inventory/result_decide.html", context, status=status)


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of a report. `outcome` is accepted, refused or doubtful."""

    number: int
    result: Result
    outcome: str
    drive: StorageDrive | None
    why: str
    is_open: bool


def _show(request: UserRequest, report: ResultImport) -> HttpResponse:
    rows = list(_done(report) if report.applied_at else _ahead(report))
    outcomes = [row.outcome for row in rows]
    context = {
        "report": report,
        "rows": rows,
        "accepted": outcomes.count("accepted"),
        "refused": outcomes.count("refused"),
        "doubtful": outcomes.count("doubtful"),
    }
    return render(request, "inventory/result_detail.html", context)


def _ahead(report: ResultImport) -> Iterator[Row]:
    for prospect in look_ahead(report):
        match = prospect.match
        yield _row(
            prospect.line, match.drive, match.refused, match.doubt or "", is_open=False
        )


def _done(report: ResultImport) -> Iterator[Row]:
    for line in report.results.select_related("drive__host", "drive__custody"):
        doubt = line.doubt if line.is_open else ""
        yield _row(line, line.drive, line.refused, doubt, is_open=line.is_open)


def _row(
    line: ImportedResult,
    drive: StorageDrive | None,
    refused: str,
    doubt: str,
    *,
    is_open: bool,
) -> Row:
    why = str(Weakness(refused).label if refused else doubt and Doubt(doubt).label)
    outcome = "refused" if refused else "doubtful" if doubt else "accepted"
    return Row(line.number, line.result, outcome, drive, why, is_open)


def _said_of(line: ImportedResult) -> str:
    if line.refused:
        return _("Refused as proof: %(why)s.") % {"why": Weakness(line.refused).label}
    return _("Recorded. A second person looks at it before it counts.")


def _found(request: UserRequest, report_uuid: uuid.UUID) -> ResultImport:
    reports = ResultImport.objects.visible_to(request.user)
    return get_object_or_404(
        reports.select_related("site", "evidence"), uuid=report_uuid
    )


def _line(report: ResultImport, number: str) -> ImportedResult:
    """The line of that number; 404 for whatever else stands in the address."""
    if not LINE.fullmatch(number):
        raise Http404
    lines = report.results.select_related("report__site")
    return get_object_or_404(lines, number=int(number))
