"""What is written to people about lending, in their language and in plain words."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from backoffice.core.actors import Actor
from backoffice.core.outbox import write_mail
from lending.links import invitation_link
from lending.models import Invitation


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
