"""A machine of the demo erases drives that do not exist, at the pace of real ones."""

from __future__ import annotations

from agent import methods, proofs, wire
from backoffice.demo.erasing import technique_for
from backoffice.demo.hardware import Box, path_of
from backoffice.demo.machine import Machine
from backoffice.demo.records import answer, command_for
from inventory.methods import Medium, Technique, class_of, verification_needed
from provisioning.models import ErasureRun, Job, RunState

Stage = wire.Stage
SECONDS_AT_ONCE = 5
# What a hard disk takes, and how long a drive needs that erases itself.
BYTES_PER_SECOND = 118 * 10**6
SECONDS_BY_ITSELF = 60
STUCK_AT_PERCENT = 23
STUCK_SECONDS = 540


def turn(machine: Machine, job: Job, box: Box) -> None:
    """Go on with each drive of an order; it is over where none is left."""
    runs = list(ErasureRun.objects.filter(job=job).for_machine())
    if job.cancel_asked_at is not None:
        for run in runs:
            if run.state == RunState.RUNNING:
                tell(machine, run, box, ended=methods.Ended.ABORTED)
        machine.say(job, Stage.CANCELLED)
        return
    for run in runs:
        _go_on(machine, job, run, box)
    if not runs:
        machine.say(job, Stage.DONE)


def show_plan(machine: Machine, job: Job, run: ErasureRun) -> None:
    """Say what would be done, before anybody confirmed it."""
    lines = tuple(plan_of(run))
    stride = proofs.Stride(run_id=run.uuid, serial=run.serial, plan=lines)
    machine.say(job, Stage.STARTED, step="plan", stride=stride)


def plan_of(run: ErasureRun) -> list[str]:
    drive, technique = run.drive, technique_for(run.drive)
    medium = Medium(drive.medium)
    worth = class_of(medium, technique).label
    read = verification_needed(medium, technique).label
    name = f"{drive.model} {drive.serial}, {drive.get_medium_display()}"
    first = f"1. {technique.label} – {worth} ; relecture : {read}"
    return [name, first, command_for(technique, path_of(drive))]


def be_at(
    machine: Machine, job: Job, run: ErasureRun, done: int, *, stuck: int | None = None
) -> None:
    """Say that so many bytes of a drive are done, or for how many seconds none were."""
    size, rate = run.drive.size_bytes or 0, _rate(run)
    stride = proofs.Stride(
        run_id=run.uuid,
        serial=run.serial,
        done_bytes=done,
        total_bytes=size,
        bytes_per_second=None if stuck else rate,
        celsius=41,
        stuck_seconds=stuck,
    )
    is_overwrite = technique_for(run.drive) is Technique.OVERWRITE
    machine.say(
        job,
        Stage.PROGRESS,
        step="overwrite" if is_overwrite else "sanitize",
        left=(size - done) // rate,
        stride=stride,
    )


def tell(
    machine: Machine,
    run: ErasureRun,
    box: Box,
    *,
    ended: methods.Ended = methods.Ended.ERASED,
    exceptions: tuple[methods.Exceptional, ...] = (),
) -> None:
    """Report what came of one drive, signed; it is the answer to its order."""
    drive = next(each for each in box.drives if each.serial == run.serial)
    record = answer(run, drive, technique_for(run.drive), ended, exceptions)
    machine.send(wire.Kind.ERASURE, box.machine, drives=(drive,), erasure=record)


def _go_on(machine: Machine, job: Job, run: ErasureRun, box: Box) -> None:
    size = run.drive.size_bytes or 0
    done = (run.bytes_done or 0) + _rate(run) * SECONDS_AT_ONCE
    if run.state == RunState.APPROVED:
        if not run.plan:
            show_plan(machine, job, run)
    elif machine.sticks and done * 100 >= size * STUCK_AT_PERCENT:
        be_at(machine, job, run, run.bytes_done or 0, stuck=STUCK_SECONDS)
    elif done < size:
        be_at(machine, job, run, done)
    else:
        tell(machine, run, box)


def _rate(run: ErasureRun) -> int:
    """Bytes per second."""
    if technique_for(run.drive) is Technique.OVERWRITE:
        return BYTES_PER_SECOND
    return max(1, (run.drive.size_bytes or 0) // SECONDS_BY_ITSELF)
