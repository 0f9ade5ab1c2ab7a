"""Whether a machine has the environment it is to have, and if not, why not in words.

Where versions are published, only the machine proves it, at the latest one. Where an
environment is but a name, a person who saw it work says so.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from inventory.models import Device, DeviceEvent, Erasure
from provisioning.errors import EnvironmentUnknown, MachineProves
from provisioning.models import (
    Assignment,
    Channel,
    EnvironmentCheck,
    EnvironmentRun,
    EnvironmentStepRow,
    EnvironmentVersion,
    Job,
    JobKind,
    RunAim,
    RunOutcome,
)
from provisioning.models.environment_run import AMISS_STEPS, UNTOUCHED


def last_run(device: Device, environment: str) -> EnvironmentRun | None:
    """The machine's last pass, where it was over this environment."""
    run = EnvironmentRun.objects.newest_of(device)
    return run if run is not None and run.slug == environment else None


def installation_under_way(device: Device) -> Job | None:
    jobs = Job.objects.open().filter(device=device, kind=JobKind.PROVISION)
    return jobs.order_by("-pk").first()


class Unproven(NamedTuple):
    """Why an environment does not count as proven, and what to do."""

    message: str
    advice: str


def environment_verified(device: Device, environment: str) -> bool:
    """Whether this environment is the last one found whole on the device."""
    return why_unproven(device, environment) is None


def why_unproven(device: Device, environment: str) -> Unproven | None:
    """None where it is proven: at its latest version, and not overtaken since.

    What was checked before its drives were last erased is not there any more.
    """
    named = {"environment": environment, "device": device}
    proof = _proof(device, environment)
    if not is_published(environment):
        if proof is not None:
            return None
        return Unproven(
            _("Nobody has seen “%(environment)s” work on %(device)s.") % named,
            _("Start the machine and check it, or have its agent check it."),
        )
    latest = EnvironmentVersion.objects.newest(environment, Channel.STABLE)
    if latest is None:
        return Unproven(
            _("No version of “%(environment)s” is published to all.") % named,
            _("Have one published: until then no machine can prove it."),
        )
    named["latest"] = latest.number
    last = _last_run(device)
    if proof is None or (last and proof.run and last.pk > proof.run.pk):
        return _of_last(last, environment, named)
    return _of_proof(proof, latest, named)


def is_published(environment: str) -> bool:
    """Whether any version of this environment ever was there to install."""
    return EnvironmentVersion.objects.filter(environment__slug=environment).exists()


@transaction.atomic(durable=True)
def check_environment(
    *, device: Device, environment: str, by: Actor
) -> EnvironmentCheck:
    """Write down that somebody saw this environment work on the machine."""
    device = Device.objects.lock(device.pk)
    user = permit(by, "provisioning.check_environment", at=device.site_id)
    asked = Assignment.objects.in_force().filter(device=device, environment=environment)
    if not environment or not asked.exists():
        raise EnvironmentUnknown(
            _("No pack asks for this environment on %(device)s.") % {"device": device}
        )
    if is_published(environment):
        raise MachineProves(
            _("The machine itself proves “%(environment)s”.")
            % {"environment": environment},
            advice=_("Have it install or check the environment."),
        )
    check = EnvironmentCheck.objects.create(
        device=device,
        environment=environment,
        checked_at=timezone.now(),
        checked_by=user,
    )
    data = {"environment": environment}
    DeviceEvent.append(device, "environment_checked", by=by, data=data)
    return check


def _proof(device: Device, environment: str) -> EnvironmentCheck | None:
    checks = EnvironmentCheck.objects.filter(device=device)
    last = checks.select_related("run__profile__version").order_by("-pk").first()
    if last is None or last.environment != environment:
        return None
    return None if is_erased_since(device, last.checked_at) else last


def is_erased_since(device: Device, moment: dt.datetime) -> bool:
    erased = Erasure.objects.filter(drive__in=device.drives.gated())
    return erased.filter(recorded_at__gt=moment).exists()


def _last_run(device: Device) -> EnvironmentRun | None:
    """The newest pass that touched the machine, or that looked at it."""
    runs = EnvironmentRun.objects.filter(device=device).exclude(
        outcome__in=sorted(UNTOUCHED)
    )
    return runs.order_by("-pk").first()


def _of_last(
    last: EnvironmentRun | None, environment: str, named: dict[str, object]
) -> Unproven | None:
    """What the newest pass leaves to be done; the one that proved it came before."""
    install = _("Start the machine and have it install the environment.")
    if last is None or last.slug != environment or last.aim in _UNDOES:
        said = _("“%(environment)s” is not installed on %(device)s.")
        return Unproven(said % named, install)
    if last.outcome == RunOutcome.WHOLE:
        if last.number != named["latest"]:
            return _overtaken(last.number, named)
        said = _("What %(device)s says of “%(environment)s” is not what was published.")
        return Unproven(said % named, install)
    step = last.steps.filter(state__in=sorted(AMISS_STEPS), is_optional=False).first()
    said = _("“%(environment)s” is not whole on %(device)s: %(why)s")
    why = _words_of(step) if step else last.get_outcome_display()
    return Unproven(said % {**named, "why": why}, install)


def _of_proof(
    proof: EnvironmentCheck, latest: EnvironmentVersion, named: dict[str, object]
) -> Unproven | None:
    if proof.run is None:
        said = _("“%(environment)s” was published since somebody checked %(device)s.")
        return Unproven(said % named, _("Have the machine install it."))
    if proof.run.number != latest.number:
        return _overtaken(proof.run.number, named)
    asked = Assignment.objects.in_force().filter(
        device=proof.device, passphrase_printed_at__gt=proof.checked_at
    )
    if asked.exists():
        return Unproven(
            _("A passphrase was printed since %(device)s was prepared.") % named,
            _("Have the machine install it: the label holds another than it knows."),
        )
    return None


def _overtaken(number: int, named: dict[str, object]) -> Unproven:
    said = _(
        "%(device)s has version %(number)s of “%(environment)s”; version %(latest)s "
        "is the latest."
    )
    return Unproven(
        said % {**named, "number": number},
        _("Have the machine install the latest version."),
    )


def _words_of(step: EnvironmentStepRow) -> str:
    said = step.reason or step.message or step.get_state_display()
    return _("%(step)s: %(said)s") % {"step": step.title, "said": said}


_UNDOES = frozenset({RunAim.ROLLBACK, RunAim.RETURN})
