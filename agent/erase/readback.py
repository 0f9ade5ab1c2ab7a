"""What a drive held before, and what it gives back after: the proof of an erasure."""

from __future__ import annotations

import secrets
import time

from agent.erase import markers, verify
from agent.erase.case import Case
from agent.erase.contract import Method, Outcome, Target
from agent.erase.markers import Markers
from agent.erase.overwrite import Overwrite
from agent.erase.table import look_for
from agent.erase.verify import Looked, Place
from agent.methods import Technique, Verification
from agent.proofs import Verified


def mark(case: Case, method: Method, target: Target) -> None:
    """Plant markers, and remember what is there.

    A drive that is found busy erasing itself takes none. Where not all of it could be
    remembered, nothing that was planted counts: most of the drive would stay unknown.
    """
    seed, planted = secrets.token_hex(16), 0
    try:
        planted = markers.plant(target, Markers(seed, target.size_bytes), case.tell)
        places = _places(_needed(case, method.technique, target), target, seed)
        looked = verify.prints_of(target, places, case.tell, case.stopped)
        case.positions.keep_prints(case.order.name, looked.prints)
        planted = planted if looked.is_whole else 0
    except OSError:
        planted = 0
    case.keep(seed=seed if planted else "", planted=planted)


def read_back(case: Case, method: Method, target: Target, outcome: Outcome) -> Verified:
    """What the drive gives back now, against what it must give.

    Where zeros were promised and are not there, the case learns whether what is there
    was there before.
    """
    begun = time.monotonic()
    needed = _needed(case, method.technique, target)
    if outcome.resumed_from:
        needed = Verification.FULL  # nobody knows what happened in between
    is_ours = isinstance(method, Overwrite)
    seed = "" if is_ours else case.position.seed
    seed = seed or secrets.token_hex(16)
    found, looked = 0, Looked(errors=1)
    try:
        if not is_ours:
            found = markers.look_for(target, Markers(seed, target.size_bytes))
        places = _places(needed, target, seed)
        looked = _read(case, method, target, places)
        case.stayed = 0 if is_ours else _stayed(case, method, target, places, looked)
    except OSError:
        looked = Looked(errors=1)
    is_read = looked.is_whole and looked.bytes_read > 0
    is_full = needed is Verification.FULL
    return Verified(
        method=needed if is_read else Verification.STATUS,
        bytes_read=looked.bytes_read,
        places=0 if is_full else 2 * verify.SUBSECTIONS + 2,
        seed="" if is_full else seed,
        mismatches=looked.mismatches,
        errors=looked.errors,
        markers_planted=0 if is_ours else case.position.planted,
        markers_found=found,
        status=outcome.status,
        seconds=round(time.monotonic() - begun),
    )


def _read(case: Case, method: Method, target: Target, places: list[Place]) -> Looked:
    if method.zeroes:
        return verify.are_zero(target, places, case.tell, case.stopped)
    return _compared(case, target, places)


def _stayed(
    case: Case, method: Method, target: Target, places: list[Place], looked: Looked
) -> int:
    """How many places hold what they held before."""
    if method.zeroes and looked.mismatches:
        looked = _compared(case, target, places)
    return looked.mismatches


def _compared(case: Case, target: Target, places: list[Place]) -> Looked:
    """Against what was remembered; nothing was looked at where nothing was."""
    prints = case.positions.prints(case.order.name)
    if not prints or not case.position.planted:
        return Looked()
    return verify.are_changed(target, places, prints, case.tell, case.stopped)


def _needed(case: Case, technique: Technique, target: Target) -> Verification:
    """What has to be read back: the most of what anybody asks for."""
    run = case.order.run
    asked = run.verify if run else Verification.SAMPLED
    is_small = target.size_bytes < verify.SMALLEST_SAMPLED_BYTES
    needed = look_for(case.rung(technique), target.drive, asked)
    return Verification.FULL if is_small else needed


def _places(needed: Verification, target: Target, seed: str) -> list[Place]:
    if needed is Verification.FULL:
        return verify.whole(target.size_bytes)
    return verify.sampled(target.size_bytes, seed)
