"""Make what reports feed anew from the reports that are retained.

What an act or a person did is not touched: drives, proofs, bindings and the journal
are no copies of reports. Bytes that retention removed cannot be read again: what only
they said stays as it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import transaction

from agent import wire
from backoffice.core.actors import Machine
from backoffice.core.transactions import require_transaction
from inventory.actions.health import note_health
from inventory.health import Facts
from inventory.models import Device, DeviceHardware, StorageDrive
from provisioning.actions.answers import answer_anew
from provisioning.actions.hardware import facts_of
from provisioning.actions.marks import marks_now, note_marks
from provisioning.actions.reading import keys, note_sightings, saw_drives
from provisioning.actions.steps import describe, looks_of
from provisioning.actions.vitals import recalling, renewing
from provisioning.models import Agent, AgentEvent, Mark, Report, Sighting


@dataclasses.dataclass(frozen=True)
class Heard:
    """One retained report as it was read: with the device that the machine then was.

    A report is heard again when the machine is bound, and speaks of the device then.
    """

    kept: Report
    report: wire.Report
    device: Device | None


@dataclasses.dataclass(frozen=True)
class Past:
    """What is still known of a machine's past, the oldest first."""

    heard: Sequence[Heard]
    # Whether the machine said nothing of itself after its newest report.
    newest_is_report: bool
    # Whether the bytes of some report are gone.
    is_pruned: bool


@transaction.atomic(durable=True)
def rebuild_agent(*, agent: Agent) -> None:
    """Make every part of the read model of one machine anew from its reports."""
    agent = Agent.objects.lock(agent.pk)
    past = _past(agent)
    for make_anew in PARTS:
        make_anew(agent, past)


def describe_anew(agent: Agent, past: Past) -> None:
    """What the machine says it is, where the chain of reports stands: a step."""
    require_transaction()
    newest = Report.objects.filter(agent=agent).order_by("-seq").first()
    if newest is None or not past.heard:
        return
    agent.next_seq = newest.seq + 1
    agent.last_sha256 = newest.sha256
    agent.last_seen_at = newest.received_at
    agent.clock_offset_seconds = newest.clock_offset_seconds
    said = max(past.heard, key=lambda heard: heard.kept.seq).report
    if past.newest_is_report:
        describe(agent, said.machine, said.agent_version)
    inventories = [h.report for h in past.heard if _is_inventory(h.report)]
    if inventories:
        agent.looks = looks_of(inventories[-1])
    agent.save(
        update_fields=[
            *("make", "model", "serial", "agent_version", "looks", "next_seq"),
            *("last_sha256", "last_seen_at", "clock_offset_seconds"),
        ]
    )


def sight_anew(agent: Agent, past: Past) -> None:
    """Which drives were seen in the machine, and when: a step."""
    require_transaction()
    rows = list(Sighting.objects.filter(agent=agent).select_related("drive"))
    drives = {row.key: row.drive for row in rows}
    readable = {heard.kept.pk for heard in past.heard}
    Sighting.objects.filter(agent=agent).delete()
    for heard in past.heard:
        if _is_inventory(heard.report) and saw_drives(heard.report):
            found = None
            if heard.device is not None:
                found = _drives(heard.report, drives)
            note_sightings(heard.kept, heard.report, agent, heard.device, found)
    if past.is_pruned:
        _put_back(agent, rows, readable)


def _put_back(agent: Agent, rows: Sequence[Sighting], readable: set[int]) -> None:
    """Sightings that only pruned reports bear witness of, and when others began."""
    require_transaction()
    anew = Sighting.objects.filter(agent=agent)
    for row in rows:
        same = anew.filter(key=row.key)
        if row.report_id in readable:
            same.update(first_seen_at=row.first_seen_at)
        else:
            same.delete()
            row.pk = None
            row.save(force_insert=True)


def mark_anew(agent: Agent, past: Past) -> None:
    """The marks of its hardware, and since when: a step.

    Where bytes are gone, what they showed cannot be read again: the marks stay.
    """
    require_transaction()
    if past.is_pruned and Mark.objects.filter(agent=agent).exists():
        return
    # A new code emptied them, and no report has come since: it may be other hardware.
    is_emptied = not (agent.marks or past.newest_is_report)
    Mark.objects.filter(agent=agent).delete()
    agent.marks = {}
    for heard in past.heard:
        were = agent.marks
        agent.marks = marks_now(agent, heard.report)
        note_marks(agent, were, heard.kept.received_at)
    if is_emptied:
        agent.marks = {}
    agent.save(update_fields=["marks"])


def fit_anew(agent: Agent, past: Past) -> None:
    """What the device that it is now is made of; whose word counts stays: a step."""
    require_transaction()
    newest: tuple[Heard, dict[str, Any]] | None = None
    for heard in past.heard:
        if heard.device is None or heard.device.pk != agent.device_id:
            continue
        if _is_inventory(heard.report):
            facts = facts_of(heard.report)
            newest = newest if newest and newest[1] == facts else (heard, facts)
    if newest is None:
        return
    heard, facts = newest
    hardware = DeviceHardware.objects.get_or_create(device=heard.device)[0]
    if hardware.facts != facts:
        hardware.facts, hardware.report = facts, heard.kept.report_id
        hardware.reported_at = heard.kept.received_at
        hardware.save(update_fields=["facts", "report", "reported_at"])


def examine_anew(agent: Agent, past: Past) -> None:
    """The health of the device that it is now, judged by the rules in force: a step.

    Where bytes are gone, or another key spoke of the same device, the reports at hand
    are not all there was to know: what was judged stays.
    """
    require_transaction()
    renewals = list(_renewals(past, agent.device))
    if agent.device_id is None or past.is_pruned or not renewals:
        return
    others = Sighting.objects.filter(device=agent.device_id).exclude(agent=agent)
    if others.exists():
        return
    facts, seen_at = Facts(), renewals[0][0].received_at
    for kept, renew in renewals:
        if (renewed := renew(facts)) != facts:
            facts, seen_at = renewed, kept.received_at
    device = Device.objects.lock(agent.device_id)
    by = Machine(str(agent.uuid))
    note_health(device, lambda _known: facts, seen_at=seen_at, by=by)


def _renewals(
    past: Past, device: Device | None
) -> Iterator[tuple[Report, Callable[[Facts], Facts]]]:
    """What each report made of the device's facts; a binding recalls the last tests."""
    tests: Heard | None = None
    met: set[int] = set()
    for heard in past.heard:
        if heard.report.kind is wire.Kind.ERASURE:
            continue
        if heard.device == device:
            yield heard.kept, renewing(heard.kept, heard.report)
            if tests is not None and heard.kept.pk in met:
                recalled = recalling(tests.kept, tests.report, heard.kept)
                yield tests.kept, recalled
        tests = tests if _is_inventory(heard.report) else heard
        met.add(heard.kept.pk)


def answer_orders_anew(agent: Agent, past: Past) -> None:
    """What came of the orders to erase that its reports answer: a step."""
    require_transaction()
    for heard in past.heard:
        if heard.report.erasure is not None:
            answer_anew(agent, heard.kept, heard.report.erasure)


# Each makes its part anew for a held agent. A part of the read model that reports
# feed adds its own step here.
PARTS: tuple[Callable[[Agent, Past], None], ...] = (
    describe_anew,
    sight_anew,
    mark_anew,
    fit_anew,
    examine_anew,
    answer_orders_anew,
)


def _past(agent: Agent) -> Past:
    reports = Report.objects.filter(agent=agent)
    retained = {str(kept.report_id): kept for kept in reports.retained()}
    heard = list(_heard(agent, retained))
    told = {"enrolled", "enrolled_again", "reported"}
    last = AgentEvent.objects.filter(subject=agent, verb__in=told)
    verb = last.order_by("-sequence").values_list("verb", flat=True).first()
    return Past(heard, verb == "reported", len(retained) < reports.count())


def _heard(agent: Agent, retained: dict[str, Report]) -> Iterator[Heard]:
    """The journal says in which order reports came and devices changed."""
    device, newest, is_revoked = None, None, False
    for event in AgentEvent.objects.filter(subject=agent).oldest_first():
        match event.verb:
            case "reported" if kept := retained.get(event.data["report"]):
                report = wire.Report.from_bytes(kept.payload)
                yield Heard(kept, report, device)
                if _is_inventory(report):
                    newest = (kept, report)
            case "bound":
                device = Device.objects.filter(tag=event.data["device"]).first()
                if newest is not None:
                    yield Heard(*newest, device)
            case "revoked":
                is_revoked = True
            case "unbound":
                device = None
            case "enrolled" if is_revoked:
                device, is_revoked = None, False


def _drives(
    report: wire.Report, known: dict[str, StorageDrive | None]
) -> list[StorageDrive | None]:
    """The drive of the inventory for each: as was decided before, else the only one
    of its serial.
    """
    found = []
    for key, said in zip(keys(report.drives), report.drives, strict=True):
        drive = known.get(key)
        if drive is None:
            same = StorageDrive.objects.with_serial(said.serial)[:2]
            drive = same[0] if len(same) == 1 else None
        found.append(drive)
    return found


def _is_inventory(report: wire.Report) -> bool:
    return report.kind is wire.Kind.INVENTORY
