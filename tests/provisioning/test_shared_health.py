"""Drives of real machines, judged as people judged them by the same rules."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agent import wire
from agent.parse import Unreadable, smartctl, smarttext
from agent.run import Ran
from inventory.health import DEFAULT, Facts, Item, Verdict, judge, worst
from provisioning.actions.vitals import drive_facts
from tests.agent.test_shared_data import index

# The verdict of the index is that of the drive's own readings.
JUDGED = frozenset({Item.DRIVE})


def smart(path: Path) -> smartctl.Smart:
    if path.suffix == ".txt":
        return smarttext.parse(path.read_text(errors="replace"))
    read = smartctl.read(Ran(argv=("smartctl",), exit_code=0, stdout=path.read_bytes()))
    return read if isinstance(read, smartctl.Smart) else smartctl.Smart()


def drive(said: smartctl.Smart) -> wire.Drive:
    protocol = said.health.protocol if said.health else ""
    buses = {"NVMe": wire.Bus.NVME, "SCSI": wire.Bus.SAS}
    turns = {None: wire.Medium.UNKNOWN, 0: wire.Medium.SSD}
    medium = turns.get(said.rotation_rate, wire.Medium.HDD)
    return wire.Drive(
        name="sda",
        bus=buses.get(protocol, wire.Bus.SATA),
        medium=wire.Medium.NVME if protocol == "NVMe" else medium,
        size_bytes=said.size_bytes or 0,
        in_use=False,
        health=said.health,
    )


def verdict(path: Path) -> Verdict:
    try:
        facts = drive_facts(drive(smart(path)))
    except Unreadable:
        return Verdict.UNKNOWN
    found = judge(Facts(drives=(facts,)), DEFAULT)
    return worst(finding for finding in found if finding.item in JUDGED)


@pytest.mark.parametrize("kind", ["smartctl-json", "smartctl-text"])
def test_every_drive_is_judged_as_the_index_says(shared_data: Path, kind: str) -> None:
    judged: list[tuple[Path, dict[str, Any]]] = [
        (path, facts) for path, facts in index(shared_data, kind) if "verdict" in facts
    ]
    wrong = {
        path.name: (verdict(path).value, json.dumps(facts.get("reasons")))
        for path, facts in judged
        if verdict(path).value != facts["verdict"]
    }
    sys.stdout.write(f"{kind}: {len(judged) - len(wrong)}/{len(judged)}\n")
    assert judged
    assert wrong == {}
