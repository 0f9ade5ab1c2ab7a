"""What is in an installation's database, and what in it was only half done.

Run as a program with the settings of the installation; prints JSON.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import django

django.setup()

from inventory.models import Device, DriveEvent, Scan, StorageDrive, TagCounter  # noqa: E402
from inventory.models.device_kind import Storage  # noqa: E402
from inventory.tags import TagKind  # noqa: E402
from provisioning.models import Agent, AgentEvent, Report  # noqa: E402


def half_done() -> Iterator[str]:
    """Each thing that has one part of an act and not the other."""
    yield from _devices()
    yield from _drives()
    yield from _agents()
    for scan in Scan.objects.filter(card={}, event=None):
        yield f"scan {scan.nonce} acted and has no event"


def _devices() -> Iterator[str]:
    counter = TagCounter.objects.get(prefix=TagKind.COMPUTER)
    for device in Device.objects.select_related("place"):
        events = list(device.events.order_by("sequence"))
        moves = [e.data["to_place"] for e in events if e.verb == "moved"]
        states = [e.data["to"] for e in events if "to" in e.data]
        if not events or events[0].verb != "received":
            yield f"{device} has no beginning"
        if not device.terms.filter(term=device.tag).exists():
            yield f"{device} cannot be found"
        if moves and (device.place is None or device.place.tag != moves[-1]):
            yield f"{device} is not where its history says"
        if states[-1:] != [device.status]:
            yield f"{device} is not in the state its history says"
        if device.storage == Storage.LISTED and not device.drives.exists():
            yield f"{device} has lost its drives"
        if int(device.tag[2:-1]) > counter.last:
            yield f"{device} has a tag that was never given"


def _drives() -> Iterator[str]:
    begun = set(DriveEvent.objects.filter(sequence=1).values_list("subject", flat=True))
    for drive in StorageDrive.objects.exclude(pk__in=begun):
        yield f"{drive} has no beginning"


def _agents() -> Iterator[str]:
    for agent in Agent.objects.all():
        reports = list(Report.objects.filter(agent=agent).order_by("seq"))
        said = AgentEvent.objects.filter(subject=agent, verb="reported").count()
        if [report.seq for report in reports] != list(range(1, agent.next_seq)):
            yield f"machine {agent.uuid} has a gap before {agent.next_seq}"
        if said != len(reports):
            yield f"machine {agent.uuid}: {said} events, {len(reports)} reports"
        if reports and reports[-1].sha256 != agent.last_sha256:
            yield f"machine {agent.uuid} does not know its last report"
        for report in reports:
            if hashlib.sha256(bytes(report.payload)).hexdigest() != report.sha256:
                yield f"report {report} is not what was signed"


def found() -> dict[str, Any]:
    reports = Report.objects.values_list("agent__uuid", "seq", "sha256")
    scans = Scan.objects.exclude(event=None).values_list(
        "nonce", "device__tag", "event__verb", "event__data"
    )
    verbs = Device.objects.values_list("tag", "events__verb", "events__sequence")
    return {
        "half_done": list(half_done()),
        "reports": [[str(agent), seq, sha] for agent, seq, sha in reports],
        "devices": dict(Device.objects.values_list("serial", "tag")),
        "scans": {str(nonce): [tag, verb, data] for nonce, tag, verb, data in scans},
        "events": [
            [tag, verb]
            for tag, verb, _place in verbs.order_by("pk", "events__sequence")
        ],
    }


if __name__ == "__main__":
    json.dump(found(), sys.stdout)
