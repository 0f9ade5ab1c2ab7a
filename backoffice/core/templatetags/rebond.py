"""What every template draws with: icons, status chips, links of the navigation."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.core.once import FIELD

register = template.Library()

# Family of a status chip, and the icon that says the same without colour.
FAMILIES = {
    "waiting": "hourglass",
    "progress": "progress",
    "done": "check",
    "blocked": "x",
    "out": "arrow-right",
}


@cache
def icon_names() -> frozenset[str]:
    """The icons of the sprite, as `assets/icons.txt` lists them."""
    listing = settings.BASE_DIR / "assets" / "icons.txt"
    lines = listing.read_text(encoding="utf-8").splitlines()
    return frozenset(line.partition("#")[0].strip() for line in lines) - {""}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Silent beside a word; alone, it needs a `label`.

    Raises LookupError for a name that the sprite does not hold.
    """
    if name not in icon_names():
        raise LookupError(f"assets/icons.txt has no icon {name!r}")
    address = f"{static('build/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>',
            label,
            address,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address
    )


@register.simple_tag
def once() -> SafeString:
    """The nonce of a form that acts: sent again, it does nothing a second time."""
    hidden = '<input type="hidden" name="{}" value="{}">'
    return format_html(hidden, FIELD, uuid.uuid4())


@register.simple_tag
def chip(family: str, label: str, name: str = "") -> SafeString:
    """A status in icon, word and outline, so that colour is never needed.

    `family` is waiting, progress, done, blocked or out; `name` another icon than
    the family's own. Raises LookupError for an unknown family.
    """
    drawn = icon(name or FAMILIES[family])
    return format_html('<span class="chip chip-{}">{}{}</span>', family, drawn, label)


@register.inclusion_tag("core/components/nav_link.html", takes_context=True)
def nav_link(
    context: RequestContext, name: str, label: str, picture: str, *others: str
) -> dict[str, Any]:
    """A link of the navigation, marked on its own page and on those below it.

    `others`: where addresses of the same subject begin, besides the link's own.
    """
    try:
        address = reverse(name)
    except NoReverseMatch:
        return {"address": ""}
    path = context["request"].path
    below = address != "/" and path.startswith((address, *others))
    return {
        "address": address,
        "label": label,
        "picture": picture,
        "current": "page" if path == address else "true" if below else "",
    }


@register.filter
def outcome(level_tag: str) -> str:
    """Which result card carries a message of this level."""
    return {"success": "ok", "warning": "attention", "error": "refused"}.get(
        level_tag, "info"
    )
