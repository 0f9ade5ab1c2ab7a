"""Drives that answer to hdparm, nvme and mmc as real ones do, and a clock for them.

Each is a runner: what it prints follows the formats of the tools, by hand. Time is
what a test says: a drive gets on with its work when its clock is slept on.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from agent import wire
from agent.erase.contract import Target
from agent.erase.firmware.pace import Pace
from agent.run import Ran
from agent.vocabulary import Why
from tests.agent.trees import disk

MIB = 2**20
SECTORS = 131072  # 64 MiB
SERIAL = "FICTIFSSD1"
MODEL = "FICTIF SSD 850 EVO 64"
MANGLED = b"SG_IO: bad/missing sense data, sb[]:  70 00 0b 00 00 00 00 0a\n"


def said(text: str, exit_code: int = 0, stderr: str = "") -> Ran:
    return Ran((), exit_code, text.encode(), stderr.encode())


def refused(act: str, exit_code: int = 5) -> Ran:
    return said("", exit_code, f"{act}: Input/output error\n")


class Clock:
    """Seconds that pass when somebody sleeps. `then` is done once the time is there."""

    def __init__(self) -> None:
        self.now = 0.0
        self._then: list[tuple[float, Callable[[], None]]] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        due = [each for each in self._then if each[0] <= self.now]
        self._then = [each for each in self._then if each[0] > self.now]
        for _, act in due:
            act()

    def in_seconds(self, seconds: float, act: Callable[[], None]) -> None:
        self._then.append((self.now + seconds, act))

    @property
    def pace(self) -> Pace:
        return Pace(poll_seconds=3.0, monotonic=lambda: self.now, sleep=self.sleep)


class Ata:
    """An ATA SSD of 64 MiB. `lies`: it takes everything, and does nothing."""

    def __init__(self, clock: Clock, **facts: Any) -> None:
        self.clock = clock
        self.asked: list[tuple[str, ...]] = []
        self.is_security = self.is_enhanced = True
        self.is_enabled = self.is_locked = self.is_frozen = self.is_expired = False
        self.password = ""
        self.is_sanitize_frozen = self.is_failed = self.was_completed = False
        self.sanitizes: tuple[str, ...] = (
            "BLOCK_ERASE_EXT",
            "CRYPTO_SCRAMBLE_EXT",
            "OVERWRITE_EXT",
        )
        self.running_until: float | None = None
        self.seconds = 60.0
        self.fails = 0
        self.lies = self.is_mangled = False
        self.is_erased = False
        self.visible = self.native = self.real = SECTORS
        self.areas: tuple[str, ...] = (
            "Host Protected Area",
            "Device Configuration Overlay",
        )
        self.is_amax = self.is_dco_frozen = False
        self.model, self.serial = MODEL, SERIAL
        for name, value in facts.items():
            assert hasattr(self, name), name
            setattr(self, name, value)

    def __call__(self, argv: Sequence[str], timeout_seconds: float) -> Ran:
        self.asked.append(tuple(argv))
        if argv[0] != "hdparm":
            return Ran(tuple(argv), why=Why.TOOL_MISSING)
        self._get_on()
        ran = self._answer(argv)
        if self.is_mangled and "-I" not in argv:
            ran = ran._replace(exit_code=0, stderr=MANGLED + ran.stderr)
        return ran._replace(argv=tuple(argv))

    def commands(self, word: str) -> list[tuple[str, ...]]:
        return [argv for argv in self.asked if any(word in each for each in argv)]

    def _get_on(self) -> None:
        if self.running_until is None or self.clock.now < self.running_until:
            return
        self.running_until = None
        self.is_failed = self.fails > 0
        self.fails -= self.is_failed
        if not self.is_failed:
            self.was_completed = self.is_erased = True

    def _answer(self, argv: Sequence[str]) -> Ran:
        if argv[1] == "-V":
            return said("hdparm v9.65\n")
        options = [each for each in argv[1:-1] if each.startswith("-")]
        if "-I" in options:
            text = self.identity()
            return said(text + (self._ends() if "-N" in options else ""))
        if "-N" in options:
            return said(self._ends())
        for option in options:
            if option.startswith("-N"):
                return self._uncover(int(option.removeprefix("-Np")))
            if option.startswith("--sanitize"):
                return self._sanitize(option)
            if option.startswith("--security"):
                return self._secure(option, argv[-2])
            if option.startswith("--dco"):
                return self._overlay(option)
        raise AssertionError(argv)

    def identity(self) -> str:
        offered = [f"\t   *\t{word} command\n" for word in self.sanitizes]
        sets = "".join(f"\t   *\t{area} feature set\n" for area in self.areas)
        return (
            "\n/dev/sda:\n\nATA device, with non-removable media\n"
            f"\tModel Number:       {self.model:<40}\n"
            f"\tSerial Number:      {self.serial:<20}\n"
            "\tFirmware Revision:  EX01\n"
            f"\tLBA    user addressable sectors:  {self.visible}\n"
            f"\tLBA48  user addressable sectors:  {self.visible}\n"
            "\tLogical  Sector size:                   512 bytes\n"
            f"{sets}{'	   *	SANITIZE feature set' if offered else ''}\n"
            f"{''.join(offered)}{self._security()}Checksum: correct\n"
        )

    def _security(self) -> str:
        if not self.is_security:
            return ""
        states = {
            "enabled": self.is_enabled,
            "locked": self.is_locked,
            "frozen": self.is_frozen,
            "expired: security count": self.is_expired,
            "supported: enhanced erase": self.is_enhanced,
        }
        told = "".join(
            f"\t{'' if is_so else 'not'}\t{state}\n" for state, is_so in states.items()
        )
        return (
            f"Security: \n\tMaster password revision code = 65534\n\t\tsupported\n{told}"
            "\t2min for SECURITY ERASE UNIT. 4min for ENHANCED SECURITY ERASE UNIT. \n"
        )

    def _sanitize(self, option: str) -> Ran:
        if not self.sanitizes:
            return said("", 22, "SANITIZE feature set is not supported\n")
        if option == "--sanitize-status":
            return self._status()
        if self.is_sanitize_frozen or self.running_until is not None:
            reason = "SANITIZE device error reason: Device in FROZEN state\n"
            return said("", 5, f"SANITIZE failed: Input/output error\n{reason}")
        self.is_failed = False
        if not self.lies:
            self.was_completed = False
            self.running_until = self.clock.now + self.seconds
        return said("Issuing SANITIZE command\nOperation started in background\n")

    def _status(self) -> Ran:
        head = "\n/dev/sda:\nIssuing SANITIZE_STATUS command\n"
        if self.is_failed:
            reason = "Last Sanitize Command completed unsuccessfully"
            error = (
                "SANITIZE failed: Input/output error\n"
                f"SANITIZE device error reason: {reason}\n"
                "Drive in SD3 Sanitize Operation Failed state\n"
            )
            return said(head, 5, error)
        state = (
            "SD1 Sanitize Frozen" if self.is_sanitize_frozen else "SD0 Sanitize Idle"
        )
        if self.running_until is not None:
            left = self.running_until - self.clock.now
            done = int(65535 * (1 - left / self.seconds))
            state = f"SD2 Sanitize operation In Process\n    Progress: {done:#x} (x%)"
        last = "    Last Sanitize Operation Completed Without Error\n"
        ended = last if self.was_completed else ""
        return said(f"{head}Sanitize status:\n    State:    {state}\n{ended}")

    def _secure(self, option: str, password: str) -> Ran:
        if self.is_frozen or self.is_expired:
            return refused("SECURITY_SET_PASS")
        if self.lies:
            return said("", 0)
        if option == "--security-set-pass" and not self.is_locked:
            self.password, self.is_enabled = password, True
            return said(f' Issuing SECURITY_SET_PASS command, password="{password}"\n')
        if not self.is_enabled or password != self.password:
            return refused("SECURITY_UNLOCK")
        if option.startswith("--security-erase"):
            return self._erase_unit()
        self.is_locked = False
        if option == "--security-disable":
            self.is_enabled = False
        return said("")

    def _erase_unit(self) -> Ran:
        """Blocks until the clock has come so far."""
        done = threading.Event()
        self.clock.in_seconds(self.seconds, done.set)
        assert done.wait(30), "nobody let the time pass"
        if self.fails:
            self.fails -= 1
            return refused("SECURITY_ERASE")
        self.is_enabled = self.is_locked = False
        self.is_erased = True
        return said("")

    def _ends(self) -> str:
        name = "ACCESSIBLE MAX ADDRESS" if self.is_amax else "HPA is"
        state = "enabled" if self.visible < self.native else "disabled"
        return f" max sectors   = {self.visible}/{self.native}, {name} {state}\n"

    def _uncover(self, sectors: int) -> Ran:
        if sectors > self.native:
            return refused(" SET_MAX_ADDRESS failed")
        if not self.lies:
            self.visible = sectors
        return said(f" setting max visible sectors to {sectors} (permanent)\n")

    def _overlay(self, option: str) -> Ran:
        if self.is_dco_frozen:
            return refused(f" HDIO_DRIVE_CMD({option[2:].replace('-', '_')}) failed")
        if option == "--dco-identify":
            text = f"DCO Checksum verified.\n\tReal max sectors: {self.real}\n"
            return said(text)
        if self.visible < self.native:
            return refused(" HDIO_DRIVE_CMD(dco_restore) failed")
        if not self.lies:
            self.native = self.visible = self.real
        return said(" issuing DCO restore command\n")


class Nvme:
    """An NVMe drive of 64 MiB with one namespace."""

    def __init__(self, clock: Clock, **facts: Any) -> None:
        self.clock = clock
        self.asked: list[tuple[str, ...]] = []
        self.sanicap, self.oacs, self.fna = 7, 0x2, 0x4
        self.status, self.action = 0, 0
        self.running_until: float | None = None
        self.seconds = 60.0
        self.fails = 0
        self.lies = self.is_erased = self.is_slow = False
        self.flbas, self.left, self.blocks = 1, 0, 16384
        self.model, self.serial = "FICTIF NVME 512", "FICTIFNVME1"
        for name, value in facts.items():
            assert hasattr(self, name), name
            setattr(self, name, value)

    def __call__(self, argv: Sequence[str], timeout_seconds: float) -> Ran:
        self.asked.append(tuple(argv))
        if argv[0] != "nvme":
            return Ran(tuple(argv), why=Why.TOOL_MISSING)
        if self.running_until is not None and self.clock.now >= self.running_until:
            self._end()
        acts = {
            "id-ctrl": self._identify,
            "id-ns": self._namespace,
            "sanitize-log": self._log,
            "sanitize": self._sanitize,
            "format": self._format,
        }
        return acts[argv[1]](argv)._replace(argv=tuple(argv))

    def commands(self, word: str) -> list[tuple[str, ...]]:
        return [argv for argv in self.asked if argv[1] == word]

    def _end(self) -> None:
        self.running_until = None
        if self.fails:
            self.fails -= 1
            self.status = 3
            return
        self.status, self.is_erased = 1, True

    def _identify(self, argv: Sequence[str]) -> Ran:
        told = {
            "sn": f"{self.serial:<20}",
            "mn": f"{self.model:<40}",
            "oacs": self.oacs,
            "fna": self.fna,
            "sanicap": self.sanicap,
        }
        return said(json.dumps(told))

    def _namespace(self, argv: Sequence[str]) -> Ran:
        formats = [{"ms": 0, "ds": 9, "rp": 0}, {"ms": 0, "ds": 12, "rp": 0}]
        told = {
            "nsze": self.blocks,
            "nlbaf": 1,
            "flbas": self.flbas,
            "fpi": 0x80 | self.left,
            "lbafs": formats,
        }
        return said(json.dumps(told))

    def _log(self, argv: Sequence[str]) -> Ran:
        progress = 65535
        if self.running_until is not None:
            left = self.running_until - self.clock.now
            progress = int(65535 * (1 - left / self.seconds))
        words = f"({self.status}) As it is."
        told = {"sprog": progress, "sstat": {"global_erased": 0, "status": words}}
        return said(json.dumps({"nvme0": {**told, "cdw10_info": self.action}}))

    def _sanitize(self, argv: Sequence[str]) -> Ran:
        action = int(argv[-1].removeprefix("--sanact="))
        if self.running_until is not None:
            return said("", 1, "NVMe status: Sanitize In Progress(0x1d)\n")
        if action == 1:
            return said("", 1, "NVMe status: Sanitize Failed(0x1c)\n")
        if self.lies:
            return said("")
        self.status, self.action = 2, action
        self.running_until = self.clock.now + self.seconds
        return said("")

    def _format(self, argv: Sequence[str]) -> Ran:
        if self.status == 3:
            return said("", 1, "NVMe status: Sanitize Failed(0x1c)\n")
        done = threading.Event()
        self.clock.in_seconds(self.seconds, done.set)
        assert done.wait(30), "nobody let the time pass"
        number = next(each for each in argv if each.startswith("--lbaf="))
        self.flbas = int(number.removeprefix("--lbaf="))
        self.is_erased = not self.lies
        return said("Success formatting namespace:1\n")


ATA_TREE = disk(
    "sda",
    sectors=SECTORS,
    device_model=MODEL[:16],
    device_vendor="ATA     ",
    device_vpd_pg80=b"\x00\x80\x00\x0a" + SERIAL.encode(),
)
NVME_TREE = disk(
    "nvme0n1",
    place="pci0000:00/0000:00:1d.0/nvme/nvme0",
    number="259:0",
    sectors=SECTORS,
    device_model="FICTIF NVME 512",
    device_serial="FICTIFNVME1   ",
)
EMMC_TREE = disk(
    "mmcblk0",
    place="pci0000:00/0000:00:1c.0/mmc_host/mmc0/mmc0:0001",
    number="179:0",
    sectors=SECTORS,
    device_type="MMC",
    device_name="FICTIF",
    device_serial="0x12345678",
)


def ata_drive(**facts: Any) -> wire.Drive:
    told = {
        "name": "sda",
        "path": "/dev/sda",
        "bus": wire.Bus.SATA,
        "behind": wire.Behind.NOTHING,
        "medium": wire.Medium.SSD,
        "model": MODEL,
        "serial": SERIAL,
        "size_bytes": SECTORS * 512,
        "logical_block_bytes": 512,
        "in_use": False,
    }
    return wire.Drive(**{**told, **facts})


def nvme_drive(**facts: Any) -> wire.Drive:
    told = {
        "name": "nvme0n1",
        "path": "/dev/nvme0n1",
        "bus": wire.Bus.NVME,
        "medium": wire.Medium.NVME,
        "model": "FICTIF NVME 512",
        "serial": "FICTIFNVME1",
        "logical_block_bytes": 4096,
    }
    return ata_drive(**{**told, **facts})


def target_of(drive: wire.Drive) -> Target:
    admin = "/dev/nvme0" if drive.name == "nvme0n1" else drive.path
    return Target(drive, drive.path, admin, drive.size_bytes, 512)


class Told:
    """What a method told while it worked."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.percents: list[int | None] = []

    def __call__(self, step: str, advance: Any) -> None:
        self.steps.append(step)
        self.percents.append(advance.percent)
