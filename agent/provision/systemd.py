"""Units of systemd, where it runs and where it does not: a system being prepared."""

from __future__ import annotations

from typing import Final

from agent.provision.reasons import came_to_nothing, failed
from agent.provision.step import Ground

_SECONDS: Final = 120.0


def runs(ground: Ground) -> bool:
    """Whether systemd is what runs this system, as sd_booted(3) tells."""
    return ground.at("/run/systemd/system").is_dir()


def is_enabled(unit: str, ground: Ground) -> bool | None:
    """Whether it starts with the machine; None where there is no such unit."""
    ran = ground.run(["systemctl", "is-enabled", "--", unit], _SECONDS)
    if ran.why is not None:
        raise came_to_nothing(ran)
    said = ran.stdout.decode().strip()
    if said in ("enabled", "enabled-runtime", "static", "alias", "indirect"):
        return True
    return False if said in ("disabled", "masked", "masked-runtime") else None


def is_running(unit: str, ground: Ground) -> bool:
    ran = ground.run(["systemctl", "is-active", "--", unit], _SECONDS)
    return ran.stdout.strip() in (b"active", b"reloading")


def do(verb: str, unit: str, ground: Ground) -> None:
    ran = ground.run(["systemctl", verb, "--", unit], _SECONDS)
    if b"does not exist" in ran.stderr or b"not found" in ran.stderr:
        raise failed("no_such_unit", unit)
    if ran.exit_code != 0:
        raise came_to_nothing(ran)


def reload(ground: Ground) -> None:
    """Let it read units that were written."""
    if runs(ground):
        ran = ground.run(["systemctl", "daemon-reload"], _SECONDS)
        if ran.exit_code != 0:
            raise came_to_nothing(ran)
