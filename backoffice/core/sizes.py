"""How much room something takes, as people read it on drives, plans and memory.

One rule in every app: MB and GB (Mo and Go in French). Files, drives and plans count in
thousands, as they are sold; memory in powers of two, as it is sold, under the same name.
"""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_NARROW_NO_BREAK = "\u202f"
_THOUSAND = 1000
_GIBIBYTE = 2**30


def file_size(count: int) -> str:
    """In the largest unit that leaves a whole number of it, to three digits or less."""
    if count < _THOUSAND:
        return ngettext("%(count)s byte", "%(count)s bytes", count) % {"count": count}
    amount, units = float(count), [_("TB"), _("GB"), _("MB"), _("kB")]
    unit = ""
    while amount >= _THOUSAND - 0.5 and units:
        amount, unit = amount / _THOUSAND, units.pop()
    return f"{_rounded(amount)}{_NARROW_NO_BREAK}{unit}"


def memory_size(count: int) -> str:
    """As it is printed on a module: 8 GB are eight times two to the thirtieth."""
    return f"{_rounded(count / _GIBIBYTE)}{_NARROW_NO_BREAK}{_('GB')}"


def _rounded(amount: float) -> str:
    """One decimal where it says something."""
    digits = 0 if amount >= 100 or round(amount, 1) == round(amount) else 1
    return str(number_format(round(amount, digits), digits))
