"""Erasures with all that a machine reports of them, ready to be certified."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from backoffice.core.actors import Machine
from inventory.actions.drive_moves import lock_with_host
from inventory.actions.erasure import write_erasure
from inventory.actions.evidence import Origin
from inventory.actions.kept_evidence import keep_evidence
from inventory.actions.status import refresh_data_state
from inventory.methods import Medium, Technique, Verification
from inventory.models import Bus, Erasure, ErasureResult, ErasureSource, StorageDrive
from tests.world import World

AGENT = "0b6a1f0e-6b0e-4a51-8a3f-0f1f9f9c6a11"
SIZE = 512_110_190_592


def details(drive: StorageDrive, **more: Any) -> dict[str, Any]:
    """What an agent tells of a sanitised SSD, as `Erasure.details` keeps it."""
    began = timezone.now() - dt.timedelta(minutes=7)
    return {
        "drive": {
            "make": drive.make,
            "model": drive.model,
            "serial": drive.serial,
            "wwn": "0x5002538e40a1b2c3",
            "firmware": "RVT04B6Q",
            "bus": drive.bus,
            "medium": "ssd",
            "behind": "nothing",
            "size_bytes": SIZE,
            "native_bytes": SIZE,
            "logical_block_bytes": 512,
        },
        "attempts": [
            {
                "technique": "ata_sanitize_block_erase",
                "started_at": began.isoformat(timespec="seconds"),
                "ended_at": (began + dt.timedelta(seconds=61)).isoformat(),
                "seconds": 61,
                "outcome": "erased",
                "bytes": SIZE,
                "commands": [
                    {
                        "line": "hdparm --yes-i-know-what-i-am-doing "
                        "--sanitize-block-erase /dev/sda",
                        "exit": 0,
                        "seconds": 1,
                    },
                    {
                        "line": "hdparm --sanitize-status /dev/sda",
                        "exit": 0,
                        "seconds": 0,
                    },
                ],
            }
        ],
        "passes": 1,
        "pattern": "",
        "verification": {
            "method": "sampled",
            "bytes_read": 53_687_091_200,
            "places": 2048,
            "mismatches": 0,
            "markers_planted": 16,
            "markers_found": 0,
            "status": "SD0 Sanitize Idle; Last Sanitize Operation Completed "
            "Without Error",
        },
        "hidden": {
            "hpa": "none",
            "dco": "removed",
            "amax": "unknown",
            "native_bytes": SIZE,
            "visible_before": SIZE - 4096,
            "visible_after": SIZE,
        },
        "counters": {
            "before": {"reallocated": 0, "pending": 0, "uncorrectable": None},
            "after": {"reallocated": 0, "pending": 0, "uncorrectable": None},
        },
        "tools": ["hdparm 9.65", "smartctl 7.3"],
        "kernel": "6.1.0-31-amd64",
        "image": "bench 2026.11",
        "agent": AGENT,
        "health": {"verdict": "pass"},
        **more,
    }


def ssd(world: World, **fields: Any) -> StorageDrive:
    """A SATA SSD in a laptop of its own, received and not erased."""
    declared = world.drive(
        **{
            "medium": Medium.SATA_SSD,
            "bus": Bus.SATA,
            "make": "Samsung",
            "model": "SSD 860 EVO 500GB",
            "size_bytes": SIZE,
            **fields,
        }
    )
    return world.receive(declared).drives.get()


@transaction.atomic
def reported(
    world: World,
    drive: StorageDrive,
    *,
    told: dict[str, Any] | None = None,
    **fields: Any,
) -> Erasure:
    """An erasure as the agent of its machine reported it."""
    device, drive = lock_with_host(drive)
    machine = Machine(AGENT)
    claim = world.claim(
        drive,
        **{
            "technique": Technique.ATA_SANITIZE_BLOCK_ERASE,
            "verification": Verification.SAMPLED,
            "tool": "rebond-agent",
            "tool_version": "0.4.0",
            **fields,
        },
    )
    ended = timezone.now() - dt.timedelta(minutes=3)
    origin = Origin(
        source=ErasureSource.AGENT,
        started_at=ended - dt.timedelta(minutes=4),
        ended_at=ended,
        evidence_sha256=keep_evidence(b"report", "application/json"),
        details=details(drive) if told is None else told,
    )
    erasure = write_erasure(
        device, drive, claim, operator=world.technician, origin=origin, by=machine
    )
    refresh_data_state(device, by=machine)
    return erasure


def failed(world: World, drive: StorageDrive) -> Erasure:
    return reported(
        world,
        drive,
        result=ErasureResult.FAILED,
        verification=Verification.NONE,
        bytes_erased=4096,
    )
