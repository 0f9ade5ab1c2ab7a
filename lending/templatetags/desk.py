"""What stands beside a list: filters kept under a name, and the list as a file."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse

from backoffice.core.models import User
from lending.models import SavedFilter
from lending.models.desk import Listing

register = template.Library()


@register.inclusion_tag("lending/_list_tools.html", takes_context=True)
def list_tools(context: RequestContext, name: str) -> dict[str, Any]:
    """Of the list of this name, as it is narrowed now; nothing for partners."""
    request, listing = context["request"], Listing(name)
    reader = request.user
    if not isinstance(reader, User) or not reader.has_perm(listing.permission):
        return {"shown": False}
    query = request.GET.copy()
    query.pop("page", None)
    asked = query.urlencode()
    saved = SavedFilter.objects.visible_to(reader).filter(listing=listing).for_list()
    files: tuple[tuple[str, str], ...] = ()
    if reader.has_perm("inventory.export_device"):
        files = tuple(
            (kind.upper(), f"{reverse(f'lending:{name}-{kind}')}?{asked}")
            for kind in ("csv", "xlsx")
        )
    return {
        "shown": True,
        "request": request,
        "reader": reader,
        "save_at": reverse(f"lending:{name}-filter-save"),
        "query": asked,
        "saved": saved,
        "files": files,
        "csrf_token": context.get("csrf_token"),
    }
