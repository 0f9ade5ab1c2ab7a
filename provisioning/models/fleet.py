"""What each machine has on it now, as the last pass that touched it said."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    Max,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from inventory.models import Device, Erasure
from provisioning.models.agent import Agent
from provisioning.models.assignment import EnvironmentCheck
from provisioning.models.blob import Resource
from provisioning.models.environment import Channel, Environment, EnvironmentVersion
from provisioning.models.environment_run import (
    AMISS_STEPS,
    UNTOUCHED,
    EnvironmentRun,
    EnvironmentStepRow,
    RunAim,
    StepOutcome,
)
from provisioning.models.profile import EnvironmentProfile, ProfileFile


def standing(runs: QuerySet[EnvironmentRun]) -> QuerySet[EnvironmentRun]:
    """Of these, the one that says what each machine has, and what it may miss."""
    touched = EnvironmentRun.objects.exclude(outcome__in=UNTOUCHED)
    last = touched.values("agent").annotate(last=Max("pk")).values("last")
    versions = EnvironmentVersion.objects.filter(environment__slug=OuterRef("slug"))
    stable = versions.filter(channel=Channel.STABLE).order_by("-number")
    gone = versions.filter(number=OuterRef("number"), channel=Channel.WITHDRAWN)
    withdrawn = Resource.objects.filter(withdrawn_at__isnull=False)
    files = ProfileFile.objects.filter(
        profile=OuterRef("profile"), sha256__in=withdrawn.values("blob__sha256")
    )
    steps = EnvironmentStepRow.objects.filter(run=OuterRef("pk"))
    return (
        runs.filter(pk__in=last)
        .exclude(aim=RunAim.RETURN)
        .annotate(
            newest=Subquery(stable.values("number")[:1]),
            is_withdrawn=Exists(gone),
            has_withdrawn_sheet=Exists(files),
            has_drift=Exists(steps.filter(state=StepOutcome.DRIFT)),
        )
        .select_related("agent", "device__site", "profile__version__environment")
        .prefetch_related(Prefetch("steps", _amiss(), to_attr="amiss"))
    )


def without_any(devices: QuerySet[Device]) -> QuerySet[Device]:
    """Those on which no environment of ours was ever seen."""
    installed = EnvironmentRun.objects.filter(device=OuterRef("pk"))
    installed = installed.exclude(outcome__in=UNTOUCHED)
    checked = EnvironmentCheck.objects.filter(device=OuterRef("pk"))
    return devices.filter(~Exists(installed), ~Exists(checked))


def with_system(devices: QuerySet[Device]) -> QuerySet[Device]:
    """Each with the system that was seen on it last, `system` and `system_name`.

    Empty where nobody saw one, or its drives were worked on by an erasure since.
    """
    since = Erasure.objects.filter(
        drive__host=OuterRef("pk"), recorded_at__gt=OuterRef("system_seen__seen_at")
    )
    gone = Exists(since)

    def seen(name: str) -> Case:
        said = Coalesce(f"system_seen__{name}", Value(""))
        return Case(When(gone, then=Value("")), default=said)

    return devices.annotate(system=seen("system"), system_name=seen("name"))


def _amiss() -> QuerySet[EnvironmentStepRow]:
    return EnvironmentStepRow.objects.filter(state__in=AMISS_STEPS)


def profiles_by_pk(wanted: Collection[int | None]) -> dict[int, EnvironmentProfile]:
    """The descriptions of passes that somebody may see, by their keys."""
    named = EnvironmentProfile.objects.select_related("version__environment")
    return named.in_bulk([pk for pk in wanted if pk is not None])


def machine_of(device: Device) -> Agent | None:
    """The machine that a device is said to be."""
    return Agent.objects.bound().filter(device=device).first()


def title_of(slug: str) -> str:
    """What an environment is called; its slug where it is but a name."""
    found = Environment.objects.filter(slug=slug).first()
    return found.title if found else slug


def profile_with(sha256: str) -> EnvironmentProfile | None:
    """The description that a job names."""
    return EnvironmentProfile.objects.filter(sha256=sha256).first()


def amiss_on(
    runs: QuerySet[EnvironmentRun],
) -> QuerySet[EnvironmentStepRow, Any]:
    """Steps that do not hold in these passes, on how many machines, most first."""
    amiss = _amiss().filter(run__in=runs.values("pk"))
    grouped = amiss.values(
        "run__slug", "run__number", "step", "kind", "state", "code"
    ).annotate(machines=Count("pk"), profile=Max("run__profile"))
    return grouped.order_by("-machines", "run__slug", "step")
