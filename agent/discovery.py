"""Servers that announce themselves on the local network (DNS-SD). A hint, no more.

Anybody on a network can announce anything: what is found here is shown to a person,
or held against a pin, and is never trusted by itself.
"""

from __future__ import annotations

from agent.run import Runner

SERVICE = "_rebond._tcp"
SECONDS = 5.0


def announced(run: Runner) -> list[str]:
    """The addresses of the servers that announce themselves, by avahi's tool."""
    ran = run(("avahi-browse", "--resolve", "--parsable", "-t", SERVICE), SECONDS)
    found = (_address(line) for line in ran.stdout.decode(errors="replace").split("\n"))
    return sorted(set(found) - {""})


def _address(line: str) -> str:
    """Of `=;interface;protocol;name;type;domain;host;address;port;text`."""
    parts = line.split(";")
    if len(parts) < 9 or parts[0] != "=":
        return ""
    host, port = parts[6].rstrip("."), parts[8]
    is_port = port.isascii() and port.isdigit()
    return f"https://{host}:{port}" if host and is_port else ""
