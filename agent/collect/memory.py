"""How much memory the system can use."""

from __future__ import annotations

from agent import wire
from agent.collect.around import Around, Seen, why


def memory(around: Around) -> Seen[wire.Memory | None]:
    try:
        counted = around.count()
    except OSError as exc:
        return Seen(None, (wire.Unseen(subject=wire.Subject.MEMORY, why=why(exc)),))
    return Seen(
        wire.Memory(total_bytes=counted.memory_bytes, swap_bytes=counted.swap_bytes)
    )
