"""What machines are given of a version, to be looked at and checked by hand."""

from __future__ import annotations

import io
import uuid
import zipfile

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from backoffice.core.requests import UserRequest
from provisioning import actions
from provisioning.views.environments.found import found_version, looks


@looks
@require_safe
def version_signed(
    request: UserRequest, environment: uuid.UUID, number: str, profile_sha256: str
) -> HttpResponse:
    """The exact bytes and their signature, named as `minisign -Vm` wants them."""
    found = found_version(request, environment, number)
    profile = get_object_or_404(found.profiles, sha256=profile_sha256)
    signature = actions.signature_of(profile=profile)
    name = f"{found.environment.slug}-{found.number}"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.json", bytes(profile.body))
        archive.writestr(f"{name}.json.minisig", signature.text)
    answer = HttpResponse(kept.getvalue(), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer
