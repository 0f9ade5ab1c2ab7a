"""A lot's summary by mail to its donor: asked for, tried again, given up."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.core import periodic
from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions.lot_balance import outlook_of
from inventory.forms.certificates import SendForm
from inventory.models import DonorMail, Lot
from inventory.views.certificate_lot import found_lot
from inventory.views.workshop import asked_or_posted


@permission_required("inventory.issue_certificate", raise_exception=True)
@asked_or_posted
def lot_send(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    """Issue the summary as it stands now, and have it sent."""
    lot = found_lot(request, lot_uuid)
    first = {"address": lot.donation.donor.email, "language": settings.LANGUAGE_CODE}
    form = SendForm(request.POST or None, initial=first)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            _ask(request, lot, form)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
        else:
            messages.success(
                request,
                _("The summary is on its way. This page says when it has left."),
            )
            return redirect("inventory:lot-certificates", lot_uuid=lot.uuid)
    context = {"lot": lot, "form": form, "outlook": outlook_of(lot)}
    return render(request, "inventory/lot_send.html", context, status=status)


@permission_required("inventory.issue_certificate", raise_exception=True)
@require_POST
def mail_again(
    request: UserRequest, lot_uuid: uuid.UUID, mail_uuid: uuid.UUID
) -> HttpResponse:
    """Try now what a mail server did not take."""
    mail = _found_mail(request, lot_uuid, mail_uuid)
    actions.retry_donor_mail(mail=mail, by=acting(request))
    periodic.soon()
    messages.success(request, _("It is tried again now."))
    return redirect("inventory:lot-certificates", lot_uuid=lot_uuid)


@permission_required("inventory.issue_certificate", raise_exception=True)
@require_POST
def mail_give_up(
    request: UserRequest, lot_uuid: uuid.UUID, mail_uuid: uuid.UUID
) -> HttpResponse:
    mail = _found_mail(request, lot_uuid, mail_uuid)
    actions.give_up_donor_mail(mail=mail, by=acting(request))
    messages.success(request, _("This mail is not sent."))
    return redirect("inventory:lot-certificates", lot_uuid=lot_uuid)


def _ask(request: UserRequest, lot: Lot, form: SendForm) -> None:
    summary = actions.issue_lot_summary(
        lot=lot, language=form.cleaned_data["language"], by=acting(request)
    )
    actions.ask_donor_mail(
        summary=summary, address=form.cleaned_data["address"], by=acting(request)
    )
    periodic.soon()


def _found_mail(
    request: HttpRequest, lot_uuid: uuid.UUID, mail_uuid: uuid.UUID
) -> DonorMail:
    mails = DonorMail.objects.visible_to(request.user).select_related("lot")
    return get_object_or_404(mails, uuid=mail_uuid, lot__uuid=lot_uuid)
