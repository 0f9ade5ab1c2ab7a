"""Put what was found into a report."""

from __future__ import annotations

import dataclasses

from agent import __version__, wire
from agent.boot import boot_id
from agent.collect import Findings
from agent.collect.around import Around, at_most
from agent.collect.machine import machine
from agent.proofs import ErasureRecord
from agent.spool import Link

MOST_UNSEEN = 512


def compose(findings: Findings, around: Around, link: Link) -> wire.Report:
    """The report of one look, as the next link of this machine's chain."""
    started = boot_id(around)
    unseen = findings.unseen
    if started is None:
        clock = wire.Unseen(
            subject=wire.Subject.CLOCK, why=wire.Why.UNREADABLE, about="boot_id"
        )
        unseen = (clock, *unseen)
    kept = at_most(MOST_UNSEEN - 1, unseen, wire.Subject.UNKNOWN)
    return wire.Report(
        report_id=around.new_id(),
        seq=link.seq,
        prev_sha256=link.prev_sha256,
        boot_id=started,
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
        screens=findings.screens,
        peripherals=findings.peripherals,
        sensors=findings.sensors,
        system=findings.system,
        windows_11=findings.windows_11,
        unseen=(*kept.what, *kept.unseen),
    )


def compose_tests(
    tests: tuple[wire.Test, ...], around: Around, link: Link
) -> wire.Report:
    """The report of what came of tests; of the machine it says only which it is."""
    return dataclasses.replace(_bare(wire.Kind.TESTS, around, link), tests=tests)


def compose_erasure(record: ErasureRecord, around: Around, link: Link) -> wire.Report:
    """The report of what came of one drive."""
    return dataclasses.replace(_bare(wire.Kind.ERASURE, around, link), erasure=record)


def compose_connection(
    connection: wire.Connection, around: Around, link: Link
) -> wire.Report:
    """The report of what came of trying the pack's line."""
    bare = _bare(wire.Kind.CONNECTION, around, link)
    return dataclasses.replace(bare, connection=connection)


def compose_installed(
    installed: wire.Installed, around: Around, link: Link
) -> wire.Report:
    """The report of what came of one pass over a learning environment."""
    bare = _bare(wire.Kind.PROVISION, around, link)
    return dataclasses.replace(bare, installed=installed)


def _bare(kind: wire.Kind, around: Around, link: Link) -> wire.Report:
    """Which machine it is, and nothing else."""
    return wire.Report(
        report_id=around.new_id(),
        seq=link.seq,
        prev_sha256=link.prev_sha256,
        boot_id=boot_id(around),
        monotonic_ms=around.uptime_ms(),
        taken_at=around.now(),
        kind=kind,
        agent_version=__version__,
        machine=machine(around).what,
        drives=(),
        unseen=(),
    )
