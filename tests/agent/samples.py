"""Messages to test with. Every serial number is made up."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from agent import wire

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


def drive(**changes: Any) -> wire.Drive:
    return wire.Drive(
        **{
            "name": "sda",
            "path": "/dev/sda",
            "size_bytes": 250 * 10**9,
            "in_use": False,
            **changes,
        }
    )


def report(**changes: Any) -> wire.Report:
    return wire.Report(
        **{
            "report_id": uuid.UUID(int=7),
            "seq": 1,
            "prev_sha256": "",
            "monotonic_ms": 1000,
            "taken_at": NOW,
            "kind": wire.Kind.INVENTORY,
            "agent_version": "0.1.0",
            "machine": wire.Machine(make="Maker", model="Model", serial="FICTIF1"),
            "drives": (drive(),),
            "unseen": (),
            **changes,
        }
    )
