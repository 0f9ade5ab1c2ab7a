"""What a machine's own readings say of its health.

Facts come in, findings go out: nothing here knows of a database, a request or an
agent. `facts` is what is judged, `rules` the thresholds as data, `judging` the
judgement, `words` the sentence that a person reads.
"""

from inventory.health import kept
from inventory.health.changes import bound, changes
from inventory.health.facts import (
    OF_DRIVES,
    OF_PARTS,
    BatteryFacts,
    Checked,
    CheckFacts,
    DriveFacts,
    DriveSort,
    Facts,
    Reading,
)
from inventory.health.judging import judge
from inventory.health.parts import grouped, part, subject
from inventory.health.rules import DEFAULT, Limit, Rules, RulesRefused
from inventory.health.verdicts import Finding, Item, Verdict, worst
from inventory.health.words import sentence

__all__ = [
    "DEFAULT",
    "OF_DRIVES",
    "OF_PARTS",
    "BatteryFacts",
    "CheckFacts",
    "Checked",
    "DriveFacts",
    "DriveSort",
    "Facts",
    "Finding",
    "Item",
    "Limit",
    "Reading",
    "Rules",
    "RulesRefused",
    "Verdict",
    "bound",
    "changes",
    "grouped",
    "judge",
    "kept",
    "part",
    "sentence",
    "subject",
    "worst",
]
