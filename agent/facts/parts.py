"""What a report says of what is fitted to a machine."""

from agent.fields import Byte, Celsius, Count, Line, Name, Tag, Word
from agent.message import Message
from agent.vocabulary import Charge, Link, PeripheralKind


class Battery(Message):
    """One battery of the machine. `now`, `full` and `design` are in `unit`."""

    name: Word
    make: Line = ""
    model: Line = ""
    serial: Line = ""
    technology: Word = ""
    unit: Charge = Charge.UNKNOWN
    now: Count | None = None
    full: Count | None = None
    design: Count | None = None
    cycles: Count | None = None
    percent: Byte | None = None
    state: Word = ""
    microvolts: Count | None = None

    @property
    def health_percent(self) -> int | None:
        """What is left of its first capacity; a new one may hold more: 100 at most."""
        if self.full is None or not self.design:
            return None
        return min(100, round(100 * self.full / self.design))


class Interface(Message):
    """One network interface of the machine's own. No address but its MAC is read.

    `removable`: it hangs on USB, and may have been lent by the bench.
    """

    name: Word
    link: Link = Link.UNKNOWN
    mac: Word = ""
    removable: bool | None = None
    id: Tag = ""
    driver: Tag = ""
    make: Name = ""
    model: Name = ""


class Screen(Message):
    """One screen, as its EDID says. `built_in`: the machine's own panel."""

    name: Word
    built_in: bool | None = None
    make: Word = ""
    model: Line = ""
    serial: Word = ""
    year: Count | None = None
    width_px: Count | None = None
    height_px: Count | None = None
    width_mm: Count | None = None
    height_mm: Count | None = None


class Peripheral(Message):
    """One part that shows, hears, reads or connects. `id` is `vendor:device`, hex."""

    kind: PeripheralKind
    name: Word = ""
    id: Tag = ""
    make: Name = ""
    model: Name = ""
    driver: Tag = ""


class Sensor(Message):
    """One temperature. `high` and `critical` are the maker's own limits."""

    name: Word
    celsius: Celsius
    high: Celsius | None = None
    critical: Celsius | None = None
