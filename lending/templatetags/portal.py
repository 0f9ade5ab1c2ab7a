"""What the head of the portal’s pages shows."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from lending.states import RequestStatus
from lending.steps import steps_of
from lending.views.portal.current import chosen_of, own_memberships

register = template.Library()


@register.simple_tag(takes_context=True)
def working_in(context: RequestContext) -> dict[str, Any]:
    """The structure this person works in, and whether they belong to others too."""
    request = context["request"]
    mine = list(own_memberships(request))
    here = chosen_of(mine, request)
    return {"structure": here.structure if here else None, "several": len(mine) > 1}


@register.inclusion_tag("lending/portal/steps.html")
def request_steps(status: str) -> dict[str, Any]:
    """The five steps of a request, as far as it has come."""
    return steps_of(RequestStatus(status))._asdict()
