"""Machines are asked to install, to check, to take back: a job with exact bytes."""

from __future__ import annotations

import functools

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import Actor, permit
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from inventory.actions.status import require_here
from inventory.models import Device
from inventory.states import IN_A_PACK
from provisioning.actions.environment_proof import environment_verified
from provisioning.actions.jobs import SERVER, give_job
from provisioning.actions.order_rules import held
from provisioning.actions.personal_values import HASH, values_for
from provisioning.errors import (
    DowngradeUnasked,
    NoMachine,
    NothingPublished,
    ValuesMissing,
    VersionElsewhere,
)
from provisioning.models import (
    Agent,
    Assignment,
    Channel,
    EnvironmentProfile,
    EnvironmentRun,
    EnvironmentVersion,
    ErasureRun,
    Job,
    JobKind,
    RunAim,
)
from provisioning.models.environment_run import UNTOUCHED, EnvironmentRunQuerySet

INSTALL = "provisioning.install_environment"


@transaction.atomic(durable=True)
def install_environment(
    *,
    device: Device,
    aim: RunAim = RunAim.INSTALL,
    version: EnvironmentVersion | None = None,
    downgrade: bool = False,
    by: Actor,
) -> Job:
    """Have the machine that a device is install an environment, check it or take it back.

    To install: `version`, or the latest of the environment that its pack asks for.
    To go back to an earlier one has to be said. The other aims are about what the
    machine has.
    """
    agent, device = held(device)
    user = permit(by, INSTALL, at=device.site_id)
    require_here(device)
    if agent is None:
        raise NoMachine(
            _("Nobody has said which machine %(device)s is.") % {"device": device},
            advice=_("Start it with the agent, then bind it to this device."),
            device=device.tag,
        )
    if aim is not RunAim.INSTALL:
        profile = _had(device)
    else:
        profile = profile_for(device, version or _asked(device))
        _refuse_downgrade(device, profile, downgrade=downgrade)
        refuse_without_values(device, profile)
    return order(agent, profile, aim, user, downgrade=downgrade, by=by)


def give_waiting_environment(*, agent: Agent) -> Job | None:
    """Give a machine that asks for work what its pack waits for, once.

    Where it is free, and everything is there that the environment asks for.
    """
    if agent.device_id is None or not _waiting(agent.device_id):
        return None
    with transaction.atomic(durable=True):
        agent = Agent.objects.select_related("job").lock(agent.pk)
        if agent.device_id is None or agent.revoked_at or agent.approved_at is None:
            return None
        device = Device.objects.lock(agent.device_id)
        asked = _waiting(device.pk)
        if asked is None or _is_busy(agent, device):
            return None
        latest = EnvironmentVersion.objects.newest(asked.environment, Channel.STABLE)
        if latest is None or environment_verified(device, asked.environment):
            return None
        profile = profile_for(device, latest)
        if values_for(device, profile).missing:
            return None
        return order(agent, profile, RunAim.INSTALL, asked.made_by, by=SERVER)


def give_at_once(device: Device) -> None:
    """Give the machine what its pack waits for as soon as that is written: a step.

    Where that comes to nothing, it is given when the machine next asks.
    """
    require_transaction()
    give = functools.partial(_give_to_machine_of, device.pk)
    transaction.on_commit(give, robust=True)


def order(
    agent: Agent,
    profile: EnvironmentProfile,
    aim: RunAim,
    user: User,
    *,
    downgrade: bool = False,
    by: Actor,
) -> Job:
    """Give a held machine exact bytes to obey: a step.

    What is the person's is not kept with the job: it is added when the machine asks.
    """
    require_transaction()
    asked = wire.ProfileOrder(
        slug=profile.version.environment.slug,
        version=profile.version.number,
        sha256=profile.sha256,
        aim=wire.Pass(aim.value),
        downgrade=downgrade,
    )
    args = wire.JobArgs(language=(get_language() or "")[:2], profile=asked)
    return give_job(agent, JobKind.PROVISION, args, user, by=by)


def filled_in(job: Job, asked: wire.ProfileOrder) -> wire.ProfileOrder:
    """An order as its machine gets it: with the person's values, and the mirrors."""
    mirrors = tuple(settings.BLOB_MIRRORS)
    profile = EnvironmentProfile.objects.filter(sha256=asked.sha256).first()
    if profile is None or job.device is None:
        return asked.but(mirrors=mirrors)
    values = values_for(job.device, profile).on_the_wire
    return asked.but(mirrors=mirrors, values=values)


def profile_for(device: Device, version: EnvironmentVersion) -> EnvironmentProfile:
    """The bytes of a version for the device's site; refuses one that is withdrawn."""
    if version.channel == Channel.WITHDRAWN:
        raise VersionElsewhere(
            _("Version %(number)s is withdrawn: %(why)s")
            % {"number": version.number, "why": version.withdrawn_because}
        )
    found = EnvironmentProfile.objects.for_site(version, device.site_id)
    if found is None:
        raise NothingPublished(_("There is nothing to install of this version."))
    return found


def refuse_without_values(device: Device, profile: EnvironmentProfile) -> None:
    missing = values_for(device, profile).missing
    if not missing:
        return
    if HASH in missing:
        said = _("The passphrase for %(device)s is not printed yet.")
        advice = _("Print it on its label: the machine is given what belongs to it.")
    else:
        said = _("The pack does not say all that the environment asks for: %(names)s.")
        advice = _("Complete the pack, or choose an environment that asks for less.")
    raise ValuesMissing(
        said % {"device": device, "names": ", ".join(missing)},
        advice=advice,
        values=list(missing),
    )


def _asked(device: Device) -> EnvironmentVersion:
    """The latest version of what the device's pack asks for."""
    asked = Assignment.objects.in_force().filter(device=device).first()
    slug = asked.environment if asked else ""
    latest = EnvironmentVersion.objects.newest(slug, Channel.STABLE) if slug else None
    if latest is None:
        raise NothingPublished(
            _("No version of “%(environment)s” is published to all.")
            % {"environment": slug}
            if slug
            else _("No pack asks for an environment on %(device)s.")
            % {"device": device}
        )
    return latest


def _had(device: Device) -> EnvironmentProfile:
    """What the machine was last made of, as far as it was signed here."""
    last = _touched(device).filter(profile__isnull=False).order_by("-pk").first()
    if last is None or last.profile is None:
        raise NothingPublished(
            _("%(device)s has installed no environment.") % {"device": device}
        )
    return last.profile


def _refuse_downgrade(
    device: Device, profile: EnvironmentProfile, *, downgrade: bool
) -> None:
    version = profile.version
    before = _touched(device).filter(slug=version.environment.slug)
    later = before.filter(number__gt=version.number).order_by("-number").first()
    if later is not None and not downgrade:
        raise DowngradeUnasked(
            _("%(device)s has version %(number)s, which is later.")
            % {"device": device, "number": later.number},
            advice=_("Say that it is to go back, if that is what you want."),
            version=later.number,
        )


def _touched(device: Device) -> EnvironmentRunQuerySet:
    runs = EnvironmentRun.objects.filter(device=device)
    return runs.exclude(outcome__in=sorted(UNTOUCHED))


def _give_to_machine_of(device_pk: int) -> None:
    agent = Agent.objects.bound().filter(device=device_pk).order_by("pk").first()
    if agent is not None:
        give_waiting_environment(agent=agent)


def _waiting(device_pk: int) -> Assignment | None:
    """What a packed device is to have, and no job was given for since it was said."""
    asked = Assignment.objects.in_force().filter(
        device=device_pk, device__status__in=IN_A_PACK
    )
    first = asked.exclude(environment="").first()
    if first is None:
        return None
    given = Job.objects.filter(device=device_pk, kind=JobKind.PROVISION)
    since = max(first.made_at, first.passphrase_printed_at or first.made_at)
    given = given.filter(asked_at__gte=since)
    return None if given.exists() else first


def _is_busy(agent: Agent, device: Device) -> bool:
    if agent.job is not None and agent.job.is_open:
        return True
    return ErasureRun.objects.waiting().filter(device=device).exists()
