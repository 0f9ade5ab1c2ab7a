"""What people of the demo write down when they have erased a drive."""

from __future__ import annotations

from django.utils import timezone

from backoffice.demo.workshop import MINUTE, Workshop
from inventory import actions
from inventory.methods import ErasurePolicy as Policy
from inventory.methods import (
    Medium,
    Technique,
    Verification,
    class_of,
    required_class,
    techniques_for,
    verification_needed,
)
from inventory.models import ErasureException, ErasureResult, StorageDrive

# What erases by which family of commands.
TOOLS = {
    "overwrite": ("nwipe", "0.34"),
    "nvme": ("nvme-cli", "2.4"),
    "emmc": ("mmc-utils", "1.0"),
    "ata": ("hdparm", "9.65"),
}


def erase(
    workshop: Workshop,
    drive: StorageDrive,
    *,
    result: ErasureResult = ErasureResult.ERASED,
    exceptions: tuple[ErasureException, ...] = (),
) -> None:
    technique, failed = technique_for(drive), result is ErasureResult.FAILED
    needed = verification_needed(Medium(drive.medium), technique)
    tool, version = TOOLS.get(technique.value.partition("_")[0], ("hdparm", "9.65"))
    workshop.story.later(3 * MINUTE)
    erasure = actions.record_erasure(
        drive=drive,
        claim=actions.Claim(
            result=result,
            technique=technique,
            tool=tool,
            tool_version=version,
            verification=Verification.NONE if failed else needed,
            erased_on=timezone.localdate(),
            bytes_erased=None if failed else drive.size_bytes,
            exceptions=exceptions,
        ),
        by=workshop.technician,
    )
    if result is ErasureResult.ERASED and drive.last_host.lot.donation.erasure_by_two:
        actions.approve_exceptions(erasure=erasure, by=workshop.officer)


def technique_for(drive: StorageDrive) -> Technique:
    """The first method that gives what the donor asks, else the first there is."""
    medium = Medium(drive.medium)
    policy = Policy(drive.last_host.lot.donation.erasure_policy)
    needed = required_class(policy, medium)
    known = techniques_for(medium)
    enough = [t for t in known if class_of(medium, t).reaches(needed)]
    return (enough or list(known))[0]
