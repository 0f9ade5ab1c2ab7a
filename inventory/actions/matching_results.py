"""Which drive a line of another tool’s report is about, and whether that is certain."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Q

from backoffice.core.models import Site
from inventory import codes
from inventory.actions.evidence import GIGABYTE, ROUNDED_BY
from inventory.imports.result import Result, Weakness
from inventory.models import Doubt, StorageDrive
from inventory.models.drive import DriveQuerySet
from inventory.states import NO_MORE

# Where nwipe cuts a serial off; the standards allow as many, so it need not have.
CUT_AT = 20
MOST_CANDIDATES = 20
# Serials that one query asks for.
AT_ONCE = 500


@dataclasses.dataclass
class Match:
    """The drives that a line may be about: one and no doubt, or a question."""

    result: Result
    drives: Sequence[StorageDrive] = ()
    doubt: Doubt | None = None
    refused: str = ""

    @property
    def drive(self) -> StorageDrive | None:
        """The drive, where there is only one that it may be."""
        return self.drives[0] if len(self.drives) == 1 else None


def drives_of(site: Site) -> DriveQuerySet:
    """The drives whose device, the one they are in or were last in, is of this site."""
    of_site = Q(host__site=site) | Q(host=None, last_host__site=site)
    known = StorageDrive.objects.filter(of_site).exclude(status__in=NO_MORE)
    return known.select_related("host", "last_host").order_by("pk")


def matches(results: Sequence[Result], site: Site) -> list[Match]:
    """What each line is about; of several attempts on a drive only the last counts."""
    known = _by_serial(results, site)
    found = [match(result, site, known) for result in results]
    of_drive: dict[int, list[Match]] = defaultdict(list)
    for each in found:
        if each.drive is not None:
            of_drive[each.drive.pk].append(each)
    for several in of_drive.values():
        _only_the_last(several)
    return found


def _by_serial(
    results: Sequence[Result], site: Site
) -> Mapping[str, list[StorageDrive]]:
    keys = {codes.serial_key(result.serial) for result in results} - {""}
    found: dict[str, list[StorageDrive]] = defaultdict(list)
    wanted = sorted(keys)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        for drive in drives_of(site).filter(serial_key__in=some):
            found[drive.serial_key].append(drive)
    return found


def match(
    result: Result, site: Site, by_serial: Mapping[str, list[StorageDrive]]
) -> Match:
    """What one line is about, among the drives of a site with the serials of all."""
    key = codes.serial_key(result.serial)
    if not key:
        return _without_serial(result, site)
    known = by_serial.get(key, [])[:MOST_CANDIDATES]
    if not known and len(result.serial) >= CUT_AT:
        longer = drives_of(site).filter(serial_key__startswith=key)[:MOST_CANDIDATES]
        return _asked(result, list(longer), Doubt.SERIAL_CUT)
    if len(known) != 1:
        return _asked(result, known, Doubt.SEVERAL)
    return Match(result, known, _contradiction(result, known[0]))


def _without_serial(result: Result, site: Site) -> Match:
    """Only size and model are left to go by; a person has the drive in hand."""
    if not result.size_bytes or result.weakness:
        return Match(result, refused=result.weakness or Weakness.NO_DRIVE.value)
    alike = drives_of(site).filter(size_bytes=result.size_bytes)
    fit = [drive for drive in alike[:200] if not _is_another_model(result, drive)]
    return _asked(result, fit[:MOST_CANDIDATES], Doubt.SERIAL_MISSING)


def _asked(result: Result, drives: list[StorageDrive], doubt: Doubt) -> Match:
    if not drives:
        return Match(result, refused=Weakness.NO_DRIVE.value)
    return Match(result, drives, doubt)


def _contradiction(result: Result, drive: StorageDrive) -> Doubt | None:
    """What speaks against a drive whose serial is the same."""
    said, known = result.size_bytes, drive.size_bytes
    if said and known and said != known and not _is_rounded(drive, said):
        return Doubt.SIZE_DIFFERS
    return Doubt.MODEL_DIFFERS if _is_another_model(result, drive) else None


def _is_rounded(drive: StorageDrive, said: int) -> bool:
    """Whether the size is the whole gigabytes of a label, that somebody typed."""
    known = drive.size_bytes or 0
    typed = not drive.last_seen_at and known % GIGABYTE == 0
    return typed and abs(said - known) * ROUNDED_BY <= known


def _is_another_model(result: Result, drive: StorageDrive) -> bool:
    return codes.same_product(drive.make, drive.model, "", result.model) is False


def _only_the_last(several: list[Match]) -> None:
    """Refuse the earlier attempts on a drive; ask about two at the same time."""
    last = several[-1]
    for each in several[:-1]:
        if each.result.run == last.result.run:
            each.doubt = last.doubt = Doubt.SEVERAL
        else:
            each.refused = each.refused or Weakness.NEWER_ATTEMPT.value
