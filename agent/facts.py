"""What a report says of a machine, subject by subject: a part of the wire.

What is not known is "" or None, never a guess. `docs/wire.md` explains each field.
"""

from typing import Annotated

from agent.fields import Celsius, Count, Line, Sentence, Size, Word
from agent.kinds import AtMost, Number, Text
from agent.message import Message
from agent.placeholders import known, known_uuid, other_byte_order
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

Byte = Annotated[int, Number(0, 255)]
Tag = Annotated[str, Text(24)]  # a tool, a driver, a bus address: short by nature
Name = Annotated[str, Text(80)]


class Unseen(Message):
    """One thing the agent could not see, and why.

    `about` names the part (a drive's path, a field), `detail` is the tool's own
    word; people read the sentence made from `subject` and `why`.
    """

    subject: Subject
    why: Why
    about: Line = ""
    detail: Sentence = ""


class Machine(Message):
    """Who made the machine, as its firmware says. Placeholders are left as found."""

    make: Line = ""
    model: Line = ""
    version: Line = ""
    family: Line = ""
    sku: Line = ""
    serial: Line = ""
    uuid: Line = ""
    asset_tag: Line = ""
    chassis: Chassis = Chassis.UNKNOWN
    chassis_type: Annotated[int, Number(0, 127)] | None = None
    chassis_serial: Line = ""
    board_make: Line = ""
    board_model: Line = ""
    board_version: Line = ""
    board_serial: Line = ""

    @property
    def known_make(self) -> str:
        """The maker: the system's, else the board's, placeholders ignored."""
        return known(self.make) or known(self.board_make)

    @property
    def known_model(self) -> str:
        """The model that people say; Lenovo writes it into `version`."""
        names_itself = any(letter.isalpha() for letter in known(self.version))
        if self.make.strip().lower() == "lenovo" and names_itself:
            return self.version
        return known(self.model) or known(self.board_model)

    @property
    def known_serial(self) -> str:
        return known(self.serial)

    @property
    def known_board_serial(self) -> str:
        return known(self.board_serial)

    @property
    def known_uuids(self) -> tuple[str, ...]:
        """The UUID in both byte orders that tools print it in; () for a placeholder."""
        plain = known_uuid(self.uuid)
        return tuple(dict.fromkeys((plain, other_byte_order(plain)))) if plain else ()


class Firmware(Message):
    """The firmware (BIOS or UEFI). `date` is its own text, in no fixed form.

    `tpm_version` is "" where there is none, unless `unseen` names `tpm`. `locks` are
    signs of a lock; that none was seen does not prove that there is none.
    """

    make: Line = ""
    version: Line = ""
    date: Word = ""
    boot: Boot = Boot.UNKNOWN
    secure_boot: bool | None = None
    tpm_version: Word = ""
    locks: Annotated[tuple[Lock, ...], AtMost(16)] = ()


class Cpu(Message):
    """The processors, taken together. `x86_level` is the n of x86-64-v(n)."""

    make: Line = ""
    model: Line = ""
    architecture: Word = ""
    sockets: Count | None = None
    cores: Count | None = None
    threads: Count | None = None
    is_64_bit: bool | None = None
    x86_level: Annotated[int, Number(1, 15)] | None = None
    virtualization: bool | None = None
    max_mhz: Count | None = None
    family: Count | None = None
    model_number: Count | None = None
    stepping: Count | None = None
    microcode: Word = ""


class Module(Message):
    """One memory module. Flash of the firmware's own is none."""

    slot: Name = ""
    size_bytes: Size
    type: Tag = ""
    form: Tag = ""
    speed_mts: Count | None = None
    make: Name = ""
    part: Name = ""
    serial: Name = ""


class Memory(Message):
    """The memory that the system can use (a little less than what is fitted).

    `installed_bytes`, `slots` and `modules` are what the firmware says is fitted.
    """

    total_bytes: Size
    swap_bytes: Size | None = None
    installed_bytes: Size | None = None
    most_bytes: Size | None = None
    slots: Count | None = None
    error_correcting: bool | None = None
    modules: Annotated[tuple[Module, ...], AtMost(64)] = ()


class Health(Message):
    """What a drive says about itself. None where it does not say.

    `exit_status` is smartctl's bit mask. `passed` is the drive's overall verdict
    and not enough alone. `attributes` counts the rows of an ATA drive's table;
    `failing_now` and `failed_before` are the numbers of those that crossed their
    threshold.
    """

    tool: Word = ""
    protocol: Tag = ""
    device_type: Tag = ""
    exit_status: Byte | None = None
    passed: bool | None = None
    power_on_hours: Count | None = None
    power_cycles: Count | None = None
    unsafe_shutdowns: Count | None = None
    temperature_celsius: Celsius | None = None
    attributes: Count | None = None
    failing_now: Annotated[tuple[Byte, ...], AtMost(16)] = ()
    failed_before: Annotated[tuple[Byte, ...], AtMost(16)] = ()
    reallocated_sectors: Count | None = None
    reallocation_events: Count | None = None
    pending_sectors: Count | None = None
    offline_uncorrectable: Count | None = None
    reported_uncorrectable: Count | None = None
    spin_retries: Count | None = None
    command_timeouts: Count | None = None
    crc_errors: Count | None = None
    grown_defects: Count | None = None
    uncorrected_errors: Count | None = None
    percentage_used: Count | None = None
    available_spare: Count | None = None
    available_spare_threshold: Count | None = None
    critical_warning: Count | None = None
    media_errors: Count | None = None
    error_log_entries: Count | None = None
    written_bytes: Size | None = None
    self_test: SelfTest = SelfTest.UNKNOWN
    self_test_hours: Count | None = None


class Abilities(Message):
    """What a drive says it can do to erase itself, and what stands in the way.

    The first eight are ATA's security feature set, `sanitize_…` both ATA's and
    NVMe's, `format_…` NVMe's.
    """

    security: bool | None = None
    security_enabled: bool | None = None
    security_locked: bool | None = None
    security_frozen: bool | None = None
    security_expired: bool | None = None
    erase_minutes: Count | None = None
    enhanced_erase: bool | None = None
    enhanced_erase_minutes: Count | None = None
    sanitize_crypto: bool | None = None
    sanitize_block: bool | None = None
    sanitize_overwrite: bool | None = None
    format_user_data: bool | None = None
    format_crypto: bool | None = None
    format_all_namespaces: bool | None = None


class Drive(Message):
    """One drive. What is not known is "" or None, never a guess.

    `in_use` is true as soon as one source says so, or where none could say.
    `boot_medium`: the running system was started from it. `seen_by`: who saw it.
    `native_bytes` is more than `size_bytes` where a part of the drive is hidden.
    """

    name: Word
    path: Line = ""
    bus: Bus = Bus.UNKNOWN
    behind: Behind = Behind.UNKNOWN
    medium: Medium = Medium.UNKNOWN
    form: Tag = ""
    make: Line = ""
    model: Line = ""
    serial: Line = ""
    wwn: Line = ""
    firmware: Word = ""
    size_bytes: Size
    native_bytes: Size | None = None
    logical_block_bytes: Size | None = None
    physical_block_bytes: Size | None = None
    rotational: bool | None = None
    rotation_rpm: Count | None = None
    removable: bool | None = None
    read_only: bool | None = None
    in_use: bool
    in_use_by: Annotated[tuple[Use, ...], AtMost(16)] = ()
    boot_medium: bool = False
    health: Health | None = None
    abilities: Abilities | None = None
    seen_by: Annotated[tuple[Tag, ...], AtMost(8)] = ()

    @property
    def known_serial(self) -> str:
        return known(self.serial)

    @property
    def is_built_in(self) -> bool:
        """Whether it belongs to the machine, and did not come with a cable or a slot."""
        on_a_cable = self.behind is Behind.USB_BRIDGE or self.bus in {Bus.USB, Bus.CARD}
        return not on_a_cable and not self.removable


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


class Windows11(Message):
    """Whether Windows 11 would be supported here, as far as this agent knows.

    `eligible` is None while something in `unknown` keeps it open.
    """

    eligible: bool | None = None
    missing: Annotated[tuple[Need, ...], AtMost(16)] = ()
    unknown: Annotated[tuple[Need, ...], AtMost(16)] = ()


class System(Message):
    """The running system. Its host name is not sent: people put their own in it."""

    id: Word = ""
    name: Line = ""
    version: Word = ""
    kernel: Line = ""
    architecture: Word = ""
