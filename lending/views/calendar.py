"""Somebody’s calendar of hand-overs: its page, its address, and what programs read."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import (
    login_not_required,
    permission_required,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.actions.desk import calendar_owner
from lending.exports.calendar import ICALENDAR, calendar_text
from lending.links import calendar_id, calendar_link
from lending.models import CalendarAddress, HandOver

LOOK = "lending.view_handover"
# How much of the past and of the future a calendar holds, and how many at most.
BEFORE = dt.timedelta(days=30)
AFTER = dt.timedelta(days=180)
MOST = 2000
looks = permission_required(LOOK, raise_exception=True)


@looks
@require_safe
def calendar_page(request: UserRequest) -> HttpResponse:
    """One’s own address: shown to copy, made anew, revoked."""
    mine = CalendarAddress.objects.visible_to(request.user).usable().first()
    link = calendar_link(mine) if mine else ""
    return render(request, "lending/calendar.html", {"mine": mine, "link": link})


@looks
@require_POST
def calendar_make(request: UserRequest) -> HttpResponse:
    actions.make_calendar_address(by=acting(request))
    messages.success(request, _("Your calendar has a new address."))
    return redirect("lending:calendar-page")


@looks
@require_POST
def calendar_revoke(request: UserRequest) -> HttpResponse:
    actions.revoke_calendar_address(by=acting(request))
    messages.success(request, _("The address leads nowhere any more."))
    return redirect("lending:calendar-page")


@login_not_required
@require_safe
def calendar(request: HttpRequest, calendar: str) -> HttpResponse:
    """What a calendar program reads: the signed address is the door, until revoked.

    What its owner sees today: who lost a role or an account reads nothing.
    """
    found = calendar_id(calendar)
    owner = None if found is None else calendar_owner(found)
    if owner is None or not owner.has_perm(LOOK):
        raise Http404
    now = timezone.now()
    seen = HandOver.objects.visible_to(owner).filter(
        planned_at__gte=now - BEFORE, planned_at__lte=now + AFTER
    )
    related = seen.select_related("pack", "structure", "site").order_by("planned_at")
    with translation.override(owner.language):
        text = calendar_text(related[:MOST])
    response = HttpResponse(text, content_type=ICALENDAR)
    response["Content-Disposition"] = 'inline; filename="rebond.ics"'
    add_never_cache_headers(response)
    return response
