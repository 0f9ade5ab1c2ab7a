"""Hotspots and dongles: taken into stock, followed, their passphrase shown to few."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.models import Site
from inventory.models.tag_counter import next_tag
from inventory.tags import TagKind
from lending import numbers
from lending.actions.sims import BY_HAND, MANAGE, hidden, shown
from lending.actions.status import change_status
from lending.errors import ModemKnown, NoCodesKept, StatusImpossible
from lending.models import Modem, ModemEvent, ModemKind
from lending.states import SIM_NEXT, SimStatus


@transaction.atomic(durable=True)
def receive_modem(
    *,
    imei: str,
    kind: ModemKind,
    site: Site,
    make: str = "",
    model: str = "",
    network_name: str = "",
    passphrase: str = "",
    by: Actor,
) -> Modem:
    """Take a hotspot or a dongle into stock under a tag of its own."""
    permit(by, MANAGE, at=site.pk)
    read = numbers.read_imei(imei)
    try:
        with transaction.atomic(savepoint=True):
            modem = Modem.objects.create(
                tag=next_tag(TagKind.PERIPHERAL),
                kind=kind,
                imei=read,
                make=make,
                model=model,
                network_name=network_name,
                passphrase_encrypted=hidden(passphrase),
                site=site,
                status_since=timezone.now(),
            )
    except IntegrityError as twice:
        raise ModemKnown(_("There is a modem with this IMEI already.")) from twice
    ModemEvent.append(modem, "received", by=by, data={"kind": kind.value})
    return modem


@transaction.atomic(durable=True)
def see_modem_passphrase(*, modem: Modem, by: Actor) -> str:
    """Show the passphrase of a hotspot to who may see codes: every look stays written."""
    modem = Modem.objects.lock(modem.pk)
    permit(by, "lending.view_sim_secret", at=modem.site_id)
    passphrase = shown(modem.passphrase_encrypted)
    if not passphrase:
        raise NoCodesKept(_("No passphrase of this hotspot is kept here."))
    ModemEvent.append(modem, "passphrase_seen", by=by)
    return passphrase


@transaction.atomic(durable=True)
def follow_modem(*, modem: Modem, to: SimStatus, by: Actor) -> Modem:
    """Write down what became of a hotspot: lost, blocked, at its end.

    The card in it is followed by itself: it may be blocked while the hotspot is not.
    """
    modem = Modem.objects.lock(modem.pk)
    permit(by, MANAGE, at=modem.site_id)
    if to not in BY_HAND:
        raise StatusImpossible(
            _("“%(wanted)s” comes with a pack or a hand-over.") % {"wanted": to.label},
            wanted=to.value,
        )
    change_status(modem, to, "moved_on", next_after=SIM_NEXT, journal=ModemEvent, by=by)
    return modem
