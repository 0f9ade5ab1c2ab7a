"""The scanners of stations: let one in, look at them, send one away."""

from __future__ import annotations

import shlex
import uuid

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.forms.station_scanners import ScannerForm
from inventory.models import StationScanner

JOIN = "inventory.join_scanner"


@permission_required(JOIN, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def scanners(request: UserRequest) -> HttpResponse:
    """The scanners there are; a new one’s join code is shown once."""
    initial = {"station": request.session.get("station", "")}
    form = ScannerForm(request.POST or None, user=request.user, initial=initial)
    rows = StationScanner.objects.visible_to(request.user).select_related("site")
    context = {"form": form, "scanners": rows.in_use()}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(
            request, "inventory/station_scanners.html", context, status=status
        )
    said = form.cleaned_data
    row, code = actions.let_scanner_in(
        site=said["site"], station=said["station"], by=acting(request)
    )
    shown = {"row": row, "code": code, "line": _line(request, row, code)}
    return render(request, "inventory/station_scanner_code.html", shown)


def _line(request: UserRequest, row: StationScanner, code: str) -> str:
    """What to type where the scanner hangs; a shell takes any name as one word."""
    return shlex.join(
        [
            *("python3", "-m", "agent", "scanner", "--port", "/dev/ttyUSB0"),
            *("--station", row.station),
            *("--server", f"{request.scheme}://{request.get_host()}"),
            *("--code", f"{code[:4]}-{code[4:]}"),
        ]
    )


@permission_required(JOIN, raise_exception=True)
@require_POST
def scanner_revoke(request: UserRequest, scanner: uuid.UUID) -> HttpResponse:
    rows = StationScanner.objects.visible_to(request.user)
    row = get_object_or_404(rows, uuid=scanner)
    actions.revoke_scanner(scanner=row, by=acting(request))
    return redirect("inventory:station-scanners")
