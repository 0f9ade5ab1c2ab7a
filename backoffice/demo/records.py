"""What a machine of the demo reports of one drive: as agents do, attempt by attempt."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import NamedTuple

from django.utils import timezone

from agent import __version__, methods, proofs, wire
from agent.methods import Ended, Hidden
from inventory.methods import Medium, Technique, class_of, verification_needed
from provisioning import actions
from provisioning.models import ErasureRun

GOOD = frozenset({Ended.ERASED, Ended.ERASED_WITH_EXCEPTIONS})
MARKERS = 16
# Two in each of a thousand parts, and both ends: a tenth of the drive.
PLACES, GRAIN_BYTES = 2_002, 4096


class Means(NamedTuple):
    """What erases by a family of commands, the command, and the drive's word after it."""

    tool: str
    line: str
    word: str


MEANS = {
    "overwrite": Means(f"rebond-agent {__version__}", "overwrite {path}", ""),
    "nvme": Means(
        *("nvme-cli 2.4", "nvme sanitize {path} --sanact=2"),
        "SSTAT 0x101, SPROG 65535",
    ),
    "ata": Means(
        *("hdparm 9.65", "hdparm --sanitize-block-erase {path}"),
        "SD0 Sanitize Idle; Last Sanitize Operation Completed Without Error",
    ),
}
NO_FAULT = proofs.Counters(reallocated=0, pending=0, uncorrectable=0)
FAULTY = proofs.Counters(reallocated=112, pending=24, uncorrectable=8)
REASONS = {
    Ended.FAILED: "Le disque n’accepte plus d’écriture à partir de 41 Go.",
    Ended.ABORTED: "Arrêté depuis le serveur.",
}
UNWRITTEN_FROM = 41 * 10**9


def answer(
    run: ErasureRun,
    drive: wire.Drive,
    technique: Technique,
    ended: Ended,
    exceptions: tuple[methods.Exceptional, ...],
) -> proofs.ErasureRecord:
    """The record of one drive, with the token of its order; the drive comes with `run`."""
    order, medium = actions.run_of(run), Medium(run.drive.medium)
    good = ended in GOOD
    attempt = _attempt(run, drive, technique, ended)
    odd = methods.Exceptional.HIDDEN_AREA_UNKNOWN in exceptions
    return proofs.ErasureRecord(
        run_id=order.run_id,
        token=order.token,
        cycle=order.cycle,
        drive=drive,
        ended=ended,
        reason=attempt.reason,
        technique=attempt.technique,
        erasure_class=methods.ErasureClass(class_of(medium, technique).value),
        plan=tuple(run.plan),
        attempts=(attempt,),
        bytes_erased=drive.size_bytes if good else attempt.bytes_written,
        verified=_verified(drive, medium, technique) if good else proofs.Verified(),
        hidden=_hidden(drive, Hidden.UNKNOWN if odd else Hidden.NONE),
        before=FAULTY if ended is Ended.FAILED else NO_FAULT,
        after=FAULTY if ended is Ended.FAILED else NO_FAULT,
        exceptions=exceptions,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        tools=(_means(technique).tool,),
        kernel="6.1.0-28-amd64",
        image="Rebond",
    )


def _attempt(
    run: ErasureRun, drive: wire.Drive, technique: Technique, ended: Ended
) -> proofs.Attempt:
    began, now = run.confirmed_at or timezone.now(), timezone.now()
    good = ended in GOOD
    step = proofs.Step(
        line=command_for(technique, drive.path),
        exit_code=0 if good else 5,
        seconds=_seconds(now - began),
    )
    return proofs.Attempt(
        technique=methods.Technique(technique.value),
        ended=ended,
        reason=REASONS.get(ended, ""),
        started_at=began,
        ended_at=now,
        passes=1,
        pattern="zeros" if technique is Technique.OVERWRITE else "",
        bytes_written=drive.size_bytes if good else UNWRITTEN_FROM,
        errors=0 if good else 1,
        steps=(step,),
    )


def _verified(
    drive: wire.Drive, medium: Medium, technique: Technique
) -> proofs.Verified:
    """Read back as the method asks: all of it, or a tenth and a little more."""
    needed = verification_needed(medium, technique)
    tenth = drive.size_bytes // 10 + 2 * GRAIN_BYTES
    is_full = needed.value == methods.Verification.FULL
    by_drive = technique is not Technique.OVERWRITE
    return proofs.Verified(
        method=methods.Verification(needed.value),
        bytes_read=drive.size_bytes if is_full else tenth,
        places=0 if is_full else PLACES,
        seed="" if is_full else hashlib.sha256(drive.serial.encode()).hexdigest()[:32],
        markers_planted=MARKERS if by_drive else 0,
        status=_means(technique).word,
        seconds=tenth // (400 * 10**6),
    )


def _hidden(drive: wire.Drive, state: Hidden) -> proofs.HiddenAreas:
    if drive.bus is wire.Bus.NVME:
        nothing = Hidden.NOT_OFFERED
        return proofs.HiddenAreas(hpa=nothing, dco=nothing, amax=nothing)
    return proofs.HiddenAreas(
        hpa=state,
        dco=Hidden.NONE,
        amax=Hidden.NONE,
        native_bytes=drive.size_bytes,
        visible_before=drive.size_bytes,
        visible_after=drive.size_bytes,
    )


def command_for(technique: Technique, path: str) -> str:
    return _means(technique).line.format(path=path)


def _means(technique: Technique) -> Means:
    return MEANS[technique.value.partition("_")[0]]


def _seconds(length: dt.timedelta) -> int:
    return max(1, round(length.total_seconds()))
