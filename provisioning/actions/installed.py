"""A machine says what came of an environment: kept, and where it is whole, a proof."""

from __future__ import annotations

from agent import wire
from agent.profile import Profile, read
from backoffice.core.actors import Machine
from backoffice.core.transactions import require_transaction
from inventory.models import Device, DeviceEvent
from provisioning.actions.profile_signatures import profile_named
from provisioning.models import (
    Agent,
    Channel,
    EnvironmentCheck,
    EnvironmentProfile,
    EnvironmentRun,
    EnvironmentStepRow,
    EnvironmentVersion,
    Job,
    JobKind,
    Report,
    RunAim,
    RunOutcome,
    StepOutcome,
)

PROVES = frozenset({wire.Pass.INSTALL, wire.Pass.VERIFY})
HOLDS = frozenset({wire.StepState.OK, wire.StepState.CHANGED})


def note_installed(
    kept: Report, report: wire.Report, agent: Agent, device: Device | None
) -> None:
    """Keep what a held machine says of one pass, step by step: a step."""
    require_transaction()
    said = report.installed
    if said is None:
        return
    profile = profile_named(said.slug, str(said.version), said.sha256)
    run = EnvironmentRun.objects.create(
        report=kept,
        agent=agent,
        device=device,
        job=_job_of(agent, said),
        profile=profile,
        slug=said.slug,
        number=said.version,
        sha256=said.sha256,
        aim=RunAim(said.aim.value),
        outcome=RunOutcome(said.outcome.value),
        message=said.message,
        resumed=said.resumed,
        fetched_bytes=said.fetched_bytes,
        seconds=said.seconds,
        received_at=kept.received_at,
    )
    EnvironmentStepRow.objects.bulk_create(
        _row(run, place, step) for place, step in enumerate(said.steps, start=1)
    )
    if device is None:
        return
    by = Machine(str(agent.uuid))
    data = {"environment": said.slug, "version": said.version, "run": str(run.uuid)}
    data |= {"aim": run.aim, "outcome": run.outcome}
    DeviceEvent.append(device, "environment_run", by=by, data=data)
    if profile is not None and _is_latest(profile, device) and proves(said, profile):
        _prove(run, device, by=by)


def proves(said: wire.Installed, profile: EnvironmentProfile) -> bool:
    """Whether each step of the description holds that has to, not only the whole."""
    if said.aim not in PROVES or said.outcome is not wire.Outcome.WHOLE:
        return False
    seen = {step.id: step.state for step in said.steps}
    asked: Profile = read(bytes(profile.body))
    return all(
        step.optional
        or seen.get(step.id) in HOLDS
        or (step.when is not None and seen.get(step.id) is wire.StepState.SKIPPED)
        for step in asked.steps
    )


def _prove(run: EnvironmentRun, device: Device, *, by: Machine) -> None:
    """The environment is found whole on a held device, by itself: a step."""
    require_transaction()
    EnvironmentCheck.objects.create(
        device=device, environment=run.slug, checked_at=run.received_at, run=run
    )
    data = {"environment": run.slug, "version": run.number, "run": str(run.uuid)}
    DeviceEvent.append(device, "environment_checked", by=by, data=data)


def _is_latest(profile: EnvironmentProfile, device: Device) -> bool:
    """Whether it is the newest of its channel, with the layer of the device's site."""
    version = profile.version
    if version.channel == Channel.WITHDRAWN:
        return False
    slug = version.environment.slug
    newest = EnvironmentVersion.objects.newest(slug, version.channel)
    mine = EnvironmentProfile.objects.for_site(version, device.site_id)
    its_site = mine is not None and mine.site_id == profile.site_id
    return newest == version and its_site


def _job_of(agent: Agent, said: wire.Installed) -> Job | None:
    """The newest job for these bytes and this aim; none where a person ran it."""
    jobs = Job.objects.filter(agent=agent, kind=JobKind.PROVISION).order_by("-pk")
    job = jobs.first()
    asked = wire.JobArgs.from_json(job.args).profile if job else None
    if asked is None:
        return None
    return job if (asked.sha256, asked.aim) == (said.sha256, said.aim) else None


def _row(run: EnvironmentRun, place: int, step: wire.StepResult) -> EnvironmentStepRow:
    return EnvironmentStepRow(
        run=run,
        position=place,
        step=step.id,
        kind=step.kind,
        state=StepOutcome(step.state.value),
        code=step.code,
        message=step.message,
        evidence=[[each.name, each.value] for each in step.evidence],
        ms=step.ms,
        is_optional=step.optional,
    )
