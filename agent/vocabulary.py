"""The words of the wire: every code and every choice it knows.

A choice that has `unknown` is read as such when the other side, being newer,
says a word that is not listed here.
"""

from __future__ import annotations

import enum
from typing import Final


class Code(enum.StrEnum):
    """The `code` of an RFC 9457 problem: why the server said no."""

    CODE_INVALID = "code_invalid"
    TOKEN_INVALID = "token_invalid"  # noqa: S105  # a code, no secret
    AGENT_REVOKED = "agent_revoked"
    NOT_APPROVED = "not_approved"
    SIGNATURE_INVALID = "signature_invalid"
    AGENT_MISMATCH = "agent_mismatch"
    SEQ_CONFLICT = "seq_conflict"
    REPORT_CONFLICT = "report_conflict"
    CLONE_SUSPECTED = "clone_suspected"
    MALFORMED = "malformed"
    VERSION_UNSUPPORTED = "version_unsupported"
    UPGRADE_REQUIRED = "upgrade_required"
    TOO_LARGE = "too_large"
    THROTTLED = "throttled"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    UNAVAILABLE = "unavailable"
    SERVER_ERROR = "server_error"
    UNKNOWN = "unknown"


# The status that goes with each code; UNKNOWN is never sent.
STATUS: Final = {
    Code.MALFORMED: 400,
    Code.TOKEN_INVALID: 401,
    Code.CODE_INVALID: 403,
    Code.AGENT_REVOKED: 403,
    Code.NOT_APPROVED: 403,
    Code.SIGNATURE_INVALID: 403,
    Code.AGENT_MISMATCH: 403,
    Code.NOT_FOUND: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.SEQ_CONFLICT: 409,
    Code.REPORT_CONFLICT: 409,
    Code.CLONE_SUSPECTED: 409,
    Code.TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.VERSION_UNSUPPORTED: 422,
    Code.UPGRADE_REQUIRED: 426,
    Code.THROTTLED: 429,
    Code.SERVER_ERROR: 500,
    Code.UNAVAILABLE: 503,
}


class Kind(enum.StrEnum):
    """What a report is about."""

    INVENTORY = "inventory"
    TESTS = "tests"
    ERASURE = "erasure"
    PROVISION = "provision"
    CONNECTION = "connection"


class Bus(enum.StrEnum):
    """How a drive is attached."""

    SATA = "sata"
    SAS = "sas"
    NVME = "nvme"
    EMMC = "emmc"
    IDE = "ide"
    USB = "usb"
    CARD = "card"
    VIRTIO = "virtio"
    UNKNOWN = "unknown"


class Behind(enum.StrEnum):
    """What stands between a drive and the system."""

    NOTHING = "nothing"
    USB_BRIDGE = "usb_bridge"
    RAID = "raid"
    VIRTUAL = "virtual"
    UNKNOWN = "unknown"


class Medium(enum.StrEnum):
    """What a drive keeps its data on."""

    HDD = "hdd"
    SSD = "ssd"
    NVME = "nvme"
    EMMC = "emmc"
    FLASH = "flash"
    UNKNOWN = "unknown"


class Use(enum.StrEnum):
    """What holds a drive. Kinds only: a mount point may carry a person's name."""

    ROOT = "root"
    BOOT = "boot"
    HOME = "home"
    SYSTEM = "system"
    LIVE = "live"
    MOUNT = "mount"
    SWAP = "swap"
    LVM = "lvm"
    CRYPT = "crypt"
    RAID = "raid"
    ZFS = "zfs"
    HOLDER = "holder"
    UNKNOWN = "unknown"


class Chassis(enum.StrEnum):
    """What the firmware says the case is."""

    DESKTOP = "desktop"
    LAPTOP = "laptop"
    ALL_IN_ONE = "all_in_one"
    MINI = "mini"
    TABLET = "tablet"
    SERVER = "server"
    VIRTUAL = "virtual"
    UNKNOWN = "unknown"


class Link(enum.StrEnum):
    """What a network interface speaks over."""

    ETHERNET = "ethernet"
    WIFI = "wifi"
    MOBILE = "mobile"
    BLUETOOTH = "bluetooth"
    UNKNOWN = "unknown"


class Charge(enum.StrEnum):
    """The unit of a battery's capacities. They are never mixed."""

    MICROWATT_HOURS = "uwh"
    MICROAMPERE_HOURS = "uah"
    UNKNOWN = "unknown"


class Boot(enum.StrEnum):
    """How the running system was started."""

    UEFI = "uefi"
    BIOS = "bios"
    UNKNOWN = "unknown"


class Lock(enum.StrEnum):
    """A sign that somebody keeps a hold on the machine."""

    ADMIN_PASSWORD = "admin_password"  # noqa: S105  # a word, no secret
    POWER_ON_PASSWORD = "power_on_password"  # noqa: S105  # a word, no secret
    DRIVE_PASSWORD = "drive_password"  # noqa: S105  # a word, no secret
    PLATFORM_BINARY = "platform_binary"
    CHROME_ENROLMENT = "chrome_enrolment"
    UNKNOWN = "unknown"


class SelfTest(enum.StrEnum):
    """How a drive's last test of itself ended."""

    PASSED = "passed"
    FAILED = "failed"
    ABORTED = "aborted"
    RUNNING = "running"
    NEVER = "never"
    UNKNOWN = "unknown"


class PeripheralKind(enum.StrEnum):
    """What a peripheral is for."""

    GRAPHICS = "graphics"
    AUDIO = "audio"
    CAMERA = "camera"
    OPTICAL = "optical"
    MODEM = "modem"
    UNKNOWN = "unknown"


class Need(enum.StrEnum):
    """What Windows 11 asks of a machine."""

    PROCESSOR = "processor"
    CORES = "cores"
    SPEED = "speed"
    MEMORY = "memory"
    STORAGE = "storage"
    UEFI = "uefi"
    TPM_2 = "tpm_2"
    UNKNOWN = "unknown"


class Subject(enum.StrEnum):
    """What an agent looks at, and may fail to see."""

    MACHINE = "machine"
    FIRMWARE = "firmware"
    CPU = "cpu"
    MEMORY = "memory"
    MODULES = "modules"
    TPM = "tpm"
    LOCKS = "locks"
    DRIVES = "drives"
    DRIVE_USE = "drive_use"
    DRIVE_IDENTITY = "drive_identity"
    DRIVE_HEALTH = "drive_health"
    DRIVE_ABILITIES = "drive_abilities"
    BATTERIES = "batteries"
    NETWORK = "network"
    SCREENS = "screens"
    GRAPHICS = "graphics"
    AUDIO = "audio"
    CAMERAS = "cameras"
    OPTICAL = "optical"
    MODEMS = "modems"
    SENSORS = "sensors"
    SYSTEM = "system"
    CLOCK = "clock"
    UNKNOWN = "unknown"


class Why(enum.StrEnum):
    """Why something could not be seen."""

    NOT_OFFERED = "not_offered"
    TOOL_MISSING = "tool_missing"
    PERMISSION = "permission"
    TIMEOUT = "timeout"
    TOOL_FAILED = "tool_failed"
    UNREADABLE = "unreadable"
    HIDDEN = "hidden"
    UNKNOWN = "unknown"


class Mode(enum.StrEnum):
    """What a machine is there for at the moment."""

    BENCH = "bench"
    LOAN = "loan"
    RETURN = "return"
    RETIRED = "retired"
    UNKNOWN = "unknown"


class Work(enum.StrEnum):
    """What the server may ask a machine to do."""

    REPORT = "report"
    TESTS = "tests"
    ERASE = "erase"
    PROVISION = "provision"
    CONNECT = "connect"
    UNKNOWN = "unknown"


class Stage(enum.StrEnum):
    """Where a piece of work stands."""

    TAKEN = "taken"
    STARTED = "started"
    PROGRESS = "progress"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Check(enum.StrEnum):
    """What can be tried on a machine."""

    KEYBOARD = "keyboard"
    SCREEN = "screen"
    SPEAKERS = "speakers"
    MICROPHONE = "microphone"
    CAMERA = "camera"
    USB_PORTS = "usb_ports"
    WIFI = "wifi"
    TOUCHPAD = "touchpad"
    MEMORY = "memory"
    CPU_LOAD = "cpu_load"
    DRIVE_SELF_TEST = "drive_self_test"
    CLOCK = "clock"
    BATTERY_DISCHARGE = "battery_discharge"
    UNKNOWN = "unknown"


class Result(enum.StrEnum):
    """What came of a test. `not_tested` is never a pass."""

    PASS = "pass"  # noqa: S105  # a result, no secret
    WARN = "warn"
    FAIL = "fail"
    NOT_TESTED = "not_tested"
    UNKNOWN = "unknown"


class Judge(enum.StrEnum):
    """Who says what came of a test."""

    PERSON = "person"
    MEASURED = "measured"
    UNKNOWN = "unknown"
