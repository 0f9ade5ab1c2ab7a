"""What a machine of the demo does with what it was asked, a little at a time."""

from __future__ import annotations

from agent import wire
from backoffice.demo import wiping
from backoffice.demo.hardware import Box
from backoffice.demo.machine import Machine
from provisioning.models import Job, JobKind

Stage = wire.Stage
PERCENT_AT_ONCE = 4


def turn(machine: Machine, box: Box) -> None:
    """Do a little of it, as the agent does every few seconds."""
    agent = machine.agent
    job = agent.job if agent and not agent.revoked_at else None
    if job is None or not job.is_open:
        return
    if job.kind == JobKind.ERASE:
        wiping.turn(machine, job, box)
    elif job.cancel_asked_at is not None:
        machine.say(job, Stage.CANCELLED)
    elif job.kind == JobKind.REPORT:
        machine.report(box)
        machine.say(job, Stage.DONE)
    else:
        _test_on(machine, job, box)


def _test_on(machine: Machine, job: Job, box: Box) -> None:
    percent = (job.percent or 0) + PERCENT_AT_ONCE
    if percent < 100:
        machine.say_test(job, percent)
        return
    machine.tell_tests(box.machine)
    machine.say(job, Stage.DONE, percent=100)
