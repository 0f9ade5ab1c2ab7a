"""What the process that erases says to the one that started it: a line of JSON each."""

from __future__ import annotations

import dataclasses

from agent.fields import Count, Percent, Sentence, Word
from agent.message import Message
from agent.methods import Ended
from agent.proofs import Stride

# Steps that are none of a drive's.
PLAN = "plan"
OVER = "over"
NOWHERE = Stride()


@dataclasses.dataclass(frozen=True, kw_only=True)
class News(Message):
    """How far one drive is, or how it `ended`: its report waits already then."""

    step: Word
    name: Word = ""
    percent: Percent | None = None
    seconds_left: Count | None = None
    stride: Stride = NOWHERE
    ended: Ended | None = None
    reason: Sentence = ""
