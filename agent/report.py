"""Put what was found into a report."""

from __future__ import annotations

import uuid

from agent import __version__, wire
from agent.collect import Findings
from agent.collect.around import Around, at_most, said
from agent.spool import Link

MOST_UNSEEN = 512


def compose(findings: Findings, around: Around, link: Link) -> wire.Report:
    """The report of one look, as the next link of this machine's chain."""
    boot_id = _boot_id(around)
    unseen = findings.unseen
    if boot_id is None:
        clock = wire.Unseen(
            subject=wire.Subject.CLOCK, why=wire.Why.UNREADABLE, about="boot_id"
        )
        unseen = (clock, *unseen)
    kept = at_most(MOST_UNSEEN - 1, unseen, wire.Subject.UNKNOWN)
    return wire.Report(
        report_id=around.new_id(),
        seq=link.seq,
        prev_sha256=link.prev_sha256,
        boot_id=boot_id,
        monotonic_ms=around.uptime_ms(),
        taken_at=around.now(),
        kind=wire.Kind.INVENTORY,
        agent_version=__version__,
        machine=findings.machine,
        firmware=findings.firmware,
        cpu=findings.cpu,
        memory=findings.memory,
        drives=findings.drives,
        batteries=findings.batteries,
        network=findings.network,
        system=findings.system,
        unseen=(*kept.what, *kept.unseen),
    )


def _boot_id(around: Around) -> uuid.UUID | None:
    try:
        return uuid.UUID(said(around.proc / "sys/kernel/random/boot_id"))
    except ValueError:
        return None
