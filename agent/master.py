"""What makes an installed system this one and no other, besides the agent’s identity.

A disk that becomes a master for others carries none of it: two machines with one
machine-id share leases and logs, and with one host key whoever has it reads both.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from agent import durable

MACHINE_ID: Final = "etc/machine-id"
CONNECTIONS: Final = "etc/NetworkManager/system-connections"
# That of the pack's line, as the agent names it.
OWN_CONNECTION: Final = "rebond*.nmconnection"
# Made anew where they are missing: host keys by the agent's own unit, the others by
# the programs that they belong to.
_GONE: Final = (
    "etc/ssh/ssh_host_*",
    "var/lib/systemd/random-seed",
    "var/lib/systemd/credential.secret",
    "var/lib/NetworkManager/secret_key",
    "var/lib/NetworkManager/*.lease",
    "var/lib/NetworkManager/seen-bssids",
    "var/lib/NetworkManager/timestamps",
    "var/lib/dhcp/*.leases",
    f"{CONNECTIONS}/{OWN_CONNECTION}",
)


class Unmarked(NamedTuple):
    """What was removed, and the connections that a person made and that stay."""

    removed: list[str]
    connections: list[str]


def unmark(root: Path) -> Unmarked:
    """Forget the marks of the system under `root`. Raises OSError."""
    removed = list(_remove(root))
    if _empty(root / MACHINE_ID):
        removed.append(f"/{MACHINE_ID}")
    bus = root / "var/lib/dbus/machine-id"
    if bus.is_file() and not bus.is_symlink():  # else it is the same file
        durable.remove(bus)
        removed.append("/var/lib/dbus/machine-id")
    stay = sorted(path.name for path in (root / CONNECTIONS).glob("*"))
    return Unmarked(removed, stay)


def _remove(root: Path) -> Iterator[str]:
    for pattern in _GONE:
        for path in sorted(root.glob(pattern)):
            durable.remove(path)
            yield f"/{path.relative_to(root)}"


def _empty(path: Path) -> bool:
    """An empty one is filled at the next start; a missing one cannot be on a disk that
    is read-only at first.
    """
    if not path.is_file() or not path.stat().st_size:
        return False
    with path.open("wb"):
        pass
    durable.settle(path.parent)
    return True
