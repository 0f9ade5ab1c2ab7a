"""Whether a unit of systemd starts with the machine, and runs now."""

from __future__ import annotations

from agent.profile.steps import ServiceStep
from agent.provision import systemd
from agent.provision.reasons import failed
from agent.provision.step import Found, Ground, Standing


class Service:
    """Where systemd does not run, as in a system being prepared, nothing can."""

    def check(self, step: ServiceStep, ground: Ground) -> Found:
        enabled = systemd.is_enabled(step.unit, ground)
        if enabled is None:
            return Found(Standing.MISSING, {}, f"there is no such unit: {step.unit}")
        is_here = systemd.runs(ground)
        running = systemd.is_running(step.unit, ground) if is_here else step.running
        evidence = {
            "unit": step.unit,
            "enabled": str(enabled).lower(),
            "running": str(running).lower() if is_here else "",
        }
        if (enabled, running) == (step.enabled, step.running):
            return Found(Standing.OK, evidence)
        was_done = bool(ground.kept.noted("done"))
        standing = Standing.DRIFT if was_done else Standing.MISSING
        return Found(standing, evidence, f"the unit is not as wanted: {step.unit}")

    def apply(self, step: ServiceStep, ground: Ground) -> None:
        former = systemd.is_enabled(step.unit, ground)
        if former is None:
            raise failed("no_such_unit", step.unit)
        if ground.kept.noted("former") is None:
            running = systemd.runs(ground) and systemd.is_running(step.unit, ground)
            ground.kept.note("former", [former, running])
        _bring(step.unit, step.enabled, step.running, ground)
        ground.kept.note("done", True)

    def undo(self, step: ServiceStep, ground: Ground) -> str:
        if former := ground.kept.noted("former"):
            _bring(step.unit, former[0], former[1], ground)
        return ""


def _bring(unit: str, enabled: bool, running: bool, ground: Ground) -> None:
    systemd.do("enable" if enabled else "disable", unit, ground)
    if systemd.runs(ground):
        systemd.do("start" if running else "stop", unit, ground)
