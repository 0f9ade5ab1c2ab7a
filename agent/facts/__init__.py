"""What a report says of a machine, subject by subject: a part of the wire.

What is not known is "" or None, never a guess. `docs/wire.md` explains each field.
Here are the messages and their words together, for those who look: the rest of the
protocol is not loaded for a look.
"""

from agent.facts.drives import MAX_DRIVES, Abilities, Drive, Health
from agent.facts.machine import (
    Cpu,
    Firmware,
    Machine,
    Memory,
    Module,
    System,
    Unseen,
    Windows11,
)
from agent.facts.parts import Battery, Interface, Peripheral, Screen, Sensor
from agent.vocabulary import (
    Behind,
    Boot,
    Bus,
    Charge,
    Chassis,
    Link,
    Lock,
    Medium,
    Need,
    PeripheralKind,
    SelfTest,
    Subject,
    Use,
    Why,
)

__all__ = [
    "MAX_DRIVES",
    "Abilities",
    "Battery",
    "Behind",
    "Boot",
    "Bus",
    "Charge",
    "Chassis",
    "Cpu",
    "Drive",
    "Firmware",
    "Health",
    "Interface",
    "Link",
    "Lock",
    "Machine",
    "Medium",
    "Memory",
    "Module",
    "Need",
    "Peripheral",
    "PeripheralKind",
    "Screen",
    "SelfTest",
    "Sensor",
    "Subject",
    "System",
    "Unseen",
    "Use",
    "Why",
    "Windows11",
]
