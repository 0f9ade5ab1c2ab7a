"""The environment that a pack asks of a machine: how far it is, in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.utils.translation import pgettext

from inventory.models import Device
from provisioning.actions.environment_proof import (
    Unproven,
    installation_under_way,
    is_published,
    last_run,
    why_unproven,
)
from provisioning.cards.lacking import Lacking, no_machine
from provisioning.cards.words import installing_step, left_in_words
from provisioning.models import EnvironmentRun, EnvironmentStepRow, Job, fleet
from provisioning.models.environment_run import AMISS_STEPS
from provisioning.models.job import IN_HAND


@dataclasses.dataclass(frozen=True)
class EnvironmentCard:
    """`why` is None where it is proven; `amiss` are the steps that do not hold."""

    slug: str
    # What people call it; the slug where it is but a name.
    title: str
    # Whether the machine proves it: a person says so only of what is but a name.
    by_machine: bool
    why: Unproven | None
    run: EnvironmentRun | None
    amiss: Sequence[EnvironmentStepRow]
    # What the machine was last asked, while that is not over.
    job: Job | None
    # What keeps anybody from asking it.
    lacking: Lacking | None = None

    @property
    def family(self) -> str:
        """A chip's."""
        if self.why is None:
            return "done"
        if self.job is not None:
            return "progress"
        return "blocked" if self.amiss else "waiting"

    @property
    def state(self) -> str:
        if self.job is not None:
            return str(self.job.get_state_display())
        if self.why is None:
            proven = pgettext("an environment", "Proven")
            return proven if self.by_machine else pgettext("an environment", "Checked")
        if self.by_machine:
            return pgettext("an environment", "Not proven yet")
        return pgettext("an environment", "Not checked yet")

    @property
    def percent(self) -> int | None:
        """How far the machine is, where it said so."""
        job = self.job
        return job.percent if job is not None and job.state in IN_HAND else None

    @property
    def said(self) -> str:
        """What the machine is at, and how long that may take."""
        if self.job is None:
            return ""
        left = self.job.seconds_left
        parts = [
            installing_step(self.job),
            left_in_words(left) if left is not None else "",
        ]
        return " · ".join(part for part in parts if part)


def environment_card(device: Device, environment: str) -> EnvironmentCard:
    """What stands on the device's page, and on the line of its pack."""
    run = last_run(device, environment)
    amiss = run.steps.filter(state__in=sorted(AMISS_STEPS)) if run else ()
    return EnvironmentCard(
        slug=environment,
        title=fleet.title_of(environment),
        by_machine=is_published(environment),
        why=why_unproven(device, environment),
        run=run,
        amiss=list(amiss),
        job=installation_under_way(device),
        lacking=lacking_for(device, environment),
    )


def lacking_for(device: Device, environment: str) -> Lacking | None:
    """What a device lacks to be given an environment that machines install."""
    if not is_published(environment):
        return None
    return no_machine(device, fleet.machine_of(device))
