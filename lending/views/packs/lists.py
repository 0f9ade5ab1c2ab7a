"""The packs on their way, and a new one."""

from __future__ import annotations

from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory import codes
from inventory.tags import BadTag, parse_tag
from lending import actions
from lending.actions.pack_access import MAKE
from lending.actions.pack_questions import lines_to_fill
from lending.forms.packs import BeginForm, PackFilter
from lending.models import Pack
from lending.models.pack import PackQuerySet
from lending.states import PackStatus
from lending.views.packs.bench import looks, makes

ON_THEIR_WAY = frozenset({PackStatus.DRAFT, PackStatus.COMPLETE, PackStatus.READY})


@looks
@require_safe
def pack_list(request: UserRequest) -> HttpResponse:
    """Packs on their way, newest first; those being made say what is missing."""
    form = PackFilter(request.GET, user=request.user)
    form.is_valid()
    seen = Pack.objects.visible_to(request.user).for_list()
    page = Slice(chosen_packs(seen, form), request.GET.get("page"), keys_first=True)
    context = {
        "page": page,
        "form": form,
        "asked": any(request.GET.get(name) for name in form.fields),
        "may_begin": any(request.user.has_perm(permission) for permission in MAKE),
    }
    return render(request, "lending/pack_list.html", context)


@makes
@require_http_methods(["GET", "HEAD", "POST"])
def pack_begin(request: UserRequest) -> HttpResponse:
    form = BeginForm(
        request.POST or None,
        user=request.user,
        initial={name: request.GET.get(name, "") for name in ("template", "request")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            pack = actions.begin_pack(**form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:pack-detail", pack.tag)
    return render(
        request, "lending/pack_begin.html", {"form": form}, status=form.status
    )


def chosen_packs(seen: PackQuerySet, form: PackFilter) -> PackQuerySet:
    """What was understood of the filter, each pack with what it lacks."""
    told = getattr(form, "cleaned_data", {})
    status = told.get("status", "")
    if not status:
        seen = seen.filter(status__in=ON_THEIR_WAY)
    elif status != "all":
        seen = seen.filter(status=status)
    if site := told.get("site"):
        seen = seen.filter(site=site)
    if text := told.get("q"):
        seen = seen.filter(_named(text))
    lacking = Prefetch("lines", queryset=lines_to_fill(), to_attr="lacking")
    return seen.prefetch_related(lacking)


def _named(text: str) -> Q:
    """A whole tag is one pack, and is looked up; anything else may be a part of one."""
    try:
        return Q(tag=parse_tag(text).text)
    except BadTag:
        return Q(tag__contains=codes.key(text)) | Q(request__number__icontains=text)
