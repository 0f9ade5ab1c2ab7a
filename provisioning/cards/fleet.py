"""Which machine has which environment, and those that somebody should look at again.

A machine has what its last pass left on it; a pass that was refused or could not begin
left all as it was. A person's machine that has none of ours is counted too, by the system
that was seen on it last; where nobody saw one, that is said.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models import Device, DeviceKind
from inventory.states import DeviceStatus
from provisioning.actions.environment_proof import is_erased_since
from provisioning.environments import words
from provisioning.models import (
    EnvironmentProfile,
    EnvironmentRun,
    SystemKind,
    SystemSeen,
    fleet,
)
from provisioning.models.environment_run import RunOutcome, StepOutcome

WITH_PEOPLE: Final = (DeviceStatus.ON_LOAN, DeviceStatus.HANDED_OVER)
COMPUTERS: Final = (
    DeviceKind.DESKTOP,
    DeviceKind.LAPTOP,
    DeviceKind.ALL_IN_ONE,
    DeviceKind.MINI,
)
_MOST_STEPS: Final = 20


class Look(enum.StrEnum):
    """What a list of machines is narrowed to."""

    ALL = "all"
    DRIFT = "drift"
    FAILED = "failed"
    OLDER = "older"
    WITHDRAWN = "withdrawn"
    SHEET = "sheet"
    NONE = "none"
    WINDOWS_10 = "windows-10"
    UNSEEN = "unseen"


WITHOUT: Final = frozenset({Look.NONE, Look.WINDOWS_10, Look.UNSEEN})


LOOKS: Final = {
    Look.ALL: (_("All machines that have one"), "devices-pc"),
    Look.DRIFT: (_("Changed since they were installed"), "alert-triangle"),
    Look.FAILED: (_("Not whole"), "alert-circle"),
    Look.OLDER: (_("On an older version"), "history"),
    Look.WITHDRAWN: (_("On a version that was withdrawn"), "ban"),
    Look.SHEET: (_("With a sheet that was withdrawn"), "file-text"),
    Look.NONE: (_("With people, none of ours"), "eye-off"),
    Look.WINDOWS_10: (_("With people, still on Windows 10"), "device-desktop"),
    Look.UNSEEN: (_("With people, nobody saw which system"), "help-circle"),
}

_FITS: Final = {
    Look.DRIFT: Q(has_drift=True),
    Look.FAILED: ~Q(outcome=RunOutcome.WHOLE),
    Look.OLDER: Q(newest__gt=F("number")),
    Look.WITHDRAWN: Q(is_withdrawn=True),
    Look.SHEET: Q(has_withdrawn_sheet=True),
}


def runs_of(user: User) -> QuerySet[EnvironmentRun]:
    """The pass that says what each machine has, one a machine, with what it may miss."""
    return fleet.standing(EnvironmentRun.objects.visible_to(user))


def narrowed(runs: QuerySet[EnvironmentRun], look: Look) -> QuerySet[EnvironmentRun]:
    return runs.filter(_FITS.get(look, Q()))


_SYSTEMS: Final = {
    Look.WINDOWS_10: Q(system=SystemKind.WINDOWS_10),
    Look.UNSEEN: Q(system=""),
}


def without_any(user: User, look: Look = Look.NONE) -> QuerySet[Device]:
    """Machines with people that no environment of ours was ever seen on.

    Each with the `system` that was seen on it; narrowed to those of one list.
    """
    lent = Device.objects.visible_to(user).filter(
        status__in=WITH_PEOPLE, kind__in=COMPUTERS
    )
    none = fleet.with_system(fleet.without_any(lent)).select_related("site")
    return none.filter(_SYSTEMS.get(look, Q()))


def system_of(user: User, device: Device) -> SystemSeen | None:
    """What was seen on a device last, if nothing was erased since."""
    seen = SystemSeen.objects.visible_to(user).select_related("seen_by")
    found = seen.filter(device=device).first()
    if found is None or is_erased_since(device, found.seen_at):
        return None
    return found


def counts(user: User) -> list[dict[str, Any]]:
    """How many machines each list holds, in one question and one more."""
    fitting = {look.value: Count("pk", filter=fits) for look, fits in _FITS.items()}
    told = runs_of(user).aggregate(all=Count("pk"), **fitting)
    for look in WITHOUT:
        told[look.value] = without_any(user, look).count()
    return [
        {"look": look, "words": words, "picture": picture, "count": told[look.value]}
        for look, (words, picture) in LOOKS.items()
    ]


def failures(user: User) -> list[dict[str, Any]]:
    """Steps that fail or changed, on how many machines, the most frequent first."""
    states = dict(StepOutcome.choices)
    grouped = list(fleet.amiss_on(runs_of(user))[:_MOST_STEPS])
    profiles = fleet.profiles_by_pk([each["profile"] for each in grouped])
    return [
        {
            **each,
            "environment": _environment(each, profiles.get(each["profile"])),
            "words": states[each["state"]],
            "title": _title(each, profiles.get(each["profile"])),
            "reason": words.reason_of(each["code"]),
        }
        for each in grouped
    ]


def _environment(each: Mapping[str, Any], profile: EnvironmentProfile | None) -> str:
    return profile.version.environment.title if profile else each["run__slug"]


def _title(each: Mapping[str, Any], profile: EnvironmentProfile | None) -> str:
    asked = profile.steps.get(each["step"]) if profile else None
    return words.title_of(asked) if asked else words.kind_words(each["kind"])
