"""`filesizeformat` of every template, by the one way in which sizes are written."""

from __future__ import annotations

from django import template

from backoffice.core.sizes import file_size, memory_size

register = template.Library()


@register.filter(is_safe=True)
def filesizeformat(count: int | None) -> str:
    return "" if count is None else file_size(count)


@register.filter(is_safe=True)
def memory(count: int | None) -> str:
    return "" if count is None else memory_size(count)
