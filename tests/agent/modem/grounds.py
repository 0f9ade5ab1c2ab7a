"""What a try of a line stands on in tests: a modem on a pty, and this machine's tools."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.connected import Connectivity
from agent.identity import Server
from agent.modem.trying import Ground
from agent.run import Ran, run
from agent.vocabulary import Why
from agent.words import Words
from tests import needs
from tests.agent.modem.simulator import ICCID, Plugged
from tests.agent.trees import around

SERVER = Server(address="https://bench.example")
ENGLISH = Words(is_french=False)

needs_nmcli = needs.programs("nmcli", packages="network-manager")


class Tools:
    """This machine's own tools, but for those that `said` answers for. All are noted."""

    def __init__(self, said: dict[str, Ran] | None = None) -> None:
        self.said = {"mmcli": Ran(("mmcli",), why=Why.TOOL_MISSING), **(said or {})}
        self.ran: list[tuple[str, ...]] = []

    def __call__(self, argv: Sequence[str], seconds: float) -> Ran:
        self.ran.append(tuple(argv))
        named = (each for each in self.said if " ".join(argv).startswith(each))
        longest = max(named, key=len, default="")
        return self.said[longest] if longest else run(argv, seconds)


def asked(**changes: Any) -> Connectivity:
    return Connectivity(
        **{
            "iccid": ICCID,
            "apn": "orange.fr",
            "page": "https://bench.example/",
            **changes,
        }
    )


def ground(root: Path, port: Plugged | None, tools: Tools | None = None) -> Ground:
    return Ground(
        around=around(root / "machine", tools or Tools()),
        state=root / "state",
        server=SERVER,
        words=ENGLISH,
        told=lambda _step: None,
        port=str(port.path) if port else "",
    )
