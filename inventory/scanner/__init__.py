"""What a scan means, from its characters alone.

Whoever uses the reading looks it up; nothing here knows which tags exist. A tag, a
command or one of our addresses is accepted only when it is right to the last
character, so the layout of scanner and computer may be tried freely: as typed, by
key position, then as if a US scanner had typed on a French or Belgian layout.
"""

from inventory.scanner.reader import read
from inventory.scanner.readings import (
    Command,
    CommandRead,
    OwnAddressRead,
    Reading,
    Reason,
    SerialRead,
    TagRead,
    Unreadable,
)

__all__ = [
    "Command",
    "CommandRead",
    "OwnAddressRead",
    "Reading",
    "Reason",
    "SerialRead",
    "TagRead",
    "Unreadable",
    "read",
]
