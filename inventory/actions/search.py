"""The words by which a device is found."""

from __future__ import annotations

import re

from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.models import Device
from inventory.models.device_search import DeviceTerm

_WORD = re.compile(r"[0-9A-Z]+")


def terms_of(device: Device, aliases: list[str]) -> set[str]:
    """Tag with and without prefix and leading zeros, serial, words of make and model."""
    digits = device.tag[2:-1]
    terms = {device.tag, digits + device.tag[-1], digits, digits.lstrip("0")}
    terms.add(codes.key(device.serial))
    for text in (device.make, device.model):
        terms |= set(_WORD.findall(text.upper()))
        terms |= {codes.key(word) for word in text.split()}
    terms |= {codes.key(alias) for alias in aliases}
    return {term[:64] for term in terms if len(term) > 1}


def index_device(device: Device, *, aliases: list[str] | None = None) -> None:
    """Write the search words of a locked device: a step of acts that describe it."""
    require_transaction()
    if aliases is None:
        aliases = list(device.aliases.values_list("code", flat=True))
    wanted = terms_of(device, aliases)
    present = set(device.terms.values_list("term", flat=True))
    DeviceTerm.objects.filter(device=device, term__in=present - wanted).delete()
    DeviceTerm.objects.bulk_create(
        DeviceTerm(device=device, term=term) for term in sorted(wanted - present)
    )
