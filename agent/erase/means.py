"""How drives are really asked and planned for."""

from __future__ import annotations

from agent import wire
from agent.collect.around import Around
from agent.erase.case import Means
from agent.erase.contract import Plan
from agent.erase.hidden import Revealed, reveal
from agent.erase.plan import plan
from agent.erase.probe import counters, tools
from agent.erase.thaw import free
from agent.proofs import Run
from agent.words import Words


def _plan(around: Around, drive: wire.Drive, run: Run | None, words: Words) -> Plan:
    return plan(around, drive, run, words)


def _reveal(around: Around, drive: wire.Drive) -> Revealed:
    """A drive that our own password locks hides everything: that goes first."""
    steps = free(around, drive)
    revealed = reveal(around, drive)
    return revealed._replace(steps=(*steps, *revealed.steps))


REAL = Means(plan=_plan, reveal=_reveal, counters=counters, tools=tools)
