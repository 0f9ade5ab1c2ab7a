"""Photos of what came back damaged: one of them, and those of a hand-over."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from backoffice.core.models import User
from backoffice.core.photos import MEDIA_TYPE
from backoffice.core.requests import UserRequest
from lending.models import HandOver, ReturnPhoto
from lending.views.sides import two_sided


@two_sided("lending.view_handover")
@require_safe
def return_photo(request: UserRequest, return_photo: uuid.UUID) -> HttpResponse:
    """For the staff, and for the members of the structure that the pack went to."""
    seen = ReturnPhoto.objects.visible_to(request.user)
    found = get_object_or_404(seen, uuid=return_photo)
    return HttpResponse(
        bytes(found.jpeg),
        content_type=MEDIA_TYPE,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="{found.uuid}.jpg"',
        },
    )


def photos_of(handover: HandOver, reader: User) -> list[ReturnPhoto]:
    """Which there are, without their pictures."""
    seen = ReturnPhoto.objects.visible_to(reader).filter(handover=handover)
    return list(seen.defer("jpeg"))
