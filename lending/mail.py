"""What is written to people about lending, in their language and in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.core.actors import Actor
from backoffice.core.models import Event, RoleAssignment, User
from backoffice.core.outbox import write_mail, write_text
from lending.awaited import awaited
from lending.errors import NumberMalformed
from lending.kinds import Channel, ConsentPurpose
from lending.links import invitation_link, loan_link, request_link, slip_link
from lending.models import (
    Beneficiary,
    EquipmentRequest,
    HandOver,
    Invitation,
    Loan,
    Membership,
)
from lending.numbers import read_phone
from lending.states import EndReason, HandOverStatus, RefusalReason

# What a change of a request is called in its mail, for the structure that asked.
_TOLD: Mapping[str, str | Promise] = {
    "submitted": _("Your request has reached us."),
    "taken_up": _("Somebody is reading your request."),
    "sent_back": _("Something is missing from your request: a message says what."),
    "approved": _("Your request is accepted."),
    "put_on_waiting_list": _("Your request is on the waiting list."),
    "reconsidered": _(
        "Your request was accepted, and must wait after all: it is on the waiting list."
    ),
    "adjourned": _("Your request is put off until a later day."),
    "back_to_review": _("The day has come: your request is taken up again."),
    "refused": _("Your request is refused."),
    "dismissed": _("Your request is closed without effect."),
    "withdrawn": _("Your request is withdrawn, as you asked."),
    "allocated": _("What you asked for is being prepared."),
    "scheduled": _("There is an appointment for the hand-over."),
    "appointment_added": _("There is one more appointment for a hand-over."),
    "appointment_moved": _("An appointment has a new day or a new place."),
    "not_taken": _("What was prepared was not taken; another appointment can be made."),
    "appointment_off": _(
        "The appointment is called off; another one will be proposed."
    ),
    "nobody_came": _("Nobody came to the appointment; another one will be proposed."),
    "closed_nobody_came": _("Nobody came to the appointments: your request is closed."),
    "fulfilled": _("What you asked for was handed over."),
    "message_written": _("There is a new message about your request."),
    "warned": _(
        "We have had no news of your request for two months. Is it still needed? "
        "If so, say it on its page within two weeks; otherwise it expires."
    ),
    "expired": _("Your request has expired: nobody has said that it is still needed."),
}
# What the subject says, where it is not the state; and what the reader is to do, where
# that is not what the state awaits.
_HEADLINES: Mapping[str, str | Promise] = {
    "message_written": _("new message"),
    "warned": _("is it still needed?"),
}
_TO_DO: Mapping[str, str | Promise] = {
    "message_written": _("Read the message, and answer it if it asks something."),
    "warned": _("The structure says whether the request is still needed."),
}
_OF_APPOINTMENTS = {"scheduled", "appointment_added", "appointment_moved"}
# Of a hand-over that is planned without a day.
_DAY_TO_AGREE = _("The hand-over is being planned; its day is still to be agreed on.")
_AGREE = _("The structure and the association agree on a day.")
# What a change is called for the people of the association who decide.
_TOLD_STAFF: Mapping[str, str | Promise] = {
    "submitted": _("A request was sent to you."),
    "withdrawn": _("A request was withdrawn by its structure."),
    "back_to_review": _("A request that was put off until today is to be read again."),
    "message_written": _("There is a new message from the structure."),
}


def mail_invitation(invitation: Invitation, *, language: str, by: Actor) -> None:
    """Write the mail with the link to join a structure: a step."""
    context = {
        "invitation": invitation,
        "link": invitation_link(invitation),
        "organisation": settings.ORGANISATION["name"],
    }
    with translation.override(language):
        subject = render_to_string("lending/mail/invitation_subject.txt", context)
        body = render_to_string("lending/mail/invitation.txt", context)
    write_mail(
        key=f"invitation:{invitation.uuid}",
        to=invitation.email,
        language=language,
        subject=subject,
        body=body,
        by=by,
    )


def mail_request(
    request: EquipmentRequest,
    event: Event,
    *,
    to_structure: bool,
    to_staff: bool,
    by: Actor,
) -> None:
    """Write to each side what has just happened to a request: a step.

    A mail holds the request’s number and no person’s name, need or message.
    """
    if to_structure:
        for user in _askers(request):
            _mail(request, event, user, _TOLD, by=by, for_staff=False)
    if to_staff:
        for user in _deciders(request):
            _mail(request, event, user, _TOLD_STAFF, by=by, for_staff=True)


def _mail(
    request: EquipmentRequest,
    event: Event,
    user: User,
    told: Mapping[str, str | Promise],
    *,
    by: Actor,
    for_staff: bool,
) -> None:
    appointment = _appointment(request, event)
    has_day = event.verb not in _OF_APPOINTMENTS or appointment is not None
    with translation.override(user.language):
        context = {
            "request": request,
            "headline": _HEADLINES.get(event.verb, request.get_status_display()),
            "told": told[event.verb] if has_day else _DAY_TO_AGREE,
            "reason": _reason(event),
            "until": _until(event),
            "appointment": appointment,
            "next": _TO_DO.get(event.verb, awaited(request).words)
            if has_day
            else _AGREE,
            "link": request_link(request, for_staff=for_staff),
            "organisation": settings.ORGANISATION["name"],
        }
        subject = render_to_string("lending/mail/request_subject.txt", context)
        body = render_to_string("lending/mail/request.txt", context)
    write_mail(
        key=f"request:{request.uuid}:{event.sequence}:{user.uuid}",
        to=user.email,
        language=user.language,
        subject=subject,
        body=body,
        by=by,
    )


def _reason(event: Event) -> str:
    reason = event.data.get("reason")
    if reason is None:
        return ""
    kind = RefusalReason if event.verb == "refused" else EndReason
    return str(kind(reason).label)


def _until(event: Event) -> dt.date | None:
    until = event.data.get("until")
    return dt.date.fromisoformat(until) if until else None


def _appointment(request: EquipmentRequest, event: Event) -> HandOver | None:
    """The appointment that is spoken of, else the next, if its day is agreed on already."""
    if event.verb not in _OF_APPOINTMENTS:
        return None
    planned = request.handovers.filter(
        status=HandOverStatus.PLANNED, planned_at__isnull=False
    )
    if spoken_of := event.data.get("handover"):
        planned = planned.filter(uuid=spoken_of)
    return planned.select_related("structure", "site").order_by("planned_at").first()


def _askers(request: EquipmentRequest) -> Iterable[User]:
    """Who asked, while they are of the structure; else those who administer it."""
    members = Membership.objects.active().filter(
        structure=request.structure_id, user__is_active=True
    )
    members = members.select_related("user").order_by("pk")
    asked = members.filter(user=request.asked_by_id)
    return [each.user for each in asked or members.filter(is_admin=True)]


def _deciders(request: EquipmentRequest) -> Iterable[User]:
    """Who last dealt with the request, while they may; else all who decide there."""
    roles = RoleAssignment.objects.filter(
        Q(site=None) | Q(site=request.site_id),
        role__permissions__content_type__app_label="lending",
        role__permissions__codename="decide_request",
    )
    deciders = User.objects.filter(is_active=True, pk__in=roles.values("user"))
    dealt = request.events.filter(actor__in=deciders.values("uuid"))
    last = dealt.order_by("-sequence").values_list("actor", flat=True).first()
    return list(deciders.filter(uuid=last) if last else deciders.order_by("pk"))


def mail_renewal_asked(loan: Loan, event: Event, *, by: Actor) -> None:
    """Tell who hands over at the site that a structure asks to keep a pack: a step."""
    roles = RoleAssignment.objects.filter(
        Q(site=None) | Q(site=loan.handover.site_id),
        role__permissions__content_type__app_label="lending",
        role__permissions__codename="hand_over",
    )
    for user in User.objects.filter(is_active=True, pk__in=roles.values("user")):
        context = {
            "loan": loan,
            "pack": loan.handover.pack,
            "structure": loan.handover.structure,
            "link": loan_link(loan),
            "organisation": settings.ORGANISATION["name"],
        }
        with translation.override(user.language):
            subject = render_to_string("lending/mail/renewal_subject.txt", context)
            body = render_to_string("lending/mail/renewal.txt", context)
        write_mail(
            key=f"loan:{loan.uuid}:asked-for:{event.sequence}:{user.uuid}",
            to=user.email,
            language=user.language,
            subject=subject,
            body=body,
            by=by,
        )


def write_slip(handover: HandOver, *, by: Actor) -> None:
    """Write to the person where to read what they signed: a step.

    By e-mail; or as a text message, where they agreed to those and their number says
    its country. Nothing to whom neither reaches.
    """
    person = handover.beneficiary
    if person is None:
        return
    language = "en" if person.language == "en" else "fr"
    context = {
        "pack": handover.pack,
        "link": slip_link(handover),
        "organisation": settings.ORGANISATION,
    }
    key = f"slip:{handover.uuid}"
    with translation.override(language):
        if person.channel == Channel.EMAIL and "@" in person.contact:
            write_mail(
                key=key,
                to=person.contact,
                language=language,
                subject=render_to_string("lending/mail/slip_subject.txt", context),
                body=render_to_string("lending/mail/slip.txt", context),
                by=by,
            )
        elif number := _texted(person):
            text = render_to_string("lending/mail/slip_text.txt", context).strip()
            write_text(key=key, to=number, language=language, text=text, by=by)


def _texted(person: Beneficiary) -> str:
    """The number (E.164) of who agreed to text messages; empty for anybody else."""
    if person.channel != Channel.PHONE:
        return ""
    agreed = person.consents.filter(
        purpose=ConsentPurpose.TEXT_MESSAGES, withdrawn_on=None
    )
    try:
        return read_phone(person.contact) if agreed.exists() else ""
    except NumberMalformed:
        return ""
