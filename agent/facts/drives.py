"""What a report says of a drive."""

from typing import Annotated, Final

from agent.fields import Byte, Celsius, Count, Line, Size, Tag, Word
from agent.kinds import AtMost
from agent.message import Message
from agent.placeholders import known
from agent.vocabulary import Behind, Bus, Medium, SelfTest, Use

MAX_DRIVES: Final = 256


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
