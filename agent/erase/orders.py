"""Which drive of this machine an order speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent import wire
from agent.erase.case import Order
from agent.erase.guard import bare
from agent.erase.position import Positions, name_of
from agent.proofs import Run


def orders(
    runs: Iterable[Run], drives: Sequence[wire.Drive], positions: Positions
) -> list[Order]:
    """An order for each run that was not reported yet.

    A drive that is not here, or not alone with its name, has no path: the guard then
    says that it is not there, and nothing is touched.
    """
    found = []
    for run in runs:
        name = name_of(_absent(run), run)
        position = positions.load(name)
        if position is None or not position.is_told:
            found.append(Order(name=name, drive=_drive_of(run, drives), run=run))
    return found


def _drive_of(run: Run, drives: Sequence[wire.Drive]) -> wire.Drive:
    if run.serial:
        alike = [each for each in drives if bare(each.serial) == bare(run.serial)]
    else:
        alike = [
            each
            for each in drives
            if (each.model, each.size_bytes) == (run.model, run.size_bytes)
        ]
    return alike[0] if len(alike) == 1 else _absent(run)


def _absent(run: Run) -> wire.Drive:
    """What is known of a drive that is not here."""
    return wire.Drive(
        name="",
        make=run.make,
        model=run.model,
        serial=run.serial,
        size_bytes=run.size_bytes or 0,
        in_use=False,
    )
