"""What a report says of the machine as a whole, and what it could not see."""

from typing import Annotated

from agent.fields import Count, Line, Name, Sentence, Size, Tag, Word
from agent.kinds import AtMost, Number
from agent.message import Message
from agent.placeholders import known, known_uuid, other_byte_order
from agent.vocabulary import Boot, Chassis, Lock, Need, Subject, Why


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
