"""Scanners that post to a station: let in, heard, and sent away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, Machine, keep_form, permit
from backoffice.core.models import Site, SiteEvent
from backoffice.core.models.token import hash_secret, new_code
from inventory.errors import ScannerCodeInvalid, ScannerRevoked
from inventory.models import ArrivedScan, Scan, StationScanner
from inventory.models.station_scanner import CODE_MINUTES, hash_scanner_code

# Answered codes are of no use to anybody after that: their scans are kept.
KEPT = dt.timedelta(days=30)


class Arriving(NamedTuple):
    """One code as a scanner posts it; `age` is None where it is not known."""

    nonce: uuid.UUID
    code: str
    age: dt.timedelta | None


@transaction.atomic(durable=True)
def let_scanner_in(
    *, site: Site, station: str, by: Actor
) -> tuple[StationScanner, str]:
    """Let one scanner post to this station; returns its join code in clear, once."""
    user = permit(by, "inventory.join_scanner", at=site.pk)
    keep_form(by)
    code = new_code()
    scanner = StationScanner.objects.create(
        site=site,
        station=station,
        code_hmac=hash_scanner_code(code),
        code_expires_at=timezone.now() + dt.timedelta(minutes=CODE_MINUTES),
        made_by=user,
    )
    _note(scanner, "scanner_let_in", by=by)
    return scanner, code


@transaction.atomic(durable=True)
def join_scanner(*, code: str, station: str, token: str) -> StationScanner:
    """Give a scanner the credential that it brings: the code is proof that it may.

    The same code with the same credential again is answered again, because the first
    answer may have been lost on the way.
    """
    scanner = StationScanner.objects.lock_code(code)
    digest = hash_secret(token)
    if scanner is None or scanner.token_sha256 not in (None, digest):
        raise ScannerCodeInvalid(
            _("This code is unknown, used or expired."),
            advice=_("Ask for a new code at the station."),
        )
    if scanner.station.casefold() != station.casefold():
        raise ScannerCodeInvalid(
            _("This code is for another station."),
            advice=_("Start the scanner with the name of its own station."),
        )
    if scanner.token_sha256 is None:
        scanner.token_sha256 = digest
        scanner.joined_at = timezone.now()
        scanner.save(update_fields=["token_sha256", "joined_at"])
        _note(scanner, "scanner_joined", by=Machine(agent=str(scanner.uuid)))
    return scanner


@transaction.atomic(durable=True)
def revoke_scanner(*, scanner: StationScanner, by: Actor) -> StationScanner:
    """Send a scanner away: what it posts from now on is refused.

    What arrived before waits on. Raises ScannerRevoked where that was done before.
    """
    permit(by, "inventory.join_scanner", at=scanner.site_id)
    scanner = StationScanner.objects.lock(scanner.pk)
    if scanner.revoked_at is not None:
        raise ScannerRevoked(_("This scanner was sent away before."))
    scanner.revoked_at = timezone.now()
    scanner.save(update_fields=["revoked_at"])
    _note(scanner, "scanner_revoked", by=by)
    return scanner


@transaction.atomic(durable=True)
def keep_arrived(*, scanner: StationScanner, scans: Sequence[Arriving]) -> int:
    """Keep codes for whoever works at the station; how many wait there now.

    A code that comes again under its nonce is the same one.
    """
    scanner = StationScanner.objects.lock(scanner.pk)
    now = timezone.now()
    known = set(
        scanner.arrived.filter(nonce__in=[scan.nonce for scan in scans]).values_list(
            "nonce", flat=True
        )
    )
    new = {scan.nonce: scan for scan in scans if scan.nonce not in known}
    ArrivedScan.objects.bulk_create(
        ArrivedScan(
            scanner=scanner,
            nonce=scan.nonce,
            code=scan.code,
            read_at=None if scan.age is None else now - scan.age,
        )
        for scan in new.values()
    )
    scanner.arrived.filter(settled_at__lt=now - KEPT).delete()
    return scanner.arrived.filter(settled_at=None).count()


@transaction.atomic(durable=True)
def take_arrived(*, station: str, most: int, by: Actor) -> list[ArrivedScan]:
    """Give what is fresh to this person's page: in order, and to no other page."""
    user = permit(by, "inventory.view_device")
    rows = ArrivedScan.objects.visible_to(user).open_at(station).to_play(user)
    found = list(rows.select_for_update(of=("self",))[:most])
    fresh = [row.pk for row in found if row.given_to_id is None]
    if fresh:
        ArrivedScan.objects.filter(pk__in=fresh).update(
            given_to=user, given_at=timezone.now()
        )
    return found


@transaction.atomic(durable=True)
def begin_arrived(*, nonce: uuid.UUID, by: Actor) -> bool:
    """Whether this person may record the code: not while another's page has it."""
    user = permit(by, "inventory.view_device")
    rows = ArrivedScan.objects.visible_to(user).filter(nonce=nonce)
    scan = rows.select_for_update(of=("self",)).first()
    if scan is None or scan.given_to_id not in (None, user.pk):
        return False
    if scan.settled_at is not None:  # put aside, or sent again after its answer
        return Scan.objects.visible_to(user).filter(nonce=nonce).exists()
    scan.given_to, scan.given_at = user, timezone.now()
    scan.save(update_fields=["given_to", "given_at"])
    return not scan.is_expired


@transaction.atomic(durable=True)
def settle_arrived(*, nonce: uuid.UUID, by: Actor) -> None:
    """The code has its answer: it waits no more."""
    user = permit(by, "inventory.view_device")
    rows = ArrivedScan.objects.visible_to(user).filter(nonce=nonce, given_to=user)
    rows.filter(settled_at=None).update(settled_at=timezone.now())


@transaction.atomic(durable=True)
def release_arrived(*, station: str, by: Actor) -> int:
    """Let codes that waited be recorded here and now; how many there are.

    What another's page may still be recording is left to it; what it did record is
    settled.
    """
    user = permit(by, "inventory.view_device")
    keep_form(by)
    rows = ArrivedScan.objects.visible_to(user).open_at(station)
    now, released = timezone.now(), []
    for scan in rows.select_for_update(of=("self",)):
        if _is_answered(scan):
            scan.settled_at = now
            scan.save(update_fields=["settled_at"])
        elif scan.may_be_released:
            released.append(scan.pk)
    ArrivedScan.objects.filter(pk__in=released).update(
        released_at=now, given_to=None, given_at=None
    )
    return len(released)


@transaction.atomic(durable=True)
def put_arrived_aside(*, station: str, by: Actor) -> int:
    """Give up what waits at this station and no page has; how many codes that were."""
    user = permit(by, "inventory.view_device")
    keep_form(by)
    rows = ArrivedScan.objects.visible_to(user).open_at(station)
    given_up = [
        scan.pk
        for scan in rows.select_for_update(of=("self",))
        if scan.is_expired or scan.may_be_released
    ]
    ArrivedScan.objects.filter(pk__in=given_up).update(
        settled_at=timezone.now(), given_to=None
    )
    return len(given_up)


def _is_answered(scan: ArrivedScan) -> bool:
    """Whether the page that had it recorded it, and nobody was told."""
    return Scan.objects.filter(nonce=scan.nonce, user=scan.given_to).exists()


def _note(scanner: StationScanner, verb: str, *, by: Actor) -> None:
    data = {"scanner": str(scanner.uuid)}
    SiteEvent.append(scanner.site, verb, by=by, data=data)
