"""Whether this machine can be what a description asks for, before anything is touched."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from agent import __version__
from agent.collect.around import said
from agent.collect.system import parse
from agent.profile import Profile
from agent.profile.parts import When
from agent.profile.variables import Unfilled, fill, wanted
from agent.provision.ends import Blocked

MEGABYTE: Final = 10**6
# Drafts, journals and what a desktop needs to start.
SPARE_MB: Final = 200
# What the kernel calls an architecture, and what Debian does.
_DEBIAN: Final = {
    "x86_64": "amd64",
    "i686": "i386",
    "i586": "i386",
    "aarch64": "arm64",
    "armv7l": "armhf",
}


class Facts(NamedTuple):
    """What is asked of a machine. `releases` are its names: `debian`, `debian:12`."""

    disk_free_mb: int
    ram_mb: int
    releases: frozenset[str]
    architecture: str
    agent: str = __version__


def facts_of(root: Path, machine: str) -> Facts:
    """Read from the files of the system under `root`; `machine` is the kernel's word."""
    release = parse(said(root / "etc/os-release") or said(root / "usr/lib/os-release"))
    memory = dict(
        line.split(":", 1)
        for line in said(root / "proc/meminfo").splitlines()
        if ":" in line
    )
    kib = memory.get("MemTotal", "0").removesuffix("kB").strip()
    return Facts(
        disk_free_mb=shutil.disk_usage(root).free // MEGABYTE,
        ram_mb=int(kib or 0) * 1024 // MEGABYTE,
        releases=_releases(release),
        architecture=_DEBIAN.get(machine, machine),
    )


def _releases(release: Mapping[str, str]) -> frozenset[str]:
    """`debian` and `debian:12`; of 22.1 also `:22`; LMDE calls itself Linux Mint."""
    names = {release.get("ID", "").lower()}
    if release.get("NAME", "").upper() == "LMDE":
        names = {"lmde"}
    version = release.get("VERSION_ID", "")
    versions = {version, version.partition(".")[0]} - {""}
    numbered = {f"{name}:{number}" for name in names for number in versions}
    return frozenset((names | numbered) - {""})


def holds(when: When | None, facts: Facts) -> bool:
    """Whether a step is one for this machine."""
    if when is None:
        return True
    enough_disk = facts.disk_free_mb >= (when.disk_free_mb_gte or 0)
    enough_memory = facts.ram_mb >= (when.ram_mb_gte or 0)
    return (
        enough_disk
        and enough_memory
        and _is_one(when.os, facts)
        and (not when.architectures or facts.architecture in when.architectures)
    )


def check(profile: Profile, facts: Facts, values: Mapping[str, str]) -> None:
    """Raises Blocked, with the first of what stands in the way."""
    asked = profile.requires
    if _numbers(facts.agent) < _numbers(asked.agent):
        raise Blocked(
            "agent_too_old",
            "This environment asks for agent {asked}, and this one is {found}.",
            asked=asked.agent,
            found=facts.agent,
        )
    if not _is_one(asked.os, facts):
        raise Blocked(
            "system_unfit",
            "This environment is for {asked}, and this machine runs {found}.",
            asked=_listed(asked.os),
            found=max(facts.releases, key=len, default="?"),
        )
    if asked.architectures and facts.architecture not in asked.architectures:
        raise Blocked(
            "architecture_unfit",
            "This environment is for {asked} processors, and this one is {found}.",
            asked=_listed(asked.architectures),
            found=facts.architecture,
        )
    _check_room(profile, facts)
    _check_values(profile, values)


def check_disk(needed_mb: int, facts: Facts) -> None:
    """Raises Blocked where there is less than that."""
    if facts.disk_free_mb < needed_mb:
        raise Blocked(
            "disk_too_small",
            "This environment needs {asked} MB of free disk, and {found} MB are free.",
            asked=needed_mb,
            found=facts.disk_free_mb,
        )


def _check_room(profile: Profile, facts: Facts) -> None:
    if facts.ram_mb < profile.requires.ram_mb:
        raise Blocked(
            "memory_too_small",
            "This environment needs {asked} MB of memory, and this machine has "
            "{found} MB.",
            asked=profile.requires.ram_mb,
            found=facts.ram_mb,
        )


def _check_values(profile: Profile, values: Mapping[str, str]) -> None:
    for name in sorted(wanted(profile)):
        try:
            fill(f"{{{{{name}}}}}", values)
        except Unfilled as exc:
            raise Blocked(
                "value_missing",
                "The order does not say {name}, or not in its form.",
                name=exc.name,
            ) from exc


def _is_one(asked: Sequence[str], facts: Facts) -> bool:
    return not asked or not facts.releases.isdisjoint(asked)


def _listed(asked: Sequence[str]) -> str:
    return ", ".join(asked)


def _numbers(version: str) -> tuple[int, ...]:
    """`0.4` as it is compared: 0.10 is after 0.9, and 0.4.0 is 0.4."""
    digits = [int(part) for part in version.split(".") if part.isdigit()]
    while digits and not digits[-1]:
        digits.pop()
    return tuple(digits)
