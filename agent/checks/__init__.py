"""Try what the machine can do: alone where nobody is needed, else with a person.

A test never crashes and never guesses: a tool, a right or a part that is missing
makes it `not_tested` or `unknown`, with the reason.
"""

from __future__ import annotations

from agent.checks.alone import Progress, unattended
from agent.checks.bench import ALONE, GUIDED, Bench

__all__ = ["ALONE", "GUIDED", "Bench", "Progress", "unattended"]
