"""Show people what the agent sees, on a terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import IO

from rich.console import Console
from rich.table import Table

from agent import wire
from agent.collect import Findings
from agent.words import Words


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
    yield words("Maker"), machine.make or machine.board_make or unknown
    yield words("Model"), machine.model or machine.board_model or unknown
    yield words("Serial number"), machine.serial or unknown
    yield words("Case"), words.of(machine.chassis)
    if findings.firmware:
        yield (
            words("Firmware"),
            _joined(findings.firmware.make, findings.firmware.version),
        )
    if findings.cpu:
        yield words("Processor"), _processor(findings.cpu, words)
    if findings.memory:
        yield words("Memory"), words.memory(findings.memory.total_bytes)
    for battery in findings.batteries:
        yield words("Battery"), _battery(battery, words)
    for interface in findings.network:
        yield words("Network"), _joined(interface.name, interface.link, interface.mac)
    yield words("System"), _joined(findings.system.name, findings.system.kernel)


def _processor(cpu: wire.Cpu, words: Words) -> str:
    if cpu.cores is None or cpu.threads is None:
        return cpu.model
    count = words(
        "{cores} cores, {threads} threads", cores=cpu.cores, threads=cpu.threads
    )
    return _joined(cpu.model, f"({count})")


def _battery(battery: wire.Battery, words: Words) -> str:
    if battery.full is None or not battery.design:
        return _joined(battery.name, battery.model)
    # a new battery may hold more than it was made for
    percent = min(100, round(100 * battery.full / battery.design))
    left = words("{percent} % of its first capacity", percent=percent)
    return _joined(battery.name, battery.model, left)


def _drives(drives: tuple[wire.Drive, ...], words: Words) -> Table:
    table = Table(title=words("Drives"), title_justify="left")
    for head in ("Name", "Kind", "Model", "Serial number", "Size", "In use", "Health"):
        # what is read aloud, copied or must not be missed stays in one piece
        is_whole = head not in ("Kind", "Model", "In use")
        table.add_column(words(head), overflow="fold", no_wrap=is_whole)
    for drive in drives:
        table.add_row(
            drive.name,
            _kind(drive, words),
            drive.model or words("not known"),
            drive.serial or words("not known"),
            words.size(drive.size_bytes),
            _in_use(drive, words),
            _health(drive.health, words),
        )
    if not drives:
        table.add_row(words("no drive was seen"))
    return table


def _kind(drive: wire.Drive, words: Words) -> str:
    """Bus and medium, such as SATA SSD; NVMe and eMMC are both in one word."""
    known = dict.fromkeys(
        word.value.upper()
        for word in (drive.bus, drive.medium)
        if word.value != "unknown"
    )
    return " ".join(known) or words("not known")


def _in_use(drive: wire.Drive, words: Words) -> str:
    if not drive.in_use:
        return words("no")
    uses = ", ".join(words.of(use) for use in drive.in_use_by)
    return words("yes: {uses}", uses=uses)


def _health(health: wire.Health | None, words: Words) -> str:
    verdict = health.passed if health else None
    known = {True: words("passed"), False: words("FAILING")}
    return words("not known") if verdict is None else known[verdict]


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
