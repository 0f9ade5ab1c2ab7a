"""Debian packages, by dpkg-query to look and by apt-get to bring about.

Looking asks nothing of apt, so a second pass costs nothing. Package names come after
`--` and are of one exact form: none of them can be taken for an option or a pattern.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from typing import Final

from agent.profile.steps import AptStep
from agent.provision.reasons import came_to_nothing, failed, last_line
from agent.provision.step import Found, Ground, Standing, StepFailed
from agent.run import Ran

LOCK_SECONDS: Final = 600.0
_ASK_AGAIN_SECONDS: Final = 2.0
_LOOK_SECONDS: Final = 60.0
_WORK_SECONDS: Final = 4 * 3600.0
_APT: Final = ("env", "DEBIAN_FRONTEND=noninteractive", "APT_LISTCHANGES_FRONTEND=none")
_SHOW: Final = "${Package} ${Architecture} ${db:Status-Status} ${Version}\n"
_NEW: Final = re.compile(rb"^Inst (\S+) \((\S+)", re.MULTILINE)  # no [former version]
_GONE: Final = re.compile(rb"^(?:Remv|Purg) (\S+)", re.MULTILINE)
# What apt-get 2.6 and 3.0 say in the C locale, most telling first.
_SAYS: Final = (
    (rb"Unable to locate package (\S+)", "no_such_package"),
    (rb"Package '?([^' ]+)'? has no installation candidate", "no_such_package"),
    (rb"(?:Could not get lock \S+|Unable to lock \S+)", "apt_locked"),
    (rb"No space left on device|don't have enough free space", "disk_full"),
    (rb"Packages need to be removed but remove is disabled", "apt_would_remove"),
    (rb"not signed|NO_PUBKEY|cannot be authenticated", "not_authentic"),
    (
        rb"(?:Could not resolve|Failed to fetch|Could not connect|Unable to fetch)[^\n]*",
        "no_network",
    ),
)


class AptPackages:
    """Lists are refreshed at most once by each of these; it is made once a pass."""

    def __init__(self, lock_seconds: float = LOCK_SECONDS) -> None:
        self._lock_seconds = lock_seconds
        self._is_refreshed = False

    def check(self, step: AptStep, ground: Ground) -> Found:
        there = _installed(step.present + step.absent, ground)
        missing = [name for name in step.present if name not in there]
        unwanted = [name for name in step.absent if name in there]
        versions = " ".join(
            f"{name}={there[name]}" for name in step.present if name in there
        )
        evidence = {
            "present": f"{len(step.present) - len(missing)}/{len(step.present)}",
            "versions": versions,
        }
        if not missing and not unwanted:
            return Found(Standing.OK, evidence)
        why = f"packages are not as wanted: {' '.join(missing + [f'-{name}' for name in unwanted])}"
        was_done = bool(ground.kept.noted("done"))
        return Found(Standing.DRIFT if was_done else Standing.MISSING, evidence, why)

    def apply(self, step: AptStep, ground: Ground) -> None:
        self._go_on(ground)
        there = _installed(step.present + step.absent, ground)
        unwanted = [name for name in step.absent if name in there]
        if unwanted:
            self._get(ground, "remove", unwanted)
        ground.progress(10)
        missing = [name for name in step.present if name not in there]
        if missing:
            self._refresh(ground)
            ground.progress(30)
            self._install(step, missing, ground)
        ground.kept.note("done", True)

    def undo(self, step: AptStep, ground: Ground) -> str:
        ours = _installed(ground.kept.noted("newly") or (), ground)
        if ours:
            gone = self._get(ground, "remove", ours, "--simulate").stdout
            others = {name.decode() for name in _GONE.findall(gone)} - set(ours)
            if others:
                return f"packages stay, others need them: {' '.join(sorted(others))}"
            self._get(ground, "remove", ours)
        if step.absent:
            return f"packages that were removed stay away: {' '.join(step.absent)}"
        return ""

    def _install(self, step: AptStep, missing: list[str], ground: Ground) -> None:
        """Install, having noted before what is new with it: power may go meanwhile."""
        options = ["--no-remove"]
        options += [] if step.recommends else ["--no-install-recommends"]
        plan = self._get(ground, "install", missing, "--simulate", *options)
        new = {found[0].decode() for found in _NEW.findall(plan.stdout)}
        ground.kept.note("newly", sorted(new | set(ground.kept.noted("newly") or ())))
        self._get(ground, "install", missing, *options)

    def _refresh(self, ground: Ground) -> None:
        """The lists once a pass. Without a network, those of before may still do."""
        if self._is_refreshed:
            return
        try:
            self._get(ground, "update", ())
        except StepFailed as exc:
            if exc.code not in ("no_network", "tool_failed"):
                raise
        self._is_refreshed = True

    def _go_on(self, ground: Ground) -> None:
        """Where power went during an installation, dpkg ends that first."""
        interrupted = ground.run(["dpkg", "--audit"], _LOOK_SECONDS)
        updates = ground.at("/var/lib/dpkg/updates")
        if not interrupted.stdout and not any(updates.glob("[0-9]*")):
            return
        self._patiently(ground, [*_APT, "dpkg", "--force-confold", "--configure", "-a"])
        self._get(ground, "install", (), "--fix-broken")

    def _get(
        self, ground: Ground, verb: str, names: Iterable[str], *options: str
    ) -> Ran:
        ran = self._patiently(
            ground,
            [
                *_APT,
                *("apt-get", "--quiet", "--yes", *options),
                *("-o", f"DPkg::Lock::Timeout={self._lock_seconds:.0f}"),
                *("-o", "Dpkg::Options::=--force-confold"),
                *("-o", "Dpkg::Options::=--force-confdef"),
                *("-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30"),
                *(verb, "--", *names),
            ],
        )
        if ran.exit_code != 0:
            raise _why(ran)
        return ran

    def _patiently(self, ground: Ground, argv: list[str]) -> Ran:
        """apt waits for dpkg's lock alone; for that of its lists it must be asked."""
        deadline = time.monotonic() + self._lock_seconds
        while True:
            ran = ground.run(argv, _WORK_SECONDS)
            is_locked = ran.exit_code != 0 and _code(ran)[0] == "apt_locked"
            if not is_locked or time.monotonic() >= deadline or ground.stopped():
                return ran
            time.sleep(min(_ASK_AGAIN_SECONDS, self._lock_seconds))


def _installed(names: Iterable[str], ground: Ground) -> Mapping[str, str]:
    """Those that are there, whole, with their versions."""
    asked = list(names)
    if not asked:
        return {}
    show = ["dpkg-query", "--show", "--showformat", _SHOW, "--", *asked]
    ran = ground.run(show, _LOOK_SECONDS)
    if ran.why is not None:
        raise came_to_nothing(ran)
    there: dict[str, str] = {}
    for line in ran.stdout.decode(errors="replace").splitlines():
        name, architecture, status, *version = line.split(" ")
        if status == "installed":
            there[name] = there[f"{name}:{architecture}"] = " ".join(version)
    return {name: there[name] for name in asked if name in there}


def _code(ran: Ran) -> tuple[str, str]:
    said = ran.stderr + b"\n" + ran.stdout
    for pattern, code in _SAYS:
        if found := re.search(pattern, said):
            return code, (found[1] if found.re.groups else found[0]).decode()
    return "tool_failed", last_line(ran)


def _why(ran: Ran) -> StepFailed:
    """What apt-get complained of, as far as it is known."""
    if ran.why is not None:
        return came_to_nothing(ran)
    return failed(*_code(ran))
