"""Where a code leads that is not of the inventory, and what a device is part of.

What lies above the inventory is met at its station, its labels and its search, and
never imported by it: the settings name the functions to ask.
"""

from __future__ import annotations

import dataclasses

from django.conf import settings
from django.utils.module_loading import import_string

from backoffice.core.models import User
from inventory.tags import Tag


@dataclasses.dataclass(frozen=True)
class Lead:
    """A page elsewhere. `name` says what it is about, `words` stand on its link.

    `tag` is what its label says, as stored; `state` is true now, and no label says it.
    """

    tag: str
    name: str
    address: str
    words: str
    state: str = ""


def lead_of(tag: Tag, user: User) -> Lead | None:
    """What a tag of another app stands on, if this person may see it."""
    path = settings.TAG_LEADS.get(tag.kind.value)
    found: Lead | None = import_string(path)(tag.text, user) if path else None
    return found


def leads_about(device: object, user: User) -> list[Lead]:
    """What a device is part of, elsewhere: what this person may see of it."""
    leads = (import_string(path)(device, user) for path in settings.DEVICE_LEADS)
    return [lead for lead in leads if lead is not None]
