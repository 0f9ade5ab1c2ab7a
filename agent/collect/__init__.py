"""Look at this machine: one pure reader per subject, everything handed in."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from agent import facts
from agent.collect.around import Around, Seen, T
from agent.collect.battery import batteries
from agent.collect.cpu import cpu
from agent.collect.drives import drives
from agent.collect.firmware import firmware
from agent.collect.machine import machine
from agent.collect.meanwhile import Meanwhile
from agent.collect.memory import memory
from agent.collect.network import network
from agent.collect.pci import Names, names
from agent.collect.peripherals import peripherals
from agent.collect.screens import screens
from agent.collect.sensors import sensors
from agent.collect.system import system
from agent.collect.tables import Tables, tables
from agent.collect.unbroken import seen, several, unbroken
from agent.collect.windows11 import windows_11

__all__ = ["Around", "Findings", "look"]


class Findings(NamedTuple):
    """What one look at the machine found, and what it could not see."""

    machine: facts.Machine
    firmware: facts.Firmware | None
    cpu: facts.Cpu | None
    memory: facts.Memory | None
    drives: tuple[facts.Drive, ...]
    batteries: tuple[facts.Battery, ...]
    network: tuple[facts.Interface, ...]
    system: facts.System
    unseen: tuple[facts.Unseen, ...]
    screens: tuple[facts.Screen, ...] = ()
    peripherals: tuple[facts.Peripheral, ...] = ()
    sensors: tuple[facts.Sensor, ...] = ()
    windows_11: facts.Windows11 | None = None


def look(around: Around) -> Findings:
    """Look at every subject once; what takes other programs goes on meanwhile."""
    unseen: list[facts.Unseen] = []
    of = facts.Subject

    def kept(found: Seen[T]) -> T:
        unseen.extend(found.unseen)
        return found.what

    of_drives = Meanwhile(partial(several, of.DRIVES, partial(drives, around)))
    of_tables = Meanwhile(partial(unbroken, partial(tables, around), _no_tables))
    seen_sensors = several(of.SENSORS, partial(sensors, around))
    seen_screens = several(of.SCREENS, partial(screens, around))
    seen_cpu = seen(of.CPU, None, partial(cpu, around))
    seen_batteries = several(of.BATTERIES, partial(batteries, around))
    named = unbroken(partial(names, around), _no_names)
    told = of_tables.answer()
    findings = Findings(
        machine=kept(seen(of.MACHINE, facts.Machine(), partial(machine, around, told))),
        firmware=kept(seen(of.FIRMWARE, None, partial(firmware, around, told))),
        cpu=kept(seen_cpu),
        memory=kept(seen(of.MEMORY, None, partial(memory, around, told))),
        drives=kept(of_drives.answer()),
        batteries=kept(seen_batteries),
        network=kept(several(of.NETWORK, partial(network, around, named))),
        system=kept(seen(of.SYSTEM, facts.System(), partial(system, around))),
        screens=kept(seen_screens),
        peripherals=kept(several(of.UNKNOWN, partial(peripherals, around, named))),
        sensors=kept(seen_sensors),
        unseen=(),
    )
    return concluded(findings._replace(unseen=tuple(unseen)))


def _no_tables(why: str) -> Tables:
    return Tables(why=facts.Why.UNREADABLE, detail=why)


def _no_names(_why: str) -> Names:
    return Names(why=facts.Why.UNREADABLE)


def concluded(findings: Findings) -> Findings:
    """What follows from several subjects together."""
    saw_tpm = all(each.subject is not facts.Subject.TPM for each in findings.unseen)
    return findings._replace(
        firmware=_with_drive_locks(findings),
        windows_11=windows_11(
            findings.cpu, findings.memory, findings.drives, findings.firmware, saw_tpm
        ),
    )


def _with_drive_locks(findings: Findings) -> facts.Firmware | None:
    """A drive with a password is a lock of the machine too."""
    is_locked = any(
        each.abilities and each.abilities.security_enabled for each in findings.drives
    )
    if findings.firmware is None or not is_locked:
        return findings.firmware
    locks = {*findings.firmware.locks, facts.Lock.DRIVE_PASSWORD}
    return findings.firmware.but(locks=tuple(sorted(locks)))
