"""The keys that sign environments: which machines trust, and how one is replaced."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.requests import UserRequest, acting
from provisioning import actions, profile_keys
from provisioning.models import ProfileKeyEvent
from provisioning.views.environments.found import looks, rotates


@looks
@require_safe
def key_page(request: UserRequest) -> HttpResponse:
    ring = profile_keys.ring()
    current, following = ring.public
    replaced = ProfileKeyEvent.objects.visible_to(request.user).filter(
        verb="key_replaced"
    )
    signs = _("It signs every version that is published.")
    waits = _("Machines trust it already: it can take over any day.")
    context = {
        "current": current,
        "keys": [
            (current, _("The current key"), signs),
            (following, _("The next key"), waits),
        ],
        "replaced": replaced.select_related("actor", "subject").order_by("-pk")[:20],
    }
    return render(request, "provisioning/environments/keys.html", context)


@rotates
@require_POST
def key_rotate(request: UserRequest) -> HttpResponse:
    """Only on a second look: the box on the page says what it means."""
    if request.POST.get("sure") != "yes":
        messages.warning(request, _("Tick the box first: the former key is removed."))
        return redirect("provisioning:profile-keys")
    actions.rotate_profile_key(by=acting(request))
    messages.success(request, _("The next key signs now, and another one is next."))
    return redirect("provisioning:profile-keys")
