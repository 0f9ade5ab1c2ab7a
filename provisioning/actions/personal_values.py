"""What `{{…}}` stands for on one machine: of its pack, else of the association."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from agent import wire
from agent.profile import read
from agent.profile.variables import VARIABLES, wanted
from inventory.models import Device
from provisioning.models import Assignment, EnvironmentProfile

LOGIN = "personne"
HASH = "user.password_hash"


class Values(NamedTuple):
    """What a description asks for, as far as it is known here."""

    known: dict[str, str]
    missing: tuple[str, ...]

    @property
    def on_the_wire(self) -> tuple[wire.Value, ...]:
        return tuple(
            wire.Value(name=name, value=value) for name, value in self.known.items()
        )


def values_for(device: Device, profile: EnvironmentProfile) -> Values:
    """Those values that the description names, and no other."""
    asked = Assignment.objects.in_force().filter(device=device).first()
    given = _of_association(device)
    if asked is not None:
        given |= asked.values | {HASH: asked.passphrase_hash}
    names = sorted(wanted_by(profile))
    known = {name: given[name] for name in names if _fits(name, given.get(name, ""))}
    return Values(known, tuple(name for name in names if name not in known))


def wanted_by(profile: EnvironmentProfile) -> frozenset[str]:
    """The names of the values that exact bytes ask for."""
    return _wanted(profile.sha256)


@lru_cache(maxsize=64)
def _wanted(sha256: str) -> frozenset[str]:
    """Bytes with this hash never say another thing."""
    return wanted(read(bytes(EnvironmentProfile.objects.get(sha256=sha256).body)))


def _of_association(device: Device) -> dict[str, str]:
    name = settings.ORGANISATION["name"]
    return {
        "user.login": LOGIN,
        "user.name": _("Person"),
        "machine.hostname": re.sub("[^a-z0-9]", "", device.tag.lower()),
        "contact.name": name,
        "contact.phone": settings.ORGANISATION_TELEPHONE,
        "structure.name": name,
    }


def _fits(name: str, value: str) -> bool:
    return re.fullmatch(VARIABLES[name], value) is not None
