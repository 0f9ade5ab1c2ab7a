"""Show people what the agent sees, on a terminal."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import IO

from rich.console import Console
from rich.table import Table

from agent import wire
from agent.collect import Findings
from agent.words import Words

MM_PER_INCH = 25.4


@dataclasses.dataclass(frozen=True)
class Standing:
    """Where this machine stands with its server, as far as this user may know.

    `server` is "" before enrolment; both are None where the rights are missing.
    """

    server: str | None = None
    waiting: int | None = None


def print_machine(
    findings: Findings, standing: Standing, words: Words, out: IO[str]
) -> None:
    """Print every subject, then what could not be seen.

    Nothing in a machine's texts is taken for the terminal's own markup.
    """
    console = Console(file=out, markup=False, highlight=False, emoji=False)
    console.print(_facts(words("Machine"), _about_machine(findings, words)))
    console.print(_drives(findings.drives, words))
    if findings.unseen:
        console.print(_unseen(findings.unseen, words))
    console.print(_facts(words("Agent"), _about_standing(standing, words)))


def _facts(title: str, facts: Iterator[tuple[str, str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(name, value)
    return table


def _about_machine(findings: Findings, words: Words) -> Iterator[tuple[str, str]]:
    machine, unknown = findings.machine, words("not known")
    yield words("Maker"), machine.known_make or unknown
    yield words("Model"), machine.known_model or unknown
    yield words("Serial number"), machine.known_serial or unknown
    yield words("Case"), words.of(machine.chassis)
    if findings.firmware:
        yield words("Firmware"), _firmware(findings.firmware, words)
        for lock in findings.firmware.locks:
            yield words("Lock"), words.of(lock)
    if findings.cpu:
        yield words("Processor"), _processor(findings.cpu, words)
    if findings.memory:
        yield words("Memory"), _memory(findings.memory, words)
        for module in findings.memory.modules:
            yield "", _module(module, words)
    for battery in findings.batteries:
        yield words("Battery"), _battery(battery, words)
    yield from _about_parts(findings, words)
    yield words("System"), _joined(findings.system.name, findings.system.kernel)
    if findings.windows_11:
        yield "Windows 11", _windows_11(findings.windows_11, words)


def _about_parts(findings: Findings, words: Words) -> Iterator[tuple[str, str]]:
    for screen in findings.screens:
        yield words("Screen"), _screen(screen, words)
    for part in findings.peripherals:
        name = _joined(part.make, part.model) or part.id
        yield words.of(part.kind), name or words("not known")
    for interface in findings.network:
        card = _joined(interface.make, interface.model)
        yield words("Network"), _joined(interface.name, interface.link, card)
    for sensor in findings.sensors:
        yield words("Temperature"), f"{sensor.name} {sensor.celsius}\u202f°C"


def _firmware(firmware: wire.Firmware, words: Words) -> str:
    tpm = f"TPM {firmware.tpm_version}" if firmware.tpm_version else ""
    secure = "Secure Boot" if firmware.secure_boot else ""
    start = "" if firmware.boot is wire.Boot.UNKNOWN else firmware.boot.value.upper()
    about = ", ".join(word for word in (firmware.date, start, secure, tpm) if word)
    return _joined(firmware.make, firmware.version, about and f"({about})")


def _processor(cpu: wire.Cpu, words: Words) -> str:
    level = f"x86-64-v{cpu.x86_level}" if cpu.x86_level else ""
    if cpu.cores is None or cpu.threads is None:
        return _joined(cpu.model, level)
    count = words(
        "cores: {cores}, threads: {threads}", cores=cpu.cores, threads=cpu.threads
    )
    return _joined(cpu.model, f"({count})", level)


def _memory(memory: wire.Memory, words: Words) -> str:
    usable = words.memory(memory.total_bytes)
    if memory.installed_bytes is None or memory.slots is None:
        return usable
    return words(
        "{fitted} fitted (slots used: {modules} of {slots}), {usable} usable",
        fitted=words.memory(memory.installed_bytes),
        modules=len(memory.modules),
        slots=memory.slots,
        usable=usable,
    )


def _module(module: wire.Module, words: Words) -> str:
    speed = f"{module.speed_mts}\u202fMT/s" if module.speed_mts else ""
    size = words.memory(module.size_bytes)
    return _joined(module.slot, size, module.type, speed, module.make, module.part)


def _battery(battery: wire.Battery, words: Words) -> str:
    percent = battery.health_percent
    if percent is None:
        return _joined(battery.name, battery.model)
    left = words("{percent} % of its first capacity", percent=percent)
    cycles = words("cycles: {count}", count=battery.cycles) if battery.cycles else ""
    return _joined(battery.name, battery.model, left, cycles and f"({cycles})")


def _screen(screen: wire.Screen, words: Words) -> str:
    pixels = inches = ""
    if screen.width_px and screen.height_px:
        pixels = f"{screen.width_px}\u202f×\u202f{screen.height_px}"
    if screen.width_mm and screen.height_mm:
        diagonal = math.hypot(screen.width_mm, screen.height_mm) / MM_PER_INCH
        inches = words("{inches} in", inches=words.decimal(diagonal))
    return _joined(screen.name, screen.make, screen.model, pixels, inches)


def _windows_11(found: wire.Windows11, words: Words) -> str:
    if found.eligible:
        return words("supported")
    needs = ", ".join(words.of(need) for need in found.missing or found.unknown)
    if found.missing:
        return words("not supported, it would need: {needs}", needs=needs)
    return words("open, could not be seen: {needs}", needs=needs)


def _drives(drives: tuple[wire.Drive, ...], words: Words) -> Table:
    """One block of facts per drive: six columns would not fit on a small screen."""
    table = Table(title=words("Drives"), title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for drive in drives:
        table.add_row(drive.name, drive.model or words("not known"))
        for name, value in _about_drive(drive, words):
            table.add_row(name, value)
        table.add_section()
    if not drives:
        table.add_row(words("no drive was seen"))
    return table


def _about_drive(drive: wire.Drive, words: Words) -> Iterator[tuple[str, str]]:
    yield words("Serial number"), drive.serial or words("not known")
    yield words("Kind"), _kind(drive, words)
    yield words("Size"), _size(drive, words)
    yield words("In use"), _in_use(drive, words)
    yield words("Health"), _health(drive.health, words)


def _kind(drive: wire.Drive, words: Words) -> str:
    """Bus and medium, such as SATA SSD; NVMe and eMMC are both in one word."""
    known = dict.fromkeys(
        word.value.upper()
        for word in (drive.bus, drive.medium)
        if word.value != "unknown"
    )
    is_between = drive.behind in (wire.Behind.USB_BRIDGE, wire.Behind.RAID)
    between = words.of(drive.behind) if is_between else ""
    return _joined(*known, between) or words("not known")


def _size(drive: wire.Drive, words: Words) -> str:
    """What is hidden behind the end that the system sees is said."""
    size = words.size(drive.size_bytes)
    if drive.native_bytes is None or drive.native_bytes <= drive.size_bytes:
        return size
    hidden = words.size(drive.native_bytes - drive.size_bytes)
    return _joined(size, words("+ {size} hidden", size=hidden))


def _in_use(drive: wire.Drive, words: Words) -> str:
    if not drive.in_use:
        return words("no")
    uses = ", ".join(words.of(use) for use in drive.in_use_by)
    return words("yes: {uses}", uses=uses)


def _health(health: wire.Health | None, words: Words) -> str:
    """The drive's own verdict, and the numbers that prove more than it does."""
    if health is None:
        return words("not known")
    known = {True: words("passed"), False: words("FAILING")}
    verdict = words("not known") if health.passed is None else known[health.passed]
    numbers = (
        ("hours on: {count}", health.power_on_hours),
        ("sectors moved: {count}", health.reallocated_sectors),
        ("sectors pending: {count}", health.pending_sectors),
        ("{count} % worn", health.percentage_used),
        ("errors of its memory: {count}", health.media_errors),
    )
    told = [words(name, count=count) for name, count in numbers if count]
    return ", ".join((verdict, *told))


def _unseen(unseen: tuple[wire.Unseen, ...], words: Words) -> Table:
    table = Table(title=words("Not seen"), title_justify="left", show_header=False)
    for each in unseen:
        detail = f"({each.detail})" if each.detail else ""
        reason = _joined(words.of(each.why), detail)
        table.add_row(words.of(each.subject), each.about, reason)
    return table


def _about_standing(standing: Standing, words: Words) -> Iterator[tuple[str, str]]:
    if standing.server is None:
        yield words("Server"), words.of(wire.Why.PERMISSION)
        return
    yield words("Server"), standing.server or words("not enrolled")
    yield words("Reports waiting"), str(standing.waiting or 0)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
