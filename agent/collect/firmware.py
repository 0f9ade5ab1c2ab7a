"""The firmware: who made it, how it starts, its security chip, its locks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agent import facts
from agent.collect.around import Around, Seen, entries, said
from agent.collect.tables import Tables

# The variable of the UEFI specification, 3.3: four bytes of attributes, one of value.
SECURE_BOOT = "firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
TPM_CLASS = "class/tpm"
ACPI = "firmware/acpi/tables"
NAMES = ("vendor", "version", "date")
ROLES = {
    "bios-admin": facts.Lock.ADMIN_PASSWORD,
    "power-on": facts.Lock.POWER_ON_PASSWORD,
}
STATES = {
    "Administrator Password Status": facts.Lock.ADMIN_PASSWORD,
    "Power-On Password Status": facts.Lock.POWER_ON_PASSWORD,
}


def firmware(around: Around, told: Tables | None = None) -> Seen[facts.Firmware | None]:
    """`told` is what the firmware's tables say of passwords."""
    words = _words(around.sys / "class/dmi/id", told)
    if words is None:
        unseen = facts.Unseen(
            subject=facts.Subject.FIRMWARE, why=facts.Why.NOT_OFFERED, about="dmi"
        )
        return Seen(None, (unseen,))
    make, version, date = words
    is_uefi = (around.sys / "firmware/efi").is_dir()
    tpm, no_tpm = _tpm(around)
    found = facts.Firmware(
        make=make,
        version=version,
        date=date,
        boot=facts.Boot.UEFI if is_uefi else facts.Boot.BIOS,
        secure_boot=_secure_boot(around) if is_uefi else False,
        tpm_version=tpm,
        locks=_locks(around, told),
    )
    return Seen(found, (*no_tpm, *_blind(around, told)))


def _words(dmi: Path, told: Tables | None) -> tuple[str, str, str] | None:
    """Maker, version and date: from sysfs, else from the firmware's tables."""
    if dmi.is_dir():
        make, version, date = (said(dmi / f"bios_{name}") for name in NAMES)
        return make, version, date
    tables = told.dmi.of(0) if told and told.dmi else []
    for bios in tables:
        return bios.said("Vendor"), bios.said("Version"), bios.said("Release Date")
    return None


def _secure_boot(around: Around) -> bool | None:
    try:
        content = (around.sys / SECURE_BOOT).read_bytes()
    except OSError:
        return None
    return bool(content[4]) if len(content) == 5 else None


def _tpm(around: Around) -> tuple[str, tuple[facts.Unseen, ...]]:
    """Its version; "" for none, which only a kernel with a driver can say."""
    for chip in entries(around.sys / TPM_CLASS):
        major = said(chip / "tpm_version_major")
        if major or "1.2" in said(chip / "device/caps") or (chip / "caps").exists():
            return {"2": "2.0", "1": "1.2"}.get(major or "1", major), ()
    if (around.sys / ACPI / "TPM2").exists():
        return "2.0", ()
    if (around.sys / TPM_CLASS).is_dir():
        return "", ()
    return "", (
        facts.Unseen(
            subject=facts.Subject.TPM, why=facts.Why.NOT_OFFERED, about="sysfs"
        ),
    )


def _locks(around: Around, told: Tables | None) -> tuple[facts.Lock, ...]:
    found = {*_of_tables(told), *_of_attributes(around)}
    if (around.sys / ACPI / "WPBT").exists():
        found.add(facts.Lock.PLATFORM_BINARY)
    if said(around.sys / "firmware/vpd/rw/check_enrollment") == "1":
        found.add(facts.Lock.CHROME_ENROLMENT)
    return tuple(sorted(found))


def _of_tables(told: Tables | None) -> Iterator[facts.Lock]:
    """SMBIOS 3.7, table 24 (Hardware Security)."""
    for each in told.dmi.of(24) if told and told.dmi else []:
        for field, lock in STATES.items():
            if each.said(field).lower() == "enabled":
                yield lock


def _authentications(around: Around) -> list[Path]:
    makers = entries(around.sys / "class/firmware-attributes")
    return [each for maker in makers for each in entries(maker / "authentication")]


def _of_attributes(around: Around) -> Iterator[facts.Lock]:
    """What the drivers of Dell, HP and Lenovo show of passwords."""
    for each in _authentications(around):
        lock = ROLES.get(said(each / "role"))
        if lock and said(each / "is_enabled") == "1":
            yield lock


def _blind(around: Around, told: Tables | None) -> tuple[facts.Unseen, ...]:
    """Where neither the tables nor a driver could tell of a password."""
    has_table = bool(told and told.dmi and told.dmi.of(24))
    if told is None or has_table or _authentications(around):
        return ()
    return told.unseen(facts.Subject.LOCKS) or (
        facts.Unseen(subject=facts.Subject.LOCKS, why=facts.Why.NOT_OFFERED),
    )
