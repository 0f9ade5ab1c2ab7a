"""How a file comes into the library: with its form, or before it, piece by piece."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.errors import DomainError
from backoffice.core.http import PROBLEM, plain_problem, problem_of
from backoffice.core.requests import UserRequest, acting
from provisioning import actions
from provisioning.actions.uploads import incoming_of
from provisioning.errors import UploadTorn
from provisioning.forms.resources import NewResourceForm, UploadForm
from provisioning.intake import take_in
from provisioning.models import Upload
from provisioning.store import BLOCK
from provisioning.views.resources import FORM_METHODS, manages

# What a script sends at once, in bytes: well below what a request may hold.
CHUNK = 4 * 1024 * 1024
OFFSET = "Upload-Offset"


@manages
@require_http_methods(FORM_METHODS)
def resource_new(request: UserRequest) -> HttpResponse:
    """A file that was refused stays: with another answer it may pass."""
    sent = request.method == "POST"
    form = NewResourceForm(request.POST, request.FILES) if sent else NewResourceForm()
    if form.is_valid() and (resource := _taken_in(request, form)):
        messages.success(request, _("Added to the library."))
        return redirect("provisioning:resource-detail", resource=resource)
    visible = list(Upload.objects.visible_to(request.user))
    here = next((each for each in visible if each.uuid == form.named_upload), None)
    waiting = [
        (each, 100 * incoming_of(each).received // each.size)
        for each in visible
        if each != here
    ]
    context = {"form": form, "here": here, "waiting": waiting}
    return render(
        request, "provisioning/resources/new.html", context, status=form.status
    )


def _taken_in(request: UserRequest, form: NewResourceForm) -> uuid.UUID | None:
    """The public id of the resource; None where the form says why there is none."""
    typed = form.cleaned_data
    try:
        upload = _arrived(request, form)
        form.keeps(upload)
        resource = take_in(
            incoming_of(upload), typed["kind"], form.facts, by=acting(request)
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return None
    actions.end_upload(upload=upload, by=request.user)
    return resource.uuid


def _arrived(request: UserRequest, form: NewResourceForm) -> Upload:
    """The whole file that the form came with, or speaks of."""
    file = form.cleaned_data["file"]
    if file is None:
        visible = Upload.objects.visible_to(request.user)
        found = visible.filter(uuid=form.cleaned_data["upload"]).first()
        if found is None or incoming_of(found).received != found.size:
            raise UploadTorn(
                _("Not all of the file is here."),
                advice=_("Choose the same file again: it goes on where it stopped."),
            )
        return found
    upload = actions.begin_upload(
        name=file.name,
        size=file.size,
        changed=0,
        kind=form.cleaned_data["kind"],
        by=request.user,
    )
    incoming = incoming_of(upload)
    incoming.drop()
    incoming.append(0, file.chunks(), most=file.size)
    return upload


@manages
@require_POST
def upload_begin(request: UserRequest) -> HttpResponse:
    """Where to send a file to, from which byte on, and how much of it at once."""
    form = UploadForm(request.POST)
    if not form.is_valid():
        return _refused(plain_problem(400, "invalid", _("Some values are not valid.")))
    try:
        upload = actions.begin_upload(**form.cleaned_data, by=request.user)
    except DomainError as refusal:
        return _refused(problem_of(refusal))
    answer = {
        "upload": str(upload.uuid),
        "received": incoming_of(upload).received,
        "chunk": CHUNK,
    }
    return JsonResponse(answer)


@manages
@require_POST
def upload_part(request: UserRequest, upload: uuid.UUID) -> HttpResponse:
    """The body is what follows the byte that the header names."""
    found = get_object_or_404(Upload.objects.visible_to(request.user), uuid=upload)
    offset = request.headers.get(OFFSET, "")
    if not (offset.isascii() and offset.isdigit() and len(offset) <= 18):
        return _refused(plain_problem(400, "invalid", _("Some values are not valid.")))
    try:
        received = incoming_of(found).append(
            int(offset), _blocks(request), most=found.size
        )
    except DomainError as refusal:
        return _refused(problem_of(refusal))
    return JsonResponse({"received": received})


@manages
@require_POST
def upload_end(request: UserRequest, upload: uuid.UUID) -> HttpResponse:
    """Give up a file that came in half."""
    found = get_object_or_404(Upload.objects.visible_to(request.user), uuid=upload)
    actions.end_upload(upload=found, by=acting(request))
    messages.success(request, _("Given up: nothing of the file is left."))
    return redirect("provisioning:resource-new")


def _blocks(request: UserRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block


def _refused(problem: dict[str, object]) -> JsonResponse:
    return JsonResponse(problem, status=problem["status"], content_type=PROBLEM)
