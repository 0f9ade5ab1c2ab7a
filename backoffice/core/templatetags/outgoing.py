"""Messages that did not leave, said where their settler begins; and why, in words."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.models import Outgoing

register = template.Library()

# What mail servers, and the way to them, say most; the first that fits.
_REASONS = (
    (
        r"Errno 111|ConnectionRefused|Connection refused",
        gettext_lazy("The mail server does not answer: it is off, or set up wrong."),
    ),
    (
        r"Errno -[2-5]\b|Name or service not known|getaddrinfo",
        gettext_lazy(
            "The mail server is not found: its name, or the network, is wrong."
        ),
    ),
    (
        r"timed out|Timeout|Errno 110|Errno 113|Errno 101|unreachable",
        gettext_lazy("The mail server cannot be reached."),
    ),
    (
        r"\b(530|535)\b|[Aa]uthentication",
        gettext_lazy("The mail server does not take our name and password."),
    ),
    (
        r"certificate|SSL",
        gettext_lazy("The connection to the mail server could not be made safe."),
    ),
    (
        r"\b5\d\d\b",
        gettext_lazy("The mail server refused it: the address may be wrong."),
    ),
    (
        r"\b4\d\d\b",
        gettext_lazy("The mail server asks to try again later."),
    ),
)


@register.inclusion_tag("core/components/stuck_messages.html", takes_context=True)
def stuck_messages(context: RequestContext) -> dict[str, Any]:
    """How many messages wait for a person; nothing for whoever does not settle them."""
    seen = Outgoing.objects.visible_to(context["request"].user)
    return {"stuck": seen.stuck(timezone.now()).count()}


@register.filter
def in_words(problem: str) -> str:
    """Why a message did not leave, for people; the server's own words stand beside it."""
    for pattern, words in _REASONS:
        if re.search(pattern, problem):
            return str(words)
    return _("It could not be handed over.")
